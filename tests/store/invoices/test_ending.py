"""Invoices that end without money: given up, not owed, handed over; and taken up again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from receivables.errors import Refused
from store.accounts import facts as accounts
from store.books import Books
from store.credits import acts as credit_acts
from store.customers import facts as customers
from store.db.tables import Invoice
from store.health.check import check
from store.invoices import acts as invoices
from store.invoices import ending
from store.morning import late
from store.payments import acts as payments
from store.tasks import acts as tasks
from store.undo import undo
from tests import builders
from tests.builders import MARIE, PAUL, at

DAY = date(2026, 4, 20)
NOW = {"by": PAUL, "at": at(DAY)}
ENDS = [
    (ending.write_off, "written_off"),
    (ending.withdraw, "withdrawn"),
    (ending.hand_over, "handed_over"),
]


def bill(b: Books, number: str = "FAC-1") -> Invoice:
    return builders.invoice(b, builders.customer(b, f"Client {number}"), number, due=date(2026, 4, 1))


def reason(b: Books, row: Invoice, day: date = DAY) -> tuple[str, str]:
    found = accounts.why(b, row.id, on=day, now=at(day))
    return found.decision, found.reason


@pytest.mark.parametrize(("act", "code"), ENDS)
def test_nothing_is_asked_for_any_more_and_undone_all_is_as_before(
    books: Books, act: object, code: str
) -> None:
    row = bill(books)
    done = act(books, row.id, reason="vu", **NOW)  # type: ignore[operator]
    assert reason(books, row) == ("done", code)
    assert invoices.get_invoice(books, row.id).status(DAY) == code
    assert check(books) == []
    undo(books, done.entry_id, **NOW)
    assert reason(books, row)[0] == "remind"
    assert invoices.get_invoice(books, row.id).status(DAY) == "late"


@pytest.mark.parametrize(("act", "listed"), [(ENDS[0][0], 0), (ENDS[1][0], 0), (ENDS[2][0], 1)])
def test_what_is_given_up_or_not_owed_leaves_what_is_late(books: Books, act: object, listed: int) -> None:
    act(books, bill(books).id, **NOW)  # type: ignore[operator]
    assert len(late.customers(books, DAY)) == listed


def test_money_on_a_withdrawn_invoice_is_the_customer_s_with_a_task_for_finance(books: Books) -> None:
    row = bill(books)
    payments.record(books, row.id, amount=Decimal(500), received_on=DAY, **NOW)
    done = ending.withdraw(books, row.id, reason="doublon", **NOW)
    assert (done.freed, customers.credit(books, row.customer_id)) == (Decimal(500), {"EUR": Decimal(500)})
    (task,) = tasks.open_tasks(books)
    assert (task.kind, task.role) == ("on_account", "finance")
    assert check(books) == []
    undo(books, done.entry_id, **NOW)
    assert customers.credit(books, row.customer_id) == {}
    assert (row.outstanding, tasks.open_tasks(books)) == (Decimal(700), [])
    assert check(books) == []


def test_what_is_settled_may_be_withdrawn_and_is_settled_again_when_undone(books: Books) -> None:
    row = bill(books)
    payments.record(books, row.id, amount=None, received_on=DAY, **NOW)
    done = ending.withdraw(books, row.id, **NOW)
    assert reason(books, row) == ("done", "withdrawn")
    undo(books, done.entry_id, **NOW)
    assert (row.outstanding, row.settled_at is not None) == (Decimal(0), True)
    assert reason(books, row) == ("done", "paid")


def test_what_was_paid_on_a_written_off_invoice_stays_on_it(books: Books) -> None:
    row = bill(books)
    payments.record(books, row.id, amount=Decimal(500), received_on=DAY, **NOW)
    ending.write_off(books, row.id, **NOW)
    assert (row.outstanding, customers.credit(books, row.customer_id)) == (Decimal(700), {})


def test_a_withdrawal_whose_money_was_used_is_not_taken_back(books: Books) -> None:
    row = bill(books)
    other = builders.invoice(
        books, books.session.get_one(builders.Customer, row.customer_id), "FAC-9", due=date(2026, 4, 2)
    )
    payments.record(books, row.id, amount=Decimal(500), received_on=DAY, **NOW)
    done = ending.withdraw(books, row.id, **NOW)
    credit_acts.allocate(books, other.id, amount=Decimal(300), **NOW)
    with pytest.raises(Refused) as refused:
        undo(books, done.entry_id, **NOW)
    assert refused.value.code == "undo.first"


def test_a_payment_that_a_withdrawal_freed_is_not_taken_back_before_it(books: Books) -> None:
    row = bill(books)
    paid = payments.record(books, row.id, amount=Decimal(500), received_on=DAY, **NOW)
    ending.withdraw(books, row.id, **NOW)
    with pytest.raises(Refused) as refused:
        undo(books, paid.entry_id, **NOW)
    assert refused.value.code == "undo.first"
    assert check(books) == []


def test_money_that_comes_on_a_withdrawn_invoice_goes_on_account(books: Books) -> None:
    row = bill(books)
    ending.withdraw(books, row.id, **NOW)
    done = payments.record(books, row.id, amount=Decimal(500), received_on=DAY, **NOW)
    assert (done.allocated, done.credit) == (Decimal(0), Decimal(500))
    assert [task.kind for task in tasks.open_tasks(books)] == ["on_account"]
    undo(books, done.entry_id, **NOW)
    assert (customers.credit(books, row.customer_id), tasks.open_tasks(books)) == ({}, [])


@pytest.mark.parametrize(("act", "code"), ENDS)
def test_taken_up_again_its_ladder_goes_on_from_the_third_open_day(
    books: Books, act: object, code: str
) -> None:
    row = bill(books)
    act(books, row.id, **NOW)  # type: ignore[operator]
    done = ending.reopen(books, row.id, reason="l’agence le rend", by=MARIE, at=at(DAY))
    assert reason(books, row) == ("wait", "resuming")
    assert reason(books, row, DAY + timedelta(days=3))[0] == "remind"
    undo(books, done.entry_id, **NOW)
    assert reason(books, row) == ("done", code)


def test_what_has_ended_does_not_end_twice_and_what_has_not_is_not_reopened(books: Books) -> None:
    row = bill(books)
    with pytest.raises(Refused, match="not_ended"):
        ending.reopen(books, row.id, **NOW)
    first = ending.hand_over(books, row.id, **NOW)
    with pytest.raises(Refused, match="already_handed_over"):
        ending.hand_over(books, row.id, **NOW)
    ending.write_off(books, row.id, reason="l’agence renonce", **NOW)
    for act in (ending.write_off, ending.withdraw, ending.hand_over):
        with pytest.raises(Refused, match="already_written_off"):
            act(books, row.id, **NOW)
    ending.reopen(books, row.id, **NOW)
    assert reason(books, row) == ("done", "handed_over")
    ending.reopen(books, row.id, **NOW)
    with pytest.raises(Refused) as refused:
        undo(books, first.entry_id, **NOW)
    assert refused.value.code == "undo.first"
