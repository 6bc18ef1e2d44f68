"""The call sheet: who to ring, what is owed and how late, what was said last, what to ask."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from receivables.calls import Aim, Known, aim
from receivables.codes.calls import CallResult
from receivables.codes.replies import IncomingKind, IncomingState
from receivables.codes.roles import ContactRole
from receivables.codes.statuses import Status
from receivables.schedule.holds import last_broken
from store.accounts import promises as promise_facts
from store.books import Books
from store.calls import last_words
from store.calls.last_words import Said
from store.customers import facts as customers
from store.customers.facts import CustomerFacts
from store.db.tables import Allocation, Call, Incoming, Invoice, Payment
from store.invoices.acts import InvoiceFacts, get_invoice
from store.promises.record import record_of
from store.tasks import acts as tasks


@dataclass(frozen=True, slots=True)
class PersonToCall:
    """Somebody to ring. `phone` is as it was written."""

    name: str
    phone: str
    role: ContactRole | None = None


@dataclass(frozen=True, slots=True)
class CallInvoice:
    """One invoice to speak of."""

    invoice_id: int
    number: str
    due_date: date
    days_late: int
    outstanding: Decimal
    amount: Decimal
    currency: str
    status: Status


@dataclass(frozen=True, slots=True)
class CallSheet:
    """All that a call takes. `others`: what else is late at this customer's, as (count, totals)."""

    customer_id: int
    customer: str
    people: tuple[PersonToCall, ...]
    names: tuple[str, ...]
    """Contacts of whom no number is known."""
    items: tuple[CallInvoice, ...]
    others: tuple[int, Mapping[str, Decimal]]
    said: tuple[Said, ...]
    kept: int
    ended: int
    aim: Aim

    @property
    def totals(self) -> dict[str, Decimal]:
        """What is left to pay on the invoices to speak of, by currency."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for item in self.items:
            sums[item.currency] += item.outstanding
        return dict(sums)


def of_task(b: Books, task_id: int, today: date) -> CallSheet | None:
    """Return the sheet of a call task on local day `today`; None when it is about no customer.

    Raises Refused when there is no such task.
    """
    task = tasks.get_task(b, task_id)
    if task.customer_id is None:
        return None
    return of_invoices(b, task.customer_id, task.invoice_ids, today)


def of_invoices(b: Books, customer_id: int, invoice_ids: Sequence[int], today: date) -> CallSheet:
    """Return the sheet for a call to a customer about some of its invoices."""
    customer = customers.get_customer(b, customer_id)
    invoices = [found for id_ in invoice_ids if (found := get_invoice(b, id_)).outstanding > 0]
    kept, ended = record_of(b, customer_id, today)
    return CallSheet(
        customer_id=customer_id,
        customer=customer.name,
        people=_people(customer),
        names=tuple(each.name for each in customer.contacts if each.name and not each.phone),
        items=tuple(_owed(each, today) for each in invoices),
        others=_others(b, customer_id, invoice_ids, today),
        said=tuple(last_words.of_customer(b, customer_id)),
        kept=kept,
        ended=ended,
        aim=aim(_known(b, customer_id, invoices, today)),
    )


def to_choose(b: Books, customer_id: int, invoice_ids: Sequence[int], today: date) -> tuple[CallInvoice, ...]:
    """Return what a call to a customer may be about: these and all that is late, the oldest first."""
    late = b.session.scalars(
        select(Invoice.id)
        .where(Invoice.company_id == b.company_id, Invoice.customer_id == customer_id)
        .where(Invoice.outstanding > 0, Invoice.due_date < today, Invoice.owed)
    )
    found = [get_invoice(b, id_) for id_ in {*invoice_ids, *late}]
    open_ = [each for each in found if each.outstanding > 0]
    return tuple(_owed(each, today) for each in sorted(open_, key=lambda each: (each.due_date, each.id)))


def _people(customer: CustomerFacts) -> tuple[PersonToCall, ...]:
    """Return whom to ring: contacts with a number, then the customer's own number."""
    found = [
        PersonToCall(each.name or each.email or customer.name, each.phone, each.role)
        for each in sorted(customer.contacts, key=lambda each: each.role != ContactRole.BILLING)
        if each.phone
    ]
    if customer.phone and customer.phone not in {each.phone for each in found}:
        found.append(PersonToCall(customer.name, customer.phone))
    return tuple(found)


