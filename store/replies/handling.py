"""What a person makes of a reply: promises, disputes, payments made or on their way.

All by the ordinary acts, in one transaction.
*Annuler* takes them back together with the handling.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.codes.disputes import DisputeKind
from receivables.codes.payments import Means
from receivables.codes.replies import Handled
from receivables.errors import Refused
from receivables.money import ZERO
from store import locks
from store.books import Books
from store.db.tables import Incoming, Invoice
from store.disputes import acts as disputes
from store.disputes.acts import DisputeOutcome
from store.payments import acts as payments
from store.payments.acts import PaymentOutcome
from store.promises import acts as promises
from store.promises import payment_left
from store.promises.acts import PromiseOutcome
from store.promises.payment_left import LeftOutcome
from store.replies import acts as incoming
from store.replies.acts import IncomingDone


@dataclass(frozen=True, slots=True)
class Promised:
    """A reply handled as promises."""

    done: IncomingDone
    promise: PromiseOutcome


@dataclass(frozen=True, slots=True)
class Disputed:
    """A reply handled as disputes."""

    done: IncomingDone
    disputes: tuple[DisputeOutcome, ...]


@dataclass(frozen=True, slots=True)
class HandledAsPaid:
    """A reply handled as payments."""

    done: IncomingDone
    payments: tuple[PaymentOutcome, ...]


@dataclass(frozen=True, slots=True)
class HandledAsLeft:
    """A reply handled as the word that the payment has left."""

    done: IncomingDone
    left: LeftOutcome


def promised(
    b: Books,
    incoming_id: int,
    invoice_ids: Sequence[int],
    *,
    amount: Decimal | None,
    on: date,
    by: str,
    at: datetime,
) -> Promised:
    """Note what a reply promises for the local day `on` about some invoices: one promise.

    `amount` None: all that is left on them. Raises Refused as promises do, and as `incoming.handle`.
    """
    _refuse_other(b, incoming_id, invoice_ids)
    made = promises.make_for(b, invoice_ids, amount=amount, date=on, in_writing=True, by=by, at=at)
    handled = incoming.handle(b, incoming_id, how=Handled.PROMISE, parts=[made.entry_id], by=by, at=at)
    return Promised(handled, made)


def disputed(
    b: Books,
    incoming_id: int,
    invoice_ids: Sequence[int],
    *,
    kind: DisputeKind,
    note: str | None,
    by: str,
    at: datetime,
) -> Disputed:
    """Open the disputes that a reply tells of. Raises Refused as disputes do, and as `incoming.handle`."""
    shares = _shares(b, incoming_id, invoice_ids, None)
    made = tuple(disputes.open_dispute(b, id_, kind=kind, note=note, by=by, at=at) for id_, _ in shares)
    parts = [one.entry_id for one in made]
    return Disputed(incoming.handle(b, incoming_id, how=Handled.DISPUTE, parts=parts, by=by, at=at), made)


def paid(
    b: Books,
    incoming_id: int,
    invoice_ids: Sequence[int],
    *,
    amount: Decimal | None,
    on: date,
    by: str,
    at: datetime,
) -> HandledAsPaid:
    """Note what a reply says was paid on the local day `on`, spread over invoices, the oldest first.

    The payments are declared: the bank's own word comes later. Raises Refused as they do, and as
    `incoming.handle`.
    """
    shares = _shares(b, incoming_id, invoice_ids, amount)
    made = tuple(
        payments.record(b, id_, amount=share, received_on=on, means=Means.TRANSFER, by=by, at=at)
        for id_, share in shares
    )
    parts = [one.entry_id for one in made]
    return HandledAsPaid(incoming.handle(b, incoming_id, how=Handled.PAID, parts=parts, by=by, at=at), made)


def left(b: Books, incoming_id: int, invoice_ids: Sequence[int], *, by: str, at: datetime) -> HandledAsLeft:
    """Note that, as a reply says, the payment of some invoices has left (SCHEDULE 11); no money is noted.

    Raises Refused as `payment_left.note` does, and as `incoming.handle`.
    """
    ids = [id_ for id_, _ in _refuse_other(b, incoming_id, invoice_ids)]
    made = payment_left.note(b, ids, by=by, at=at)
    parts = [made.entry_id] if made.entry_id is not None else []
    return HandledAsLeft(
        incoming.handle(b, incoming_id, how=Handled.PAYMENT_LEFT, parts=parts, by=by, at=at), made
    )


def _shares(
    b: Books, incoming_id: int, invoice_ids: Sequence[int], amount: Decimal | None
) -> list[tuple[int, Decimal | None]]:
    """Return the part of `amount` that goes to each invoice, the oldest first; None: all that is left.

    Raises Refused when the invoices are not of the customer who wrote, or owe less than the amount.
    """
    rows = _refuse_other(b, incoming_id, invoice_ids)
    if amount is None or len(rows) == 1:
        return [(id_, amount) for id_, _ in rows]
    return _spread([(id_, left) for id_, left in rows], amount)


def _refuse_other(b: Books, incoming_id: int, invoice_ids: Sequence[int]) -> list[tuple[int, Decimal]]:
    """Return the invoices with what is left, the oldest first. Raises Refused unless all are the writer's."""
    mail = locks.row(b, Incoming, incoming_id, incoming.ABSENT)
    rows = b.session.execute(
        select(Invoice.id, Invoice.outstanding)
        .where(Invoice.company_id == b.company_id, Invoice.id.in_(invoice_ids))
        .where(Invoice.customer_id == mail.customer_id)
        .order_by(Invoice.due_date, Invoice.id)
    ).all()
    if not rows or len(rows) != len(set(invoice_ids)):
        raise Refused("replies.other_customer")
    return [(id_, left) for id_, left in rows]


def _spread(rows: Sequence[tuple[int, Decimal]], amount: Decimal) -> list[tuple[int, Decimal | None]]:
    if amount > sum((left for _, left in rows), ZERO):
        raise Refused("replies.more_than_left")
    shares: list[tuple[int, Decimal | None]] = []
    for id_, left in rows:
        share = min(left, amount)
        amount -= share
        if share > 0:
            shares.append((id_, share))
    return shares
