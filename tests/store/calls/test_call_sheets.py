"""The call sheet: whom to ring, what is owed, what was said last, promises kept, what to ask."""

from datetime import UTC, date, datetime
from decimal import Decimal

from store.books import Books
from store.calls import acts as calls
from store.calls import sheet as call_sheets
from store.db.tables import Customer, Incoming, Reminder
from store.promises import acts as promises
from store.tasks import acts as tasks
from tests.builders import MARIE, at, contact, customer, invoice, payment

TODAY = date(2026, 5, 18)


def mailed(b: Books, client: Customer, day: date, step: str = "ferme") -> None:
    """Have a reminder have left."""
    b.session.add(
        Reminder(
            company_id=b.company_id, customer_id=client.id, day=day, channel="email", by="horloge", step=step,
            corrective=True, policy="standard", state="sent", planned_at=at(day), planned_for=at(day),
            due_at=at(day), sent_at=at(day),
        )
    )  # fmt: skip


def answered(b: Books, client: Customer, text: str, on: datetime, state: str = "unread") -> None:
    b.session.add(
        Incoming(
            company_id=b.company_id, key=f"<{on.isoformat()}@x>", received_at=on, taken_at=on, kind="reply",
            sender="roux@martin.example", sender_name="Mme Roux", subject="Re", text=text,
            customer_id=client.id, state=state,
        )
    )  # fmt: skip


def sheet(b: Books, client: Customer, *numbers: int) -> call_sheets.CallSheet:
    return call_sheets.of_invoices(b, client.id, numbers, TODAY)


def test_it_gives_whom_to_ring_billing_first_then_the_company(books: Books) -> None:
    client = customer(books, phone="02 40 00 00 00", contact_name="Standard")
    contact(books, client, None, name="M. Petit", phone="06 11", role="manager")
    contact(books, client, None, name="Mme Roux", phone="06 22")
    found = sheet(books, client, invoice(books, client).id)
    assert [(each.name, each.phone) for each in found.people] == [
        ("Mme Roux", "06 22"),
        ("M. Petit", "06 11"),
        ("Garage Martin", "02 40 00 00 00"),
    ]
    assert found.names == ("Standard",)


def test_it_tells_what_is_owed_how_late_and_what_else_is_late(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client, "FAC-1", due=date(2026, 4, 18))
    payment(books, row, "200", received_on=date(2026, 5, 4))
    invoice(books, client, "FAC-2", due=date(2026, 5, 1), amount="300")
    invoice(books, client, "FAC-3", due=date(2026, 6, 1), amount="700")
    found = sheet(books, client, row.id)
    (owed,) = found.items
    assert (owed.number, owed.days_late, owed.outstanding) == ("FAC-1", 30, Decimal(1000))
    assert found.others == (1, {"EUR": Decimal(300)})
    assert (found.aim.key, found.aim.facts["amount"]) == ("rest", Decimal(200))


def test_what_was_said_last_comes_newest_first_from_every_way(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    mailed(books, client, date(2026, 4, 8))
    calls.log(books, row.id, outcome="voicemail", note="rien", by=MARIE, at=at(date(2026, 5, 4)))
    answered(books, client, "Nous  regardons\ncela", datetime(2026, 5, 6, 8, tzinfo=UTC))
    promises.make(books, row.id, amount=None, date=date(2026, 5, 20), by=MARIE, at=at(date(2026, 5, 7)))
    found = sheet(books, client, row.id)
    told = [(said.way, said.what, said.text) for said in found.said]
    assert told == [
        ("promise", "2026-05-20", ""),
        ("reply", "unread", "Nous regardons cela"),
        ("call", "voicemail", "rien"),
        ("email", "ferme", ""),
    ]
    assert found.aim.key == "reply"


def test_promises_kept_out_of_how_many_and_the_broken_one_is_asked_about(books: Books) -> None:
    client = customer(books)
    first, second = (invoice(books, client, number) for number in ("FAC-1", "FAC-2"))
    for row in (first, second):
        made = at(date(2026, 4, 20))
        promises.make(books, row.id, amount=None, date=date(2026, 4, 30), by=MARIE, at=made)
    payment(books, first, received_on=date(2026, 4, 29))
    found = sheet(books, client, first.id, second.id)
    assert (found.kept, found.ended) == (1, 2)
    assert [item.number for item in found.items] == ["FAC-2"]
    assert (found.aim.key, found.aim.facts["on"]) == ("broken", date(2026, 4, 30))


def test_the_sheet_of_a_task_is_about_its_invoices(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    task = tasks.open_task(
        books, kind="call", customer_id=client.id, invoice_ids=[row.id], step="appel", at=at(TODAY)
    )
    found = call_sheets.of_task(books, task.id, TODAY)
    assert found is not None
    assert [item.number for item in found.items] == ["FAC-123"]
    unknown = tasks.open_task(books, kind="call", customer_id=None, at=at(TODAY))
    assert call_sheets.of_task(books, unknown.id, TODAY) is None
