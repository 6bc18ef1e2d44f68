"""The graded schedule: decision and reason together, for every item of a customer on a day.

SCHEDULE.md is the law here; each part names the rule it codes. Nothing is read but the arguments.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from receivables.codes.reasons import REASONS, Reason, Standing
from receivables.company import Company
from receivables.schedule import issuing
from receivables.schedule.account import Account, Item, Message
from receivables.schedule.compose import Composer, Composition
from receivables.schedule.coverage import (
    covered_by_credit,
    late_totals,
    too_small,
    unmatched_holds,
    worth_asking,
)
from receivables.schedule.holds import Hold, after_matching, against_issue, before_matching
from receivables.schedule.ladder import coming_corrective, day_after, first_open, next_rung, resumes_on
from receivables.schedule.limit import Within, compose_within, waits_alone
from receivables.schedule.rung import Rung


@dataclass(slots=True)
class Decision:
    """What happens to one item on a day, why, and what comes next (rule 25)."""

    decision: Standing
    reason: Reason
    step: str | None = None
    on: date | None = None
    until: date | None = None
    by: str | None = None
    next_step: str | None = None
    next_on: date | None = None
    slot: date | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Evaluation:
    """A customer's day: the messages that leave and, for every item, the decision."""

    messages: list[Message]
    decisions: dict[int, Decision]


@dataclass(slots=True)
class _Sorting:
    """Items as they are told apart, from the first hold of rule 10 to the last."""

    holds: dict[int, Hold] = field(default_factory=dict)
    rungs: dict[int, Rung | None] = field(default_factory=dict)
    due: dict[int, tuple[Item, Rung]] = field(default_factory=dict)
    waiting: dict[int, tuple[Item, Rung]] = field(default_factory=dict)
    sending: dict[int, tuple[Item, Rung]] = field(default_factory=dict)
    """Those whose invoice itself is to be sent today (rule 1)."""
    unannounced: dict[int, tuple[Item, Rung]] = field(default_factory=dict)
    """Those whose corrective mail is due but not announced: something freed them since the morning."""

    def reminded(self, item: Item) -> bool:
        """Whether the item's next step is a reminder: rules 4 to 8 and 13 are nothing to the others."""
        rung = self.rungs[item.id]
        return rung is None or not rung.issues


def _standing(reason: Reason, item: Item) -> Standing:
    if reason is Reason.CREDIT and item.outstanding <= 0:
        return Standing.DONE
    return REASONS[reason].standing


def _sort_own(account: Account, company: Company, today: date) -> _Sorting:
    """Find each item's next step and its first hold by itself."""
    s = _Sorting()
    calendar, grace = company.calendar, company.grace_days
    for item in account.items:
        rung = next_rung(item, account.policy, calendar, grace, today)
        s.rungs[item.id] = rung
        hold = _own_hold(account, company, item, rung, today)
        if hold is not None:
            s.holds[item.id] = hold
        elif rung is not None and rung.issues:
            if rung.reason == Reason.DUE:
                s.sending[item.id] = (item, rung)
        elif rung is not None and rung.reason == Reason.DUE:
            s.due[item.id] = (item, rung)
        elif rung is not None:
            s.waiting[item.id] = (item, rung)
    return s


def _own_hold(account: Account, company: Company, item: Item, rung: Rung | None, today: date) -> Hold | None:
    """Return the first hold of an item by itself; of an invoice that is to be sent, all of its holds."""
    if rung is not None and rung.issues:
        return against_issue(account, item, today) or issuing.held(account, item, rung)
    hold = before_matching(account, item, company.calendar, company.grace_days, today)
    return hold or after_matching(account, item, today)


def _hold_unmatched(account: Account, company: Company, s: _Sorting, today: date) -> None:
    """Hold the whole customer for unmatched money (rule 13); graver holds keep their name (rule 10)."""
    if not account.unmatched or not unmatched_holds(account, s.due):
        return
    for item in account.items:
        held = before_matching(account, item, company.calendar, company.grace_days, today)
        if held is None and s.reminded(item):
            s.holds[item.id] = Hold(Reason.UNMATCHED_PAYMENT)
    s.due = {key: row for key, row in s.due.items() if key not in s.holds}
    s.waiting = {key: row for key, row in s.waiting.items() if key not in s.holds}


