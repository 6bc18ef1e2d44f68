"""Terms agreed with a customer, as files write them: rates, discounts, addresses, how we speak to it."""

import re
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from receivables.money import CENT
from receivables.text import fold
from store.imports.tables.files import Cell
from store.imports.values import words
from store.imports.values.amounts import BadValue

PERCENT = "imports.a_percentage"
DISCOUNT = "imports.a_discount"
DAYS = "imports.discount_days"
DEFAULT_TERM = timedelta(days=30)
"""When a file names no due date: the term of French law where nothing was agreed."""
MOST_DISCOUNT = Decimal(20)
MOST_DAYS = 90
MOST_FIGURES = Decimal(10_000)
LONGEST_ADDRESS = 300
_FIGURES = re.compile(r"\d+(?:[.,]\d+)?")
_BEFORE_POSTCODE = re.compile(r"\s*,\s*(?=\d{4,5}\s)")
_LINES = re.compile(r"\s*[\r\n\x0b\x0c\x85\u2028\u2029]+\s*")
_NONE = frozenset({"", "non", "no", "aucun", "aucune", "neant", "none", "0"})
_TU = ("tu", "oui", "tutoiement", "x", "informal", "yes")
_VOUS = ("vous", "non", "vouvoiement", "no", "formal")
_MONTHLY = ("mensuel", "mensuelle", "oui", "monthly", "yes", "x", "mois")
_OFF = ("non", "aucun", "jamais", "off", "no", "never", "none")
_FORMS = {**dict.fromkeys(_TU, "tu"), **dict.fromkeys(_VOUS, "vous")}
_STATEMENTS = {**dict.fromkeys(_MONTHLY, "monthly"), **dict.fromkeys(_OFF, "off")}


class DiscountTerms(NamedTuple):
    """An early-payment discount: percent of the amount, and days from the invoice date when they are said."""

    rate: Decimal
    days: int | None


def _figures(cell: Cell) -> list[Decimal]:
    if isinstance(cell, bool):
        return []
    if isinstance(cell, int | float):
        return [_number(repr(cell))]
    return [_number(found.replace(",", ".")) for found in _FIGURES.findall(words.text(cell))]


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number) > MOST_FIGURES:
        raise BadValue(PERCENT)
    return number


def _signed(cell: Cell) -> bool:
    return words.text(cell).lstrip().startswith(("-", "−", "–"))


def _percent(value: Decimal, cell: Cell, *, share_below: Decimal) -> Decimal:
    """Return percents; a spreadsheet keeps 12,15 % as 0.1215, which no such rate can be otherwise."""
    is_share = 0 < value < share_below and "%" not in words.text(cell)
    return (value * 100 if is_share else value).quantize(CENT, rounding=ROUND_HALF_UP)


def penalty_rate(cell: Cell) -> Decimal | None:
    """Return a yearly rate in percent; None for words (« BCE + 10 », « légal »): the legal default.

    Raises BadValue for figures that are no such rate, and for a multiple of the legal interest rate.
    """
    said = fold(words.text(cell))
    found = _figures(cell)
    if _times_legal(said):
        raise BadValue(PERCENT)  # « 3 fois le taux légal » moves with each half-year: a figure is needed
    if any(word in said.split() for word in ("bce", "ecb", "refi", "legal")) or not found:
        return None
    rate = _percent(found[0], cell, share_below=Decimal(1))
    if len(found) != 1 or _signed(cell) or not 0 < rate <= 100:
        raise BadValue(PERCENT)
    return rate


def _times_legal(said: str) -> bool:
    """Whether words name a multiple of the legal interest rate, which is not the legal default."""
    parts = said.split()
    times = any(part in {"fois", "double", "triple", "x"} or part.startswith("3x") for part in parts)
    return "legal" in parts and times


def discount(cell: Cell) -> DiscountTerms | None:
    """Return an early-payment discount: `2 %`, `2 % à 10 jours`, `2/10`; None for none at all.

    Raises BadValue.
    """
    if fold(words.text(cell)) in _NONE:
        return None
    found = _figures(cell)
    if not 1 <= len(found) <= 2 or _signed(cell):
        raise BadValue(DISCOUNT)
    rate = _percent(found[0], cell, share_below=Decimal("0.1"))
    if not 0 < rate <= MOST_DISCOUNT:
        raise BadValue(DISCOUNT)
    return DiscountTerms(rate, _days(found[1]) if len(found) == 2 else None)


def discount_days(cell: Cell) -> int | None:
    """Return the days within which a discount is granted: `10`, `10 jours`. Raises BadValue."""
    if fold(words.text(cell)) in _NONE:
        return None
    found = _figures(cell)
    if len(found) != 1 or _signed(cell):
        raise BadValue(DAYS)
    return _days(found[0])


def _days(value: Decimal) -> int:
    if value != value.to_integral_value() or not 1 <= value <= MOST_DAYS:
        raise BadValue(DAYS)
    return int(value)


def address(street: Cell | None, postcode: str, city: str) -> str | None:
    """Return the lines of a postal address, from one cell or from several; None when nothing is said."""
    written = street if isinstance(street, str) else words.text(street or "")
    parts = [part for line in _LINES.split(written) for part in _BEFORE_POSTCODE.split(line)]
    parts.append(f"{postcode} {city}")
    lines = [line for part in parts if (line := words.text(part).strip(" ,;"))]
    return "\n".join(lines)[:LONGEST_ADDRESS] or None


def address_form(value: str) -> str | None:
    """Return tu or vous; None for another word."""
    return _FORMS.get(fold(value))


def statement(value: str) -> str | None:
    """Return monthly or off; None for another word."""
    return next((_STATEMENTS[word] for word in fold(value).split() if word in _STATEMENTS), None)
