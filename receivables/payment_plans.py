"""Cutting a debt into instalments (échéancier), and saying which invoice each one is set against."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from receivables.calendar import months
from receivables.money import CENT, ZERO

MOST = 60
"""Instalments in one plan: five years of months."""

RHYTHMS = ("weekly", "fortnightly", "monthly")
_DAYS = {"weekly": 7, "fortnightly": 14}


class Instalment(NamedTuple):
    """So much on a day."""

    on: date
    amount: Decimal


class Share(NamedTuple):
    """The part of an instalment that is set against one invoice."""

    invoice_id: int
    on: date
    amount: Decimal


def even(total: Decimal, count: int, first: date, rhythm: str) -> list[Instalment]:
    """Return `count` equal instalments of `total` from the day `first` on; the last takes the odd cents.

    `rhythm` is one of RHYTHMS; monthly keeps the day of the month, or the month's last day when it has none
    such. `count` is at most one for each cent.
    """
    part = (total / count).quantize(CENT, ROUND_DOWN)
    amounts = [part] * (count - 1) + [total - part * (count - 1)]
    return [Instalment(_nth(first, rank, rhythm), amount) for rank, amount in enumerate(amounts)]


def _nth(first: date, rank: int, rhythm: str) -> date:
    if rhythm in _DAYS:
        return first + timedelta(days=_DAYS[rhythm] * rank)
    return months.shift(first, rank)


def shares(instalments: Iterable[Instalment], owed: Sequence[tuple[int, Decimal]]) -> list[Share]:
    """Set instalments, in order of date, against invoices (id, what is left) in the order given.

    An instalment beyond what is owed is cut: the caller has checked that there is none.
    """
    found: list[Share] = []
    left = [(id_, amount) for id_, amount in owed if amount > ZERO]
    for on, amount in sorted(instalments):
        rest = amount
        while rest > ZERO and left:
            id_, open_ = left[0]
            part = min(rest, open_)
            found.append(Share(id_, on, part))
            rest -= part
            left[0] = (id_, open_ - part)
            if left[0][1] == ZERO:
                left.pop(0)
    return found
