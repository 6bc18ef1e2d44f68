"""Calls back that were agreed: what waits for them, and who is nudged when they are not made."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from store.accounts import facts as accounts
from store.books import Books
from store.calls import acts as calls
from store.db.tables import Announcement, Invoice, Pause, Promise
from store.pauses import pause
from store.promises import acts as promises
from store.tasks import acts as tasks
from store.tasks import news as nudges
from store.undo import undo
from tests.builders import MARIE, PAUL, at, customer, invoice

DAY = date(2026, 4, 20)
"""A Monday."""
BACK = at(date(2026, 4, 23), 12)
"""Thursday at two in Paris."""


def call(b: Books, *rows: Invoice, outcome: str = "callback", on: datetime | None = None, **said: Any) -> int:
    others = [row.id for row in rows[1:]]
    made = calls.log(b, rows[0].id, others=others, outcome=outcome, by=MARIE, at=on or at(DAY), **said)
    return made.entry_id


def reason(b: Books, row: Invoice, on: date) -> str:
    return accounts.why(b, row.id, on=on, now=at(on)).reason


def test_what_the_call_was_about_is_paused_through_the_day_and_the_rest_is_not(books: Books) -> None:
    client = customer(books)
    first, second, other = (invoice(books, client, f"FAC-{n}") for n in (1, 2, 3))
    call(books, first, second, callback_at=BACK)
    for row in (first, second):
        assert [reason(books, row, DAY + timedelta(days=n)) for n in (0, 3)] == ["paused", "paused"]
        assert reason(books, row, date(2026, 4, 24)) != "paused"
    assert reason(books, other, DAY) != "paused"


def test_preventive_steps_wait_too(books: Books) -> None:
    row = invoice(books, customer(books), due=date(2026, 4, 25), issued=date(2026, 4, 1))
    call(books, row, callback_at=BACK)
    assert reason(books, row, DAY) == "paused"


def test_it_finishes_nothing_and_the_task_that_stands_is_the_one_there_was(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    task = tasks.open_task(
        books, kind="call", customer_id=client.id, invoice_ids=[row.id], step="appel", at=at(DAY, 7)
    )
    entry_id = call(books, row, callback_at=BACK)
    (standing,) = tasks.open_tasks(books, kind="call")
    assert (standing.id, standing.put_off_to, standing.agreed_at) == (task.id, BACK, BACK)
    undo(books, entry_id, by=MARIE, at=at(DAY, 10))
    (standing,) = tasks.open_tasks(books, kind="call")
    assert (standing.put_off_to, standing.agreed_at) == (None, None)
    assert reason(books, row, DAY) == "due"


@pytest.mark.parametrize("until", [None, date(2026, 5, 4)])
def test_a_pause_that_lasts_longer_stays(books: Books, until: date | None) -> None:
    row = invoice(books, customer(books))
    pause(books, invoice_id=row.id, until=until, reason="congés", by=PAUL, at=at(DAY, 7))
    call(books, row, callback_at=BACK)
    (only,) = books.session.query(Pause)
    assert (only.until, only.ended_at) == (until, None)


def test_a_shorter_pause_is_replaced_and_undone_runs_again(books: Books) -> None:
    row = invoice(books, customer(books))
    pause(books, invoice_id=row.id, until=date(2026, 4, 22), reason=None, by=PAUL, at=at(DAY, 7))
    entry_id = call(books, row, callback_at=BACK)
    assert reason(books, row, date(2026, 4, 23)) == "paused"
    undo(books, entry_id, by=MARIE, at=at(DAY, 10))
    assert [row.ended_at is None for row in books.session.query(Pause).order_by(Pause.id)] == [True, False]


def test_made_before_the_day_the_pause_is_over_and_undone_it_runs_again(books: Books) -> None:
    row = invoice(books, customer(books))
    call(books, row, callback_at=BACK)
    entry_id = call(books, row, outcome="reached", on=at(date(2026, 4, 21)))
    assert reason(books, row, date(2026, 4, 21)) != "paused"
    undo(books, entry_id, by=MARIE, at=at(date(2026, 4, 21), 10))
    assert reason(books, row, date(2026, 4, 21)) == "paused"
    assert len(tasks.open_tasks(books, kind="call")) == 1


def test_a_promise_meanwhile_finishes_it(books: Books) -> None:
    row = invoice(books, customer(books))
    call(books, row, callback_at=BACK)
    promises.make(books, row.id, amount=None, date=date(2026, 4, 30), by=MARIE, at=at(DAY, 10))
    assert tasks.open_tasks(books, kind="call") == []
    assert reason(books, row, DAY) == "promised"
    assert books.session.query(Pause).one().ended_at is not None


def test_a_promise_on_one_of_its_invoices_leaves_it_to_be_made(books: Books) -> None:
    client = customer(books)
    first, second = invoice(books, client, "FAC-1"), invoice(books, client, "FAC-2")
    call(books, first, second, callback_at=BACK)
    promises.make(books, first.id, amount=Decimal(100), date=date(2026, 4, 30), by=MARIE, at=at(DAY, 10))
    assert len(tasks.open_tasks(books, kind="call")) == 1
    assert reason(books, second, DAY) == "paused"


# --- not made ---------------------------------------------------------------------------------------------


def nudged(b: Books, *instants: datetime) -> list[str]:
    for instant in instants:
        nudges.nudge_call_backs(b, at=instant)
    rows = b.session.query(Announcement).order_by(Announcement.id)
    return [row.data["nudge"] for row in rows if row.kind == "task"]


EVENING = at(date(2026, 4, 23), 15, 30)
"""Half past five in Paris: the window closes."""


def test_the_owner_is_nudged_once_that_evening(books: Books) -> None:
    call(books, invoice(books, customer(books, owner=PAUL)), callback_at=BACK)
    assert nudged(books, BACK - timedelta(minutes=1), BACK, EVENING - timedelta(minutes=1)) == []
    assert nudged(books, EVENING, EVENING + timedelta(hours=2), at(date(2026, 4, 24))) == ["call_back"]


def test_agreed_for_the_evening_it_is_nudged_an_hour_later(books: Books) -> None:
    late = at(date(2026, 4, 23), 16)
    call(books, invoice(books, customer(books)), callback_at=late)
    assert nudged(books, EVENING, late, late + timedelta(minutes=59)) == []
    assert nudged(books, late + timedelta(hours=1)) == ["call_back"]


def test_an_evening_that_the_clock_missed_is_made_up_for(books: Books) -> None:
    call(books, invoice(books, customer(books)), callback_at=BACK)
    assert "call_back" in nudged(books, at(date(2026, 4, 24), 7))


@pytest.mark.parametrize("outcome", ["reached", "voicemail"])
def test_made_whoever_answered_nobody_is_nudged(books: Books, outcome: str) -> None:
    row = invoice(books, customer(books))
    call(books, row, callback_at=BACK)
    call(books, row, outcome=outcome, on=BACK + timedelta(minutes=10))
    assert "call_back" not in nudged(books, EVENING)


def test_agreed_anew_only_the_new_evening_counts(books: Books) -> None:
    row = invoice(books, customer(books))
    call(books, row, callback_at=BACK)
    call(books, row, callback_at=BACK + timedelta(days=1), on=at(date(2026, 4, 22)))
    assert nudged(books, EVENING) == []
    assert reason(books, row, date(2026, 4, 24)) == "paused"
    assert nudged(books, EVENING + timedelta(days=1)) == ["call_back"]


def test_a_closed_day_is_as_any_other(books: Books) -> None:
    saturday = at(date(2026, 4, 25), 9)
    call(books, invoice(books, customer(books)), callback_at=saturday)
    assert nudged(books, at(date(2026, 4, 25), 15, 30)) == ["call_back"]


# --- a call about several ---------------------------------------------------------------------------------


def test_a_dispute_and_a_payment_that_has_left_are_about_all_of_them(books: Books) -> None:
    client = customer(books)
    rows = [invoice(books, client, f"FAC-{n}") for n in (1, 2)]
    call(books, *rows, outcome="payment_sent")
    assert {reason(books, row, DAY) for row in rows} == {"promised"}
    assert {row.payment_left for row in books.session.query(Promise)} == {True}
    entry_id = call(books, *rows, outcome="dispute", on=at(DAY, 10))
    assert {reason(books, row, DAY) for row in rows} == {"disputed"}
    undo(books, entry_id, by=MARIE, at=at(DAY, 11))
    assert {reason(books, row, DAY) for row in rows} == {"promised"}
