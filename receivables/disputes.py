"""Kinds of disputes (litiges), and how soon each is to be looked at again."""

from collections.abc import Mapping
from datetime import date

from receivables.calendar.workdays import Calendar

FOLLOW_UP: Mapping[str, int] = {
    "administrative": 3,
    "price": 5,
    "quality": 10,
    "missing_goods": 5,
    "delivery": 5,
    "already_paid": 2,
    "other": 5,
}
"""Open days after which the resolver is asked, by kind: a missing purchase order takes a call, an expert's
visit two weeks; a payment said to have left is at the bank within two days."""

KINDS = tuple(FOLLOW_UP)


def follow_up_on(kind: str, opened_on: date, calendar: Calendar) -> date:
    """Return the day on which a dispute opened on `opened_on` is to be looked at again."""
    return calendar.add_open(opened_on, FOLLOW_UP.get(kind, FOLLOW_UP["other"]))
