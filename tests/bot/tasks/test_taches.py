"""Tasks in Slack: posted with all they take, one's own list, put off, passed, done, taken back."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from receivables.codes.announcements import AnnouncementKind
from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from scheduler.jobs import tell_put_off
from store import announcements
from store.books import open_books, read_books
from store.db.engine import Database
from store.reminders import task_marks
from store.tasks import acts as tasks
from store.tasks.facts import TaskFacts
from tests.bot import limits
from tests.bot.conftest import NOW, Clock, Office, open_office, plain
from tests.bot.tasks.test_home import opened

ROLES = {
    "commercial": ("U0SOPHIE",),
    "finance": ("U0MARIE",),
    "responsable": ("U0PAUL",),
}


@pytest.fixture
def office(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    """A bot at work for a company whose people have roles."""
    yield from open_office(sqlite_books, replace(company, roles=ROLES), slack, clock)


@pytest.fixture
def post(office: Office, clock: Clock) -> Callable[[], int]:
    """The job that posts what waits."""
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    return lambda: post_waiting(office.database, {office.company.key: office.company}, client, now=clock)


def digest(office: Office, day: str) -> None:
    """Have the digest of a day announced: lists of tasks stand under it."""
    about = {"key": f"digest:{day}", "kind": AnnouncementKind.DIGEST, "data": {"day": day}}
    with open_books(office.database, office.company) as b:
        announcements.announce(b, **about, at=office.clock.at)


def given(office: Office, kind: str = "call", owner: str | None = "U0SOPHIE", **facts: Any) -> TaskFacts:
    """Have a task opened about a late invoice, and announced."""
    number = facts.pop("number", "FAC-123")
    id_ = office.add_invoice(number)
    digest(office, "2026-11-23")
    with open_books(office.database, office.company) as b:
        task = tasks.open_task(
            b, kind=kind, customer_id=1, invoice_ids=[id_], owner=owner, at=NOW,
            step={"call": "appel", "handover": "remise"}.get(kind), **facts,
        )  # fmt: skip
        task_marks.say(b, at=NOW)
    return task


def board(office: Office) -> dict[str, Any]:
    """Return the list of open tasks under the digest."""
    (found,) = [m for m in office.slack.messages() if m["text"].startswith("Tâches ouvertes")]
    return found


def opened_page(office: Office, user: str = "U0SOPHIE", task: TaskFacts | None = None) -> Any:
    """Have somebody open a task of the list, and return the form."""
    office.clicks(board(office), "task_open", task and f"durand:{task.id}", user=user)
    view = office.person(user).view
    assert view is not None
    limits.check([{k: v for k, v in block.items() if k != "block_id"} for block in view["blocks"]])
    return view


def state(office: Office, task: TaskFacts) -> TaskFacts:
    with read_books(office.database, office.company) as b:
        return tasks.get_task(b, task.id)


def words(blocks: Any) -> str:
    return plain("\n".join(limits.texts(blocks)))


def test_a_call_is_a_line_of_the_list_and_opens_with_its_sheet(
    office: Office, post: Callable[[], int]
) -> None:
    given(office)
    office.types("/appel FAC-123 répondeur")
    post()
    said = board(office)
    assert said["thread_ts"] == office.slack.messages()[1]["ts"]
    assert "*Appel à passer* · Garage Martin · <@U0SOPHIE> · 1 200,00 € · FAC-123" in words(said["blocks"])
    assert "À demander" not in words(said["blocks"])
    text = words(opened_page(office)["blocks"])
    for sentence in (
        "*Appel à passer* · Garage Martin · <@U0SOPHIE>",
        "*À demander :* une date de paiement précise",
        "aucun numéro n’est connu",
        "• FAC-123 : 1 200,00 €, échéance le 02/11/2026 (21 jours de retard)",
        "• 23/11 : appel de <@U0MARIE>, messagerie",
    ):
        assert sentence in text


def test_each_person_sees_their_own_tasks_and_all_of_them(office: Office) -> None:
    given(office)
    given(office, "no_address", owner=None, number="FAC-9")
    assert "1 tâche ouverte" in office.types("/relances tâches", "U0SOPHIE").private
    mine = office.types("/relances taches", "U0MARIE").whispers[0]
    assert "Adresse e-mail à trouver" in words(mine["blocks"])
    everyone = office.types("/relances taches toutes", "U0SOPHIE").whispers[0]
    limits.check([{k: v for k, v in block.items() if k != "block_id"} for block in everyone["blocks"]])
    assert "*Toutes les tâches* : 2 tâches ouvertes." in plain(everyone["text"])
    assert "Aucune tâche ne vous attend" in office.types("/relances taches", "U0PAUL").private
    assert "*/relances taches*" in office.types("/relances taches aide").private


def test_many_tasks_fit_in_one_message_and_say_how_many_more(office: Office) -> None:
    for rank in range(40):
        given(office, number=f"FAC-{rank}")
    listed = office.types("/relances taches", "U0SOPHIE").whispers[0]
    limits.check([{k: v for k, v in block.items() if k != "block_id"} for block in listed["blocks"]])
    assert "Les 15 premières sur 40" in words(listed["blocks"])
    assert "Les 8 premières sur 40" in opened(office, "U0SOPHIE")


def test_a_task_put_off_from_its_message_is_told_again_at_its_hour(
    office: Office, post: Callable[[], int], clock: Clock
) -> None:
    task = given(office)
    post()
    office.clicks(opened_page(office), "task_put_off", user="U0SOPHIE")
    seen = office.sends({"day": "2026-11-26", "hour": "14:30"}, user="U0SOPHIE")
    assert "<@U0SOPHIE> reporte « Appel à passer » (Garage Martin) au jeudi 26 novembre 2026" in seen.public
    assert state(office, task).put_off_to == datetime.fromisoformat("2026-11-26T13:30:00+00:00")
    assert "sera rappelée le jeudi 26 novembre" in words(office.person("U0SOPHIE").view["blocks"])
    post()
    assert "*0 tâche ouverte* · 1 autre reportée à plus tard" in words(board(office)["blocks"])
    clock.at = datetime.fromisoformat("2026-11-26T13:30:00+00:00")
    digest(office, "2026-11-26")
    tell_put_off(office.database, office.company, at=clock.at)
    assert post() == 2
    again = office.slack.messages()[-1]
    assert words(again["blocks"]).startswith("*Vous aviez demandé à y revenir maintenant.*")
    assert "*Appel à passer* · Garage Martin · <@U0SOPHIE>" in words(again["blocks"])
    assert tell_put_off(office.database, office.company, at=clock.at) == 0, "told once"
    office.clicks(again, "task_open", user="U0SOPHIE")
    assert "sera rappelée" not in words(office.person("U0SOPHIE").view["blocks"]), "its hour has come"


def test_putting_off_is_taken_back(office: Office, post: Callable[[], int]) -> None:
    task = given(office)
    post()
    office.clicks(opened_page(office), "task_put_off", user="U0SOPHIE")
    seen = office.sends({"day": "2026-11-26", "hour": "14:30"}, user="U0SOPHIE")
    office.clicks(seen.messages[0], "undo", user="U0SOPHIE")
    assert state(office, task).put_off_to is None


@pytest.mark.parametrize("fields", [{"day": "2026-11-23", "hour": "09:00"}, {"day": "2028-01-03"}])
def test_an_hour_gone_by_or_too_far_is_said_in_the_form(
    office: Office, post: Callable[[], int], fields: dict[str, str | None]
) -> None:
    given(office)
    post()
    office.clicks(opened_page(office), "task_put_off", user="U0SOPHIE")
    assert list(office.sends(fields, user="U0SOPHIE").answer.data["errors"]) == ["day"]


def test_finance_passes_a_call_with_a_reason_and_takes_it_back(
    office: Office, post: Callable[[], int]
) -> None:
    task = given(office, owner=None)
    post()
    message = opened_page(office)
    assert "finance" in office.clicks(message, "task_pass", user="U0SOPHIE").private
    office.clicks(opened_page(office, "U0MARIE"), "task_pass")
    assert list(office.sends({"reason": " "}).answer.data.get("errors", {"reason": ""})) == ["reason"]
    seen = office.sends({"reason": "Vu au salon <!channel>"})
    assert "<@U0MARIE> passe « Appel à passer » (Garage Martin) : Vu au salon &lt;!channel&gt;" in seen.public
    assert state(office, task).outcome == "skipped"
    post()
    assert "✅ *Appel à passer* · Garage Martin" in words(board(office)["blocks"])
    assert "Passée par <@U0MARIE> le 23/11/2026 : Vu au salon" in words(board(office)["blocks"])
    office.clicks(board(office), "task_take_back")
    assert state(office, task).state == "open"


@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        # forty-five days after Monday 2 November: the call was passed before its day
        ("call", "Vu au salon\nProchaine relance : le jeudi 17 décembre 2026 (mise en demeure)."),
        ("invoice_copy", "Vu au salon"),
    ],
)
def test_a_step_that_is_passed_says_what_follows(
    office: Office, post: Callable[[], int], kind: str, ending: str
) -> None:
    given(office, kind, owner=None)
    post()
    office.clicks(opened_page(office, "U0MARIE"), "task_pass")
    assert office.sends({"reason": "Vu au salon"}).public.endswith(ending)


@pytest.mark.parametrize("kind", ["call", "follow_up", "invoice_copy"])
def test_owners_pass_tasks_of_their_own_and_take_it_back(
    office: Office, post: Callable[[], int], kind: str
) -> None:
    task = given(office, kind)
    post()
    office.clicks(opened_page(office), "task_pass", user="U0SOPHIE")
    seen = office.sends({"reason": "Vu au salon"}, user="U0SOPHIE")
    assert "<@U0SOPHIE> passe" in seen.public
    undo = "undo_finance" if kind == "call" else "undo"
    office.clicks(seen.messages[0], undo, user="U0SOPHIE")
    assert state(office, task).state == "open"


def test_owners_do_their_follow_ups_and_nothing_else_without_finance(
    office: Office, post: Callable[[], int]
) -> None:
    task = given(office, "follow_up")
    other = given(office, "gone", number="FAC-9")
    raised = given(office, "escalation", number="FAC-8")
    post()
    pressed = office.clicks(opened_page(office, task=other), "task_other", user="U0SOPHIE")
    assert "finance" in pressed.private
    pressed = office.clicks(opened_page(office, task=raised), "task_pass", user="U0SOPHIE")
    assert "finance" in pressed.private
    pressed = office.clicks(opened_page(office, task=task), "task_other", user="U0SOPHIE")
    assert pressed.messages == pressed.whispers == []
    assert "Fait par <@U0SOPHIE>" in words(office.person("U0SOPHIE").view["blocks"])
    assert [state(office, each).state for each in (task, other, raised)] == ["done", "open", "open"]


def test_a_call_noted_already_is_not_noted_again_from_its_old_message(
    office: Office, post: Callable[[], int]
) -> None:
    given(office)
    post()
    message = copy.deepcopy(opened_page(office))
    office.clicks(message, "task_call", user="U0SOPHIE")
    office.sends({"outcome": "reached"}, user="U0SOPHIE")
    opened_before = len(office.slack.views)
    late = office.clicks(message, "task_call")
    assert "la tâche est close, par <@U0SOPHIE>" in late.private
    assert len(office.slack.views) == opened_before


def test_done_from_the_list_is_said_aloud_and_leaves_the_list(office: Office) -> None:
    task = given(office, "no_address", owner="U0MARIE")
    listed = office.types("/relances taches").whispers[0]
    seen = office.clicks(listed, "task_other")
    assert "Fait par <@U0MARIE>" in seen.public
    assert state(office, task).state == "done"
    assert "Aucune tâche ne vous attend" in plain(str(office.slack.ephemerals))


def test_the_home_tab_lists_ones_tasks(office: Office) -> None:
    given(office)
    assert "Vos tâches" in opened(office, "U0SOPHIE")
    assert "Vos tâches" not in opened(office, "U0PAUL")


def test_a_payment_closes_the_task_and_its_message(office: Office, post: Callable[[], int]) -> None:
    given(office)
    post()
    office.types("/paye FAC-123")
    post()
    assert "Plus rien à faire" in words(board(office)["blocks"])
    assert "task_open" not in str(board(office)["blocks"])


def test_a_step_task_opened_by_escalade_is_taken_back(office: Office, post: Callable[[], int]) -> None:
    office.add_invoice(prior_reminders=2, due=date(2026, 10, 20))
    shown = office.types("/escalade FAC-123").whispers[0]
    seen = office.clicks(shown, "escalade_send")
    assert "a ouvert la tâche « appel téléphonique »" in seen.public
    office.clicks(seen.messages[-1], "undo_finance")
    with read_books(office.database, office.company) as b:
        assert tasks.open_tasks(b) == []


def test_the_form_of_a_call_takes_a_callback_and_a_next_action(
    office: Office, post: Callable[[], int], clock: Clock
) -> None:
    task = given(office)
    post()
    office.clicks(opened_page(office), "task_call", user="U0SOPHIE")
    view = office.person("U0SOPHIE").view
    assert view is not None
    assert "*À demander :*" in words(view["blocks"])
    seen = office.sends(
        {
            "outcome": "callback",
            "callback_day": "2026-11-26",
            "callback_hour": "14:30",
            "next_what": "Envoyer le bon de livraison",
            "next_owner": "U0MARIE",
            "next_on": "2026-11-25",
        },
        user="U0SOPHIE",
    )
    assert "La tâche reviendra le jeudi 26 novembre 2026 à 14 h 30." in seen.public
    assert "Suite à donner par <@U0MARIE> pour le 25/11/2026 : Envoyer le bon de livraison" in seen.public
    assert state(office, task).state == "open"
    clock.at += timedelta(days=2)
    digest(office, "2026-11-25")
    tell_put_off(office.database, office.company, at=clock.at)
    assert post() == 2
    assert "Suite à donner" in words(office.slack.messages()[-1]["blocks"])


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"outcome": "callback"}, "callback_day"),
        ({"outcome": "callback", "callback_day": "2026-11-20"}, "callback_day"),
        ({"outcome": "reached", "callback_day": "2026-11-26"}, "callback_day"),
        ({"outcome": "voicemail", "callback_hour": "14:30"}, "callback_day"),
        ({"outcome": "reached", "next_on": "2026-11-26"}, "next_what"),
        ({"outcome": "reached", "next_what": "x", "next_on": "2026-11-20"}, "next_on"),
    ],
)
def test_the_form_of_a_call_says_what_does_not_fit(
    office: Office, fields: dict[str, str | None], wrong: str
) -> None:
    office.add_invoice()
    office.types("/appel FAC-123")
    assert list(office.sends(fields).answer.data["errors"]) == [wrong]


def test_a_call_noted_from_its_page_leaves_no_page_behind(office: Office, post: Callable[[], int]) -> None:
    task = given(office)
    post()
    office.clicks(opened_page(office), "task_call", user="U0SOPHIE")
    assert len(office.slack.views) == 1, "the form stands in place of the page"
    seen = office.sends({"outcome": "reached"}, user="U0SOPHIE")
    assert office.slack.views == []
    assert len(seen.messages) == 1
    assert state(office, task).state == "done"
