"""Amounts and days of accounting exports: `+000000500,00`, padded, negative; 20260131, 31/01/2026."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from store.imports.tables.files import Cell

_BLANK = re.compile(r"[\s\u00a0\u202f\"']")
_GROUPS = re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d*)?")
_AROUND = ' \t\r\n"\u00a0\u202f\x00'
_MOST = 10**15
_SHAPES = ("%Y%m%d", "%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y/%m/%d")


def cents(cell: Cell) -> int | None:
    """Return an amount in cents, nothing for an empty cell; None for what is no amount."""
    if isinstance(cell, str):
        return _cents(cell)
    return round(cell * 100) if isinstance(cell, float | int) else None


@lru_cache(maxsize=65_536)
def _cents(cell: str) -> int | None:
    text = _BLANK.sub("", cell)
    if not text:
        return 0
    if _GROUPS.fullmatch(text):
        text = text.replace(".", "")
    try:
        amount = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    if not amount.is_finite() or abs(amount) > _MOST:
        return None
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def day(cell: Cell) -> date | None:
    """Return a day; None for what is none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return _day(f"{cell:.0f}" if isinstance(cell, float) else str(cell).strip())


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    text = text.split(" ", maxsplit=1)[0]
    for shape in _SHAPES:
        try:
            found = datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return found if 1990 <= found.year <= 2099 else None
    return None


def text(cell: Cell) -> str:
    """Return a cell as text: a number that a spreadsheet made of a code is one again."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return (cell if isinstance(cell, str) else str(cell)).strip(_AROUND)
