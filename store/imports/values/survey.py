"""A first walk over the rows: how many there are, and what each column as a whole proves of its writing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from store.imports.tables.files import Row, Table
from store.imports.tables.headers import Layout
from store.imports.values import amounts, days

AMOUNTS = ("amount", "paid", "left", "credit_limit")
DAYS = ("issue", "due", "paid_on")


@dataclass(frozen=True)
class Survey:
    """What settles ambiguous cells. `signs`: decimal sign by field; `american`: fields with month first."""

    rows: int
    signs: dict[str, str] = field(default_factory=dict)
    american: frozenset[str] = frozenset()
    zone: tzinfo = UTC
    """Where the company is: what an instant with an offset is a day of."""


def data_rows(table: Table, layout: Layout) -> Iterator[tuple[int, Row]]:
    """Yield the rows below the header that hold something."""
    for line, row in table.rows():
        if line > layout.line and any(cell != "" for cell in row):
            yield line, row


def survey(table: Table, layout: Layout, zone: tzinfo) -> Survey:
    """Walk over all rows once. A column proves something when its cells never contradict each other.

    `zone` is where the company is.
    """
    signs: dict[str, set[str]] = {name: set() for name in AMOUNTS if name in layout.columns}
    orders: dict[str, set[bool]] = {name: set() for name in DAYS if name in layout.columns}
    count = 0
    for _, row in data_rows(table, layout):
        count += 1
        _note(row, layout, signs, orders)
    proven = {name: next(iter(found)) for name, found in signs.items() if len(found) == 1}
    return Survey(count, proven, _american(orders), zone)


def _note(row: Row, layout: Layout, signs: dict[str, set[str]], orders: dict[str, set[bool]]) -> None:
    for name, found in signs.items():
        cell = row[position] if (position := layout.columns[name]) < len(row) else ""
        if len(found) < 2 and isinstance(cell, str) and ("," in cell or "." in cell):
            found.update(amounts.prove(cell))
    for name, proofs in orders.items():
        cell = row[position] if (position := layout.columns[name]) < len(row) else ""
        if len(proofs) < 2 and isinstance(cell, str) and (proof := days.prove(cell)) is not None:
            proofs.add(proof)


def _american(orders: dict[str, set[bool]]) -> frozenset[str]:
    """Return the columns with the month first: proven by their own cells, or by the file's other dates."""
    together = set().union(*orders.values()) if orders else set()
    return frozenset(
        name for name, found in orders.items() if found == {True} or (not found and together == {True})
    )
