"""What a file adds up: our sums of it, by currency, and the totals that it shows itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from store.imports.records import Record
from store.imports.report import Findings, SumOfFile
from store.imports.tables.files import Row
from store.imports.tables.headers import Layout
from store.imports.values.amounts import BadValue, read_amount

_SUMMED = ("amount", "left")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A total of one column, as the file shows it."""

    line: int
    field: str
    total: Decimal


class ShownTotals:
    """The totals that a file shows, below its groups and at its end."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._shown: list[_Shown] = []

    def note(self, line: int, row: Row) -> None:
        """Take in a row of totals."""
        for field in _SUMMED:
            at = self._layout.columns.get(field)
            if at is not None and at < len(row):
                try:
                    self._shown.append(_Shown(line, field, read_amount(row[at])[0]))
                except BadValue:
                    continue

    def compare(self, sums: Sequence[SumOfFile], findings: Findings) -> None:
        """Warn where the last total of a column is not our sum, nor all of its totals together.

        Of several currencies a total says nothing.
        """
        if len(sums) != 1:
            return
        for field, ours in (("amount", sums[0].amount), ("left", sums[0].outstanding)):
            told = [each for each in self._shown if each.field == field]
            if told and ours not in {told[-1].total, sum(each.total for each in told)}:
                findings.notice("total_differs", told[-1].line, f"{told[-1].total} / {ours}")


def sums_of(records: Sequence[Record]) -> list[SumOfFile]:
    """Return how many the records are and what they add up to, by currency; credit notes count negative."""
    by_currency: dict[str, list[Record]] = {}
    for record in records:
        by_currency.setdefault(record.currency or "EUR", []).append(record)
    return [
        SumOfFile(currency, len(of), sum(map(_amount, of), Decimal(0)), sum(map(_left, of), Decimal(0)))
        for currency, of in sorted(by_currency.items())
    ]


def _amount(record: Record) -> Decimal:
    amount = record.amount if record.amount is not None else record.left or Decimal(0)
    return -amount if record.credit else amount


def _left(record: Record) -> Decimal:
    """Return what the file shows as owed, by the order in which its columns count (`books.money`)."""
    amount = abs(_amount(record))
    if record.settled:
        left = Decimal(0)
    elif record.left is not None:
        left = min(record.left, amount)
    else:
        left = amount - min(record.paid or Decimal(0), amount)
    return -left if record.credit else left
