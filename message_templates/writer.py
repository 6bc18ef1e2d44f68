"""One language's ways of writing, for what Python itself writes: amounts, days, counts of days."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from message_templates import formats, formats_en


@dataclass(frozen=True, slots=True)
class Writer:
    """How a language writes; each function as in `formats`."""

    amount: Callable[[Decimal, str], str]
    amounts: Callable[[Mapping[str, Decimal]], str]
    """Sums, a currency each."""
    currency: Callable[[str], str]
    """A currency as a sentence names it."""
    day: Callable[[date], str]
    day_month: Callable[[date], str]
    hour: Callable[[datetime], str]
    """The hour of a local instant."""
    due_day: Callable[[date], str]
    """A date within a sentence."""
    near_day: Callable[[date], str]
    """A date so near that its year need not be said, with its weekday."""
    month_day: Callable[[date], str]
    """The same without its weekday."""
    short_day: Callable[[date], str]
    """A date in words without its weekday."""
    ordinal: Callable[[int], str]
    """The rank of an instalment."""
    lateness: Callable[[int], str]
    """A number of days."""
    percent: Callable[[Decimal], str]
    rate: Callable[[Decimal], str]
    """A rate in percent, to the hundredth."""
    listed: Callable[[Sequence[str]], str]
    """Words one after another, as in a sentence."""
    quoted: Callable[[str], str]
    """Words that somebody else said."""
    typeset: Callable[[str], str]
    """A whole sentence, with the spaces that the language wants."""
    filters: Mapping[str, Callable[..., object]]


WRITERS: Mapping[str, Writer] = {
    "fr": Writer(
        amount=formats.amount,
        amounts=formats.amounts,
        currency=formats.currency,
        day=formats.day,
        day_month=formats.day_month,
        hour=lambda at: f"{at:%H\u202fh\u202f%M}",
        due_day=formats.long_day,
        near_day=formats.near_day,
        month_day=formats.month_day,
        short_day=formats.short_day,
        ordinal=formats.ordinal,
        lateness=lambda days: formats.counted(days, "jour"),
        percent=lambda rate: formats.percent(rate / 100, _places(rate)),
        rate=lambda rate: formats.percent(rate / 100),
        listed=lambda words: formats.listed(list(words)),
        quoted=formats.quoted,
        typeset=formats.typeset,
        filters=formats.FILTERS,
    ),
    "en": Writer(
        amount=formats_en.amount,
        amounts=formats_en.amounts,
        currency=formats_en.currency,
        day=formats_en.day,
        day_month=formats_en.day_month,
        hour=lambda at: f"{at:%H:%M}",
        due_day=formats_en.short_day,
        near_day=formats_en.near_day,
        month_day=formats_en.month_day,
        short_day=formats_en.short_day,
        ordinal=formats_en.ordinal,
        lateness=lambda days: formats_en.counted(days, "day"),
        percent=lambda rate: formats_en.percent(rate / 100, _places(rate)),
        rate=lambda rate: formats_en.percent(rate / 100),
        listed=lambda words: formats_en.listed(list(words)),
        quoted=formats_en.quoted,
        typeset=formats_en.typeset,
        filters=formats_en.FILTERS,
    ),
}


def _places(rate: Decimal) -> int:
    """Return the decimals that a rate in percent needs: none for 2, two for 12.15."""
    return 0 if rate == rate.to_integral_value() else 2


def writer(language: str) -> Writer:
    """Return how `language` (fr or en) writes. Raises KeyError."""
    return WRITERS[language]