def _owed(invoice: InvoiceFacts, today: date) -> CallInvoice:
    return CallInvoice(
        invoice_id=invoice.id,
        number=invoice.number,
        due_date=invoice.due_date,
        days_late=invoice.days_late(today),
        outstanding=invoice.outstanding,
        amount=invoice.amount,
        currency=invoice.currency,
        status=invoice.status(today),
    )


def _others(
    b: Books, customer_id: int, invoice_ids: Sequence[int], today: date
) -> tuple[int, dict[str, Decimal]]:
    """Return how many other invoices of the customer are late, and their totals."""
    rows = b.session.execute(
        select(Invoice.currency, func.count(), func.sum(Invoice.outstanding))
        .where(Invoice.company_id == b.company_id, Invoice.customer_id == customer_id)
        .where(Invoice.outstanding > 0, Invoice.due_date < today, Invoice.id.not_in(list(invoice_ids)))
        .where(Invoice.owed, Invoice.handed_over_at.is_(None))
        .group_by(Invoice.currency)
    ).all()
    return sum(count for _, count, _ in rows), {currency: total for currency, _, total in rows}


def _known(b: Books, customer_id: int, invoices: Sequence[InvoiceFacts], today: date) -> Known:
    calls = _calls(b, customer_id)
    broken = _broken(b, invoices, today)
    paid = _last_part(b, invoices)
    return Known(
        reply_on=_unread(b, customer_id),
        broken_on=broken[0] if broken else None,
        broken_amount=broken[1] if broken else Decimal(0),
        broken_currency=broken[2] if broken else "EUR",
        disputed=tuple(each.number for each in invoices if each.disputed),
        outcomes=tuple(outcome for outcome, _ in calls),
        last_call_on=calls[0][1] if calls else None,
        paid_part=paid[0] if paid else Decimal(0),
        paid_currency=paid[1] if paid else "EUR",
        paid_on=paid[2] if paid else None,
    )


def _calls(b: Books, customer_id: int) -> list[tuple[CallResult, date]]:
    rows = b.session.execute(
        select(Call.outcome, Call.at)
        .where(Call.company_id == b.company_id, Call.customer_id == customer_id, Call.undone_at.is_(None))
        .order_by(Call.at.desc(), Call.id.desc())
        .limit(10)
    )
    return [(outcome, b.today(at)) for outcome, at in rows]


def _unread(b: Books, customer_id: int) -> date | None:
    at = b.session.scalar(
        select(func.max(Incoming.received_at)).where(
            Incoming.company_id == b.company_id,
            Incoming.customer_id == customer_id,
            Incoming.kind == IncomingKind.REPLY,
            Incoming.state == IncomingState.UNREAD,
        )
    )
    return b.today(at) if at else None


def _broken(b: Books, invoices: Sequence[InvoiceFacts], today: date) -> tuple[date, Decimal, str] | None:
    """Return the latest promise on these invoices that was broken: its date, amount and currency."""
    currencies = {each.id: each.currency for each in invoices}
    found = []
    for invoice_id, agreed in promise_facts.of_invoices(b, list(currencies)).items():
        broken = last_broken(agreed, b.company.calendar, b.company.grace_days, today)
        if broken is not None:
            found.append((broken[0].promised_on, broken[0].amount, currencies[invoice_id]))
    return max(found, default=None)


def _last_part(b: Books, invoices: Sequence[InvoiceFacts]) -> tuple[Decimal, str, date] | None:
    """Return the last part payment of these invoices: amount, currency and day."""
    row = b.session.execute(
        select(Allocation.amount, Payment.currency, Payment.received_on)
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(Allocation.invoice_id.in_([each.id for each in invoices]), Allocation.undone_at.is_(None))
        .order_by(Payment.received_on.desc(), Allocation.id.desc())
        .limit(1)
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None
