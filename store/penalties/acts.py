"""Claiming or waiving penalties: an explicit act of a person, never part of an invoice or a balance."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.penalties import PenaltyChoice
from receivables.errors import Refused
from receivables.penalties import PenaltyRule
from receivables.people import Person
from store import dependents, journal, locks
from store.books import Books
from store.db.tables import Customer, Invoice, JournalLine, PenaltyDecision
from store.penalties import facts as penalties
from store.penalties.facts import InvoicePenalties
from store.traces.money import PenaltiesDecided

_ACTS = {
    PenaltyChoice.CLAIMED: Act.PENALTIES_CLAIMED,
    PenaltyChoice.WAIVED: Act.PENALTIES_WAIVED,
}
LONGEST_REASON = 500
_NOTHING = {
    PenaltyRule.CONSUMER: "penalties.none_of_consumers",
    PenaltyRule.UNKNOWN: "penalties.kind_unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOutcome:
    """Penalties claimed or waived. `interest` is still owed, in `currency`; the indemnity is in euros."""

    entry_id: int
    decision: PenaltyChoice
    invoice_id: int
    number: str
    customer_id: int
    customer: str
    on: date
    interest: Decimal | None
    indemnity: Decimal
    currency: str
    reason: str | None
    by: str


def claim(b: Books, invoice_id: int, *, by: str, at: datetime) -> DecisionOutcome:
    """Claim an invoice's penalties and indemnity, as computed up to today; mails then say so.

    One journal line. Raises Refused when nothing is due, when a rate is not confirmed, or when they are
    claimed already.
    """
    invoice, found = _locked(b, invoice_id, at)
    _refuse_twice(b, found, PenaltyChoice.CLAIMED)
    _refuse_unknown(found)
    return _decide(b, invoice, found, PenaltyChoice.CLAIMED, reason=None, by=by, at=at)


def waive(b: Books, invoice_id: int, *, reason: str, by: str, at: datetime) -> DecisionOutcome:
    """Give up an invoice's penalties and indemnity: nothing of them is shown any more.

    One journal line. Raises Refused without a reason, when nothing is due, or when they are waived already.
    """
    invoice, found = _locked(b, invoice_id, at)
    _refuse_twice(b, found, PenaltyChoice.WAIVED)
    return _decide(b, invoice, found, PenaltyChoice.WAIVED, reason=_checked(reason), by=by, at=at)


def _checked(reason: str) -> str:
    kept = " ".join(reason.split())
    if not kept:
        raise Refused("penalties.reason_missing")
    if len(kept) > LONGEST_REASON:
        raise Refused("penalties.reason_too_long", most=LONGEST_REASON)
    return kept


def _locked(b: Books, invoice_id: int, at: datetime) -> tuple[Invoice, InvoicePenalties]:
    invoice = locks.invoice(b, invoice_id)
    found = penalties.about(b, invoice_id, on=b.today(at))
    if not found.computed.any:
        raise Refused(_NOTHING.get(found.computed.rule, "penalties.not_late"), number=invoice.number)
    return invoice, found


def _refuse_twice(b: Books, found: InvoicePenalties, decision: PenaltyChoice) -> None:
    before = found.decision
    if before is not None and before.decision == decision:
        raise Refused(
            "penalties.already_claimed" if decision is PenaltyChoice.CLAIMED else "penalties.already_waived",
            number=found.number,
            day=b.today(before.at),
            by=Person(before.by),
        )


def _refuse_unknown(found: InvoicePenalties) -> None:
    unknown = found.computed.unknown
    if unknown:
        raise Refused("penalties.rates_unknown", semesters=tuple(map(str, unknown)))


def _decide(
    b: Books,
    invoice: Invoice,
    found: InvoicePenalties,
    decision: PenaltyChoice,
    *,
    reason: str | None,
    by: str,
    at: datetime,
) -> DecisionOutcome:
    computed, owed = found.computed, found.computed.owed
    row = PenaltyDecision(
        company_id=b.company_id,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        decision=decision,
        on=computed.on,
        interest=owed or Decimal("0.00"),
        indemnity=computed.indemnity,
        currency=computed.currency,
        reason=reason,
        at=at,
        by=by,
    )
    b.session.add(row)
    b.session.flush()
    return _record_penalty_decision(b, invoice, row, owed, rule=computed.rule)


def _record_penalty_decision(
    b: Books, invoice: Invoice, row: PenaltyDecision, owed: Decimal | None, *, rule: PenaltyRule
) -> DecisionOutcome:
    """Write the journal line and tell it. `owed` None: a rate is not confirmed."""
    decided = PenaltiesDecided(
        decision_id=row.id,
        number=invoice.number,
        on=row.on,
        interest=owed,
        indemnity=row.indemnity,
        currency=row.currency,
        rule=rule,
        reason=row.reason,
    )
    entry_id = journal.write(
        b,
        _ACTS[row.decision],
        decided,
        by=row.by,
        at=row.at,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
    )
    return DecisionOutcome(
        entry_id=entry_id,
        decision=row.decision,
        number=invoice.number,
        customer=b.session.get_one(Customer, invoice.customer_id).name,
        on=row.on,
        interest=owed,
        indemnity=row.indemnity,
        currency=row.currency,
        reason=row.reason,
        by=row.by,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
    )


def undo_decided(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a decision back; the one before it counts again. Raises Refused when another was taken since."""
    dependents.refuse(
        b,
        line,
        lambda other, later: other.invoice_id == line.invoice_id and isinstance(later, PenaltiesDecided),
    )
    locks.fresh(b, PenaltyDecision, journal.data(line, PenaltiesDecided).decision_id).undone_at = at


def live_entry(b: Books, invoice_id: int) -> int | None:
    """Return the journal line of the decision that stands about an invoice, for its *Annuler*."""
    row = b.session.scalars(
        select(PenaltyDecision)
        .where(
            PenaltyDecision.company_id == b.company_id,
            PenaltyDecision.invoice_id == invoice_id,
            PenaltyDecision.undone_at.is_(None),
        )
        .order_by(PenaltyDecision.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    lines = b.session.scalars(
        select(JournalLine)
        .where(
            JournalLine.company_id == b.company_id,
            JournalLine.invoice_id == invoice_id,
            JournalLine.act == _ACTS[row.decision],
        )
        .order_by(JournalLine.id.desc())
    )
    return next(
        (line.id for line in lines if journal.data(line, PenaltiesDecided).decision_id == row.id), None
    )
