"""What the items of an e-mail come to: a sum for each currency, less the credits that are set against it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from message_templates.pieces.foreign import clean
from message_templates.pieces.mail_context import Credit, EmailLine
from message_templates.writer import Writer
from receivables.money import ZERO


class CreditRow(NamedTuple):
    """A credit as it is printed; `amount` is negative."""

    number: str | None
    day: str | None
    amount: str
    attached: bool


class Sum(NamedTuple):
    """What is owed in one currency, the credits set against it, and what is left."""

    currency: str
    named: str
    """The currency as a sentence names it."""
    total: str
    credits: tuple[CreditRow, ...]
    net: str
    to_pay: Decimal


@dataclass(slots=True)
class Left:
    """A credit, and how much of it has not been set against anything yet."""

    credit: Credit
    amount: Decimal


def pot(of: Iterable[Credit]) -> list[Left]:
    """Return credits of which nothing has been used yet."""
    return [Left(credit, credit.amount) for credit in of]


def sums(lines: Iterable[EmailLine], pot: list[Left], write: Writer) -> list[Sum]:
    """Return a sum for each currency, euros first, taking from the credits in `pot` what they cover."""
    totals: dict[str, Decimal] = {}
    for line in lines:
        totals[line.currency] = totals.get(line.currency, ZERO) + line.outstanding
    codes = sorted(totals, key=lambda code: (code != "EUR", code))
    return [_sum(code, totals[code], pot, write) for code in codes]


def _sum(currency: str, total: Decimal, pot: list[Left], write: Writer) -> Sum:
    net, taken = total, []
    for left in pot:
        if left.credit.currency == currency and left.amount and net:
            used = min(left.amount, net)
            left.amount -= used
            net -= used
            taken.append(_credit(left.credit, used, write))
    written = write.amount(total, currency)
    owed = write.amount(net, currency) if taken else written
    return Sum(currency, write.currency(currency), written, tuple(taken), owed, net)


def _credit(credit: Credit, used: Decimal, write: Writer) -> CreditRow:
    number = clean(credit.number) or None
    day = write.day(credit.day) if credit.day else None
    return CreditRow(number, day, write.amount(-used, credit.currency), credit.attached)


def reduced(lines: Iterable[EmailLine], of: Iterable[Credit], write: Writer) -> list[tuple[str, str]]:
    """Return which items the credits take something off, those due first, and what is left of each."""
    left, found = pot(of), []
    for line in sorted(lines, key=lambda line: line.due_date):
        [each] = sums([line], left, write)
        if each.credits:
            found.append((clean(line.number), each.net))
    return found


def deducted(owed: Iterable[Sum]) -> dict[str, object]:
    """Return whether credits are taken off, and the numbers of the credit notes if all of them are that."""
    numbers = [credit.number for part in owed for credit in part.credits]
    return {"deducted": bool(numbers), "credit_notes": numbers if all(numbers) else []}
