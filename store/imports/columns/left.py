"""Whether a column named « Solde » or « Balance » is what is left of each invoice, or a running balance."""

from dataclasses import replace

from store.imports.columns.glance import amounts_of
from store.imports.tables.files import Table
from store.imports.tables.headers import Layout, normal

_LOOSE = frozenset({"balance", "solde", "solde client", "encours", "reste", "du", "solde ttc"})
"""Headers that also name what a customer owes in all."""


def without_running_balance(table: Table, layout: Layout) -> Layout:
    """Return the layout without a column of what is left that is more than its invoice on some row."""
    left, amount = layout.columns.get("left"), layout.columns.get("amount")
    if left is None or amount is None or left in layout.mapped or normal(layout.titles[left]) not in _LOOSE:
        return layout
    if all(abs(rest) <= abs(whole) for rest, whole in amounts_of(table, layout, left, amount)):
        return layout
    return replace(layout, columns={field: at for field, at in layout.columns.items() if field != "left"})
