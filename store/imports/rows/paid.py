"""Lists that say in one column whether an invoice is paid, and in another how much came."""

from collections.abc import Iterator
from dataclasses import replace

from receivables.text import fold
from store.imports.columns.glance import amounts_of
from store.imports.tables.files import Row, Table
from store.imports.tables.headers import Layout, meanings
from store.imports.values.words import text

_TICKS = frozenset({"0", "1", "", "oui", "non", "yes", "no", "true", "false", "vrai", "faux", "x"})
_TICKED = frozenset({"1", "oui", "yes", "true", "vrai", "x"})


def with_sums_paid(table: Table, layout: Layout) -> tuple[Table, Layout]:
    """Return the table with what came in one column: all of the amount where a row is ticked as paid."""
    ticks, amount = layout.columns.get("paid"), layout.columns.get("amount")
    sums = next((at for at in layout.unread if "paid" in dict(meanings(layout.titles[at]))), None)
    if ticks is None or amount is None or sums is None or not {ticks, sums}.isdisjoint(layout.mapped):
        return table, layout
    below = (row for line, row in table.rows() if line > layout.line and ticks < len(row))
    said = {fold(text(row[ticks])) for row in below}
    if not said <= _TICKS or next(amounts_of(table, layout, sums, amount), None) is None:
        return table, layout

    def rows() -> Iterator[tuple[int, Row]]:
        for line, row in table.rows():
            if (
                line > layout.line
                and max(ticks, sums, amount) < len(row)
                and fold(text(row[ticks])) in _TICKED
            ):
                yield line, [row[amount] if at == sums else cell for at, cell in enumerate(row)]
            else:
                yield line, row

    said_of = layout.mapped | {ticks}
    return replace(table, rows=rows), replace(
        layout, columns={**layout.columns, "paid": sums}, mapped=said_of
    )
