"""What a person is asked to approve: requests, each bound to what it shows (SCHEDULE 17)."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from receivables.codes.messages import MessageKind
from receivables.codes.reasons import Reason
from receivables.company import Company
from receivables.policy import Policy
from receivables.schedule import issuing
from receivables.schedule.account import Account, Item, Message, MessageItem
from receivables.schedule.decisions import Decision, Evaluation, evaluate
from receivables.schedule.ladder import first_corrective_left, next_rung


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An invoice of a request as it was shown. `step` None: it was only listed, and binds nothing."""

    invoice_id: int
    step: str | None
    amount: Decimal
    currency: str


def requests(account: Account, evaluation: Evaluation) -> list[Message]:
    """Return what waits for an approval on the day of `evaluation`, a message for each request.

    What waits alone is asked for together, by channel and kind; what waits because of its sum, by currency.
    """
    groups: dict[tuple[str, str, str], list[MessageItem]] = {}
    for item in account.items:
        decision = evaluation.decisions[item.id]
        row = _row(account, item, decision) if decision.reason is Reason.APPROVAL else None
        if row is not None:
            kind = MessageKind.INVOICE if row.own.from_issue else MessageKind.REMINDER
            key = (kind, row.own.channel.key, str(decision.facts.get("together", "")))
            groups.setdefault(key, []).append(row)
    return [_request(account.policy, account.customer_id, rows) for _, rows in sorted(groups.items())]


def _row(account: Account, item: Item, decision: Decision) -> MessageItem | None:
    step = account.policy.step(decision.step or "")
    if step is None or decision.slot is None:
        return None
    return MessageItem(item, step, step, decision.slot)


def _request(policy: Policy, customer_id: int, rows: Iterable[MessageItem]) -> Message:
    items = tuple(sorted(rows, key=lambda row: (row.item.due_date, row.item.number)))
    tone = max((row.own for row in items), key=lambda step: policy.rank[step.key])
    kind = MessageKind.INVOICE if tone.from_issue else MessageKind.REMINDER
    return Message(customer_id, tone.channel, tone, items, kind)


def together(message: Message, evaluation: Evaluation) -> bool:
    """Whether a request waits because of its sum alone."""
    return any("together" in evaluation.decisions[row.item.id].facts for row in message.items)


def of_rows(policy: Policy, message: Message, rows: Iterable[MessageItem]) -> Message:
    """Return the request that holds only some rows of `message`, in their own tone."""
    return _request(policy, message.customer_id, rows)


def mark(message: Message, to: Sequence[str]) -> str:
    """Return the mark of what is asked: tone, invoices, their steps and amounts, recipients."""
    rows = sorted(
        f"{row.item.id}:{row.step.key if row.step else ''}:{row.item.claimed}:{row.item.currency}"
        for row in message.items
    )
    text = "|".join([message.step.key, *rows, *sorted(to)])
    return hashlib.blake2s(text.encode(), digest_size=16).hexdigest()


def same(
    account: Account, company: Company, today: date, shown: Iterable[ShownItem], *, by_hand: bool
) -> bool:
    """Whether amounts and steps are those that were shown. `by_hand`: a person takes the step before its day.

    Recipients are compared where they are known.
    """
    return not list(changed(account, company, today, shown, by_hand=by_hand))


def changed(
    account: Account, company: Company, today: date, shown: Iterable[ShownItem], *, by_hand: bool
) -> Iterator[int]:
    """Yield the invoices of which amount or step is no longer what was shown."""
    items = {item.id: item for item in account.items}
    for each in shown:
        item = items.get(each.invoice_id)
        if each.step is not None and (
            item is None or not _as_shown(account, company, today, item, each, by_hand)
        ):
            yield each.invoice_id


def _as_shown(  # noqa: PLR0917 - the item, what was shown of it, and what both are weighed by
    account: Account, company: Company, today: date, item: Item, shown: ShownItem, by_hand: bool
) -> bool:
    if item.ended is not None and not (by_hand and item.ended is Reason.HANDED_OVER):
        return False
    if item.outstanding <= 0 or (item.claimed, item.currency) != (shown.amount, shown.currency):
        return False
    ladder = first_corrective_left if by_hand else next_rung
    rung = ladder(item, account.policy, company.calendar, company.grace_days, today)
    sending = None if by_hand else issuing.unsent(item, account.policy, company.calendar, today)
    return any(each is not None and each.step.key == shown.step for each in (rung, sending))


def approved(account: Account, invoice_ids: Iterable[int], by: str) -> Account:
    """Return `account` with these invoices approved by somebody."""
    return replace(account, approved={**account.approved, **dict.fromkeys(invoice_ids, by)})


def leaving(account: Account, company: Company, today: date, invoice_ids: Sequence[int]) -> Message | None:
    """Return the message that leaves on `today` with these invoices, were they approved; None: none does."""
    free = approved(account, invoice_ids, "")
    for message in evaluate(free, company, today).messages:
        if message.channel.written and any(row.item.id in invoice_ids for row in message.items):
            return message
    return None


def alone(account: Account, shown: Iterable[ShownItem], today: date) -> Message | None:
    """Return the message of a request by itself, whatever keeps it back; None when nothing of it is left."""
    items = {item.id: item for item in account.items}
    steps = {each.invoice_id: account.policy.step(each.step or "") for each in shown}
    rows = [
        MessageItem(items[key], step, step, today) for key, step in steps.items() if key in items and step
    ]
    return _request(account.policy, account.customer_id, rows) if rows else None


def approver(account: Account, message: Message) -> str | None:
    """Return who approved what a message carries, if it needed that: of the first such invoice."""
    rows = (account.approved.get(row.item.id) for row in message.items)
    return next((by for by in rows if by is not None), None)
