"""Disputes (litiges): an invoice the customer contests stays owed, and is not chased meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.disputes import DisputeEnd, DisputeKind
from receivables.codes.reasons import Reason
from receivables.disputes import follow_up_on as default_follow_up
from receivables.errors import Refused
from receivables.people import Person
from store import announcements, dependents, journal, locks
from store.books import Books
from store.credits import acts as credit_acts
from store.db.tables import Customer, Dispute, Invoice, JournalLine
from store.invoices import settling
from store.payments import acts as payments
from store.traces.about import AboutDispute
from store.traces.agreements import DisputeSettled, DisputeTold
from store.traces.codec import ActData

FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOutcome:
    """A dispute opened or settled. `disputed` None: the whole invoice."""

    entry_id: int
    dispute_id: int
    invoice_id: int
    number: str
    customer_id: int
    customer: str
    kind: DisputeKind
    disputed: Decimal | None
    released: bool
    outcome: DisputeEnd | None
    resolver: str | None
    follow_up_on: date | None
    outstanding: Decimal
    currency: str
    resumes_on: date | None
    called_off: int
    credit_note: str | None = None
    credited: Decimal | None = None
    """The credit note that settled it."""


def open_dispute(
    b: Books,
    invoice_id: int,
    *,
    kind: DisputeKind = DisputeKind.OTHER,
    disputed: Decimal | None = None,
    released: bool = False,
    note: str | None = None,
    resolver: str | None = None,
    follow_up_on: date | None = None,
    by: str,
    at: datetime,
) -> DisputeOutcome:
    """Open a dispute on a whole invoice, or on the amount `disputed` of it; one journal line.

    `released`: the undisputed part goes on being chased.
    `resolver` (default: the customer's owner) is asked on the local day `follow_up_on` (default: by kind).
    Raises AlreadySettled, and Refused when one is open already, or the amount or the day cannot be.
    """
    invoice = locks.invoice(b, invoice_id)
    dispute = put(
        b,
        invoice,
        kind=kind,
        disputed=disputed,
        released=released,
        note=note,
        resolver=resolver,
        follow_up_on=follow_up_on,
        by=by,
        at=at,
    )
    called_off = 0 if released else settling.changed(b, invoice, reason=Reason.DISPUTED, at=at)
    return record_dispute_act(b, Act.DISPUTE_OPENED, dispute, invoice, by=by, at=at, called_off=called_off)


def put(
    b: Books,
    invoice: Invoice,
    *,
    kind: DisputeKind,
    disputed: Decimal | None = None,
    released: bool = False,
    note: str | None,
    resolver: str | None = None,
    follow_up_on: date | None = None,
    by: str,
    at: datetime,
) -> Dispute:
    """Put a dispute in the books, for the acts that bring one about; they write the journal line."""
    settling.refuse_settled(b, invoice)
    _refuse_second(b, invoice)
    today = b.today(at)
    owner = b.session.scalar(select(Customer.owner).where(Customer.id == invoice.customer_id))
    dispute = Dispute(
        company_id=b.company_id,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        kind=kind,
        disputed=check_part(invoice, disputed, released=released),
        released=released,
        note=note,
        opened_at=at,
        opened_by=by,
        resolver=resolver or owner,
        follow_up_on=check_follow_up(
            follow_up_on or default_follow_up(kind, today, b.company.calendar), today
        ),
    )
    b.session.add(dispute)
    settling.touch(b, invoice.customer_id)
    return dispute


def check_follow_up(day: date, today: date) -> date:
    """Return a day on which a dispute can be looked at again. Raises Refused."""
    if day <= today:
        raise Refused("disputes.follow_up_not_to_come", day=day)
    if day - today > FARTHEST:
        raise Refused("days.over_a_year", day=day)
    return day


def _refuse_second(b: Books, invoice: Invoice) -> None:
    opened = current(b, invoice.id)
    if opened is not None:
        raise Refused(
            "disputes.already_open",
            number=invoice.number,
            day=b.today(opened.opened_at),
            by=Person(opened.opened_by),
        )


def current(b: Books, invoice_id: int) -> Dispute | None:
    """Return the open dispute of an invoice."""
    return b.session.scalars(
        select(Dispute)
        .where(
            Dispute.company_id == b.company_id,
            Dispute.invoice_id == invoice_id,
            Dispute.settled_at.is_(None),
        )
        .order_by(Dispute.id.desc())
        .limit(1)
    ).one_or_none()


def check_part(invoice: Invoice, disputed: Decimal | None, *, released: bool) -> Decimal | None:
    """Return the part of an invoice that can be disputed, None: all of it. Raises Refused."""
    if disputed is None:
        if released:
            raise Refused("disputes.part_missing")
        return None
    part = payments.check_amount(disputed)
    if part > invoice.outstanding:
        raise Refused(
            "disputes.more_than_left",
            left=invoice.outstanding,
            currency=invoice.currency,
            number=invoice.number,
        )
    return part


def settle(
    b: Books,
    dispute_id: int,
    *,
    outcome: DisputeEnd,
    credit_note: str | None = None,
    credited: Decimal | None = None,
    by: str,
    at: datetime,
) -> DisputeOutcome:
    """Settle a dispute: the ladder goes on where it was, from the third open day after (SCHEDULE 12).

    `outcome` says how, in a code of the labels; the credit note `credit_note` of the amount `credited`, when
    given, is added and set against the invoice. One journal line. Raises Refused when it is settled already,
    or when the credit note cannot be.
    """
    dispute, invoice = open_row(b, dispute_id)
    before = invoice.resuming_since
    granted = None
    if credit_note is not None and credited is not None:
        granted = credit_acts.grant(b, invoice, number=credit_note, amount=credited, by=by, at=at)
    former = dispute.outcome
    dispute.settled_at, dispute.settled_by, dispute.outcome = at, by, outcome
    invoice.resuming_since = b.today(at)
    settling.touch(b, invoice.customer_id)
    settled = record_dispute_act(
        b,
        Act.DISPUTE_SETTLED,
        dispute,
        invoice,
        by=by,
        at=at,
        called_off=granted.called_off if granted else 0,
        kind=partial(
            DisputeSettled,
            resuming_before=before,
            outcome_before=former,
            granted=granted.record if granted else None,
        ),
    )
    return replace(settled, credit_note=credit_note, credited=credited) if granted else settled


def open_row(b: Books, dispute_id: int) -> tuple[Dispute, Invoice]:
    """Take an open dispute of these books, with its invoice. Raises Refused when it is settled already."""
    dispute = locks.row(b, Dispute, dispute_id, "disputes.absent")
    if dispute.settled_at is not None:
        raise Refused(
            "disputes.already_settled",
            day=b.today(dispute.settled_at),
            by=Person.known(dispute.settled_by),
        )
    return dispute, locks.invoice(b, dispute.invoice_id)


def record_dispute_act(
    b: Books,
    act: Act,
    dispute: Dispute,
    invoice: Invoice,
    *,
    by: str,
    at: datetime,
    called_off: int = 0,
    kind: Callable[..., DisputeTold] = DisputeTold,
) -> DisputeOutcome:
    """Write the journal line of an act on a dispute, and tell it; questions about it are drawn anew.

    `kind` makes what the line keeps of what every act on a dispute keeps.
    """
    b.session.flush()
    announcements.redraw(b, at=at, kind=AnnouncementKind.DISPUTE, dispute_id=dispute.id)
    entry_id = journal.write(
        b,
        act,
        kind(
            dispute_id=dispute.id,
            number=invoice.number,
            kind=dispute.kind,
            disputed=dispute.disputed,
            currency=invoice.currency,
            outcome=dispute.outcome,
        ),
        by=by,
        at=at,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
    )
    return _outcome(b, entry_id, dispute, invoice, at=at, called_off=called_off)


def _outcome(
    b: Books, entry_id: int, dispute: Dispute, invoice: Invoice, *, at: datetime, called_off: int
) -> DisputeOutcome:
    settled = dispute.settled_at is not None
    return DisputeOutcome(
        entry_id=entry_id,
        dispute_id=dispute.id,
        invoice_id=invoice.id,
        number=invoice.number,
        customer_id=invoice.customer_id,
        customer=b.session.get_one(Customer, invoice.customer_id).name,
        kind=dispute.kind,
        disputed=dispute.disputed,
        released=dispute.released,
        outcome=dispute.outcome,
        resolver=dispute.resolver,
        follow_up_on=dispute.follow_up_on,
        outstanding=invoice.outstanding,
        currency=invoice.currency,
        resumes_on=b.company.calendar.add_open(b.today(at), 3) if settled else None,
        called_off=called_off,
    )


def undo_opened(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a dispute back, as if it had not been. Raises Refused when it was settled since."""
    take_back(b, line, journal.data(line, DisputeTold).dispute_id, at=at)


def take_back(b: Books, line: JournalLine, dispute_id: int, *, at: datetime) -> None:
    """Undo what `put` did in the act of `line`. Raises Refused when the dispute was settled since."""
    dependents.refuse(b, line, lambda _, later: disputed(later) == dispute_id)
    dispute = locks.fresh(b, Dispute, dispute_id)
    dispute.settled_at, dispute.settled_by, dispute.outcome = at, line.by, DisputeEnd.UNDONE


def disputed(told: ActData) -> int | None:
    """Return the dispute that an act is about, or that it opened."""
    return told.dispute_id if isinstance(told, AboutDispute) else None


def undo_settled(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Reopen a dispute. Raises Refused when another was opened on the invoice since."""
    invoice_id, told = line.invoice_id, journal.data(line, DisputeSettled)
    dependents.refuse(
        b, line, lambda other, later: other.invoice_id == invoice_id and disputed(later) is not None
    )
    dispute = locks.fresh(b, Dispute, told.dispute_id)
    dispute.settled_at, dispute.settled_by, dispute.outcome = None, None, told.outcome_before
    announcements.redraw(b, at=at, kind=AnnouncementKind.DISPUTE, dispute_id=dispute.id)
    if told.granted is not None:
        credit_acts.take_out(b, line, told.granted, at=at)
    locks.fresh(b, Invoice, invoice_id).resuming_since = told.resuming_before
