"""Disputes (litiges): an invoice the customer contests stays owed, and is not chased meanwhile."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.errors import Refused
from store import dependents, journal, locks, payments, settling, wording
from store.books import Books
from store.tables import Customer, Dispute, Invoice, JournalLine


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOutcome:
    """A dispute opened or settled. `disputed` None: the whole invoice."""

    entry_id: int
    dispute_id: int
    invoice_id: int
    number: str
    customer_id: int
    customer: str
    kind: str
    disputed: Decimal | None
    released: bool
    outcome: str | None
    outstanding: Decimal
    currency: str
    resumes_on: date | None
    called_off: int


def open_dispute(
    b: Books,
    invoice_id: int,
    *,
    kind: str = "other",
    disputed: Decimal | None = None,
    released: bool = False,
    note: str | None = None,
    by: str,
    at: datetime,
) -> DisputeOutcome:
    """Open a dispute on a whole invoice, or on the amount `disputed` of it; one journal line.

    `released`: the undisputed part goes on being chased. Raises AlreadySettled, and Refused when one is
    open already or the amount cannot be.
    """
    invoice = locks.invoice(b, invoice_id)
    dispute = put(b, invoice, kind=kind, disputed=disputed, released=released, note=note, by=by, at=at)
    called_off = 0 if released else settling.changed(b, invoice, reason="disputed", at=at)
    return _told(b, "dispute.opened", dispute, invoice, by=by, at=at, called_off=called_off)


def put(
    b: Books,
    invoice: Invoice,
    *,
    kind: str,
    disputed: Decimal | None = None,
    released: bool = False,
    note: str | None,
    by: str,
    at: datetime,
) -> Dispute:
    """Put a dispute in the books, for the acts that bring one about; they write the journal line."""
    settling.refuse_settled(b, invoice)
    _refuse_second(b, invoice)
    dispute = Dispute(
        company_id=b.company_id,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        kind=kind,
        disputed=_check_part(invoice, disputed, released=released),
        released=released,
        note=note,
        opened_at=at,
        opened_by=by,
    )
    b.session.add(dispute)
    settling.touch(b, invoice.customer_id)
    return dispute


def _refuse_second(b: Books, invoice: Invoice) -> None:
    opened = current(b, invoice.id)
    if opened is not None:
        raise Refused(
            f"{invoice.number} est déjà en litige depuis le {wording.day(b.today(opened.opened_at))} "
            f"(ouvert par {wording.who(opened.opened_by)}) : réglez-le d’abord."
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


def _check_part(invoice: Invoice, disputed: Decimal | None, *, released: bool) -> Decimal | None:
    if disputed is None:
        if released:
            raise Refused("Indiquez le montant contesté : le reste continuera d’être relancé.")
        return None
    part = payments.check_amount(disputed)
    if part > invoice.outstanding:
        left = wording.amount(invoice.outstanding, invoice.currency)
        raise Refused(f"Il ne reste que {left} à payer sur {invoice.number} : contestez ce montant au plus.")
    return part


def settle(b: Books, dispute_id: int, *, outcome: str, by: str, at: datetime) -> DisputeOutcome:
    """Settle a dispute: the ladder goes on where it was, from the third open day after (SCHEDULE 12).

    One journal line. Raises Refused when it is settled already.
    """
    dispute = locks.row(b, Dispute, dispute_id, "Ce litige n’est pas dans les comptes de cette société.")
    if dispute.settled_at is not None:
        raise Refused(
            f"Ce litige est déjà réglé depuis le {wording.day(b.today(dispute.settled_at))}, "
            f"par {wording.who(dispute.settled_by or '')} : rien n’a changé."
        )
    invoice = locks.invoice(b, dispute.invoice_id)
    before = invoice.resuming_since
    dispute.settled_at, dispute.settled_by, dispute.outcome = at, by, outcome
    invoice.resuming_since = b.today(at)
    settling.touch(b, invoice.customer_id)
    return _told(b, "dispute.settled", dispute, invoice, by=by, at=at, resuming_before=before)


def _told(
    b: Books,
    act: str,
    dispute: Dispute,
    invoice: Invoice,
    *,
    by: str,
    at: datetime,
    called_off: int = 0,
    resuming_before: date | None = None,
) -> DisputeOutcome:
    entry_id = journal.write(
        b,
        act,
        by=by,
        at=at,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        data={
            "dispute_id": dispute.id,
            "number": invoice.number,
            "kind": dispute.kind,
            "disputed": str(dispute.disputed) if dispute.disputed is not None else None,
            "currency": invoice.currency,
            "outcome": dispute.outcome,
            "resuming_before": resuming_before.isoformat() if resuming_before else None,
        },
    )
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
        outstanding=invoice.outstanding,
        currency=invoice.currency,
        resumes_on=b.company.calendar.add_open(b.today(at), 3) if settled else None,
        called_off=called_off,
    )


def undo_opened(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a dispute back, as if it had not been. Raises Refused when it was settled since."""
    take_back(b, line, by=line.by, at=at)


def take_back(b: Books, line: JournalLine, *, by: str, at: datetime) -> None:
    """Undo what `put` did, as `line.data` records it."""
    dispute_id = line.data["dispute_id"]
    dependents.refuse(b, line, lambda later: later.data.get("dispute_id") == dispute_id)
    dispute = locks.fresh(b, Dispute, dispute_id)
    dispute.settled_at, dispute.settled_by, dispute.outcome = at, by, "undone"


def undo_settled(b: Books, line: JournalLine, *, at: datetime) -> None:  # noqa: ARG001 - as every undo
    """Reopen a dispute. Raises Refused when another was opened on the invoice since."""
    invoice_id = line.invoice_id
    dependents.refuse(
        b, line, lambda later: later.invoice_id == invoice_id and later.data.get("dispute_id") is not None
    )
    dispute = locks.fresh(b, Dispute, line.data["dispute_id"])
    dispute.settled_at, dispute.settled_by, dispute.outcome = None, None, None
    before = line.data["resuming_before"]
    locks.fresh(b, Invoice, invoice_id).resuming_since = date.fromisoformat(before) if before else None
