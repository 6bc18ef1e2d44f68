"""What leaves only once approved: steps that ask, and amounts above the company's limit (SCHEDULE 17)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from receivables.codes.reasons import Reason
from receivables.codes.steps import Approving
from receivables.policy import Step
from receivables.schedule.account import Account, Item, Message, MessageItem
from receivables.schedule.compose import Candidates, Composer, Composition, Rows, compose
from receivables.schedule.rung import Rung

Limit = Decimal | None
"""The amount above which a person is asked; None: never."""


@dataclass(frozen=True, slots=True)
class Within:
    """What leaves within the limit, and the items that wait together, as one request for each currency."""

    composition: Composition
    waits: frozenset[int]


def asks_alone(account: Account, limit: Limit, item: Item, step: Step) -> bool:
    """Whether a written step of an item waits by itself: the step asks, or the amount is above the limit.

    A preventive step never asks because of its amount.
    """
    if not step.channel.written or item.id in account.approved:
        return False
    if step.approval == Approving.ASK:
        return True
    return limit is not None and not step.preventive and item.claimed > limit


def waits_alone(account: Account, limit: Limit, item: Item, rung: Rung) -> bool:
    """Whether an item whose step is due waits for an approval of its own."""
    return rung.reason == Reason.DUE and asks_alone(account, limit, item, rung.step)


def compose_within(
    c: Composer,
    limit: Limit,
    due: Candidates,
    waiting: Candidates,
    coming: Candidates = MappingProxyType({}),
) -> Within:
    """Compose what leaves without an approval; items that wait alone are not among `due`.

    Those of one currency that together are above the limit wait; one that would only join, and bring the
    sum above it, does not join.
    """
    barred = {key for key, (item, rung) in waiting.items() if asks_alone(c.account, None, item, rung.step)}
    rows: Rows = dict(due)
    waits: set[int] = set()
    while True:
        out = compose(replace(c, barred=frozenset(barred)), rows, waiting, coming)
        over = _over(c, limit, out.messages) if limit is not None else frozenset()
        if not over:
            return Within(out, frozenset(waits))
        joining = over & _joined(out.messages)
        barred |= joining
        waits |= over - joining
        rows = {key: row for key, row in rows.items() if key not in waits}


def _joined(messages: Iterable[Message]) -> frozenset[int]:
    return frozenset(row.item.id for message in messages for row in message.items if row.joined)


def _over(c: Composer, limit: Decimal, messages: Iterable[Message]) -> frozenset[int]:
    """Return what must stay out of the first message that is above the limit in a currency.

    The items that join first, then those that are due by themselves, all of that currency together.
    """
    for message in messages:
        if not message.channel.written:
            continue
        for currency, rows in _counted(c.account, limit, message).items():
            total = _asked_already(c, limit, currency, rows)
            own = [row for row in rows if not row.joined]
            total += sum((row.item.claimed for row in own), Decimal(0))
            unasked = frozenset(row.item.id for row in own if row.item.id not in c.account.approved)
            if unasked and total > limit:
                return unasked
            joining = _too_much(rows, total, limit)
            if joining:
                return joining
    return frozenset()


def _too_much(rows: Iterable[MessageItem], total: Decimal, limit: Decimal) -> frozenset[int]:
    """Return the items that join of which each brings the sum above the limit, the oldest let in first."""
    out = set()
    for row in rows:
        if row.joined and total + row.item.claimed > limit:
            out.add(row.item.id)
        elif row.joined:
            total += row.item.claimed
    return frozenset(out)


def _counted(account: Account, limit: Decimal, message: Message) -> Mapping[str, list[MessageItem]]:
    """Return by currency what counts in the sum: what is asked for, less approved items above the limit."""
    found: dict[str, list[MessageItem]] = {}
    for row in message.items:
        alone = row.item.claimed > limit and row.item.id in account.approved
        if not row.own.preventive and not alone:
            found.setdefault(row.item.currency, []).append(row)
    return found


def _asked_already(c: Composer, limit: Decimal, currency: str, rows: Iterable[MessageItem]) -> Decimal:
    """Return what that customer has been asked for today already, of other items, in the same currency."""
    here = {row.item.id for row in rows}
    return sum((amount for amount in _amounts(c, currency, here) if amount <= limit), Decimal(0))


def _amounts(c: Composer, currency: str, without: set[int]) -> Iterator[Decimal]:
    for asked in c.account.asked:
        if asked.on == c.today and asked.currency == currency and asked.invoice_id not in without:
            yield asked.amount
