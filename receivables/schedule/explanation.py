"""What an explanation adds to a decision: the facts that tell why, what follows, the hour and the mode."""

from datetime import date, datetime
from typing import Any

from receivables.codes.reasons import Reason, Standing
from receivables.company import Company, Mode
from receivables.schedule.account import Account, Item, climbed
from receivables.schedule.decisions import Decision, Evaluation
from receivables.schedule.ladder import day_after, first_open, next_rung
from receivables.schedule.spacing import free_on

_BY_MODE = {Mode.DRAFT: Reason.DRAFT_MODE, Mode.MANUAL: Reason.MANUAL_MODE}


def with_facts(
    account: Account, company: Company, today: date, evaluation: Evaluation, invoice_id: int
) -> Decision:
    """Complete the decision on one item with what follows it and the facts that tell why."""
    decision = evaluation.decisions[invoice_id]
    item = next(item for item in account.items if item.id == invoice_id)
    for message in evaluation.messages:
        if decision.decision == Standing.REMIND and any(row.item.id == invoice_id for row in message.items):
            later, tomorrow = climbed(item, message, today), day_after(today)
            rung = next_rung(later, account.policy, company.calendar, company.grace_days, tomorrow)
            if rung is not None:
                decision.next_step = rung.step.key
                decision.next_on = first_open(rung, company.calendar, tomorrow)
    if decision.decision == Standing.WAIT:
        _possible(account, company, today, item, decision)
    facts: dict[str, Any] = {
        "due_date": item.due_date,
        "days_late": max((today - item.due_date).days, 0),
        "outstanding": item.outstanding,
        "currency": item.currency,
        "slot": decision.slot,
    }
    if decision.slot is not None:
        facts["closed"] = not company.calendar.is_open(decision.slot)
    if account.messages:
        facts["last_message_on"] = max(past.on for past in account.messages)
    decision.facts = facts | decision.facts
    return decision


def _possible(account: Account, company: Company, today: date, item: Item, decision: Decision) -> None:
    """Put off what comes next to the first day that spacing allows; past the due date, to what follows it."""
    calendar = company.calendar
    step = account.policy.step(decision.next_step or "")
    if step is None or decision.next_on is None:
        return
    free = free_on(account, item, step, company.min_gap_days, calendar, company.max_per_customer)
    on = calendar.next_open(max(decision.next_on, free or decision.next_on))
    if step.preventive and on > item.due_date:
        late = next_rung(item, account.policy, calendar, company.grace_days, day_after(item.due_date))
        if late is None:
            return
        step, on = late.step, first_open(late, calendar, today)
    decision.step = decision.next_step = step.key
    decision.on = decision.next_on = on


def apply_hour(decision: Decision, company: Company, now: datetime) -> None:
    """Say `outside_window` for what is due today once the sending window has closed (rule 9)."""
    local = now.astimezone(company.zone)
    if decision.decision == Standing.REMIND and local.time() >= company.window[1]:
        on = company.calendar.next_open(day_after(local.date()))
        decision.decision, decision.reason = Standing.WAIT, Reason.OUTSIDE_WINDOW
        decision.on, decision.next_step, decision.next_on = on, decision.step, on


def apply_mode(decision: Decision, company: Company) -> None:
    """Say `draft_mode` or `manual_mode` for what the mode keeps from leaving (rule 20)."""
    if decision.decision == Standing.REMIND and company.mode in _BY_MODE:
        decision.decision, decision.reason = Standing.HOLD, _BY_MODE[company.mode]
        decision.next_step, decision.next_on, decision.on = decision.step, None, None
