"""The ladder of one item: which step comes next and on which slot (SCHEDULE rules 1 to 3, 11, 12)."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from receivables.calendar.workdays import ONE_DAY, Calendar
from receivables.codes.reasons import Reason
from receivables.policy import Policy, Step
from receivables.schedule.account import DoneStep, Item
from receivables.schedule.holds import breaches
from receivables.schedule.issuing import issue_slot, too_near, unsent
from receivables.schedule.rung import Rung

GIVE_WAY_DAYS = 3
"""An earlier preventive step gives way when the next slot is less than so many days off (rule 1)."""
RESUME_OPEN_DAYS = 3
"""After a dispute is settled or a payment undone, the ladder goes on from this open day (rule 12)."""


@cache
def days(count: int) -> timedelta:
    """Return `count` calendar days."""
    return timedelta(days=count)


def preventive_slot(item: Item, step: Step, calendar: Calendar) -> date | None:
    """Return the slot of a preventive step, or None when it does not exist for the item (rule 1)."""
    day = item.due_date + days(step.day)
    if item.issue_date is not None and day < item.issue_date:
        return None
    slot = calendar.previous_open(day)
    if item.issue_date is not None:
        slot = max(slot, item.issue_date)
    return None if too_near(item, slot) else slot


def _preventive_left(item: Item, policy: Policy, calendar: Calendar) -> list[tuple[Step, date]]:
    """Return the preventive steps that may still leave: not done, and not giving way to the next."""
    if item.pulled:
        return []
    done = {step.key for step in item.done}
    passed = max((step.day for step in item.done if step.day <= 0 and not step.from_issue), default=None)
    left: list[tuple[Step, date]] = []
    for step in policy.preventive:
        slot = preventive_slot(item, step, calendar)
        if slot is None or step.key in done or slot > item.due_date:
            continue
        if passed is not None and step.day <= passed:
            continue
        while left and slot - left[-1][1] < days(GIVE_WAY_DAYS):
            left.pop()
        left.append((step, slot))
    return left


def _preventive(item: Item, policy: Policy, calendar: Calendar, today: date) -> Rung | None:
    """Return the preventive step that is due or next, `replaced` when one gave way to it."""
    chosen: tuple[Step, date] | None = None
    for step, slot in _preventive_left(item, policy, calendar):
        if slot <= today:
            chosen = (step, slot)
            continue
        if chosen is None:
            return Rung(step, slot, _gave_way(item, step, policy, calendar, today))
        near = slot - today < days(GIVE_WAY_DAYS)
        return Rung(step, slot, Reason.REPLACED) if near else Rung(*chosen, Reason.DUE)
    return Rung(*chosen, Reason.DUE) if chosen else None


def _gave_way(item: Item, step: Step, policy: Policy, calendar: Calendar, today: date) -> Reason:
    """Say `replaced` when the slot of an earlier preventive step has come and gone unsent."""
    done = {each.key for each in item.done}
    for earlier in policy.preventive:
        if earlier is step:
            break
        slot = preventive_slot(item, earlier, calendar)
        if slot is not None and slot <= today and earlier.key not in done:
            return Reason.REPLACED
    return Reason.NOT_DUE


def imported_steps(item: Item, policy: Policy) -> Iterator[DoneStep]:
    """Yield the corrective written steps that reminders made before Relance stand for (rule 3)."""
    written = [step for step in policy.corrective if step.channel.written]
    for step in written[: item.prior_reminders]:
        yield DoneStep(step.key, step.day, item.learnt_on)


def last_corrective(item: Item, policy: Policy) -> DoneStep | None:
    """Return the sternest corrective step done, counting those made before Relance."""
    done = item.done if not item.prior_reminders else (*item.done, *imported_steps(item, policy))
    last: DoneStep | None = None
    for step in done:
        if step.corrective and (last is None or (step.day, step.done_on) > (last.day, last.done_on)):
            last = step
    return last


def effective_day(done: DoneStep, calendar: Calendar) -> date:
    """Return E: the slot when the step left on the first open day from it, else the day done (rule 2)."""
    if done.slot is not None and calendar.next_open(done.slot) == done.done_on:
        return done.slot
    return done.done_on


def following(policy: Policy, last: DoneStep | None) -> Step | None:
    """Return the first corrective step whose day exceeds that of the last one done (rules 2, 3)."""
    for step in policy.corrective:
        if last is None or step.day > last.day:
            return step
    return None


def _corrective(item: Item, policy: Policy, calendar: Calendar, grace: int, today: date) -> Rung | None:
    last = last_corrective(item, policy)
    step = following(policy, last)
    if step is None:
        return None
    slot = item.chased_from + days(step.day)
    if last is not None:
        slot = max(slot, effective_day(last, calendar) + days(step.day - last.day))
    moved = (
        broken
        for broken in breaches(item.promises, calendar, grace)
        if item.due_date < broken <= today and (last is None or broken > last.done_on)
    )
    slot = max(moved, default=slot)
    return Rung(step, slot, Reason.DUE if slot <= today else Reason.NOT_DUE)


def first_corrective_left(
    item: Item, policy: Policy, calendar: Calendar, grace: int, today: date
) -> Rung | None:
    """Return the next corrective step of an item whatever its day, or None when none is left."""
    return _corrective(item, policy, calendar, grace, today)


def _lapsed(item: Item, policy: Policy, calendar: Calendar) -> bool:
    """Whether the last preventive step that existed for the item never left (rule 1)."""
    done = {step.key for step in item.done}
    if item.pulled or item.prior_reminders or any(step.corrective for step in item.done):
        return False
    for step in reversed(policy.preventive):
        if preventive_slot(item, step, calendar) is not None:
            return step.key not in done
    return any(
        issue_slot(item, step, calendar) is not None and step.key not in done for step in policy.issuing
    )


def resumes_on(item: Item, calendar: Calendar) -> date | None:
    """Return the day from which the ladder goes on after a settled dispute or an undone payment."""
    return calendar.add_open(item.resuming_since, RESUME_OPEN_DAYS) if item.resuming_since else None


def coming_corrective(item: Item, policy: Policy, calendar: Calendar, grace: int, today: date) -> Rung | None:
    """Return the next corrective step of an item, on its slot or on the day its ladder goes on (rule 12)."""
    rung = _corrective(item, policy, calendar, grace, today)
    resume = resumes_on(item, calendar)
    if rung is not None and resume is not None and today < resume and rung.slot < resume:
        return Rung(rung.step, resume, Reason.RESUMING)
    return rung


def next_rung(item: Item, policy: Policy, calendar: Calendar, grace: int, today: date) -> Rung | None:
    """Return the next step of `item` as of `today`, or None when its ladder is done."""
    rung = unsent(item, policy, calendar, today)
    if rung is not None:
        return rung
    resume = resumes_on(item, calendar)
    resuming = resume if resume is not None and today < resume else None
    if today <= item.due_date and (resuming is None or resuming <= item.due_date):
        rung = _preventive(item, policy, calendar, today)
    if rung is None:
        rung = _corrective(item, policy, calendar, grace, today)
        if rung is None:
            return None
        if rung.reason == Reason.NOT_DUE and item.late(today) and _lapsed(item, policy, calendar):
            rung = Rung(rung.step, rung.slot, Reason.LAPSED)
    if resuming is not None and rung.slot < resuming:
        return Rung(rung.step, resuming, Reason.RESUMING)
    return rung


def first_open(rung: Rung, calendar: Calendar, today: date) -> date:
    """Return the first open day on which the step may leave, from `today` on."""
    return calendar.next_open(max(rung.slot, today))


def day_after(day: date) -> date:
    """Return the day after `day`."""
    return day + ONE_DAY
