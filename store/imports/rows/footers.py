"""Rows that are no invoices: totals, titles of groups, the header repeated, what follows the footer."""

from collections.abc import Mapping

from receivables.text import fold
from store.imports.report import Findings
from store.imports.rows.totals import ShownTotals
from store.imports.tables.files import Cell, Row
from store.imports.tables.headers import Layout
from store.imports.values.amounts import BadValue
from store.imports.values.days import read_day
from store.imports.values.words import text

_TOTALS = (
    "total",
    "totaux",
    "sous total",
    "s total",
    "grand total",
    "subtotal",
    "sum",
    "somme",
    "cumul",
    "report",
)


def _is_total(row: Row) -> bool:
    """Tell whether some cell begins like a total's label."""
    return any(begins_as_total(cell) for cell in row if isinstance(cell, str) and cell)


def begins_as_total(label: str) -> bool:
    """Tell whether a text begins like a total's label."""
    return fold(label).startswith(_TOTALS)


def dated(cells: Mapping[str, Cell]) -> bool:
    """Tell whether a row has a date where dates are: a customer may be called Total."""
    for name in ("issue", "due"):
        if name in cells:
            try:
                read_day(cells[name])
            except BadValue:
                continue
            return True
    return False


class Footers:
    """Tells which rows to leave out; keeps in mind that the footer has begun."""

    def __init__(self, layout: Layout, findings: Findings) -> None:
        self.totals = ShownTotals(layout)
        self._layout = layout
        self._findings = findings
        self._ended = False

    def skip(self, line: int, row: Row, cells: Mapping[str, Cell]) -> bool:
        """Tell whether the row is no invoice. What is not a plain total is noted."""
        if len(cells) >= 3 and not self._ended and dated(cells):
            return self._is_header(row)
        if self._is_header(row):
            return True
        if dated(cells):
            return False
        if _is_total(row):
            self._ended = True
            self.totals.note(line, row)
            return True
        filled = sum(cell not in {"", None} and bool(text(cell)) for cell in row)
        if filled == 1 or self._ended or not cells:
            if filled:
                self._findings.notice("skipped_line", line)
            return True
        return False

    def _is_header(self, row: Row) -> bool:
        """Tell whether the row is the header again, as on the next page of a printout."""
        titles = self._layout.titles
        first = row[0] if row else ""
        if not isinstance(first, str) or first.strip() != titles[0]:
            return False
        return tuple(text(cell) for cell in row) == tuple(map(text, titles))
