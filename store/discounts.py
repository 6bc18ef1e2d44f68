"""Early-payment discounts of invoices: earned by money that came in time, granted by a person's act."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.discounts import Discount, discount, earned
from receivables.errors import Fact, Refused, UnknownInvoice
from receivables.penalties import Receipt
from store import locks
from store.books import Books
from store.credits import acts as credit_acts
from store.credits.acts import CreditOutcome
from store.db.tables import Allocation, Customer, Invoice, Payment
from store.invoices import settling


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDiscount:
    """An invoice's early-payment discount. `discount` None: the customer's terms have none.

    `earned`: the discounted amount came in within the term, and only the discount is left to pay.
    """

    invoice_id: int
    number: str
    customer_id: int
    customer: str
    rate: Decimal | None
    days: int | None
    issue_date: date | None
    discount: Discount | None
    outstanding: Decimal
    currency: str
    earned: bool


def of_invoice(b: Books, invoice_id: int) -> InvoiceDiscount:
    """Return the discount of an invoice, in its currency. Raises UnknownInvoice."""
    invoice = b.session.get(Invoice, invoice_id)
    if invoice is None or invoice.company_id != b.company_id:
        raise UnknownInvoice("invoices.absent")
    customer = b.session.get_one(Customer, invoice.customer_id)
    money, credited = _came_in(b, invoice_id)
    found = discount(
        invoice.amount - credited, invoice.issue_date, customer.discount_rate, customer.discount_days
    )
    return InvoiceDiscount(
        invoice_id=invoice.id,
        number=invoice.number,
        customer_id=customer.id,
        customer=customer.name,
        rate=customer.discount_rate,
        days=customer.discount_days,
        issue_date=invoice.issue_date,
        discount=found,
        outstanding=invoice.outstanding,
        currency=invoice.currency,
        earned=earned(found, invoice.outstanding, money),
    )


def _came_in(b: Books, invoice_id: int) -> tuple[list[Receipt], Decimal]:
    """Return the money set against an invoice, by its day, and the sum of its credit notes."""
    rows = b.session.execute(
        select(Payment.received_on, Allocation.amount)
        .outerjoin(Payment, Payment.id == Allocation.payment_id)
        .where(Allocation.invoice_id == invoice_id, Allocation.undone_at.is_(None))
        .order_by(Allocation.id)
    ).all()
    money = [Receipt(day, amount) for day, amount in rows if day is not None]
    return money, sum((amount for day, amount in rows if day is None), Decimal("0.00"))


def grant(b: Books, invoice_id: int, *, by: str, at: datetime) -> CreditOutcome:
    """Write off an earned discount by a credit note of what is left; undone as credit notes are.

    Raises AlreadySettled, and Refused when the discount is not earned.
    """
    settling.refuse_settled(b, locks.invoice(b, invoice_id))
    found = of_invoice(b, invoice_id)
    if not found.earned:
        raise _why_not(found)
    return credit_acts.add_credit_note(
        b,
        found.customer_id,
        number=f"ESC-{found.number}",
        amount=found.outstanding,
        currency=found.currency,
        issue_date=b.today(at),
        invoice_id=invoice_id,
        by=by,
        at=at,
    )


def _why_not(found: InvoiceDiscount) -> Refused:
    if found.discount is None:
        return Refused("discounts.none_agreed", number=found.number, customer=found.customer)
    facts: dict[str, Fact] = {
        "number": found.number,
        "discount": found.discount.amount,
        "currency": found.currency,
    }
    if found.outstanding > found.discount.amount:
        return Refused("discounts.more_is_left", left=found.outstanding, **facts)
    return Refused("discounts.too_late", until=found.discount.until, **facts)
