"""The distance between two messages to one customer (SCHEDULE rule 6), in calendar days."""

from collections.abc import Iterable
from datetime import date, timedelta

from receivables.calendar.workdays import Calendar
from receivables.codes.channels import LETTER
from receivables.policy import Policy, Step
from receivables.schedule.account import Account, Item, PastMessage, TaskFact

CAP_DAYS = timedelta(days=30)
"""The length of time over which a company may cap the automatic messages to one customer."""
PREVENTIVE_GAP = 3
"""Days between two messages of preventive steps only."""


def gap_days(past: PastMessage, item: Item, step: Step, min_gap: int, policy: Policy) -> int:
    """Return the days to leave after `past` before a message with `step` of `item`.

    The distance of two steps counts only when the policy itself puts it: not from a step of another one.
    """
    if past.courtesy:
        return 1
    gap = min_gap
    if not past.corrective and step.preventive:
        gap = min(PREVENTIVE_GAP, min_gap)
    before = past.steps.get(item.id)
    if before is None or before not in policy.days or step.from_issue:
        return gap
    if 0 < step.day - before < gap:
        gap = step.day - before
    return gap


def cap_free_on(messages: Iterable[PastMessage], cap: int | None) -> date | None:
    """Return the first day on which one more automatic message keeps within `cap` in thirty days.

    None when the cap never held it. What a person sends, and letters, are not counted.
    """
    automatic = sorted(past.on for past in messages if past.automatic)
    if cap is None or len(automatic) < cap:
        return None
    return automatic[-cap] + CAP_DAYS


def free_on(  # noqa: PLR0917 - the rule and its limits
    account: Account, item: Item, step: Step, min_gap: int, calendar: Calendar, cap: int | None = None
) -> date | None:
    """Return the first day on which spacing lets `step` of `item` leave; None when it never held it."""
    gaps = [(past.on, gap_days(past, item, step, min_gap, account.policy)) for past in account.messages]
    days = [on + timedelta(days=gap) for on, gap in gaps]
    letter = account.letter or open_letter(account.items)
    if letter is not None and step.channel.written:
        days.append(calendar.add_open(letter.opened_on, letter.wait_days))
    capped = cap_free_on(account.messages, cap) if step.channel.written else None
    if capped is not None:
        days.append(capped)
    return max(days, default=None)


def open_letter(items: Iterable[Item]) -> TaskFact | None:
    """Return the letter that waits to be deposited: e-mails wait with it, at most its `wait_days`."""
    for item in items:
        if item.task is not None and item.task.channel is LETTER:
            return item.task
    return None