def _hold(s: _Sorting, item: Item, hold: Hold) -> None:
    s.holds[item.id] = hold
    s.due.pop(item.id, None)
    s.waiting.pop(item.id, None)
    s.sending.pop(item.id, None)


def _free_items(account: Account, s: _Sorting) -> list[Item]:
    return [item for item in account.items if item.id not in s.holds and s.reminded(item)]


def _hold_together(account: Account, company: Company, s: _Sorting, today: date) -> None:
    """Hold what credits cover, what has no address, what is too small, what waits for a person."""
    minimum = company.minimum_amount
    covered = covered_by_credit(account, s.due, minimum) if account.credits else set()
    for item in _free_items(account, s):
        if item.id in covered:
            facts = {"credit": account.credits[item.currency], "currency": item.currency}
            _hold(s, item, Hold(Reason.CREDIT, facts=facts))
    late = late_totals(account, today)
    small = too_small(account, s.due, minimum, late, today)
    for item in _free_items(account, s):
        rung = s.rungs[item.id]
        if rung is not None and not account.reaches(rung.step.channel):
            _hold(s, item, Hold(Reason.NO_ADDRESS))
        elif item.id in small:
            facts = {"minimum": minimum, "late_total": late.get(item.currency), "currency": item.currency}
            facts["small"] = late.get(item.currency, Decimal(0)) >= minimum
            _hold(s, item, Hold(Reason.BELOW_MINIMUM, facts=facts))
        elif item.task is not None and rung is not None and item.task.step == rung.step.key:
            facts = {"task_opened_on": item.task.opened_on, "owner": item.task.owner}
            _hold(s, item, Hold(Reason.AWAITING_TASK, facts=facts))
        elif rung is not None and waits_alone(account, company.approval_above, item, rung):
            _hold(s, item, Hold(Reason.APPROVAL))


def _composer(account: Account, company: Company, today: date) -> Composer:
    gap, cap = company.min_gap_days, company.max_per_customer
    return Composer(account, company.calendar, gap, company.minimum_amount, today, cap)


def _compose(account: Account, company: Company, s: _Sorting, today: date) -> Within:
    waiting = {key: row for key, row in s.waiting.items() if row[1].reason != Reason.RESUMING}
    composer, coming = _composer(account, company, today), _coming(account, company, s, today)
    within = compose_within(composer, company.approval_above, s.due, waiting, coming)
    within.composition.messages += issuing.messages(account, s.sending.values())
    return within


def _hold_above(account: Account, s: _Sorting, waits: frozenset[int]) -> None:
    """Hold what is above the limit together with others (rule 17)."""
    for item in account.items:
        if item.id in waits:
            _hold(s, item, Hold(Reason.APPROVAL, facts={"together": item.currency}))


def _coming(account: Account, company: Company, s: _Sorting, today: date) -> dict[int, tuple[Item, Rung]]:
    """Return the items that nothing holds and whose next corrective step is written, and near (rule 6).

    Left out is what will not leave when it comes: what waits for an approval, what a credit covers, what is
    too small. Only looked for when a friendly step is due, which has to give way.
    """
    if not any(rung.step.preventive for _, rung in s.due.values()):
        return {}
    found = dict(s.unannounced)
    soon = today + timedelta(days=company.min_gap_days)
    for item in account.items:
        rung = coming_corrective(item, account.policy, company.calendar, company.grace_days, today)
        if rung is None or not rung.step.channel.spaced or item.id in s.holds or rung.slot >= soon:
            continue
        due = Rung(rung.step, rung.slot, Reason.DUE)
        if rung.reason != Reason.DUE and not waits_alone(account, company.approval_above, item, due):
            found[item.id] = (item, rung)
    return worth_asking(account, found, company.minimum_amount)


