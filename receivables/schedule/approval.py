"""Messages that leave only once a second person approves them, bound to what was shown (SCHEDULE 17)."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from receivables.codes.reasons import Reason
from receivables.codes.steps import Approving
from receivables.company import Company
from receivables.money import ZERO
from receivables.schedule.account import Account, Message
from receivables.schedule.decisions import Evaluation, evaluate


def awaiting(account: Account, company: Company, today: date, evaluation: Evaluation) -> Message | None:
    """Return the e-mail that an approval would let leave on `today`; None when nothing waits for one.

    `evaluation` is that of `account` on that day, without approvals. What leaves without waiting is not
    part of it.
    """
    held = {key for key, decision in evaluation.decisions.items() if decision.reason is Reason.APPROVAL}
    if not held:
        return None
    everything = frozenset(item.id for item in account.items)
    leaving = {row.item.id for message in evaluation.messages for row in message.items}
    free = replace(account, approved=everything)
    for message in evaluate(free, company, today, everything - leaving).messages:
        if message.channel.written and any(row.item.id in held for row in message.items):
            return message
    return None


def asks(message: Message, company: Company) -> bool:
    """Whether an e-mail needs an approval: by a step of its own, or by its amount (rule 17)."""
    if not message.channel.written:
        return False
    if any(row.step is not None and row.step.approval == Approving.ASK for row in message.items):
        return True
    limit = company.approval_above
    if limit is None:
        return False
    sums: dict[str, Decimal] = {}
    for row in message.items:
        sums[row.item.currency] = sums.get(row.item.currency, ZERO) + row.item.claimed
    return any(total > limit for total in sums.values())


def mark(message: Message, to: Sequence[str]) -> str:
    """Return the mark of what is approved: tone, invoices, their steps and amounts, recipients."""
    rows = sorted(
        f"{row.item.id}:{row.step.key if row.step else ''}:{row.item.claimed}:{row.item.currency}"
        for row in message.items
    )
    text = "|".join([message.step.key, *rows, *sorted(to)])
    return hashlib.blake2s(text.encode(), digest_size=16).hexdigest()


def fill(
    account: Account, company: Company, today: date, *, approved: str, to: Sequence[str], by: str
) -> Account:
    """Return `account` with the invoices of the message marked `approved`, if it is still the same one.

    `to` are the addresses of its customer's roles as the message would be sent. On a closed day, as of the
    next open one.
    """
    day = company.calendar.next_open(today)
    message = awaiting(account, company, day, evaluate(account, company, day))
    if message is None or mark(message, to) != approved:
        return account
    return replace(account, approved=frozenset(row.item.id for row in message.items), approved_by=by)
