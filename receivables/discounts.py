"""The early-payment discount (escompte): what is taken off an invoice that is paid within its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from receivables.money import CENT, total
from receivables.penalties import Receipt

MOST_RATE = Decimal(20)
MOST_DAYS = 90


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount of `amount`, which is `rate` percent of the invoice, when it is paid by `until`."""

    rate: Decimal
    until: date
    amount: Decimal


def discount(
    amount: Decimal, issue_date: date | None, rate: Decimal | None, days: int | None
) -> Discount | None:
    """Return the discount of an invoice of `amount`; None without terms, or without an issue date.

    Its last day is the issue date and `days`; the amount is rounded once, half up.
    """
    if issue_date is None or not rate or not days:
        return None
    off = (amount * rate / 100).quantize(CENT, rounding=ROUND_HALF_UP)
    return Discount(rate, issue_date + timedelta(days), off) if 0 < off < amount else None


def reachable(found: Discount | None, outstanding: Decimal, today: date) -> bool:
    """Whether paying what is left, less the discount, would still be in time on `today`."""
    return found is not None and found.until >= today and outstanding > found.amount


def earned(found: Discount | None, outstanding: Decimal, receipts: Sequence[Receipt]) -> bool:
    """Whether the discounted amount came in within the term, and nothing but the discount is left."""
    if found is None or not 0 < outstanding <= found.amount or not receipts:
        return False
    in_time = total(each.amount for each in receipts if each.day <= found.until)
    late = total(each.amount for each in receipts) - in_time
    return outstanding + late <= found.amount
