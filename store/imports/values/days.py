"""Dates as files write them: day before month, unless the whole column proves the contrary.

An instant that says its offset is the day that it is where the company is; one that says none is as written.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
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
_MONTH_FIRST = re.compile(r"(?:[a-z]+ )?([a-z]+) (\d{1,2}) (\d{4})(?: .*)?\Z")
_INSTANT = re.compile(
    r"(?P<day>\S.*?)[T, ] ?(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?\d{2}(?:[.,]\d+)?)? ?(?P<half>[ap]m)?"
    r" ?(?P<zero>z|utc|gmt)? ?(?:(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?)?(?: ?\([^()]*\))?\Z",
    re.IGNORECASE,
)
_UTC_TITLE = re.compile(r"\b(?:utc|gmt)\b(?! ?[+-] ?\d)", re.IGNORECASE)


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
def read_text_day(
    text: str, *, american: bool = False, zone: tzinfo = UTC, offset: tzinfo | None = None
) -> date:
    """Return the date that `text` writes; `american` when the column proves month first. Raises BadValue.

    An instant with an offset, its own or else that of its column (`offset`), is its day in `zone`.
    """
    text = text.strip().replace("\u00a0", " ")[:80]
    instant = _INSTANT.match(text)
    said = _offset(instant) or (offset if ":" in text else None) if instant else None
    if instant is None or said is None:
        return _day(text, american=american)
    day = _day(instant["day"], american=american)
    return _local(datetime.combine(day, _clock(instant), said), zone)


def _day(text: str, *, american: bool) -> date:
    if match := _ISO.match(text) or _COMPACT.match(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _SLASHED.match(text):
        first, second = int(match[1]), int(match[2])
        day, month = (second, first) if american else (first, second)
        return _date(_year(match[3]), month, day)
    return _in_words(text)


def _offset(instant: re.Match[str]) -> tzinfo | None:
    """Return the offset that an instant says; None when it says none."""
    if instant["sign"]:
        ahead = timedelta(hours=int(instant["hours"]), minutes=int(instant["minutes"] or 0))
        if ahead >= timedelta(days=1):
            raise BadValue(EXPECTED)
        return timezone(-ahead if instant["sign"] == "-" else ahead)
    return UTC if instant["zero"] else None


def _clock(instant: re.Match[str]) -> time:
    hour, half = int(instant["hour"]), (instant["half"] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, int(instant["minute"]))
    except ValueError as error:
        raise BadValue(EXPECTED) from error


def _local(instant: datetime, zone: tzinfo) -> date:
    return in_range(instant.astimezone(zone).date())


@lru_cache
def offset_of(title: str) -> tzinfo | None:
    """Return the offset that a column's title says of its times (« Due Date (UTC) »); None when none."""
    return UTC if _UTC_TITLE.search(title) else None


def read_day(cell: Cell, *, american: bool = False, zone: tzinfo = UTC, offset: tzinfo | None = None) -> date:
    """Return the date of a cell, typed, numbered as spreadsheets do, or written. Raises BadValue."""
    if isinstance(cell, datetime):
        said = cell.tzinfo or offset
        return _local(cell.replace(tzinfo=said), zone) if said else in_range(cell.date())
    if isinstance(cell, date):
        return in_range(cell)
    if isinstance(cell, str):
        return read_text_day(cell, american=american, zone=zone, offset=offset)
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        compact = str(int(cell)) if abs(cell) < 1e9 else ""
        return read_text_day(compact) if _COMPACT.match(compact) else _serial(float(cell))
    raise BadValue(EXPECTED)
