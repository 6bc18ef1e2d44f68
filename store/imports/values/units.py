"""What the title of a column says of the amounts below it: their currency, and thousands or millions."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from receivables.text import fold
from store.imports.values.amounts import SYMBOLS

_SIGNS = ("€", "$", "£")
_CODES = frozenset(SYMBOLS.values())
_THOUSANDS = re.compile(r"\b[kK] ?(?:€|\$|£|[A-Za-z]{3}\b)|\b(?:milliers|thousands)\b", re.IGNORECASE)
_MILLIONS = re.compile(r"\bM ?(?:€|\$|£|EUR\b|USD\b|GBP\b)|\b(?:[Mm]illions)\b")


class TitleUnit(NamedTuple):
    """In what a column counts. `currency` None: its title names none, or several."""

    currency: str | None
    factor: Decimal


@lru_cache(maxsize=1024)
def of_title(title: str) -> TitleUnit:
    """Return what a title says: « Montant TTC ($) », `amount_gbp`, « Montant dû (XPF) », « en k€ »."""
    found = {SYMBOLS[sign] for sign in _SIGNS if sign in title}
    found |= {word.upper() for word in fold(title).split() if word.upper() in _CODES}
    factor = Decimal(1)
    if _MILLIONS.search(title):
        factor = Decimal(1_000_000)
    elif _THOUSANDS.search(title):
        factor = Decimal(1_000)
    return TitleUnit(found.pop() if len(found) == 1 else None, factor)
