"""Days to come: what would leave, supposing that all mails planned before have left (rule 25)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from receivables.codes.messages import MESSAGE_KINDS
from receivables.company import Company
from receivables.schedule.account import Account, Item, Message, PastMessage, TaskFact, climbed
from receivables.schedule.decisions import Evaluation, evaluate
from receivables.schedule.holds import breaches
from receivables.schedule.ladder import day_after
from receivables.schedule.looking import next_look


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


class Played(NamedTuple):
    """A day as it is played: the customer that morning, with what is known of it, and what is decided."""

    on: date
    account: Account
    evaluation: Evaluation


def play(
    account: Account, company: Company, start: date, announced: frozenset[int] | None = None
) -> Iterator[Played]:
    """Yield the days from `start` on which the plan looks at a customer; between two the messages have left.

    The days left out are those that the plan leaves out: nothing could be decided otherwise on them.
    `announced` are the invoices of the plan already made for `start`: nothing else leaves on that day. What
    was tried in vain leaves on `start`. Ends when only an act could change anything.
    """
    account = _tried(account)
    today: date | None = start
    while today is not None:
        seen = visible(account, today)
        evaluation = evaluate(seen, company, today, announced if today == start else None)
        yield Played(today, seen, evaluation)
        account = after(account, evaluation, today)
        sure = today != start and not evaluation.messages
        look = next_look(evaluation, today) if sure else day_after(today)
        days = [day for day in _acts(account, company) if day > today]
        days += [look] if look is not None else []
        today = company.calendar.next_open(min(days)) if days else None


def _acts(account: Account, company: Company) -> Iterator[date]:
    """Yield the days on which the clock has a customer looked at: items learnt of, promises broken."""
    for item in account.items:
        yield item.learnt_on
        yield from breaches(item.promises, company.calendar, company.grace_days)


def _tried(account: Account) -> Account:
    if not any(item.retrying for item in account.items):
        return account
    return replace(account, items=[replace(item, retrying=False) for item in account.items])


def after(account: Account, evaluation: Evaluation, today: date) -> Account:
    """Return `account` in the evening of `today`: what was to leave has left."""
    for message in evaluation.messages:
        account = leave(account, message, today)
    return account


def on_day(
    account: Account, company: Company, start: date, day: date, announced: frozenset[int] | None = None
) -> tuple[Account, Evaluation]:
    """Play the days from `start` and return the account and its evaluation on `day`, an open day or not.

    `announced` are the invoices of the plan already made for `start`: nothing else leaves on that day.
    """
    if start < day:
        for played in play(account, company, start, announced):
            if played.on >= day:
                break
            account = after(_tried(account), played.evaluation, played.on)
        announced = None
    return account, evaluate(visible(account, day), company, day, announced)
