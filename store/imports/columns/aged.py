"""Aged lists: what is left, parted into columns by how late it is, and their sum."""

import re
from dataclasses import replace

from store.imports.tables.headers import Layout, normal

SEVERAL = 3
"""Columns of ages that make a list an aged one."""
_AGE = re.compile(
    r"(non |a )?(echu|echue|echoir)|(not due|not yet due|current|older)"
    r"|(\d+ ?j? )?(a )?\d+ ?(j|jours?|days?)?( et plus)?"
    r"|(plus|over|more than|superieur|sup) \d+( ?(j|jours?|days?))?|\d+ (months?|mois)( .*)?"
)


def buckets(layout: Layout) -> list[str]:
    """Return the headers that are ages: « 31-60 », « < 1 Month », « Non échu »."""
    return [title for title in layout.titles if title and _AGE.fullmatch(normal(title))]


def with_left(layout: Layout) -> Layout:
    """Return the layout of an aged list, whose total is what is left of each invoice."""
    columns = layout.columns
    total = columns.get("amount")
    if "left" in columns or total is None or total in layout.mapped or len(buckets(layout)) < SEVERAL:
        return layout
    if "total" not in normal(layout.titles[total]).split() or "ttc" in normal(layout.titles[total]).split():
        return layout
    others = {field: at for field, at in columns.items() if field != "amount"}
    return replace(layout, columns={**others, "left": total})
