"""Penalties of the invoices in the books: what they are computed from, and what was decided about them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select

from receivables.codes.customers import CustomerKind
from receivables.codes.letters import LetterState
from receivables.codes.payments import PaymentOrigin
from receivables.codes.penalties import PenaltyChoice
from receivables.errors import UnknownInvoice
from receivables.money import ZERO
from receivables.penalties import Debt, Penalties, Receipt, penalties
from store import rates
from store.books import Books
from store.customers.terms import set_rate
from store.db.tables import Allocation, CreditNote, Customer, Invoice, Letter, Payment, PenaltyDecision

__all__ = [
    "InvoicePenalties",
    "PenaltyDecided",
    "about",
    "of_customer",
    "of_invoice",
    "of_invoices",
    "set_rate",
]

BATCH = 5_000
"""Invoices read at once: what every database takes in one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyDecided:
    """What a person decided about an invoice's penalties: claimed or waived, and up to which day."""

    decision: PenaltyChoice
    on: date
    interest: Decimal
    indemnity: Decimal
    currency: str
    reason: str | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePenalties:
    """One invoice's penalties, with what was decided about them, if anything."""

    invoice_id: int
    number: str
    customer_id: int
    due_date: date
    computed: Penalties
    decision: PenaltyDecided | None

    @property
    def waived(self) -> bool:
        """Whether a person gave them up: nothing is shown any more."""
        return self.decision is not None and self.decision.decision is PenaltyChoice.WAIVED

    @property
    def claimed(self) -> bool:
        """Whether a person claimed them."""
        return self.decision is not None and self.decision.decision is PenaltyChoice.CLAIMED


def of_invoice(b: Books, invoice_id: int, *, on: date) -> Penalties:
    """Return the penalties of an invoice up to local day `on`, that day included, whatever was decided.

    Amounts are in the invoice's currency, the indemnity in euros. Raises UnknownInvoice.
    """
    return about(b, invoice_id, on=on).computed


def about(b: Books, invoice_id: int, *, on: date) -> InvoicePenalties:
    """Return the penalties of an invoice up to `on`, and what was decided. Raises UnknownInvoice."""
    found = _penalties_where(b, Invoice.id == invoice_id, on=on)
    if not found:
        raise UnknownInvoice("invoices.absent")
    return found[0]


def of_invoices(b: Books, invoice_ids: Sequence[int], *, on: date) -> dict[int, InvoicePenalties]:
    """Return the penalties of several invoices, by id, in a few queries for each BATCH of them."""
    found: dict[int, InvoicePenalties] = {}
    for start in range(0, len(invoice_ids), BATCH):
        batch = invoice_ids[start : start + BATCH]
        found |= {each.invoice_id: each for each in _penalties_where(b, Invoice.id.in_(batch), on=on)}
    return found


def of_customer(b: Books, customer_id: int, *, on: date, settled: bool = False) -> list[InvoicePenalties]:
    """Return the penalties of a customer's late invoices on `on`, oldest due date first.

    With `settled`, those that were paid late too. What bears nothing (a consumer's, say) is in the list, with
    no slice and no indemnity.
    """
    late = (Invoice.customer_id == customer_id) & (Invoice.due_date < on)
    return _penalties_where(b, late if settled else late & (Invoice.outstanding > 0), on=on)


def _penalties_where(b: Books, which: ColumnElement[bool], *, on: date) -> list[InvoicePenalties]:
    rows = b.session.execute(
        select(Invoice, Customer)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Invoice.company_id == b.company_id, which)
        .order_by(Invoice.due_date, Invoice.id)
    ).all()
    ids = [invoice.id for invoice, _ in rows]
    usable, receipts, decisions = rates.rates_of(b), _receipts(b, ids), _decisions(b, ids)
    consumers = sorted({customer.id for _, customer in rows if customer.kind == CustomerKind.CONSUMER})
    notices = _notices(b, consumers) if consumers else {}
    found = [
        InvoicePenalties(
            invoice_id=invoice.id,
            number=invoice.number,
            customer_id=customer.id,
            due_date=invoice.due_date,
            computed=penalties(
                _debt(b, invoice, customer, receipts.get(invoice.id, ()), notices.get(invoice.id)),
                usable,
                on=on,
            ),
            decision=decisions.get(invoice.id),
        )
        for invoice, customer in rows
    ]
    later = {invoice.id: invoice for invoice, _ in rows if invoice.whole and (invoice.part or 1) > 1}
    return [_once_an_invoice(b, each, later.get(each.invoice_id), on) for each in found]


