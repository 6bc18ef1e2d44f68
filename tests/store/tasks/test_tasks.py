"""Tasks: opened, listed, closed by a person, with the step they complete."""

from datetime import date

import pytest

from receivables.errors import Refused
from store.books import Books
from store.db.tables import Customer, Invoice, StepDone
from store.tasks import acts as tasks
from tests.builders import MARIE, PAUL, at, customer, invoice
from tests.refusals import refused

DAY = date(2026, 5, 18)


def letter(b: Books, client: Customer, *rows: Invoice, owner: str | None = None) -> tasks.TaskFacts:
    return tasks.open_task(
        b,
        kind="letter",
        customer_id=client.id,
        invoice_ids=[row.id for row in rows],
        step="mise_en_demeure",
        owner=owner,
        at=at(DAY),
    )


@pytest.mark.parametrize(
    ("outcome", "state", "steps"),
    [
        ("deposited", "done", [("mise_en_demeure", "task")]),
        ("skipped", "cancelled", [("mise_en_demeure", "skipped")]),
        ("cancelled", "cancelled", []),
    ],
)
def test_closing_a_task_completes_its_step_unless_it_was_cancelled(
    books: Books, outcome: str, state: str, steps: list[tuple[str, str]]
) -> None:
    client = customer(books)
    task = letter(books, client, invoice(books, client))
    closed = tasks.close(books, task.id, outcome=outcome, reason="vu avec le client", by=PAUL, at=at(DAY))
    assert closed.numbers == ("FAC-123",)
    assert closed.completed == bool(steps)
    assert tasks.get_task(books, task.id).state == state
    assert [(row.step, row.how) for row in books.session.query(StepDone)] == steps


def test_a_task_is_closed_once(books: Books) -> None:
    client = customer(books)
    task = letter(books, client, invoice(books, client))
    tasks.close(books, task.id, outcome="done", by=PAUL, at=at(DAY))
    with refused(Refused, match="déjà close, par U0PAUL"):
        tasks.close(books, task.id, outcome="done", by=MARIE, at=at(DAY))


def test_open_tasks_are_listed_by_customer_owner_kind_and_invoice(books: Books) -> None:
    martin, petit = customer(books), customer(books, "Boulangerie Petit")
    row = invoice(books, martin)
    mine = letter(books, martin, row, owner=PAUL)
    other = letter(books, petit, invoice(books, petit, "FAC-9"))
    assert [task.customer for task in tasks.open_tasks(books)] == ["Garage Martin", "Boulangerie Petit"]
    for chosen in ({"owner": PAUL}, {"customer_id": martin.id}, {"invoice_id": row.id}):
        assert [task.id for task in tasks.open_tasks(books, **chosen)] == [mine.id]
    assert tasks.open_tasks(books, kind="call") == []
    assert other.id != mine.id


def test_a_task_of_nobody_is_refused(books: Books) -> None:
    with refused(Refused, match="n’existe plus"):
        tasks.get_task(books, 999)
