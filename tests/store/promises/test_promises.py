"""Promises: how long they hold, what replaces them."""

from datetime import date
from decimal import Decimal

import pytest

from receivables.errors import Refused
from receivables.schedule.holds import last_broken
from store.accounts import promises as promise_facts
from store.books import Books
from store.db.tables import Invoice, JournalLine, Promise, StepDone
from store.invoices import acts as invoices
from store.invoices.settling import AlreadySettled
from store.promises import acts as promises
from store.promises.record import whole_record
from store.tasks import acts as tasks
from store.undo import undo
from tests.builders import MARIE, PAUL, at, customer, invoice, payment
from tests.refusals import refused

DAY = date(2026, 4, 20)


def promise(
    b: Books, row: Invoice, on: date, amount: str | None = None, *, made: date = DAY
) -> promises.PromiseOutcome:
    return promises.make(
        b, row.id, amount=Decimal(amount) if amount else None, date=on, by=MARIE, at=at(made)
    )


def test_a_promise_holds_through_its_grace_in_open_days(books: Books) -> None:
    row = invoice(books, customer(books))
    told = promise(books, row, date(2026, 4, 30))
    assert told.promise_amount == Decimal("1200.00")
    assert told.holds_until == date(2026, 5, 5)  # Friday 1 May is closed
    facts = invoices.get_invoice(books, row.id)
    assert facts.status(DAY) == "promised"
    assert facts.status(date(2026, 5, 5)) == "promised"
    assert facts.status(date(2026, 5, 6)) == "late"


def test_a_new_promise_before_the_old_one_breaks_postpones_it(books: Books) -> None:
    row = invoice(books, customer(books))
    first = promise(books, row, date(2026, 4, 24))
    second = promise(books, row, date(2026, 5, 15), made=date(2026, 4, 21))
    assert second.postponed_from == date(2026, 4, 24)
    assert books.session.get_one(Promise, first.promise_id).ended_how == "replaced"
    lines = books.session.query(JournalLine).filter_by(invoice_id=row.id).order_by(JournalLine.id)
    assert [line.act for line in lines] == ["promise.made", "promise.postponed"]


def test_a_broken_promise_is_not_replaced(books: Books) -> None:
    row = invoice(books, customer(books))
    first = promise(books, row, date(2026, 4, 21))
    second = promise(books, row, date(2026, 5, 15), made=date(2026, 4, 27))
    assert second.postponed_from is None
    assert books.session.get_one(Promise, first.promise_id).ended_how is None


def test_a_kept_promise_of_a_part_is_not_replaced(books: Books) -> None:
    row = invoice(books, customer(books))
    promise(books, row, date(2026, 4, 24), "500.00")
    payment(books, row, "500.00", received_on=DAY, at_hour=10)
    assert promise(books, row, date(2026, 5, 15), made=date(2026, 4, 21)).postponed_from is None


