"""When the plan need look at an item again: the days between cannot change what was decided."""

from datetime import date

from receivables.calendar.workdays import ONE_DAY
from receivables.codes.reasons import REASONS, Look, Standing
from receivables.schedule.decisions import Decision, Evaluation

NEVER = date(9999, 12, 31)
"""Of what nothing can leave for, until an act on it says otherwise."""
WITH_OTHERS = date(9999, 12, 30)
"""Of what only an act can wake, yet counts as due (rules 7, 8, 13): looked at with its customer."""


def look_on(decision: Decision) -> date | None:
    """Return when to look at an item again; None for each plan, NEVER or WITH_OTHERS for none by itself."""
    if decision.decision is Standing.DONE:
        return NEVER
    return _by_look(decision, REASONS[decision.reason].look)


def _by_look(decision: Decision, look: Look) -> date | None:
    match look:
        case Look.NEXT_PLAN:
            return None
        case Look.NEVER:
            return NEVER
        case Look.WITH_OTHERS:
            return WITH_OTHERS
        case Look.SLOT:
            return decision.slot
        case Look.UNTIL:
            return decision.until or NEVER
        case Look.AFTER:
            return decision.until + ONE_DAY if decision.until else NEVER


def next_look(evaluation: Evaluation, today: date) -> date | None:
    """Return the first day after `today` on which an item of a customer is to be looked at, if any is."""
    days = [look_on(decision) or today for decision in evaluation.decisions.values()]
    first = min(days, default=NEVER)
    return None if first >= WITH_OTHERS else max(first, today + ONE_DAY)
