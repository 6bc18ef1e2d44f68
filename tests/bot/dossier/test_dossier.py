"""A customer's file from Slack: to oneself, under a hand-over, and handed over as it was shown."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import JournalLine
from store.invoices import acts as invoices
from store.reminders import task_marks
from store.tasks import acts as tasks
from tests.bot.conftest import NOW, TODAY, Clock, Office, open_office, plain
from tests.bot.tasks.test_taches import ROLES, digest, opened_page


@pytest.fixture
def office(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    """A bot at work for a company whose people have roles."""
    yield from open_office(sqlite_books, replace(company, roles=ROLES), slack, clock)


def handover(office: Office) -> int:
    """Have a hand-over announced; return its task."""
    id_ = office.add_invoice(due=date(2026, 9, 1))
    with open_books(office.database, office.company) as b:
        task = tasks.open_task(
            b, kind="handover", customer_id=1, invoice_ids=[id_], step="remise", role="responsable", at=NOW
        )
    return task.id


def opened(office: Office, user: str = "U0PAUL") -> Any:
    """Have the list of tasks said, and somebody open the hand-over in it."""
    digest(office, "2026-11-23")
    with open_books(office.database, office.company) as b:
        task_marks.say(b, at=NOW)
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    post_waiting(office.database, {office.company.key: office.company}, client, now=office.clock)
    return opened_page(office, user)


def status(office: Office) -> str:
    with read_books(office.database, office.company) as b:
        return invoices.find(b, "FAC-123").status(TODAY)


def lines(office: Office, act: str) -> list[dict[str, Any]]:
    with read_books(office.database, office.company) as b:
        return [line.data for line in b.session.query(JournalLine).filter_by(act=act)]


def test_finance_gets_the_whole_file_in_private(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/relances dossier garage martin")
    (file,) = office.slack.files
    assert file["name"] == "dossier-Garage-Martin-2026-11-23.zip"
    names = zipfile.ZipFile(io.BytesIO(file["content"])).namelist()
    assert names[:2] == ["index.json", "index.html"]
    sha256 = hashlib.sha256(file["content"]).hexdigest()
    assert sha256 not in seen.private
    assert not seen.public
    assert [line["sha256"] for line in lines(office, "dossier.made")] == [sha256]


def test_sales_and_unknown_customers_are_refused(office: Office) -> None:
    office.add_invoice()
    assert "finance" in office.types("/relances dossier garage martin", "U0SOPHIE").private
    assert "Aucun client « Durandal »" in office.types("/relances dossier Durandal").private
    assert "*/relances dossier CLIENT*" in office.types("/relances dossier").private
    assert not office.slack.files


def test_the_file_of_a_hand_over_is_shown_when_asked_for_and_that_very_file_is_handed_over(
    office: Office,
) -> None:
    handover(office)
    page = opened(office)
    assert not office.slack.files
    assert "responsable" in office.clicks(page, "task_handover").private
    assert "joint dans le fil" in office.clicks(page, "task_dossier", user="U0PAUL").private
    (file,) = office.slack.files
    office.clicks(page, "task_handover", user="U0PAUL")
    sha256 = hashlib.sha256(file["content"]).hexdigest()
    assert [line["sha256"] for line in lines(office, "task.closed")] == [sha256]
    assert status(office) == "handed_over"
    assert "Remis par <@U0PAUL> le 23/11/2026" in plain(
        str(office.person("U0PAUL").view).replace("\\xa0", " ")
    )
    office.clicks(office.person("U0PAUL").view, "undo_responsable", user="U0PAUL")
    assert status(office) == "late"


def test_a_file_that_changed_is_attached_anew_before_anything_is_handed_over(office: Office) -> None:
    handover(office)
    page = opened(office)
    office.clicks(page, "task_dossier", user="U0PAUL")
    office.types("/paye FAC-123 200")
    seen = office.clicks(page, "task_handover", user="U0PAUL")
    assert "Rien n’est encore remis" in seen.private
    assert (status(office), len(office.slack.files)) == ("late", 2)
    office.clicks(page, "task_handover", user="U0PAUL")
    sha256 = hashlib.sha256(office.slack.files[1]["content"]).hexdigest()
    assert [line["sha256"] for line in lines(office, "task.closed")] == [sha256]


def post(office: Office) -> None:
    """Let the announcer say what waits, some time later."""
    office.clock.at += timedelta(minutes=20)
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    post_waiting(office.database, {office.company.key: office.company}, client, now=office.clock)


@pytest.mark.parametrize("button", ["task_dossier", "task_handover"])
@pytest.mark.parametrize(
    ("method", "how"),
    [
        ("files.getUploadURLExternal", "fatal_error"),
        ("files.getUploadURLExternal", "not_in_channel"),
        ("files.completeUploadExternal", "http_503"),
        ("files.completeUploadExternal", "cut_before"),
    ],
)
def test_a_file_that_slack_did_not_take_comes_once_it_does_and_is_handed_over(
    office: Office, button: str, method: str, how: str
) -> None:
    handover(office)
    page = opened(office)
    office.slack.fail(method, how)
    assert "dès que possible" in office.clicks(page, button, user="U0PAUL").private
    assert not lines(office, "dossier.made")
    post(office)
    post(office)
    assert len(in_thread(office)) == len(lines(office, "dossier.made")) == 1
    office.clicks(page, "task_handover", user="U0PAUL")
    assert status(office) == "handed_over"


def test_a_file_whose_answer_was_lost_is_looked_for_and_comes_once(office: Office) -> None:
    office.slack.world.clock = office.clock
    handover(office)
    page = opened(office)
    office.clicks(page, "task_dossier", user="U0PAUL")
    office.clock.at += timedelta(minutes=5)
    office.slack.fail("files.completeUploadExternal", "cut_after")
    office.clicks(page, "task_dossier", user="U0PAUL")
    post(office)
    post(office)
    assert len(in_thread(office)) == 2


def in_thread(office: Office) -> list[Any]:
    """Return the messages that carry a file of a case."""
    return [each for each in office.slack.messages() if each.get("files")]


def test_a_responsable_opens_a_hand_over_from_the_file(office: Office) -> None:
    office.add_invoice()
    told = office.types("/relances dossier garage martin", "U0PAUL").whispers[0]
    seen = office.clicks(told, "handover_open", user="U0PAUL")
    assert "ouvre la remise au recouvrement de *Garage Martin* : 1 facture, 1 200,00 €." in seen.public
    assert "déjà ouverte" in office.clicks(told, "handover_open", user="U0PAUL").private
    office.clicks(seen.messages[0], "undo_responsable", user="U0PAUL")
    with read_books(office.database, office.company) as b:
        assert tasks.open_tasks(b) == []


def test_passing_a_hand_over_needs_the_responsable_and_hands_nothing_over(office: Office) -> None:
    handover(office)
    message = opened(office)
    assert "responsable" in office.clicks(message, "task_pass_handover").private
    office.clicks(message, "task_pass_handover", user="U0PAUL")
    office.sends({"reason": "Accord du gérant"}, user="U0PAUL")
    assert status(office) == "late"
