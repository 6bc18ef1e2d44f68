"""A first walk over the rows: how many there are, and what each column as a whole proves of its writing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from decimal import Decimal

from receivables.text import fold
from store.imports.tables.files import Cell, Row, Table
from store.imports.tables.headers import Layout
from store.imports.values import amounts, days

AMOUNTS = ("amount", "paid", "left", "credit_limit")
DAYS = ("issue", "due", "paid_on", "promise_on")
TICKS = ("paid",)
_MONEY = frozenset(
    [
        "montant",
        "montants",
        "total",
        "acompte",
        "acomptes",
        "somme",
        "amount",
        "payments",
        "received",
        "deja",
        "already",
    ]
)
"""Words of a title that no column of yes and no has."""
_TICKS = frozenset({"0", "1", "", 0, 1})


@dataclass(frozen=True)
class Survey:
    """What settles ambiguous cells. `signs`: decimal sign by field; `american`: fields with month first."""

    rows: int
    signs: dict[str, str] = field(default_factory=dict)
    american: frozenset[str] = frozenset()
    zone: tzinfo = UTC
    """Where the company is: what an instant with an offset is a day of."""
    ticks: frozenset[str] = frozenset()
    """Columns of which every cell is 0 or 1: no and yes."""
    unclear: dict[str, str] = field(default_factory=dict)
    """Columns of amounts whose sign may part thousands or decimals: nothing in the file says which."""
    factors: dict[str, Decimal] = field(default_factory=dict)
    """By what columns are multiplied, where their titles say so."""


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
    doubts: dict[str, set[str]] = {name: set() for name in signs}
    ticks = {name for name in TICKS if name in layout.columns and not _of_money(layout.title(name))}
    count = 0
    for _, row in data_rows(table, layout):
        count += 1
        _note(row, layout, signs, orders)
        _note_doubts(row, layout, doubts)
        ticks -= {name for name in ticks if _cell(row, layout, name) not in _TICKS}
    proven = {name: next(iter(found)) for name, found in signs.items() if len(found) == 1}
    together = set().union(*signs.values()) if signs else set()
    doubtful = {
        name: next(iter(found)) for name, found in doubts.items() if len(found) == 1 and name not in proven
    }
    if len(together) == 1:  # the tool that wrote one column wrote the others
        proven |= dict.fromkeys(doubtful, next(iter(together)))
        doubtful = {}
    return Survey(count, proven, _american(orders), zone, frozenset(ticks), doubtful)


def _of_money(title: str) -> bool:
    return bool(_MONEY & set(fold(title).split()))


def _cell(row: Row, layout: Layout, name: str) -> Cell:
    return row[position] if (position := layout.columns[name]) < len(row) else ""


def _note(row: Row, layout: Layout, signs: dict[str, set[str]], orders: dict[str, set[bool]]) -> None:
    for name, found in signs.items():
        cell = _cell(row, layout, name)
        if len(found) < 2 and isinstance(cell, str) and ("," in cell or "." in cell):
            found.update(amounts.prove(cell))
    for name, proofs in orders.items():
        cell = _cell(row, layout, name)
        if len(proofs) < 2 and isinstance(cell, str) and (proof := days.prove(cell)) is not None:
            proofs.add(proof)


def _note_doubts(row: Row, layout: Layout, doubts: dict[str, set[str]]) -> None:
    for name, found in doubts.items():
        cell = _cell(row, layout, name)
        if len(found) < 2 and isinstance(cell, str) and (sign := amounts.unclear(cell)):
            found.add(sign)


def _american(orders: dict[str, set[bool]]) -> frozenset[str]:
    """Return the columns with the month first: proven by their own cells, or by the file's other dates."""
    together = set().union(*orders.values()) if orders else set()
    return frozenset(
        name for name, found in orders.items() if found == {True} or (not found and together == {True})
    )