def _once_an_invoice(b: Books, found: InvoicePenalties, later: Invoice | None, on: date) -> InvoicePenalties:
    """Return the penalties of an instalment, its indemnity left to an earlier one that bears it."""
    if later is None or not found.computed.indemnity:
        return found
    before = (Invoice.whole == later.whole) & (Invoice.due_date < later.due_date)
    if not any(each.computed.indemnity for each in _penalties_where(b, before, on=on)):
        return found
    return replace(found, computed=replace(found.computed, indemnity=ZERO))


def _debt(
    b: Books, invoice: Invoice, customer: Customer, receipts: Sequence[Receipt], notice_on: date | None
) -> Debt:
    ends = [customer.insolvent_on]
    ends += [b.today(at) for at in (invoice.withdrawn_at, invoice.written_off_at) if at is not None]
    contract = customer.penalty_rate if customer.penalty_rate is not None else b.company.penalty_rate
    return Debt(
        amount=invoice.amount,
        due_date=invoice.due_date,
        currency=invoice.currency,
        receipts=tuple(receipts),
        kind=customer.kind,
        siren=customer.siren,
        contract_rate=contract,
        notice_on=notice_on,
        insolvent=customer.insolvent_on is not None,
        stopped_on=min((end for end in ends if end is not None), default=None),
        imputation=b.company.imputation,
    )


def _receipts(b: Books, ids: Sequence[int]) -> dict[int, list[Receipt]]:
    """Return what reduced each invoice: money from the day it came in, a credit note from its date.

    Money whose day no file gave is undated.
    """
    rows = b.session.execute(
        select(
            Allocation.invoice_id,
            func.coalesce(Payment.received_on, CreditNote.issue_date, Allocation.day),
            Allocation.amount,
            Payment.origin == PaymentOrigin.UNDATED,
        )
        .outerjoin(Payment, Payment.id == Allocation.payment_id)
        .outerjoin(CreditNote, CreditNote.id == Allocation.credit_note_id)
        .where(Allocation.invoice_id.in_(ids), Allocation.undone_at.is_(None))
        .order_by(Allocation.id)
    )
    found: dict[int, list[Receipt]] = defaultdict(list)
    for invoice_id, day, amount, undated in rows:
        found[invoice_id].append(Receipt(day, amount, undated=bool(undated)))
    return found


def _notices(b: Books, customer_ids: Sequence[int]) -> dict[int, date]:
    """Return, by invoice, the day on which the first formal notice about it was deposited."""
    rows = b.session.execute(
        select(Letter.shown, Letter.deposited_on)
        .where(
            Letter.company_id == b.company_id,
            Letter.customer_id.in_(customer_ids),
            Letter.state == LetterState.DEPOSITED,
            Letter.template.like("%notice"),
        )
        .order_by(Letter.deposited_on.desc(), Letter.id.desc())
    )
    return {item["invoice_id"]: day for shown, day in rows if day for item in shown["items"]}


def _decisions(b: Books, ids: Sequence[int]) -> Mapping[int, PenaltyDecided]:
    """Return the latest decision that stands about each invoice."""
    rows: Any = b.session.scalars(
        select(PenaltyDecision)
        .where(
            PenaltyDecision.company_id == b.company_id,
            PenaltyDecision.invoice_id.in_(ids),
            PenaltyDecision.undone_at.is_(None),
        )
        .order_by(PenaltyDecision.id)
    )
    return {row.invoice_id: _decision(row) for row in rows}


def _decision(row: PenaltyDecision) -> PenaltyDecided:
    return PenaltyDecided(
        decision=row.decision,
        on=row.on,
        interest=row.interest,
        indemnity=row.indemnity,
        currency=row.currency,
        reason=row.reason,
        at=row.at,
        by=row.by,
    )
