"""`/relances lettre`, and a letter's message: within Slack's limits, with names that do nothing."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from bot.letters import card as letter_notice
from bot.letters.card import APPROVE, PDF
from receivables.company import Company, Mode
from relance.demo.slack_standin import SlackStandin
from store.books import open_books, read_books
from store.db.engine import Database
from store.letters import pages as letter_pages
from tests import builders
from tests.bot import limits
from tests.bot.conftest import Clock, Office, open_office

ADDRESS = "5 avenue de la Gare, 35000 Rennes"


def give(office: Office, numbers: int = 1, name: str = "Garage Martin", **columns: Any) -> None:
    """Have a customer with an address owe so many late invoices."""
    with open_books(office.database, office.company) as b:
        row = builders.customer(b, name, **{"postal_address": ADDRESS} | columns)
        for number in range(1, numbers + 1):
            builders.invoice(b, row, f"FAC-{number}", due=date(2026, 11, 2))


def say(office: Office) -> None:
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    post_waiting(office.database, {office.company.key: office.company}, client, now=office.clock)


def test_without_a_number_it_explains_itself(office: Office) -> None:
    assert "/relances lettre FAC-123" in office.types("/relances lettre").private


def test_an_unknown_number_is_said(office: Office) -> None:
    give(office)
    assert "FAC-1" in office.types("/relances lettre FAC-11").private


def test_it_is_prepared_and_its_page_comes(office: Office) -> None:
    """Public, with Annuler; the page in the channel; asked for again, it is shown as it stands."""
    give(office, 2)
    asked = office.types("/relances lettre FAC-1")
    assert "a préparé une lettre de rappel pour Garage Martin" in asked.public
    say(office)
    message = office.slack.messages()[-2]
    assert "Lettre de rappel" in message["text"]
    assert "FAC-1 et FAC-2" in message["text"]
    assert [one["name"].rpartition(".")[2] for one in office.slack.files] == ["pdf", "png"]
    again = office.types("/relances lettre FAC-2")
    assert (again.public, "À relire et à approuver par une autre personne que" in again.private) == ("", True)
    office.clicks(message, PDF)
    assert len(office.slack.files) == 4
    office.clicks(asked.messages[0], "undo_finance")
    with read_books(office.database, office.company) as b:
        [letter] = letter_pages.of_customer(b, 1)
        assert (letter.state, letter.void_reason) == ("void", "undone")


@pytest.mark.parametrize("how", ["cut_before", "cut_after", "is_archived"])
def test_a_page_asked_for_again_that_slack_does_not_take_comes_later_and_once(
    office: Office, how: str
) -> None:
    office.slack.world.clock = office.clock
    give(office)
    office.types("/relances lettre FAC-1")
    say(office)
    office.clock.at += timedelta(minutes=5)
    office.slack.fail("files.completeUploadExternal", how)
    seen = office.clicks(office.slack.messages()[-2], PDF)
    assert "dès que possible" in seen.private
    for _ in range(2):
        office.clock.at += timedelta(minutes=20)
        say(office)
    assert len([each for each in office.slack.messages() if each.get("files")]) == 2


def test_without_an_address_it_says_where_to_give_one(office: Office) -> None:
    give(office, postal_address=None)
    seen = office.types("/relances lettre FAC-1")
    assert "L’adresse postale du client manque" in seen.private
    assert "Ajouter l’adresse" in str(seen.whispers[-1]["blocks"])
    office.clicks(seen.whispers[-1], "client_file_edit")
    assert office.person().view is not None


def test_nothing_late_nothing_to_write(office: Office) -> None:
    with open_books(office.database, office.company) as b:
        row = builders.customer(b, "Garage Martin", postal_address=ADDRESS)
        builders.invoice(b, row, "FAC-1", due=date(2026, 12, 24))
    assert "aucune facture en retard" in office.types("/relances lettre FAC-1").private


def test_nobody_may_approve_without_the_role(office: Office) -> None:
    """Without a roles table there is no responsable: the refusal says which key to set."""
    give(office)
    office.types("/relances lettre FAC-1")
    say(office)
    message = office.slack.messages()[-2]
    assert "responsable" in office.clicks(message, APPROVE, user="U0PAUL").private


@pytest.mark.parametrize("numbers", [1, 60])
def test_long_names_and_many_invoices_stay_within_slacks_limits(office: Office, numbers: int) -> None:
    """And a name can neither mention anyone nor hide a link."""
    give(office, numbers, name="<!channel> <https://evil.example|Garage> & Fils " * 12)
    office.types("/relances lettre FAC-1")
    with read_books(office.database, office.company) as b:
        letter = letter_pages.of_customer(b, 1)[0]
    for state in ("prepared", "approved", "deposited", "void"):
        shown = replace(
            letter, state=state, approved_by="U0PAUL", approved_on=letter.day, deposited_on=letter.day,
            deposited_by="U0MARIE", tracking="1A" * 20, void_reason="changed",
            held=tuple((f"FAC-{n}", "disputed") for n in range(40)),
        )  # fmt: skip
        notice = letter_notice.notice(office.company, shown)
        limits.check(notice.blocks)
        assert "<!channel>" not in notice.text
        assert "<https" not in notice.text


def test_draft_prepares_nothing(
    sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock
) -> None:
    """No letter leaves in draft, so none is prepared."""
    for office in open_office(sqlite_books, replace(company, mode=Mode.DRAFT), slack, clock):
        give(office)
        assert "brouillon" in office.types("/relances lettre FAC-1").private
