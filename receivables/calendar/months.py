"""Sums with months, which differ in length: a day that may not exist, a month's last day, months away."""

import calendar
from datetime import date


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the day, or None when there is none such: 31 April, a thirteenth month."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def last_day(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def shift(day: date, months: int) -> date:
    """Return `day` some months away, on the last day when that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, last_day(year, month + 1).day))
