"""What an explanation adds to a decision: the facts that tell why, what follows, the hour and the mode."""

from collections.abc import Callable, Collection
from datetime import date
from functools import cache
from typing import Any

from receivables.codes.reasons import Reason, Standing
from receivables.company import Company, Mode
from receivables.schedule.account import Account, Item
from receivables.schedule.coming import Coming, comings, next_message, spacing_facts
from receivables.schedule.decisions import Decision, Evaluation

_BY_MODE = {Mode.DRAFT: Reason.DRAFT_MODE, Mode.MANUAL: Reason.MANUAL_MODE}


def with_facts(  # noqa: PLR0917 - the day as it was played, and the items asked about
    account: Account,
    company: Company,
    today: date,
    evaluation: Evaluation,
    invoice_ids: Collection[int],
    announced: frozenset[int] | None,
) -> dict[int, Decision]:
    """Complete the decisions on items of one customer with what follows and the facts that tell why.

    `account` is the customer on the morning of `today`; `announced` are the invoices of the plan made for
    that day, None when it is not made: nothing else leaves then. The days to come are played once for all.
    """
    found = {invoice_id: evaluation.decisions[invoice_id] for invoice_id in invoice_ids}
    items = {item.id: item for item in account.items}
    open_ones = [key for key, each in found.items() if each.decision is not Standing.DONE]
    to_come = comings(account, company, today, open_ones, announced) if open_ones else {}
    message_on = cache(lambda: next_message(account, company, today, announced))
    for invoice_id, decision in found.items():
        facts = _of_item(items[invoice_id], today)
        if decision.decision is not Standing.DONE:
            if decision.reason is Reason.SPACING:
                facts |= _spacing(account, company, items[invoice_id], today, decision, message_on)
            facts |= follow(decision, to_come.get(invoice_id))
        if account.messages:
            facts["last_message_on"] = max(past.on for past in account.messages)
        decision.facts = facts | decision.facts
    return found


def _of_item(item: Item, today: date) -> dict[str, Any]:
    return {
        "due_date": item.due_date,
        "days_late": max((today - item.due_date).days, 0),
        "outstanding": item.outstanding,
        "currency": item.currency,
    }


def follow(decision: Decision, found: Coming | None) -> dict[str, Any]:
    """Set what comes next, with no day when none can be named; return what binds from its slot to its day."""
    if found is None:
        decision.next_on = None
        if decision.decision is Standing.REMIND:
            decision.next_step = None
        else:
            decision.on = None
        return {}
    decision.next_step, decision.next_on = found.step.key, found.on
    if decision.decision is not Standing.REMIND:
        decision.step, decision.on, decision.slot = found.step.key, found.on, found.slot
    told = {f"next_{key}": value for key, value in found.facts.items()}
    return told | {"next_slot": found.slot, "next_kept": found.kept}


def _spacing(  # noqa: PLR0917 - the facts at hand
    account: Account,
    company: Company,
    item: Item,
    today: date,
    decision: Decision,
    message_on: Callable[[], date | None],
) -> dict[str, Any]:
    """Return what binds today: a message that left, or one to come (rule 6)."""
    step = account.policy.step(decision.step or "")
    facts = spacing_facts(account, company, item, step, today) if step is not None else {}
    return facts or {"message_coming_on": message_on()}


def apply_mode(decision: Decision, company: Company) -> None:
    """Say `draft_mode` or `manual_mode` for what the mode keeps from leaving (rule 20)."""
    decision.facts["mode"] = company.mode
    if decision.decision == Standing.REMIND and company.mode in _BY_MODE:
        decision.decision, decision.reason = Standing.HOLD, _BY_MODE[company.mode]
        decision.next_step, decision.next_on, decision.on = decision.step, None, None
