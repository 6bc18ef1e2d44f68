"""The last look before a message leaves (SCHEDULE 19): what changed drops out, the rest goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from receivables.codes.reasons import Obstacle, Reason, Why
from receivables.company import Company
from receivables.policy import Policy, Step
from receivables.schedule.account import Account
from receivables.schedule.recheck import recheck
from store.reminders.rows import DueItem, DueReminder


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is left of a message: its items, its tone, and why the others drop out, by invoice."""

    items: tuple[DueItem, ...]
    step: Step | None
    """None: nothing is left, the message is cancelled."""
    dropped: Mapping[int, Why] = field(default_factory=dict)
    listed: frozenset[int] = frozenset()
    """Rows of items whose step no longer counts: sterner than the tone that is left (rule 4)."""

    @property
    def reason(self) -> Why:
        """Why the message is cancelled: the reason of its first item."""
        return next(iter(self.dropped.values()), Obstacle.EMPTY)


def unchanged(reminder: DueReminder, today: date) -> bool:
    """Whether nothing has been written about the customer since the plan, which was made today."""
    if reminder.changed or reminder.attempts or reminder.day != today:
        return False
    return all(item.claimed == item.planned for item in reminder.items)


def as_planned(company: Company, reminder: DueReminder) -> Verdict:
    """Let the message go as it was planned."""
    policy = company.policy_for(reminder.policy)
    step = policy.step(reminder.step) or tone(policy, company, reminder.items)
    return Verdict(reminder.items, step if reminder.items else None)


def by_hand(company: Company, reminder: DueReminder) -> Verdict:
    """Obey the person who sends it: only what is settled drops out."""
    settled = {item.invoice_id: Reason.PAID for item in reminder.items if item.outstanding <= 0}
    return _without(company, reminder, settled)


def again(company: Company, reminder: DueReminder, account: Account | None, today: date) -> Verdict:
    """Decide anew for each item, by the customer's `account` as it stands on local day `today`."""
    own = frozenset(item.invoice_id for item in reminder.items)
    if account is None:
        return Verdict((), None, dict.fromkeys(own, Reason.PAID))
    for item in account.items:
        if item.id in own:
            item.retrying = False  # it is this very message that is being retried
    found = recheck(account, company, today, own, company.channel(reminder.channel), reminder.kind)
    if found.message is None:
        return Verdict((), None, found.dropped or dict.fromkeys(own, Obstacle.JOINED_ALONE))
    steps = {row.item.id: row.step.key if row.step else None for row in found.message.items}
    return _with_steps(reminder, found.message.step, steps, dict(found.dropped))


def _with_steps(
    reminder: DueReminder, tone_now: Step, steps: Mapping[int, str | None], dropped: dict[int, Why]
) -> Verdict:
    """Keep the items that leave still, each with its step if that step still counts under the tone."""
    left, listed = [], set()
    for item in reminder.items:
        if item.invoice_id in dropped:
            continue
        step = steps[item.invoice_id]
        if step is not None and item.step is not None and step != item.step:
            dropped[item.invoice_id] = Reason.REPLACED
            continue
        if step is None and item.step is not None:
            listed.add(item.id)
        left.append(replace(item, step=step if item.step is not None else None))
    if all(item.joined for item in left):
        return Verdict((), None, dropped | {item.invoice_id: Obstacle.JOINED_ALONE for item in left})
    return Verdict(tuple(left), tone_now, dropped, frozenset(listed))


def _without(company: Company, reminder: DueReminder, dropped: Mapping[int, Reason]) -> Verdict:
    left = tuple(item for item in reminder.items if item.invoice_id not in dropped)
    if all(item.joined for item in left):
        rest = {item.invoice_id: Obstacle.JOINED_ALONE for item in left}
        return Verdict((), None, {**dropped, **rest})
    policy = company.policy_for(reminder.policy)
    step = policy.step(reminder.step) if not dropped else None
    return Verdict(left, step or tone(policy, company, left), dropped)


def tone(policy: Policy, company: Company, items: Sequence[DueItem]) -> Step | None:
    """Return the tone of what is left: its sternest own step, small items aside (rules 5 and 8)."""
    own = [(item, policy.step(item.step)) for item in items if item.step and not item.joined]
    steps = [(item, step) for item, step in own if step is not None]
    big = [step for item, step in steps if item.claimed >= company.minimum_amount]
    rank = policy.rank
    if big:
        return max(big, key=lambda step: rank[step.key])
    return min((step for _, step in steps), key=lambda step: rank[step.key], default=None)