@pytest.mark.parametrize(
    ("on", "amount", "sentence"),
    [
        (date(2026, 4, 19), None, "Le 19/04/2026 est passé"),
        (date(2099, 1, 1), None, "plus de deux ans"),
        (date(9999, 12, 31), None, "plus de deux ans"),
        (DAY, "1200.01", "Il ne reste que 1\u202f200,00\xa0€"),
        (DAY, "-1", "supérieur à zéro"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(
    books: Books, on: date, amount: str | None, sentence: str
) -> None:
    row = invoice(books, customer(books))
    with refused(Refused, match=sentence):
        promise(books, row, on, amount)


def test_nothing_is_promised_on_a_settled_invoice(books: Books) -> None:
    row = invoice(books, customer(books))
    payment(books, row, received_on=DAY)
    with refused(AlreadySettled):
        promise(books, row, date(2026, 4, 30))


def test_the_same_person_the_same_day_corrects_and_nothing_is_counted(books: Books) -> None:
    row = invoice(books, customer(books))
    first = promise(books, row, date(2026, 4, 24))
    second = promise(books, row, date(2026, 4, 30))
    assert (second.postponed_from, second.corrected_from) == (None, date(2026, 4, 24))
    assert (second.postponements, second.record) == (0, promises.PromiseRecord(0, 0, 0))
    assert books.session.get_one(Promise, first.promise_id).ended_how == "corrected"
    assert books.session.query(JournalLine).order_by(JournalLine.id.desc()).first().act == "promise.corrected"
    undo(books, second.entry_id, by=MARIE, at=at(DAY, 10))
    assert invoices.get_invoice(books, row.id).promise_date == date(2026, 4, 24)


@pytest.mark.parametrize(("by", "made"), [(PAUL, DAY), (MARIE, date(2026, 4, 21))])
def test_somebody_else_or_another_day_postpones(books: Books, by: str, made: date) -> None:
    row = invoice(books, customer(books))
    promise(books, row, date(2026, 4, 24))
    told = promises.make(books, row.id, amount=None, date=date(2026, 4, 30), by=by, at=at(made, 10))
    assert (told.postponed_from, told.postponements) == (date(2026, 4, 24), 1)
    assert told.record == promises.PromiseRecord(0, 0, 1)


def test_a_correction_leaves_earlier_postponements_counted(books: Books) -> None:
    row = invoice(books, customer(books))
    promise(books, row, date(2026, 4, 24))
    promise(books, row, date(2026, 4, 30), made=date(2026, 4, 21))
    told = promise(books, row, date(2026, 5, 4), made=date(2026, 4, 21))
    assert (told.postponed_from, told.corrected_from) == (None, date(2026, 4, 30))
    assert (told.postponements, told.record.postponed) == (1, 1)


# --- a call step that is due ------------------------------------------------------------------------------


def test_a_promise_noted_while_a_call_is_due_finishes_it_and_undone_it_is_to_be_made_again(
    books: Books,
) -> None:
    client = customer(books)
    first, second = invoice(books, client, "FAC-1"), invoice(books, client, "FAC-2")
    task = tasks.open_task(
        books, kind="call", customer_id=client.id, invoice_ids=[first.id, second.id], step="appel", at=at(DAY)
    )
    told = promise(books, first, date(2026, 4, 30))
    assert (told.step, tasks.get_task(books, task.id).outcome) == ("appel", "promise")
    assert climbed(books) == [("appel", "promise", first.id)]  # FAC-2 was not promised: it is due still
    undo(books, told.entry_id, by=MARIE, at=at(DAY, 10))
    assert tasks.get_task(books, task.id).state == "open"
    assert climbed(books) == []


def climbed(b: Books) -> list[tuple[str, str, int]]:
    rows = b.session.query(StepDone).filter(StepDone.undone_at.is_(None)).order_by(StepDone.id)
    return [(row.step, row.how, row.invoice_id) for row in rows]


# --- of several invoices ----------------------------------------------------------------------------------


def three(b: Books) -> list[Invoice]:
    client = customer(b)
    return [
        invoice(b, client, f"FAC-{n}", amount=amount, due=date(2026, 4, n))
        for n, amount in ((1, "800.00"), (2, "600.00"), (3, "500.00"))
    ]


def promise_all(
    b: Books, rows: list[Invoice], on: date, amount: str | None = None
) -> promises.PromiseOutcome:
    ids = [row.id for row in reversed(rows)]
    return promises.make_for(
        b, ids, amount=Decimal(amount) if amount else None, date=on, by=MARIE, at=at(DAY)
    )


def test_it_is_one_promise_set_on_them_the_oldest_first_and_holds_each(books: Books) -> None:
    rows = three(books)
    told = promise_all(books, rows, date(2026, 4, 24), "1000.00")
    assert (told.promise_amount, told.outstanding) == (Decimal("1000.00"), Decimal("1900.00"))
    shares = books.session.query(Promise).order_by(Promise.invoice_id)
    assert [row.amount for row in shares] == [Decimal("800.00"), Decimal("200.00"), Decimal("0.00")]
    assert {invoices.get_invoice(books, row.id).status(DAY) for row in rows} == {"promised"}
    assert books.session.query(JournalLine).filter_by(act="promise.made").count() == 1
    (listed,) = promises.running(books, DAY)
    assert (listed.numbers, listed.amount) == (("FAC-1", "FAC-2", "FAC-3"), Decimal("1000.00"))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_it_is_kept_when_the_sum_came_in_on_whichever(books: Books, place: int) -> None:
    rows = three(books)
    promise_all(books, rows, date(2026, 4, 24), "500.00")
    payment(books, rows[place], "500.00", received_on=date(2026, 4, 22))
    assert whole_record(books, rows[0].customer_id, date(2026, 5, 4)) == promises.PromiseRecord(1, 0, 0)
    assert {moved(books, row) for row in rows} == {None}


def test_else_it_breaks_once_and_only_where_the_share_is_not_in(books: Books) -> None:
    rows = three(books)
    promise_all(books, rows, date(2026, 4, 24), "1000.00")
    payment(books, rows[0], "800.00", received_on=date(2026, 4, 22))
    assert whole_record(books, rows[0].customer_id, date(2026, 5, 4)) == promises.PromiseRecord(0, 1, 0)
    # FAC-1 is in; of FAC-2 200 € lack; nothing was set on FAC-3, whose ladder goes on as it was
    assert [moved(books, row) for row in rows] == [None, date(2026, 4, 29), None]


def moved(b: Books, row: Invoice) -> date | None:
    found = promise_facts.of_invoices(b, [row.id])[row.id]
    broken = last_broken(found, b.company.calendar, b.company.grace_days, date(2026, 6, 1))
    return broken[1] if broken else None


def test_what_is_written_off_of_it_is_not_waited_for(books: Books) -> None:
    rows = three(books)
    promise_all(books, rows, date(2026, 4, 24))
    payment(books, rows[0], received_on=date(2026, 4, 22))
    payment(books, rows[1], received_on=date(2026, 4, 22))
    rows[2].written_off_at = at(DAY)
    assert whole_record(books, rows[0].customer_id, date(2026, 5, 4)) == promises.PromiseRecord(1, 0, 0)


def test_one_of_them_promised_again_leaves_the_others_as_they_were(books: Books) -> None:
    rows = three(books)
    promise_all(books, rows, date(2026, 4, 24))
    told = promise(books, rows[1], date(2026, 5, 15), made=date(2026, 4, 21))
    assert (told.postponed_from, told.record) == (date(2026, 4, 24), promises.PromiseRecord(0, 0, 1))
    payment(books, rows[0], received_on=date(2026, 4, 22))
    payment(books, rows[2], received_on=date(2026, 4, 22))
    assert whole_record(books, told.customer_id, date(2026, 5, 4)) == promises.PromiseRecord(1, 0, 1)


def test_undone_all_of_it_is_gone(books: Books) -> None:
    rows = three(books)
    told = promise_all(books, rows, date(2026, 4, 24))
    undo(books, told.entry_id, by=MARIE, at=at(DAY, 10))
    assert {invoices.get_invoice(books, row.id).status(DAY) for row in rows} == {"late"}
    assert promises.running(books, DAY) == []


@pytest.mark.parametrize("other", ["customer", "currency"])
def test_it_is_with_one_customer_in_one_currency(books: Books, other: str) -> None:
    client = customer(books)
    first = invoice(books, client, "FAC-1")
    second = (
        invoice(books, customer(books, "Autre"), "FAC-2")
        if other == "customer"
        else invoice(books, client, "FAC-2", currency="USD")
    )
    with refused(
        Refused, match="du même client que" if other == "customer" else "FAC-1 est en EUR, FAC-2 en"
    ):
        promise_all(books, [first, second], date(2026, 4, 24))
