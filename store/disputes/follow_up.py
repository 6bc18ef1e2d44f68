"""Following disputes: still open, to be looked at again, or reduced to a credit note that is to come."""

from datetime import date, datetime
from decimal import Decimal
from functools import partial

from receivables.acts import Act
from receivables.codes.disputes import DisputeEnd
from store import dependents, journal, locks
from store.books import Books
from store.db.tables import Dispute, Invoice, JournalLine
from store.disputes import acts as disputes
from store.invoices import settling
from store.traces.agreements import DisputeBefore, DisputeFollowed


def follow(
    b: Books,
    dispute_id: int,
    *,
    until: date,
    note: str | None = None,
    resolver: str | None = None,
    credit: Decimal | None = None,
    by: str,
    at: datetime,
) -> disputes.DisputeOutcome:
    """Keep a dispute open and have it looked at again on the local day `until`; one journal line.

    `credit`: the customer is right for that amount, and a credit note is to come: until then only that much
    is disputed, and the rest is chased from the third open day after. Raises Refused when it is settled.
    """
    dispute, invoice = disputes.open_row(b, dispute_id)
    before = _as_it_is(dispute, invoice)
    dispute.follow_up_on = disputes.check_follow_up(until, b.today(at))
    dispute.resolver = resolver or dispute.resolver
    if note:
        dispute.note = f"{dispute.note}\n{note}" if dispute.note else note
    if credit is not None:
        _await_credit(b, dispute, invoice, credit, at)
    settling.touch(b, invoice.customer_id)
    kind = partial(DisputeFollowed, before=before)
    return disputes.record_dispute_act(b, Act.DISPUTE_FOLLOWED, dispute, invoice, by=by, at=at, kind=kind)


def _await_credit(b: Books, dispute: Dispute, invoice: Invoice, credit: Decimal, at: datetime) -> None:
    part = disputes.check_part(invoice, credit, released=True)
    released = part is not None and part < invoice.outstanding
    if released and not dispute.released:
        invoice.resuming_since = b.today(at)
    dispute.disputed, dispute.released, dispute.outcome = part, released, DisputeEnd.CREDIT_COMING


def _as_it_is(dispute: Dispute, invoice: Invoice) -> DisputeBefore:
    return DisputeBefore(
        follow_up_on=dispute.follow_up_on,
        followed_on=dispute.followed_on,
        resolver=dispute.resolver,
        note=dispute.note,
        disputed=dispute.disputed,
        released=dispute.released,
        outcome=dispute.outcome,
        resuming=invoice.resuming_since,
    )


def undo_followed(b: Books, line: JournalLine, *, at: datetime) -> None:  # noqa: ARG001 - as every undo
    """Put a dispute back as it was. Raises Refused when it was settled or followed since."""
    told = journal.data(line, DisputeFollowed)
    dependents.refuse(b, line, lambda _, later: disputes.disputed(later) == told.dispute_id)
    dispute, before = locks.fresh(b, Dispute, told.dispute_id), told.before
    dispute.resolver, dispute.note, dispute.outcome = before.resolver, before.note, before.outcome
    dispute.follow_up_on, dispute.followed_on = before.follow_up_on, before.followed_on
    dispute.disputed, dispute.released = before.disputed, before.released
    locks.fresh(b, Invoice, line.invoice_id).resuming_since = before.resuming
