"""A look at the cells of columns: what each holds, and whether two of them say the same."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from receivables.text import fold
from store.imports.report import shown
from store.imports.tables.files import Cell, Row, Table
from store.imports.tables.headers import Layout
from store.imports.values.amounts import BadValue, read_amount
from store.imports.values.survey import data_rows
from store.imports.values.words import text

ROWS = 200
"""Rows from which examples are taken, where no more has to be known."""
EXAMPLES = 3


@dataclass(slots=True)
class ColumnSeen:
    """What the cells of one column hold."""

    filled: int = 0
    """Cells that say something: neither empty nor zero."""
    lines: list[int] = field(default_factory=list)
    """The first of their lines."""
    examples: list[str] = field(default_factory=list)
    """The first of them, different ones."""

    def note(self, line: int, cell: Cell) -> None:
        """Take in a cell that says something."""
        self.filled += 1
        if len(self.lines) < EXAMPLES:
            self.lines.append(line)
        if len(self.examples) < EXAMPLES and (written := shown(text(cell))) not in self.examples:
            self.examples.append(written)


def says_something(cell: Cell) -> bool:
    """Tell whether a cell is neither empty nor zero, no, or a lone dash."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        return cell != 0
    return (
        bool(written := text(cell))
        and fold(written) not in _NOTHING
        and any(map(str.isalnum, written))
        and _amount(cell) != 0
    )


_NOTHING = frozenset({"non", "no", "false", "faux", "0", "n a", "na", "neant"})


def _amount(cell: Cell) -> Decimal | None:
    try:
        return read_amount(cell)[0]
    except BadValue:
        return None


def first_cells(table: Table, layout: Layout) -> dict[int, str]:
    """Return the first cell that each column holds among the first rows, as people would read it."""
    found: dict[int, str] = {}
    for count, (_, row) in enumerate(data_rows(table, layout)):
        for at, cell in enumerate(row):
            if at not in found and (written := text(cell)):
                found[at] = shown(written)
        if count >= ROWS:
            break
    return found


def columns_seen(table: Table, layout: Layout, positions: Iterable[int]) -> Mapping[int, ColumnSeen]:
    """Return what the columns at `positions` hold, over all rows."""
    found = {at: ColumnSeen() for at in positions}
    if found:
        for line, row in data_rows(table, layout):
            for at, seen in found.items():
                if at < len(row) and says_something(row[at]):
                    seen.note(line, row[at])
    return found


def unlike(table: Table, layout: Layout, one: int, other: int) -> Iterator[tuple[int, Cell, Cell]]:
    """Yield the lines on which two columns differ, with both cells; an empty one says nothing."""
    for line, row in data_rows(table, layout):
        cells = _cell(row, one), _cell(row, other)
        if all(text(cell) for cell in cells) and not same(*cells):
            yield line, *cells


def _cell(row: Row, at: int) -> Cell:
    return row[at] if at < len(row) else ""


def same(one: Cell, other: Cell) -> bool:
    """Tell whether two cells say the same: as texts, or as amounts."""
    if text(one).casefold() == text(other).casefold():
        return True
    amount = _amount(one)
    return amount is not None and amount == _amount(other)


def amounts_of(table: Table, layout: Layout, one: int, other: int) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield the amounts of two columns on each row where both have one."""
    for _, row in data_rows(table, layout):
        first, second = _amount(_cell(row, one)), _amount(_cell(row, other))
        if first is not None and second is not None:
            yield first, second


def before_tax(table: Table, layout: Layout, one: int, other: int) -> bool:
    """Tell whether a column is another one before VAT, of a usual rate, on each row where both are filled."""
    found = [pair for pair in amounts_of(table, layout, one, other) if all(pair)]
    return bool(found) and all(net == gross or taxed(net, gross) for net, gross in found)


def taxed(net: Decimal, gross: Decimal) -> bool:
    """Tell whether one amount is the other with a usual rate of VAT."""
    return any(abs(net * (100 + rate) / 100 - gross) <= _ROUNDED for rate in _RATES)


_RATES = tuple(map(Decimal, ("20", "10", "5.5", "2.1", "8.5", "21", "19", "22", "8.1", "17", "16", "13")))
"""Of VAT in France, its overseas departments, and beside it; in percent."""
_ROUNDED = Decimal("0.02")