def _leaving(company: Company, out: Composition, today: date) -> dict[int, Decision]:
    decisions: dict[int, Decision] = {}
    for message in out.messages:
        for row in message.items:
            item = row.item
            if row.step is None:
                on = company.calendar.next_open(max(row.slot, day_after(today)))
                facts = {"tone": message.step.key}
                key, slot = row.own.key, row.slot
                decisions[item.id] = Decision(
                    Standing.WAIT, Reason.WAITING_STEP, key, on, None, None, key, on, slot, facts
                )
                continue
            decisions[item.id] = Decision(Standing.REMIND, Reason.DUE, row.step.key, today, slot=row.slot)
    return decisions


def _staying(item: Item, company: Company, s: _Sorting, out: Composition, today: date) -> Decision:
    rung, hold = s.rungs[item.id], s.holds.get(item.id)
    step = rung.step.key if rung else None
    slot = rung.slot if rung else None
    if hold is not None:
        standing = _standing(hold.reason, item)
        on = None
        if rung is not None and hold.resumes is not None:
            on = company.calendar.next_open(max(rung.slot, hold.resumes))
        if standing is Standing.DONE:
            step, slot = None, None
        facts = hold.facts or {}
        return Decision(
            standing, hold.reason, step, on, hold.until, hold.by or None, step, on, slot, dict(facts)
        )
    if rung is None:
        return Decision(Standing.DONE, Reason.LADDER_DONE)
    on = first_open(rung, company.calendar, today)
    if rung.reason != Reason.DUE:
        facts = {"resumes_on": resumes_on(item, company.calendar)} if rung.reason == Reason.RESUMING else {}
        return Decision(Standing.WAIT, rung.reason, step, on, None, None, step, on, slot, facts)
    reason = Reason.SPACING if item.id in out.spaced else Reason.OUTSIDE_WINDOW  # due, but not announced
    free = out.spaced.get(item.id) or day_after(today)
    on = company.calendar.next_open(max(rung.slot, free))
    return Decision(Standing.WAIT, reason, step, on, None, None, step, on, slot)


def evaluate(
    account: Account, company: Company, today: date, only: frozenset[int] | None = None
) -> Evaluation:
    """Decide for every item of `account` on `today`, an open day or not, whatever the hour and mode.

    Messages are what would leave that day; on a closed day there are none. With `only`, nothing but
    these invoices may leave: those announced in the morning (rule 16).
    """
    s = _sort_own(account, company, today)
    _hold_unmatched(account, company, s, today)
    _hold_together(account, company, s, today)
    spaced: dict[int, date | None] = {}
    if only is not None:
        everything = _compose(account, company, s, today)
        spaced = everything.composition.spaced
        _hold_above(account, s, everything.waits - only)
        s.unannounced = {
            key: (item, rung)
            for key, (item, rung) in s.due.items()
            if key not in only and not rung.step.preventive and rung.step.channel.spaced
        }
        s.due = {key: row for key, row in s.due.items() if key in only}
        s.waiting = {key: row for key, row in s.waiting.items() if key in only}
        s.sending = {key: row for key, row in s.sending.items() if key in only}
    within = _compose(account, company, s, today)
    _hold_above(account, s, within.waits)
    out = within.composition
    out.spaced = spaced | out.spaced
    decisions = _leaving(company, out, today)
    for item in account.items:
        if item.id not in decisions:
            decisions[item.id] = _staying(item, company, s, out, today)
    if not company.calendar.is_open(today):
        _close(out, decisions, s, company, today)
    return Evaluation(out.messages, decisions)


def _close(
    out: Composition, decisions: dict[int, Decision], s: _Sorting, company: Company, today: date
) -> None:
    """Nothing leaves on a closed day: what was due waits for the next open one (rules 2, 9).

    What would have left with it, its own step still to come, waits for that.
    """
    out.messages.clear()
    for key, decision in decisions.items():
        rung = s.rungs[key]
        leaving = decision.decision == Standing.REMIND or decision.reason == Reason.WAITING_STEP
        if rung is None or not leaving:
            continue
        decision.decision = Standing.WAIT
        decision.reason = Reason.CLOSED_DAY if rung.reason == Reason.DUE else rung.reason
        decision.step = decision.next_step = rung.step.key
        decision.on = decision.next_on = first_open(rung, company.calendar, today)
