"""Days to come: what would leave, supposing that all mails planned before have left (rule 25)."""

from dataclasses import replace
from datetime import date

from receivables.calendar.workdays import ONE_DAY
from receivables.codes.messages import MESSAGE_KINDS
from receivables.company import Company
from receivables.schedule.account import Account, Item, Message, PastMessage, TaskFact, climbed
from receivables.schedule.decisions import Evaluation, evaluate


def _open_task(item: Item, message: Message, on: date) -> Item:
    step = message.step
    for row in message.items:
        if row.item.id == item.id and row.step is not None:
            return replace(item, task=TaskFact(row.step.key, step.channel, on, step.wait_days))
    return item


def leave(account: Account, message: Message, on: date) -> Account:
    """Return `account` once `message` left on `on`: what is written is done, human steps opened."""
    if not message.channel.written:
        return replace(account, items=[_open_task(item, message, on) for item in account.items])
    steps = {row.item.id: row.step.day for row in message.items if row.step and not row.step.from_issue}
    items = [climbed(item, message, on) for item in account.items]
    left = {row.item.id for row in message.items}
    approved = {key: by for key, by in account.approved.items() if key not in left}
    if not MESSAGE_KINDS[message.kind].spaces:
        return replace(account, items=items, approved=approved)
    past = PastMessage(on, message.corrective, steps)
    return replace(account, items=items, messages=[*account.messages, past], approved=approved)


def visible(account: Account, today: date) -> Account:
    """Return `account` with the items learnt of by `today`."""
    if all(item.learnt_on <= today for item in account.items):
        return account
    return replace(account, items=[item for item in account.items if item.learnt_on <= today])


def on_day(
    account: Account, company: Company, start: date, day: date, announced: frozenset[int] | None = None
) -> tuple[Account, Evaluation]:
    """Play the open days from `start` and return the account and its evaluation on `day`.

    `announced` are the invoices of the plan already made for `start`: nothing else leaves on that day.
    """
    today = start
    while today < day:
        if company.calendar.is_open(today):
            only = announced if today == start else None
            for message in evaluate(visible(account, today), company, today, only).messages:
                account = leave(account, message, today)
        today += ONE_DAY
    return account, evaluate(visible(account, day), company, day, announced if start == day else None)
