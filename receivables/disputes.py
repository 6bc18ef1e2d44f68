"""How soon a dispute is to be looked at again."""

from datetime import date

from receivables.calendar.workdays import Calendar
from receivables.codes.disputes import FOLLOW_UP, DisputeKind


def follow_up_on(kind: DisputeKind, opened_on: date, calendar: Calendar) -> date:
    """Return the day on which a dispute opened on `opened_on` is to be looked at again."""
    return calendar.add_open(opened_on, FOLLOW_UP[DisputeKind(kind)])
