"""What comes after a reminder: by when to pay before it comes, and how it comes.

The day that a reminder names is a promise to the customer: until it has passed, nothing more is asked about
the same invoices. So the days to come are played as the plan will play them, with all that the customer owes.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from receivables.calendar.workdays import ONE_DAY
from receivables.codes.channels import CALL, LETTER, Channel
from receivables.company import Company
from receivables.policy import Step
from receivables.schedule.account import Account, DoneStep, Item, PastMessage
from receivables.schedule.decisions import evaluate
from receivables.schedule.ladder import day_after, first_open, next_rung
from receivables.schedule.simulate import leave, visible
from receivables.schedule.spacing import free_on

LEAST = timedelta(days=5)
"""A day nearer than this is no fair term: none is named."""
AFTER_LAST = timedelta(days=8)
"""What is left to pay after the last step, when nothing more comes by itself."""
TOLD = (CALL, LETTER)
"""Ways of coming next that a reminder tells of; that a message comes again is no news."""


class Outlook(NamedTuple):
    """`pay_by`: the last open day before the next step can come; `next_step`: by what it comes, if told.

    Where that day is too near to pay by, it is `answer_by`: a day by which an answer can be asked for.
    """

    pay_by: date | None = None
    next_step: Channel | None = None
    answer_by: date | None = None


NOTHING = Outlook()
"""Nothing is told of what comes."""


def outlook(account: Account, company: Company, sent: Mapping[int, Step | None], today: date) -> Outlook:
    """Return what comes once a message with `sent` has left on `today`: by invoice, the step it climbs.

    None for an invoice that is only listed. Only what is late counts: what is to come is asked for on its own
    day. `account` is as it stands before the message leaves.
    """
    after = _after(account, company, sent, today)
    late = {item.id for item in after.items if item.id in sent and item.late(today)}
    on, channel = _own_next(after, company, late, today)
    if on is None:
        last = not any(step is None for key, step in sent.items() if key in late)
        return Outlook(company.calendar.next_open(today + AFTER_LAST) if late and last else None)
    if any(item.id not in late for item in after.items):
        on, channel = _played(after, company, late, today, on) or (on, channel)
    pay_by = company.calendar.previous_open(on - ONE_DAY)
    told = channel if channel in TOLD else None
    if pay_by - today >= LEAST:
        return Outlook(pay_by, told)
    return Outlook(None, told, pay_by if pay_by > today else None)


def _after(account: Account, company: Company, sent: Mapping[int, Step | None], today: date) -> Account:
    """Return the account once the message has left."""
    items = [_climbed(item, account, company, sent[item.id], today) if item.id in sent else item
             for item in account.items]  # fmt: skip
    steps = {key: step.day for key, step in sent.items() if step is not None}
    past = PastMessage(today, corrective=True, steps=steps)
    return replace(account, items=items, messages=[*account.messages, past], reply_unread=False)


def _climbed(item: Item, account: Account, company: Company, step: Step | None, today: date) -> Item:
    free = replace(item, retrying=False, uncertain=False, send_refused=False, vetoed_until=None)
    if step is None:
        return free
    rung = next_rung(item, account.policy, company.calendar, company.grace_days, today)
    slot = rung.slot if rung is not None and rung.step.key == step.key else None
    return replace(free, done=(*item.done, DoneStep(step.key, step.day, today, slot, step.from_issue)))


def _own_next(
    account: Account, company: Company, late: set[int], today: date
) -> tuple[date | None, Channel | None]:
    """Return the first day on which one of these items can be asked for by its own ladder, and by what."""
    found: tuple[date | None, Channel | None] = (None, None)
    calendar, tomorrow = company.calendar, day_after(today)
    for item in account.items:
        rung = next_rung(item, account.policy, calendar, company.grace_days, tomorrow)
        if item.id not in late or rung is None:
            continue
        free = free_on(account, item, rung.step, company.min_gap_days, calendar, company.max_per_customer)
        on = calendar.next_open(max(first_open(rung, calendar, tomorrow), free or tomorrow))
        if found[0] is None or on < found[0]:
            found = (on, rung.step.channel)
    return found


def _played(
    account: Account, company: Company, late: set[int], today: date, until: date
) -> tuple[date, Channel] | None:
    """Return the first day before `until` on which these items join what others have due, and by what."""
    day = day_after(today)
    while day < until:
        if company.calendar.is_open(day):
            for message in evaluate(visible(account, day), company, day).messages:
                if any(row.item.id in late for row in message.items):
                    return day, message.channel
                account = leave(account, message, day)
        day = day_after(day)
    return None
