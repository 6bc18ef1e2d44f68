"""Open days: Monday to Friday less the company's public holidays and its own closed days."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

import holidays as public_holidays

from receivables.errors import SettingsError

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=512)
def _closed(code: str, year: int) -> frozenset[date]:
    """Return the public holidays of `code` (FR, FR-57, FR-6AE, FR-RE…) in `year`."""
    country, _, subdivision = code.partition("-")
    return frozenset(public_holidays.country_holidays(country, subdiv=subdivision or None, years=year))


def check_code(code: str) -> None:
    """Refuse a holiday calendar that does not exist.

    Raises SettingsError. `FR-GES` is refused by name: the library takes it and adds no day (FACTS E).
    """
    country, _, subdivision = code.partition("-")
    if country == "FR" and subdivision in {"GES", "Grand Est"}:
        raise SettingsError("settings.grand_est")
    try:
        _closed(code, 2026)
    except (NotImplementedError, KeyError, ValueError) as error:
        raise SettingsError("settings.unknown_holidays", code=code) from error


class Calendar:
    """The open days of one holiday calendar, less the days `closed` besides.

    Answers are kept: a plan asks the same days over and over.
    """

    def __init__(self, code: str, closed: Collection[date] = ()) -> None:
        self.code = code
        self.closed = frozenset(closed)
        self._next: dict[date, date] = {}
        self._previous: dict[date, date] = {}

    def is_open(self, day: date) -> bool:
        """Whether `day` is no week-end, no public holiday and no closed day of the company."""
        return day.weekday() < 5 and day not in self.closed and day not in _closed(self.code, day.year)

    def next_open(self, day: date) -> date:
        """Return `day` if open, else the first open day after it."""
        found = self._next.get(day)
        if found is None:
            found = day
            while not self.is_open(found):
                found += ONE_DAY
            self._next[day] = found
        return found

    def previous_open(self, day: date) -> date:
        """Return `day` if open, else the last open day before it."""
        found = self._previous.get(day)
        if found is None:
            found = day
            while not self.is_open(found):
                found -= ONE_DAY
            self._previous[day] = found
        return found

    def add_open(self, day: date, count: int) -> date:
        """Return the `count`-th open day after `day` (`day` itself when `count` is 0)."""
        for _ in range(count):
            day = self.next_open(day + ONE_DAY)
        return day
