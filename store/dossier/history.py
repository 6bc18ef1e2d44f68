"""What people did about a customer, as a file tells it: calls, promises, disputes, money, the journal."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from receivables.acts import Act
from receivables.codes.agreements import PromiseEnd, PromiseStanding
from receivables.codes.calls import CallResult
from receivables.codes.disputes import DisputeEnd, DisputeKind
from receivables.codes.payments import Means
from receivables.codes.steps import StepHow
from receivables.schedule.holds import kept, live_promise, promise_end
from store.accounts import promises as promise_facts
from store.books import Books
from store.db.tables import (
    Allocation,
    Call,
    CallItem,
    CreditNote,
    Dispute,
    Invoice,
    JournalLine,
    Payment,
    Promise,
    ReminderItem,
    StepDone,
)
from store.journal import data_of
from store.traces.codec import ActData

MOST = 5_000
"""Lines of each kind, the latest."""


@dataclass(frozen=True, slots=True)
class CaseReceipt:
    """Money or a credit note set against an invoice."""

    day: date
    amount: Decimal
    means: Means | None
    credit: str
    reference: str


@dataclass(frozen=True, slots=True)
class StepMade:
    """A step of the schedule that an invoice climbed."""

    step: str
    on: date
    how: StepHow
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CallMade:
    """A call."""

    at: datetime
    by: str
    contact: str
    outcome: CallResult
    note: str
    number: str


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """A promise and how it stands."""

    made_at: datetime
    by: str
    number: str
    date: date
    amount: Decimal
    currency: str
    end: PromiseStanding
    of_plan: bool
    payment_left: bool = False
    """The customer said that the payment had left."""


@dataclass(frozen=True, slots=True)
class DisputeMade:
    """A dispute and how it ended."""

    opened_at: datetime
    by: str
    number: str
    kind: DisputeKind
    disputed: Decimal | None
    currency: str
    note: str
    settled_at: datetime | None
    settled_by: str
    outcome: DisputeEnd | None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A line of the journal."""

    id: int
    at: datetime
    by: str
    act: Act
    number: str
    told: ActData
    undoes: int | None


def followed(b: Books, customer_id: int) -> list[int]:
    """Return the invoices of a customer that are owed, or that anything was ever done about."""
    done = (
        select(column)
        for column in (ReminderItem.invoice_id, CallItem.invoice_id, Promise.invoice_id, Dispute.invoice_id)
    )
    rows = b.session.scalars(
        select(Invoice.id)
        .where(Invoice.company_id == b.company_id, Invoice.customer_id == customer_id)
        .where(or_(Invoice.outstanding > 0, *(Invoice.id.in_(each) for each in done)))
        .order_by(Invoice.outstanding == 0, Invoice.due_date, Invoice.id)
    )
    return list(rows)


def pdf_paths(b: Books, ids: Sequence[int]) -> dict[int, str]:
    """Return where the books say that the PDFs of invoices lie."""
    rows = b.session.execute(
        select(Invoice.id, Invoice.pdf_path).where(Invoice.id.in_(ids), Invoice.pdf_path.is_not(None))
    )
    return {id_: path for id_, path in rows if path}


def receipts(b: Books, ids: Sequence[int]) -> dict[int, list[CaseReceipt]]:
    """Return what came in on each invoice and was not taken back, oldest first."""
    rows = b.session.execute(
        select(
            Allocation.invoice_id,
            Allocation.day,
            Payment.received_on,
            Allocation.amount,
            Payment.means,
            CreditNote.number,
            Payment.reference,
        )
        .outerjoin(Payment, Payment.id == Allocation.payment_id)
        .outerjoin(CreditNote, CreditNote.id == Allocation.credit_note_id)
        .where(Allocation.invoice_id.in_(ids), Allocation.undone_at.is_(None))
        .order_by(Allocation.day, Allocation.id)
    )
    found: dict[int, list[CaseReceipt]] = defaultdict(list)
    for invoice_id, day, received, amount, means, credit, reference in rows:
        found[invoice_id].append(CaseReceipt(received or day, amount, means, credit or "", reference or ""))
    return found


def steps(b: Books, ids: Sequence[int]) -> dict[int, list[StepMade]]:
    """Return the steps that each invoice climbed, oldest first."""
    rows = b.session.execute(
        select(
            StepDone.invoice_id, StepDone.step, StepDone.done_on, StepDone.how, StepDone.by, StepDone.reason
        )
        .where(StepDone.invoice_id.in_(ids), StepDone.undone_at.is_(None), StepDone.sandbox.is_(False))
        .order_by(StepDone.done_on, StepDone.id)
    )
    found: dict[int, list[StepMade]] = defaultdict(list)
    for invoice_id, step, on, how, by, reason in rows:
        found[invoice_id].append(StepMade(step, on, how, by, reason or ""))
    return found


def _about(column: Any, only: frozenset[int] | None) -> list[ColumnElement[bool]]:
    return [] if only is None else [or_(column.is_(None), column.in_(only))]


