"""Calls: what they finish, and what follows from them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from receivables.errors import Refused
from store import call_steps, calls, invoices, steps, tasks
from store.books import Books
from store.settling import AlreadySettled
from store.tables import Customer, Invoice, StepDone
from tests.builders import MARIE, at, customer, invoice, payment

DUE = date(2026, 4, 1)
DAY = date(2026, 5, 11)  # 40 days late: the call step of `standard` is day 30


def call(b: Books, row: Invoice, outcome: str = "reached", **facts: Any) -> calls.CallOutcome:
    return calls.log(b, row.id, contact="Mme Petit", outcome=outcome, by=MARIE, at=at(DAY), **facts)


def reminded_twice(b: Books, row: Invoice) -> None:
    """Have the invoice climb the two e-mail steps before the call."""
    policy = b.company.policy_for(None)
    for key, day in (("ferme", date(2026, 4, 8)), ("renforcee", date(2026, 4, 16))):
        step = policy.step(key)
        assert step is not None
        steps.complete(b, step, [(row, day)], task_id=None, how="task", by=MARIE, at=at(day))


def done(b: Books) -> list[tuple[str, str, int]]:
    return [
        (row.step, row.how, row.invoice_id)
        for row in b.session.query(StepDone).order_by(StepDone.id)
        if row.undone_at is None and row.how == "call"
    ]


def call_task(b: Books, client: Customer, *rows: Invoice) -> tasks.TaskFacts:
    return tasks.open_task(
        b,
        kind="call",
        customer_id=client.id,
        invoice_ids=[row.id for row in rows],
        step="appel",
        slots={row.id: date(2026, 5, 4) for row in rows},
        at=at(date(2026, 5, 4)),
    )


def test_a_call_finishes_the_open_call_task_and_its_step_for_all_its_invoices(books: Books) -> None:
    client = customer(books)
    first, second = invoice(books, client, "FAC-1", due=DUE), invoice(books, client, "FAC-2", due=DUE)
    task = call_task(books, client, first, second)
    told = call(books, first)
    assert (told.step, told.task_id) == ("appel", task.id)
    assert done(books) == [("appel", "call", first.id), ("appel", "call", second.id)]
    assert tasks.open_tasks(books) == []


def test_a_call_finishes_a_call_step_that_is_due_without_a_task(books: Books) -> None:
    row = invoice(books, customer(books), due=DUE)
    reminded_twice(books, row)
    assert call(books, row).step == "appel"
    assert done(books) == [("appel", "call", row.id)]


def test_a_call_before_its_step_is_due_finishes_nothing(books: Books) -> None:
    row = invoice(books, customer(books), due=DUE)
    assert call(books, row).step is None
    assert done(books) == []


@pytest.mark.parametrize("outcome", call_steps.NOBODY_ANSWERED)
def test_nobody_answered_leaves_the_task_open(books: Books, outcome: str) -> None:
    client = customer(books)
    row = invoice(books, client, due=DUE)
    call_task(books, client, row)
    assert call(books, row, outcome).step is None
    assert [task.numbers for task in tasks.open_tasks(books, kind="call")] == [("FAC-123",)]


def test_a_call_brings_a_promise(books: Books) -> None:
    row = invoice(books, customer(books), due=DUE)
    told = call(books, row, "promise", promise_date=date(2026, 5, 15), promise_amount=Decimal(500))
    assert (told.promise_amount, told.holds_until) == (Decimal("500.00"), date(2026, 5, 19))
    assert invoices.facts(books, row.id).status(DAY) == "promised"


def test_a_call_brings_a_dispute_once(books: Books) -> None:
    row = invoice(books, customer(books), due=DUE)
    assert call(books, row, "dispute", note="Quantité fausse").dispute_id is not None
    assert invoices.facts(books, row.id).status(DAY) == "disputed"
    assert call(books, row, "dispute").dispute_id is None


@pytest.mark.parametrize(
    ("outcome", "facts", "sentence"),
    [
        ("promise", {}, "indiquez le jour"),
        ("reached", {"promise_date": DAY}, "va avec l’issue"),
        ("promise", {"promise_date": date(2026, 5, 10)}, "est passé"),
        ("bavardage", {}, "inconnue"),
    ],
)
def test_a_call_that_cannot_be_changes_nothing(
    books: Books, outcome: str, facts: dict[str, Any], sentence: str
) -> None:
    row = invoice(books, customer(books), due=DUE)
    with pytest.raises(Refused, match=sentence):
        call(books, row, outcome, **facts)


def test_a_call_about_a_settled_invoice_is_logged_but_promises_nothing(books: Books) -> None:
    row = invoice(books, customer(books), due=DUE)
    payment(books, row, received_on=DAY)
    assert call(books, row).outstanding == 0
    with pytest.raises(AlreadySettled):
        call(books, row, "promise", promise_date=date(2026, 5, 15))
