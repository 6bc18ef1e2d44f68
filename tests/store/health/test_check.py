"""`db check` finds what does not hold, and nothing in sound books."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from store.books import Books
from store.db.tables import Allocation, CompanyRow, CreditNote, Invoice, Payment, Reminder
from store.health.check import Fault, check
from store.payments import acts as payments
from tests.builders import MARIE, at, customer, invoice

DAY = date(2026, 4, 8)


@pytest.fixture
def paid(books: Books) -> Books:
    """Books with one invoice paid in part, another paid with something over."""
    martin = customer(books)
    first, second = invoice(books, martin, "FAC-1"), invoice(books, martin, "FAC-2")
    for target, amount in ((first, "500.00"), (second, "1300.00")):
        payments.record(
            books, target.id, amount=Decimal(amount), received_on=DAY, means=None, by=MARIE, at=at(DAY)
        )
    books.session.flush()
    return books


def kinds(b: Books) -> list[str]:
    b.session.flush()
    b.session.expire_all()
    return [fault.kind for fault in check(b)]


def test_sound_books_have_no_fault(paid: Books) -> None:
    assert kinds(paid) == []


def test_a_wrong_outstanding_is_told_with_both_figures(paid: Books) -> None:
    paid.session.query(Invoice).filter_by(number="FAC-1").one().outstanding = Decimal("1.00")
    paid.session.flush()
    assert check(paid) == [Fault("outstanding", "FAC-1", "1.00", "700.00")]


def test_a_wrong_open_payment_is_found(paid: Books) -> None:
    payment = paid.session.query(Payment).order_by(Payment.id.desc()).first()
    assert payment is not None
    payment.open = Decimal("3.00")
    assert kinds(paid) == ["payment_open"]


def test_a_settled_date_that_disagrees_is_found(paid: Books) -> None:
    paid.session.query(Invoice).filter_by(number="FAC-2").one().settled_at = None
    assert kinds(paid) == ["settled_at"]


def test_a_live_allocation_of_an_undone_payment_is_found(paid: Books) -> None:
    payment = paid.session.query(Payment).order_by(Payment.id).first()
    assert payment is not None
    payment.undone_at = at(DAY)
    assert kinds(paid) == ["allocation"]


def test_a_credit_note_in_another_currency_is_found(paid: Books) -> None:
    first = paid.session.query(Invoice).filter_by(number="FAC-1").one()
    note = CreditNote(
        company_id=paid.company_id,
        customer_id=first.customer_id,
        number="AV-1",
        amount=Decimal("10.00"),
        open=Decimal("0.00"),
        currency="USD",
    )
    paid.session.add(note)
    paid.session.flush()
    first.outstanding -= Decimal("10.00")
    paid.session.add(
        Allocation(
            company_id=paid.company_id,
            invoice_id=first.id,
            credit_note_id=note.id,
            amount=Decimal("10.00"),
            at=at(DAY),
            day=DAY,
        )
    )
    assert kinds(paid) == ["currency"]


def test_a_message_that_left_without_a_trace_is_found(paid: Books) -> None:
    paid.session.add(
        Reminder(
            company_id=paid.company_id,
            customer_id=paid.session.query(Invoice).first().customer_id,  # type: ignore[union-attr]
            day=DAY,
            channel="email",
            by="horloge",
            step="ferme",
            corrective=True,
            policy="standard",
            state="sent",
            planned_at=at(DAY),
            planned_for=at(DAY),
            due_at=at(DAY),
        )
    )
    assert kinds(paid) == ["sent_without_trace"]


def test_a_row_of_another_company_s_customer_is_found(paid: Books) -> None:
    other = CompanyRow(key="autre")
    paid.session.add(other)
    paid.session.flush()
    owner = customer(paid, "Client d’une autre")
    owner.company_id = other.id
    invoice(paid, owner, "FAC-9")
    assert kinds(paid) == ["foreign_row"]


def test_rows_without_their_parent_are_counted(paid: Books) -> None:
    if paid.session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets no row lose its parent")
    database_rows = paid.session.connection()
    database_rows.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    database_rows.execute(text("DELETE FROM payments"))
    faults = {fault.what: fault.found for fault in check(paid)}
    assert faults["allocations.payment_id"] == "2"
    paid.session.rollback()


def test_an_empty_company_is_sound(books: Books) -> None:
    assert check(books) == []
