"""Calls: what they finish, and what follows from them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from receivables.codes.calls import SILENT
from receivables.errors import Refused
from store.books import Books
from store.calls import acts as calls
from store.calls.follow_up import NextAction
from store.db.tables import Customer, Invoice, StepDone
from store.invoices import acts as invoices
from store.invoices.settling import AlreadySettled
from store.promises import acts as promises
from store.reminders import steps
from store.tasks import acts as tasks
from store.undo import undo
from tests.builders import MARIE, at, customer, invoice, payment
from tests.refusals import refused

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


@pytest.mark.parametrize("outcome", sorted(SILENT))
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
    assert invoices.get_invoice(books, row.id).status(DAY) == "promised"


def test_a_call_brings_a_dispute_once(books: Books) -> None:
    row = invoice(books, customer(books), due=DUE)
    assert call(books, row, "dispute", note="Quantité fausse").dispute_id is not None
    assert invoices.get_invoice(books, row.id).status(DAY) == "disputed"
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
    with refused(Refused, match=sentence):
        call(books, row, outcome, **facts)


def test_a_call_about_a_settled_invoice_is_logged_but_promises_nothing(books: Books) -> None:
    row = invoice(books, customer(books), due=DUE)
    payment(books, row, received_on=DAY)
    assert call(books, row).outstanding == 0
    with refused(AlreadySettled):
        call(books, row, "promise", promise_date=date(2026, 5, 15))


@pytest.mark.parametrize(
    ("outcome", "facts", "moved"),
    [
        ("reached", {}, True),
        ("in_payment", {}, True),
        ("voicemail", {}, False),
        ("reached", {"moves": False}, False),
        ("unreachable", {"moves": True}, True),
        ("callback", {"callback_at": at(date(2026, 5, 14), 12)}, False),
        ("callback", {"callback_at": at(date(2026, 5, 14), 12), "moves": True}, True),
        ("callback", {}, False),
    ],
)
def test_the_person_says_whether_the_call_moves_the_ladder(
    books: Books, outcome: str, facts: dict[str, Any], moved: bool
) -> None:
    client = customer(books)
    row = invoice(books, client, due=DUE)
    call_task(books, client, row)
    told = call(books, row, outcome, **facts)
    assert (told.step == "appel", bool(done(books)), told.waits) == (moved, moved, not moved)


def test_a_call_to_make_again_comes_back_at_its_hour_and_undone_it_is_as_before(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client, due=DUE)
    task, hour = call_task(books, client, row), at(date(2026, 5, 14), 12)
    told = call(books, row, "callback", callback_at=hour)
    assert tasks.get_task(books, task.id).put_off_to == hour
    undo(books, told.entry_id, by=MARIE, at=at(DAY, 10))
    assert tasks.get_task(books, task.id).put_off_to is None


def test_without_a_task_a_call_to_make_again_opens_one_that_holds_no_ladder(books: Books) -> None:
    row = invoice(books, customer(books), due=DUE)
    call(books, row, "voicemail", callback_at=at(date(2026, 5, 14), 12))
    (task,) = tasks.open_tasks(books, kind="call")
    assert (task.step, task.put_off_to) == (None, at(date(2026, 5, 14), 12))
    call(books, row, "reached")
    assert tasks.open_tasks(books, kind="call") == []


def test_an_invoice_not_received_asks_once_for_it_to_be_sent_again(books: Books) -> None:
    row = invoice(books, customer(books, owner=MARIE), due=DUE)
    first = call(books, row, "invoice_not_received")
    assert first.copy_task_id is not None
    assert call(books, row, "invoice_not_received").copy_task_id is None
    assert [task.owner for task in tasks.open_tasks(books, kind="invoice_copy")] == [MARIE]


def test_a_next_action_is_a_task_with_its_owner_told_on_its_day(books: Books) -> None:
    row = invoice(books, customer(books), due=DUE)
    action = NextAction("Envoyer le bon de livraison", "U0SAMIR", date(2026, 5, 15))
    told = call(books, row, "reached", next_action=action)
    (task,) = tasks.open_tasks(books, kind="follow_up")
    assert (task.owner, task.note) == ("U0SAMIR", "Envoyer le bon de livraison")
    assert task.put_off_to == books.company.instant(date(2026, 5, 15), books.company.digest_at)
    undo(books, told.entry_id, by=MARIE, at=at(DAY, 10))
    assert tasks.open_tasks(books) == []


def test_a_call_whose_next_action_is_done_is_not_undone_before_it(books: Books) -> None:
    row = invoice(books, customer(books), due=DUE)
    told = call(books, row, "reached", next_action=NextAction("Relire le contrat"))
    assert told.next_task_id is not None
    tasks.close(books, told.next_task_id, outcome="done", by=MARIE, at=at(DAY, 10))
    with refused(Refused, match="Annulez d’abord la clôture de la tâche"):
        undo(books, told.entry_id, by=MARIE, at=at(DAY, 11))


@pytest.mark.parametrize(
    ("columns", "steps_done"),
    [
        ({"means": "transfer"}, ["appel"]),
        ({"means": "direct_debit"}, []),  # no step until the bank sends it back (27)
        ({"means": "transfer", "due": date(2021, 5, 11)}, []),  # prescribed today (26)
        ({"means": "transfer", "due": date(2021, 5, 12)}, ["appel"]),
    ],
)
@pytest.mark.parametrize("promised", [False, True])
def test_where_no_step_is_to_be_done_neither_a_call_nor_a_promise_does_one(
    books: Books, columns: dict[str, Any], steps_done: list[str], promised: bool
) -> None:
    row = invoice(books, customer(books), **{"due": DUE, **columns})
    reminded_twice(books, row)
    if promised:
        promises.make(books, row.id, amount=None, date=DAY, by=MARIE, at=at(DAY))
    else:
        call(books, row)
    climbed = [step.step for step in books.session.query(StepDone).order_by(StepDone.id)]
    assert climbed == ["ferme", "renforcee", *steps_done]


def test_a_call_whose_day_came_later_in_the_policy_is_made_once_more_and_done_by_that(books: Books) -> None:
    row = invoice(books, customer(books))
    reminded_twice(books, row)
    call(books, row)
    call(books, row)
    assert len(done(books)) == 1
    step = books.company.policy_for(None).step("appel")
    assert step is not None
    later = replace(step, day=step.day + 2)
    for _ in range(2):
        steps.complete(books, later, [(row, DAY)], task_id=None, how="call", by=MARIE, at=at(DAY))
    assert [each.day for each in books.session.query(StepDone) if each.step == "appel"] == [30, 32]