def calls(b: Books, customer_id: int, only: frozenset[int] | None) -> tuple[CallMade, ...]:
    """Return the calls that stand, oldest first."""
    about = exists().where(CallItem.call_id == Call.id, CallItem.invoice_id.in_(only or ()))
    rows = b.session.execute(
        select(Call.id, Call.at, Call.by, Call.contact, Call.outcome, Call.note)
        .where(Call.company_id == b.company_id, Call.customer_id == customer_id, Call.undone_at.is_(None))
        .where(*([] if only is None else [Call.invoice_id.is_(None) | about]))
        .order_by(Call.at.desc(), Call.id.desc())
        .limit(MOST)
    ).all()
    numbers = _call_numbers(b, customer_id)
    return tuple(
        CallMade(at, by, contact or "", outcome, note or "", ", ".join(numbers.get(id_, ())))
        for id_, at, by, contact, outcome, note in reversed(rows)
    )


def _call_numbers(b: Books, customer_id: int) -> dict[int, list[str]]:
    """Return the numbers of the invoices that each call to a customer was about."""
    rows = b.session.execute(
        select(CallItem.call_id, Invoice.number)
        .join(Invoice, Invoice.id == CallItem.invoice_id)
        .where(Invoice.company_id == b.company_id, Invoice.customer_id == customer_id)
        .order_by(Invoice.due_date, Invoice.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for call_id, number in rows:
        found[call_id].append(number)
    return found


def promises(b: Books, customer_id: int, only: frozenset[int] | None, on: date) -> tuple[PromiseMade, ...]:
    """Return the promises that nobody took back, oldest first, and how each stands on local day `on`."""
    rows = b.session.execute(
        select(Promise, Invoice.number, Invoice.currency)
        .join(Invoice, Invoice.id == Promise.invoice_id)
        .where(Promise.company_id == b.company_id, Promise.customer_id == customer_id)
        .where(Promise.ended_how.is_distinct_from(PromiseEnd.UNDONE), *_about(Promise.invoice_id, only))
        .order_by(Promise.id.desc())
        .limit(MOST)
    ).all()
    ends = _ends(b, sorted({promise.invoice_id for promise, _, _ in rows}), on)
    return tuple(
        PromiseMade(
            made_at=row.made_at,
            by=row.made_by,
            number=number,
            date=row.date,
            amount=row.amount,
            currency=currency,
            end=_ENDED.get(row.ended_how)
            or ends.get((row.invoice_id, row.date, row.payment_left), PromiseStanding.BROKEN),
            of_plan=row.plan_id is not None,
            payment_left=row.payment_left,
        )
        for row, number, currency in reversed(rows)
    )


_ENDED: Mapping[PromiseEnd | None, PromiseStanding] = {
    PromiseEnd.REPLACED: PromiseStanding.REPLACED,
    PromiseEnd.CORRECTED: PromiseStanding.CORRECTED,
    PromiseEnd.OVERTAKEN: PromiseStanding.OVERTAKEN,
    PromiseEnd.REPEATED: PromiseStanding.REPEATED,
}


def _ends(b: Books, invoice_ids: Sequence[int], on: date) -> dict[tuple[int, date, bool], PromiseStanding]:
    """Return how the promises on each invoice stand, by invoice, promised day, and whether it had left."""
    calendar, grace = b.company.calendar, b.company.grace_days
    found: dict[tuple[int, date, bool], PromiseStanding] = {}
    for invoice_id, agreed in promise_facts.of_invoices(b, invoice_ids).items():
        live = live_promise(agreed, calendar, grace, on)
        for each in agreed:
            over = promise_end(each, calendar, grace) < on
            running = live is not None and not over and (not each.of_plan or each.plan == live.plan)
            state = PromiseStanding.RUNNING if running else PromiseStanding.BROKEN
            key = (invoice_id, each.promised_on, each.payment_left)
            found[key] = PromiseStanding.KEPT if kept(each) else state
    return found


def disputes(b: Books, customer_id: int, only: frozenset[int] | None) -> tuple[DisputeMade, ...]:
    """Return the disputes that nobody took back, oldest first."""
    rows = b.session.execute(
        select(Dispute, Invoice.number, Invoice.currency)
        .join(Invoice, Invoice.id == Dispute.invoice_id)
        .where(Dispute.company_id == b.company_id, Dispute.customer_id == customer_id)
        .where(Dispute.outcome.is_distinct_from(DisputeEnd.UNDONE), *_about(Dispute.invoice_id, only))
        .order_by(Dispute.id.desc())
        .limit(MOST)
    ).all()
    return tuple(
        DisputeMade(
            opened_at=row.opened_at,
            by=row.opened_by,
            number=number,
            kind=row.kind,
            disputed=row.disputed,
            currency=currency,
            note=row.note or "",
            settled_at=row.settled_at,
            settled_by=row.settled_by or "",
            outcome=row.outcome,
        )
        for row, number, currency in reversed(rows)
    )


def journal(b: Books, customer_id: int, only: frozenset[int] | None) -> tuple[JournalEntry, ...]:
    """Return the lines of the journal about a customer, oldest first."""
    rows = b.session.execute(
        select(JournalLine, Invoice.number)
        .outerjoin(Invoice, Invoice.id == JournalLine.invoice_id)
        .where(JournalLine.company_id == b.company_id, JournalLine.customer_id == customer_id)
        .where(*_about(JournalLine.invoice_id, only))
        .order_by(JournalLine.id.desc())
        .limit(MOST)
    ).all()
    return tuple(
        JournalEntry(line.id, line.at, line.by, Act(line.act), number or "", data_of(line), line.undoes_id)
        for line, number in reversed(rows)
    )
