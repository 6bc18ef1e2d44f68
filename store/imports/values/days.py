"""Dates as files write them: day before month, unless the whole column proves the contrary."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from receivables.calendar.words import MONTHS
from receivables.text import fold
from store.imports.tables.files import Cell
from store.imports.values.amounts import BadValue

EXPECTED = "imports.a_day"
OUT_OF_RANGE = "imports.a_day_in_range"
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_SERIAL_ZERO = date(1899, 12, 30)
_PIVOT = 90

_SLASHED = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?:[ T,].*)?\Z")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_WORDED = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ?([a-z]+) ?(\d{4}|\d{2})(?: .*)?\Z")
_MONTH_FIRST = re.compile(r"([a-z]+) (\d{1,2}) (\d{4})(?: .*)?\Z")


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 2:
        return year + (1900 if year >= _PIVOT else 2000)
    return year


def _date(year: int, month: int, day: int) -> date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise BadValue(OUT_OF_RANGE)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadValue(EXPECTED) from error


def _serial(number: float) -> date:
    """Return the day that a spreadsheet counts as `number`."""
    if not 1 <= number < 80_000:
        raise BadValue(EXPECTED)
    return in_range(_SERIAL_ZERO + timedelta(days=int(number)))


def in_range(day: date) -> date:
    """Return `day` when its year is believable. Raises BadValue."""
    return _date(day.year, day.month, day.day)


def prove(text: str) -> bool | None:
    """Tell what one cell proves: True for 1/25/2025, False for 25/1/2025, None for 3/1/2025."""
    match = _SLASHED.match(text.strip())
    first, second = (int(match[1]), int(match[2])) if match else (0, 0)
    if first > 12 or second > 12:
        return second > 12 if first <= 12 else False
    return None


def _in_words(text: str) -> date:
    folded = fold(text)
    match = _WORDED.match(folded)
    if match and match[2] in MONTHS:
        return _date(_year(match[3]), MONTHS[match[2]], int(match[1]))
    match = _MONTH_FIRST.match(folded)
    if match and match[1] in MONTHS:
        return _date(int(match[3]), MONTHS[match[1]], int(match[2]))
    raise BadValue(EXPECTED)


@lru_cache(maxsize=8192)
def read_text_day(text: str, *, american: bool = False) -> date:
    """Return the date that `text` writes; `american` when the column proves month first. Raises BadValue."""
    text = text.strip().replace("\u00a0", " ")[:60]
    if match := _ISO.match(text) or _COMPACT.match(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _SLASHED.match(text):
        first, second = int(match[1]), int(match[2])
        day, month = (second, first) if american else (first, second)
        return _date(_year(match[3]), month, day)
    return _in_words(text)


def read_day(cell: Cell, *, american: bool = False) -> date:
    """Return the date of a cell, typed, numbered as spreadsheets do, or written. Raises BadValue."""
    if isinstance(cell, datetime):
        return in_range(cell.date())
    if isinstance(cell, date):
        return in_range(cell)
    if isinstance(cell, str):
        return read_text_day(cell, american=american)
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        compact = str(int(cell)) if abs(cell) < 1e9 else ""
        return read_text_day(compact) if _COMPACT.match(compact) else _serial(float(cell))
    raise BadValue(EXPECTED)
