"""When to try again after a temporary failure (SCHEDULE 9): the same day with back-off, then the next."""

from datetime import datetime, timedelta

from receivables.calendar.workdays import ONE_DAY
from receivables.company import Company

FIRST = timedelta(minutes=5)
FACTOR = 3
LONGEST = timedelta(hours=4)
MOST_ATTEMPTS = 12
"""After so many attempts (three or four open days) the message fails for good, and people are told."""


def back_off(attempts: int) -> timedelta:
    """Return the wait after so many attempts: 5 min, three times as long each time, 4 h at most."""
    return min(FIRST * int(FACTOR ** min(attempts - 1, 8)), LONGEST)


def next_attempt(company: Company, now: datetime, attempts: int) -> datetime:
    """Return the aware instant of the next attempt.

    Inside today's window when it fits, else at the opening of the window of the next open day.
    """
    later = now + back_off(attempts)
    today = company.day_of(now)
    if company.calendar.is_open(today) and later < company.instant(today, company.window[1]):
        return later
    day = company.calendar.next_open(today + ONE_DAY)
    return company.instant(day, company.window[0])


def inside_window(company: Company, now: datetime) -> bool:
    """Whether the clock may send at the aware instant `now` (SCHEDULE 9)."""
    local = now.astimezone(company.zone)
    opens, closes = company.window
    return company.calendar.is_open(local.date()) and opens <= local.time() < closes
