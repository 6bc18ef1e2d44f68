"""Tasks put off: told again at their hour, nudged only afterwards, passed with a reason."""

from datetime import UTC, date, datetime, timedelta

import pytest

from receivables.errors import Refused
from store import announcements
from store.books import Books
from store.db.tables import Announcement, StepDone, Task
from store.tasks import acts as tasks
from store.tasks import news as nudges
from store.tasks import put_offs
from store.traces.tasks import FileShown
from store.undo import undo
from tests.builders import MARIE, PAUL, at, customer, invoice
from tests.refusals import refused

MONDAY = date(2026, 5, 18)
HOUR = datetime(2026, 5, 28, 12, 30, tzinfo=UTC)


def call_task(b: Books, name: str = "Garage Martin", number: str = "FAC-123") -> tasks.TaskFacts:
    client = customer(b, name, owner=MARIE)
    return tasks.open_task(
        b,
        kind="call",
        customer_id=client.id,
        invoice_ids=[invoice(b, client, number).id],
        step="appel",
        owner=MARIE,
        at=at(MONDAY),
    )


def said(b: Books) -> list[str]:
    return [row.key.partition(":")[2] for row in b.session.query(Announcement).order_by(Announcement.id)]


def test_a_task_put_off_is_told_again_at_its_hour_and_once(books: Books) -> None:
    task = call_task(books)
    put_offs.put_off(books, task.id, to=HOUR, by=MARIE, at=at(MONDAY, 10))
    announcements.announce(books, key="digest:2026-05-28", kind="digest", data={}, at=at(MONDAY))
    assert put_offs.tell_again(books, at=HOUR - timedelta(minutes=1)) == 0
    assert put_offs.tell_again(books, at=HOUR) == 1
    assert put_offs.tell_again(books, at=HOUR + timedelta(days=1)) == 0
    assert said(books) == ["2026-05-28", f"2026-05-28:123000:{task.id}"]
    assert tasks.get_task(books, task.id).state == "open"


def test_nobody_is_nudged_before_and_then_after_the_wait(books: Books) -> None:
    task = call_task(books)
    put_offs.put_off(books, task.id, to=HOUR, by=MARIE, at=at(MONDAY, 10))
    assert nudges.nudge(books, at=at(date(2026, 5, 27))) == 0  # 5 open days after the opening are over
    assert nudges.nudge(books, at=at(date(2026, 6, 4))) == 0
    assert nudges.nudge(books, at=at(date(2026, 6, 5))) == 1  # Thursday 28 May and five open days
    assert nudges.nudge(books, at=at(date(2026, 6, 15))) == 1
    told = tasks.get_task(books, task.id)
    assert (told.nudged_on, told.raised_on) == (date(2026, 6, 5), date(2026, 6, 15))
    assert said(books) == [], "the lists of those mornings name them"


def test_tasks_whose_hour_comes_together_are_one_message(books: Books) -> None:
    first, second = call_task(books), call_task(books, "Bois du Nord", "FAC-9")
    for task in (first, second):
        put_offs.put_off(books, task.id, to=HOUR, by=MARIE, at=at(MONDAY, 10))
    announcements.announce(books, key="digest:2026-05-28", kind="digest", data={}, at=HOUR)
    assert put_offs.tell_again(books, at=HOUR) == 2
    (row,) = books.session.query(Announcement).filter_by(kind="tasks")
    assert row.data["task_ids"] == [first.id, second.id]


def test_tasks_whose_hour_comes_with_the_digest_are_in_its_list(books: Books) -> None:
    task = call_task(books)
    put_offs.put_off(books, task.id, to=HOUR, by=MARIE, at=at(MONDAY, 10))
    assert put_offs.tell_again(books, at=HOUR) == 1
    assert said(books) == []


def test_put_off_again_the_earlier_hour_is_forgotten_and_undone_it_is_back(books: Books) -> None:
    task = call_task(books)
    put_offs.put_off(books, task.id, to=HOUR, by=MARIE, at=at(MONDAY, 10))
    later = put_offs.put_off(books, task.id, to=HOUR + timedelta(days=7), by=MARIE, at=at(MONDAY, 11))
    assert later.before == HOUR
    assert put_offs.tell_again(books, at=HOUR) == 0
    undo(books, later.entry_id, by=MARIE, at=at(MONDAY, 12))
    assert put_offs.tell_again(books, at=HOUR) == 1


@pytest.mark.parametrize(
    ("to", "sentence"),
    [(at(MONDAY, 9), "est passé"), (at(date(2027, 6, 1)), "plus d’un an")],
)
def test_an_hour_at_which_nobody_could_be_told_is_refused(books: Books, to: datetime, sentence: str) -> None:
    task = call_task(books)
    with refused(Refused, match=sentence):
        put_offs.put_off(books, task.id, to=to, by=MARIE, at=at(MONDAY, 10))


def test_a_closed_task_is_not_put_off(books: Books) -> None:
    task = call_task(books)
    tasks.close(books, task.id, outcome="done", by=PAUL, at=at(MONDAY, 10))
    with refused(Refused, match="déjà close"):
        put_offs.put_off(books, task.id, to=HOUR, by=MARIE, at=at(MONDAY, 11))


def test_a_task_is_passed_with_a_reason_only_and_its_step_keeps_it(books: Books) -> None:
    task = call_task(books)
    with refused(Refused, match="Dites pourquoi"):
        tasks.close(books, task.id, outcome="skipped", reason="  ", by=PAUL, at=at(MONDAY, 10))
    tasks.close(books, task.id, outcome="skipped", reason="vu au salon", by=PAUL, at=at(MONDAY, 10))
    (step,) = books.session.query(StepDone).all()
    assert (step.how, step.reason) == ("skipped", "vu au salon")
    assert tasks.get_task(books, task.id).reason == "vu au salon"


def test_a_hand_over_that_is_done_calls_off_what_else_is_open(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    about = {"customer_id": client.id, "invoice_ids": [row.id], "at": at(MONDAY)}
    other = tasks.open_task(books, kind="follow_up", **about)
    task = tasks.open_task(books, kind="handover", step="remise", **about)
    shown = FileShown(sha256="ab" * 32, dossier_entry=1)
    closed = tasks.close(
        books,
        task.id,
        outcome="done",
        file=shown,
        by=PAUL,
        at=at(MONDAY, 10),
    )
    assert row.handed_over_at is not None
    assert tasks.get_task(books, other.id).outcome == "settled"
    assert tasks.get_task(books, task.id).sha256 == "ab" * 32
    undo(books, closed.entry_id, by=PAUL, at=at(MONDAY, 11))
    assert row.handed_over_at is None
    assert {each.state for each in books.session.query(Task)} == {"open"}
