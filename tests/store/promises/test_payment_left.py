"""« The payment has left »: it holds for some days, marks nothing, and is not believed twice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from receivables.errors import Refused
from receivables.payment_plans import Instalment
from receivables.people import Automaton
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Announcement, Invoice, JournalLine, Promise
from store.invoices.settling import AlreadySettled
from store.mail_facts import read_mail_facts
from store.payment_plans import acts as payment_plans
from store.promises import acts as promises
from store.promises import news, payment_left
from store.promises.record import PromiseRecord, whole_record
from store.tasks import acts as tasks
from store.undo import undo
from tests.builders import MARIE, PAUL, at, customer, invoice, payment
from tests.refusals import refused

DAY = date(2026, 4, 20)  # a Monday: the third open day after is Thursday 23, with its grace Monday 27
HELD, FREE = date(2026, 4, 27), date(2026, 4, 28)


def left(b: Books, *rows: Invoice, on: date = DAY, by: str = MARIE) -> payment_left.LeftOutcome:
    return payment_left.note(b, [row.id for row in rows], by=by, at=at(on))


def reason(b: Books, row: Invoice, on: date) -> str:
    return accounts.why(b, row.id, on=on, now=at(on)).reason


def asks_for_order(b: Books, row: Invoice, on: date) -> bool | None:
    told = read_mail_facts(b, [row.customer_id], today=on).promises.get(row.id)
    return told.payment_left if told else None


def test_it_holds_through_the_third_open_day_and_the_grace(books: Books) -> None:
    row = invoice(books, customer(books))
    told = left(books, row)
    assert told.left.until == HELD
    assert (reason(books, row, DAY), reason(books, row, HELD)) == ("promised", "promised")
    assert reason(books, row, FREE) == "due"


def test_it_holds_before_the_due_date_too(books: Books) -> None:
    row = invoice(books, customer(books), due=date(2026, 4, 25), issued=date(2026, 4, 1))
    left(books, row)
    assert reason(books, row, DAY) == "promised"  # its friendly reminder was due


def test_it_marks_nothing_whether_the_money_comes_or_not(books: Books) -> None:
    client = customer(books)
    came, never = invoice(books, client, "FAC-1"), invoice(books, client, "FAC-2")
    left(books, came, never)
    payment(books, came, received_on=date(2026, 4, 22))
    assert whole_record(books, client.id, date(2026, 6, 1)) == PromiseRecord(0, 0, 0)


def test_the_team_is_told_once_that_it_did_not_come_and_nothing_when_it_did(books: Books) -> None:
    client = customer(books)
    came, never = invoice(books, client, "FAC-1"), invoice(books, client, "FAC-2")
    left(books, came, never)
    payment(books, came, received_on=date(2026, 4, 22))
    for day in (23, 27, 28, 29):
        news.announce_promise_news(books, at=at(date(2026, 4, day)))
    assert [row.kind for row in books.session.query(Announcement)] == ["promise_broken"]
    acts = [row.act for row in books.session.query(JournalLine).filter_by(by=Automaton.CLOCK)]
    assert acts == ["promise.payment_unseen"]


@pytest.mark.parametrize(
    ("promised", "replaced"),
    [(date(2026, 4, 22), "overtaken"), (date(2026, 4, 23), None), (date(2026, 5, 15), None)],
)
def test_it_replaces_a_promise_only_when_its_day_is_later(
    books: Books, promised: date, replaced: str | None
) -> None:
    row = invoice(books, customer(books))
    made = promises.make(books, row.id, amount=None, date=promised, by=PAUL, at=at(DAY, 8))
    left(books, row)
    assert books.session.get_one(Promise, made.promise_id).ended_how == replaced
    until = max(HELD, made.holds_until)
    assert reason(books, row, until) == "promised"
    assert reason(books, row, until + timedelta(days=1)) != "promised"
    assert whole_record(books, row.customer_id, DAY).postponed == 0


def test_a_promise_made_after_it_replaces_all_that_runs_and_counts_no_postponement(books: Books) -> None:
    row = invoice(books, customer(books))
    first = promises.make(books, row.id, amount=Decimal(500), date=date(2026, 5, 15), by=PAUL, at=at(DAY, 8))
    told = left(books, row)
    after = promises.make(
        books, row.id, amount=None, date=date(2026, 4, 30), by=MARIE, at=at(date(2026, 4, 21))
    )
    assert books.session.get_one(Promise, first.promise_id).ended_how == "replaced"
    assert books.session.get_one(Promise, told.left.puts[0].promise_id).ended_how == "replaced"
    assert (after.postponed_from, after.record.postponed) == (date(2026, 5, 15), 1)
    undo(books, after.entry_id, by=MARIE, at=at(date(2026, 4, 21), 10))
    assert books.session.get_one(Promise, first.promise_id).ended_how is None
    assert books.session.get_one(Promise, told.left.puts[0].promise_id).ended_how is None


# --- said again -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [date(2026, 4, 22), date(2026, 4, 28), date(2026, 7, 1)])
def test_said_again_without_money_it_holds_no_longer_a_task_stands_and_the_next_text_asks(
    books: Books, again: date
) -> None:
    row = invoice(books, customer(books, owner=PAUL))
    left(books, row)
    told = left(books, row, on=again)
    assert (told.left.again, told.left.until) == (("FAC-123",), None)
    (task,) = tasks.open_tasks(books, kind="transfer_order")
    assert (task.owner, task.numbers) == (PAUL, ("FAC-123",))
    assert reason(books, row, max(FREE, again)) != "promised"
    assert asks_for_order(books, row, max(FREE, again)) is True
    left(books, row, on=again + timedelta(days=1))
    assert len(tasks.open_tasks(books, kind="transfer_order")) == 1


def test_once_it_did_not_come_the_next_text_asks_for_the_order_without_being_said_again(books: Books) -> None:
    row = invoice(books, customer(books))
    left(books, row)
    assert asks_for_order(books, row, HELD) is None
    assert asks_for_order(books, row, FREE) is True


def test_after_money_came_in_between_it_is_believed_again(books: Books) -> None:
    row = invoice(books, customer(books))
    left(books, row)
    payment(books, row, "200.00", received_on=date(2026, 4, 22))
    told = left(books, row, on=date(2026, 5, 11))
    assert (told.left.again, told.left.until) == ((), date(2026, 5, 19))  # 14 May is closed
    assert books.session.get_one(Promise, told.left.puts[0].promise_id).amount == Decimal("1000.00")


def test_a_promise_after_it_was_said_again_is_what_the_text_speaks_of(books: Books) -> None:
    row = invoice(books, customer(books))
    left(books, row)
    left(books, row, on=date(2026, 4, 22))
    promises.make(books, row.id, amount=None, date=date(2026, 4, 29), by=MARIE, at=at(date(2026, 4, 23)))
    assert asks_for_order(books, row, date(2026, 5, 11)) is False


def test_the_same_word_of_a_file_that_comes_again_says_nothing(books: Books) -> None:
    row = invoice(books, customer(books))
    left(books, row, by=Automaton.IMPORT)
    told = left(books, row, on=date(2026, 4, 22), by=Automaton.IMPORT)
    assert (told.entry_id, told.left.again, tasks.open_tasks(books)) == (None, (), [])
    assert left(books, row, on=date(2026, 4, 23)).left.again == ("FAC-123",)


# --- beside it --------------------------------------------------------------------------------------------


def test_where_a_plan_runs_it_changes_nothing_for_the_plan_holds_already(books: Books) -> None:
    row = invoice(books, customer(books))
    days = (date(2026, 5, 15), date(2026, 6, 15))
    lines = [Instalment(day, Decimal(600)) for day in days]
    payment_plans.make(books, [row.id], instalments=lines, by=MARIE, at=at(DAY))
    told = left(books, row)
    assert (told.left.planned, told.left.puts) == (("FAC-123",), ())
    assert reason(books, row, DAY) == "plan"


def test_it_leaves_a_call_to_make(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    tasks.open_task(books, kind="call", customer_id=client.id, invoice_ids=[row.id], step="appel", at=at(DAY))
    left(books, row)
    assert len(tasks.open_tasks(books, kind="call")) == 1


def test_undone_all_is_as_before(books: Books) -> None:
    row = invoice(books, customer(books))
    made = promises.make(books, row.id, amount=None, date=date(2026, 4, 21), by=PAUL, at=at(DAY, 8))
    first = left(books, row)
    again = left(books, row, on=date(2026, 4, 22))
    with refused(Refused, match="dépend|d’abord|avant"):
        tasks.close(books, again.left.task_id, outcome="done", by=PAUL, at=at(date(2026, 4, 22), 10))
        undo(books, again.entry_id, by=MARIE, at=at(date(2026, 4, 22), 11))
    line = books.session.query(JournalLine).filter_by(act="task.closed").one()
    undo(books, line.id, by=PAUL, at=at(date(2026, 4, 22), 12))
    undo(books, again.entry_id, by=MARIE, at=at(date(2026, 4, 22), 13))
    undo(books, first.entry_id, by=MARIE, at=at(date(2026, 4, 22), 14))
    assert tasks.open_tasks(books) == []
    assert books.session.get_one(Promise, made.promise_id).ended_how is None


def test_nothing_has_left_for_a_settled_invoice(books: Books) -> None:
    row = invoice(books, customer(books))
    payment(books, row, received_on=DAY)
    with refused(AlreadySettled):
        left(books, row)
