"""Amounts of money: `Decimal` in code, integer cents in the books."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""Currencies whose smallest coin is a thousandth (ISO 4217): cents cannot keep their amounts."""


def to_cents(amount: Decimal) -> int:
    """Return `amount` (a whole number will do) in integer cents, rounded half up."""
    return int((Decimal(amount) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_cents(cents: int) -> Decimal:
    """Return integer `cents` as a `Decimal` amount with two places."""
    return Decimal(cents).scaleb(-2)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum of `amounts`, all in one currency, with two places."""
    return sum(amounts, ZERO)


def totals_by(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Return the sum of amounts by currency, currencies in alphabetical order."""
    sums: dict[str, Decimal] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, ZERO) + amount
    return dict(sorted(sums.items()))
