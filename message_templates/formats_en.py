"""How amounts, dates and numbers are written in British business English: as `formats`, name for name.

Days are always written with the month in words: 01/09 is another day to an American.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import get_currency_name, get_currency_precision, get_currency_symbol

from message_templates.formats import FILTERS as FRENCH
from message_templates.formats import MINUS, NBSP, iban, siren

LOCALE = "en_GB"


@lru_cache(maxsize=64)
def _currency(code: str) -> tuple[Decimal, str, str]:
    """Return the smallest unit, the format specification and the prefix of a currency."""
    places = get_currency_precision(code)
    symbol = get_currency_symbol(code, LOCALE)
    symbol = code if symbol == "¤" else symbol
    return Decimal(1).scaleb(-places), f",.{places}f", symbol + NBSP if symbol[-1].isalpha() else symbol


def number(value: Decimal | int, places: int = 0) -> str:
    """Return `value` with English separators, rounded half up to `places`: `1,234.5`."""
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,.{places}f}"


def amount(value: Decimal, currency: str = "EUR") -> str:
    """Return an amount of money in `currency` (ISO 4217), rounded half up: `€1,234.50`."""
    unit, written, prefix = _currency(currency)
    rounded = value.quantize(unit, rounding=ROUND_HALF_UP)
    return f"{MINUS if rounded < 0 else ''}{prefix}{format(abs(rounded), written)}"


def amounts(totals: Mapping[str, Decimal]) -> str:
    """Return several totals, one for each currency, euros first: `€1,200.00 and US$300.00`."""
    codes = sorted(totals, key=lambda code: (code != "EUR", code))
    return listed([amount(totals[code], code) for code in codes])


@lru_cache(maxsize=64)
def currency(code: str) -> str:
    """Return a currency as a sentence names it: `euros`, `US dollars (USD)`."""
    name = get_currency_name(code, count=2, locale=LOCALE)
    return name if code == "EUR" else f"{name} ({code})"


@lru_cache(maxsize=2)
def _words(kind: str) -> Mapping[int, str]:
    locale = Locale.parse(LOCALE)
    names = locale.days if kind == "days" else locale.months
    found: Mapping[int, str] = names["format"]["wide"]
    return found


@lru_cache(maxsize=1024)
def day(value: date) -> str:
    """Return a date as tables have it: `15 Dec 2026`."""
    return f"{value.day}{NBSP}{short_month(value)}{NBSP}{value.year}"


def short_month(value: date) -> str:
    """Return the month in three letters: `Sep`, not Babel's `Sept`, so that columns keep their width."""
    return _words("months")[value.month][:3]


def day_month(value: date) -> str:
    """Return a date without its year: `15 Dec`."""
    return f"{value.day}{NBSP}{short_month(value)}"


def weekday(value: date) -> str:
    """Return the day of the week: `Tuesday`."""
    return _words("days")[value.weekday()]


@lru_cache(maxsize=1024)
def long_day(value: date) -> str:
    """Return a date in words: `Tuesday 15 December 2026`."""
    return f"{weekday(value)} {short_day(value)}"


@lru_cache(maxsize=1024)
def short_day(value: date) -> str:
    """Return a date in words without its weekday: `15 December 2026`."""
    return f"{value.day}{NBSP}{_words('months')[value.month]} {value.year}"


def month_day(value: date) -> str:
    """Return a date in words without weekday nor year: `15 December`."""
    return short_day(value).rpartition(" ")[0]


def near_day(value: date) -> str:
    """Return a date in words without its year: `Tuesday 15 December`."""
    return f"{weekday(value)} {month_day(value)}"


def ordinal(rank: int) -> str:
    """Return a rank in figures: `1st`, `2nd`, `11th`."""
    ending = "th" if rank % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"


def plural(count: Decimal | int, one: str, many: str | None = None) -> str:
    """Return the word that agrees with `count`: in English only 1 is singular.

    Without `many`, the last word of `one` takes an s (`overdue invoice` → `overdue invoices`).
    """
    if count == 1:
        return one
    return many if many is not None else f"{one}s"


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return `count` with the word that agrees with it: `1 invoice`, `1,200 invoices`."""
    return f"{count:,}{NBSP}{plural(count, one, many)}"


def percent(value: Decimal, places: int = 2) -> str:
    """Return a share (0.1215) as a percentage, rounded half up: `12.15%`."""
    return f"{number(value * 100, places)}%"


def listed(words: Sequence[str], rest: str | None = None) -> str:
    """Return words as English lists them: `A, B and C`; `rest`: how many more, as the last."""
    *head, last = [*words, rest] if rest else words or [""]
    return f"{', '.join(head)} and {last}" if head else last


def quoted(text: str) -> str:
    """Return words that somebody else said, between quotation marks."""
    return f"“{text}”"


def typeset(sentence: str) -> str:
    """Return a sentence as it is: English keeps its spaces."""
    return sentence


FILTERS: Mapping[str, Callable[..., object]] = {
    **FRENCH,
    "amount": amount,
    "amounts": amounts,
    "counted": counted,
    "day": day,
    "day_month": day_month,
    "iban": iban,
    "listed": listed,
    "long_day": long_day,
    "month_day": month_day,
    "near_day": near_day,
    "number": number,
    "percent": percent,
    "plural": plural,
    "short_day": short_day,
    "siren": siren,
    "weekday": weekday,
}
