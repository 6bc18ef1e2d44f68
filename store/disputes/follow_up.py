"""Following disputes: still open, to be looked at again, or reduced to a credit note that is to come."""

from datetime import date, datetime
from decimal import Decimal

from receivables.acts import Act
from store import dependents, locks
from store.books import Books
from store.db.tables import Dispute, Invoice, JournalLine
from store.disputes import acts as disputes
from store.invoices import settling


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
    before = {name: getattr(dispute, name) for name in _FOLLOWED}
    resuming = invoice.resuming_since
    dispute.follow_up_on = disputes.check_follow_up(until, b.today(at))
    dispute.resolver = resolver or dispute.resolver
    if note:
        dispute.note = f"{dispute.note}\n{note}" if dispute.note else note
    if credit is not None:
        _await_credit(b, dispute, invoice, credit, at)
    settling.touch(b, invoice.customer_id)
    before |= {"resuming": resuming}
    more = {"before": {name: _plain(value) for name, value in before.items()}}
    return disputes.record_dispute_act(b, Act.DISPUTE_FOLLOWED, dispute, invoice, by=by, at=at, more=more)


def _await_credit(b: Books, dispute: Dispute, invoice: Invoice, credit: Decimal, at: datetime) -> None:
    part = disputes.check_part(invoice, credit, released=True)
    released = part is not None and part < invoice.outstanding
    if released and not dispute.released:
        invoice.resuming_since = b.today(at)
    dispute.disputed, dispute.released, dispute.outcome = part, released, "credit_coming"


_FOLLOWED = ("follow_up_on", "followed_on", "resolver", "note", "disputed", "released", "outcome")


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def undo_followed(b: Books, line: JournalLine, *, at: datetime) -> None:  # noqa: ARG001 - as every undo
    """Put a dispute back as it was. Raises Refused when it was settled or followed since."""
    dispute_id, before = line.data["dispute_id"], line.data["before"]
    dependents.refuse(b, line, lambda later: later.data.get("dispute_id") == dispute_id)
    dispute = locks.fresh(b, Dispute, dispute_id)
    for name in ("resolver", "note", "released", "outcome"):
        setattr(dispute, name, before[name])
    dispute.follow_up_on, dispute.followed_on = _day(before["follow_up_on"]), _day(before["followed_on"])
    dispute.disputed = Decimal(before["disputed"]) if before["disputed"] else None
    locks.fresh(b, Invoice, line.invoice_id).resuming_since = _day(before["resuming"])


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
