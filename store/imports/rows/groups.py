"""Lists in groups: the customer stands once, above its invoices or on the first of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import dropwhile

from receivables.text import fold
from store.imports.rows.footers import begins_as_total, dated
from store.imports.tables.files import Cell, Row, Table
from store.imports.tables.headers import Layout
from store.imports.values.amounts import BadValue, read_amount
from store.imports.values.words import text

HEADING = "…"
"""The header of a column that the file has not: customers above their invoices."""
_COUNT = re.compile(r"\s*\(\d+\)\Z")
_LABELS = frozenset({"client", "customer", "tiers", "compte", "debiteur"})
"""Words before a colon that introduce a name: « Client : Moreau »."""
_TOTAL_OF = frozenset({"sous", "total", "subtotal", "for", "of", "de", "du", "des", "pour", "client"})
"""Words that introduce the name of which a row is the total."""
_FEWEST = 5
"""One row in so many that names nobody makes a list one of groups."""


def in_groups(table: Table, layout: Layout) -> tuple[Table, Layout]:
    """Return table and layout with the customer on each row, where it stood once for a group of rows."""
    if "customer" in layout.columns:
        return (_filled_down(table, layout), layout) if _stands_once(table, layout) else (table, layout)
    if "code" in layout.columns or not _all_below_headings(table, layout):
        return table, layout
    at = len(layout.titles)
    below = replace(layout, titles=(*layout.titles, HEADING), columns={**layout.columns, "customer": at})
    return replace(table, rows=lambda: _below_headings(table, layout, at)), below


@dataclass(slots=True)
class _Group:
    """The heading that the rows stand below."""

    name: str = ""

    def take(self, row: Row) -> bool:
        """Take in a row without a date; tell whether it is the heading of a group."""
        label = _label(row)
        if not label:
            return False
        if begins_as_total(label):
            rest = " ".join(dropwhile(_TOTAL_OF.__contains__, fold(label).split()))
            summed = sum(bool(text(cell)) for cell in row) > 1
            if not rest or rest == fold(self.name) or (summed and not self.name):
                self.name = ""
                return False
        before, colon, after = _COUNT.sub("", label).partition(":")
        self.name = after.strip() if colon and fold(before) in _LABELS else _COUNT.sub("", label).strip()
        return True


def _label(row: Row) -> str:
    """Return the text that a row holds beside amounts alone; empty when it holds none, or several."""
    found = [cell for cell in row if text(cell)]
    if not found or not isinstance(found[0], str) or not all(map(_is_amount, found[1:])):
        return ""
    return "" if _is_amount(found[0]) else text(found[0])


def _is_amount(cell: Cell) -> bool:
    try:
        read_amount(cell)
    except BadValue:
        return False
    return True


def _walk(table: Table, layout: Layout) -> Iterator[tuple[int, Row, Mapping[str, Cell]]]:
    """Yield the rows below the header, each with its cells of days."""
    for line, row in table.rows():
        if line > layout.line and any(map(text, row)):
            yield line, row, {name: row[at] for name, at in layout.columns.items() if at < len(row)}


def _all_below_headings(table: Table, layout: Layout) -> bool:
    group, rows = _Group(), 0
    for _, row, cells in _walk(table, layout):
        if not dated(cells):
            group.take(row)
            continue
        rows += 1
        if not group.name:
            return False
    return rows > 0


def _below_headings(table: Table, layout: Layout, at: int) -> Iterator[tuple[int, Row]]:
    group = _Group()
    for line, row in table.rows():
        cells = {name: row[at] for name, at in layout.columns.items() if at < len(row)}
        if line <= layout.line or not any(map(text, row)):
            yield line, row
        elif dated(cells):
            yield line, [*row[:at], *[""] * (at - len(row)), group.name]
        elif not group.take(row):
            yield line, row


def _stands_once(table: Table, layout: Layout) -> bool:
    """Tell whether the customer stands on the first row of each group alone: never on two in a row."""
    at, code = layout.columns["customer"], layout.columns.get("code", -1)
    last, named, blank = "", 0, 0
    for _, row, cells in _walk(table, layout):
        name = text(row[at]) if at < len(row) else ""
        if not dated(cells):
            last = name if name and _label(row) and not begins_as_total(name) else last
            continue
        if not name:
            if not last or (0 <= code < len(row) and text(row[code])):
                return False
            blank += 1
        elif name == last:
            return False
        else:
            last, named = name, named + 1
    return blank * _FEWEST >= named + blank > 0 and blank > 0


def _filled_down(table: Table, layout: Layout) -> Table:
    places = [layout.columns[field] for field in ("customer", "code") if field in layout.columns]

    def rows() -> Iterator[tuple[int, Row]]:
        above: dict[int, Cell] = {}
        for line, row in table.rows():
            cells = {name: row[at] for name, at in layout.columns.items() if at < len(row)}
            named = places[0] < len(row) and text(row[places[0]])
            if line <= layout.line:
                yield line, row
            elif named:
                if dated(cells) or not begins_as_total(text(row[places[0]])):
                    above = {at: row[at] for at in places if at < len(row)}
                yield line, row
            elif dated(cells):
                yield line, [above.get(at, cell) for at, cell in enumerate(row)]
            else:
                yield line, row

    return replace(table, rows=rows)
