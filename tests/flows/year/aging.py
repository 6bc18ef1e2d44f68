"""From which day a claim may be prescribed (rule 26), from the facts of one invoice and of its debtor."""

from collections.abc import Iterable
from datetime import date, timedelta

DAY = timedelta(days=1)


def years_on(day: date, years: int) -> date:
    """Return the same day so many years later, the 28th for a 29 February that there is not."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def six_months_before(day: date) -> date:
    """Return the same day six months earlier, or the last day of that month."""
    month, year = (day.month - 6, day.year) if day.month > 6 else (day.month + 6, day.year - 1)
    last = (date(year + month // 12, month % 12 + 1, 1) - DAY).day
    return date(year, month, min(day.day, last))


def term(start: date, kind: str | None, siren: str | None) -> date:
    """Return the first day on which a claim that counts from `start` may be prescribed.

    1 January after the fourth full year for a public body, 5 years for a business and for somebody unknown
    with a SIREN, 2 years for a consumer and for somebody unknown without.
    """
    if kind == "public" or (kind is None and siren is not None and siren[0] in "12"):
        return date(start.year + 5, 1, 1)
    return years_on(start, 5 if kind == "business" or (kind is None and siren) else 2)


def limit(due: date, events: Iterable[date], kind: str | None, siren: str | None) -> date:
    """Return the day of prescription, counted anew from each event that came before it was over."""
    over = term(due, kind, siren)
    for day in sorted(events):
        if day < over:
            over = max(over, term(day, kind, siren))
    return over
