"""Whose name a column tells: the customer's, never the company's own, nor an account of the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from receivables.company import Company
from receivables.text import fold
from store.imports.tables.files import Table, Unreadable
from store.imports.tables.headers import Layout, meanings
from store.imports.values.survey import data_rows
from store.imports.values.words import text

_FORMS = frozenset({"sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "scop", "ei", "eirl", "ltd", "gmbh"})
"""Forms of companies: with them or without, a name is the same."""
_OWN_WORDS = frozenset({"societe", "entreprise", "company", "etablissement", "agence", "entity"})
"""Words of headers that name the company itself as well as its customer."""
_ENOUGH = 3
"""Values of a column beyond which it is neither one for all rows nor the company's."""


@dataclass(slots=True)
class _Values:
    """What a column holds: its first different values, folded."""

    values: set[str] = field(default_factory=set)
    filled: int = 0

    @property
    def alone(self) -> bool:
        """Whether several rows hold one value."""
        return len(self.values) == 1 and self.filled > 1


def tell_customers(table: Table, layout: Layout, company: Company) -> Layout:
    """Return the layout with the customer's columns put right.

    Raises Unreadable where the only column of customers holds the company itself.
    """
    names = _names(layout)
    watched = {*names, *(layout.columns[each] for each in ("code", "siren") if each in layout.columns)}
    watched -= layout.mapped
    if not watched:
        return layout
    seen = _seen(table, layout, watched)
    layout = _customer(layout, [at for at in names if at in seen], seen, company)
    return _without_own_ids(layout, seen, company)


def _names(layout: Layout) -> list[int]:
    """Return the columns that may name the customer, the one that is read first."""
    chosen = layout.columns.get("customer")
    others = [
        (rank, at)
        for at in layout.unread
        if (rank := dict(meanings(layout.titles[at])).get("customer")) is not None
    ]
    contact = [layout.columns["contact"]] if "contact" in layout.columns else []
    return [*([] if chosen is None else [chosen]), *(at for _, at in sorted(others)), *contact]


def _seen(table: Table, layout: Layout, watched: Iterable[int]) -> Mapping[int, _Values]:
    found = {at: _Values() for at in watched}
    for _, row in data_rows(table, layout):
        if sum(bool(text(cell)) for cell in row) < _ENOUGH:
            continue
        for at, seen in found.items():
            if len(seen.values) <= _ENOUGH and at < len(row) and (written := fold(text(row[at]))):
                seen.values.add(written)
                seen.filled += 1
    return found


def _plain(name: str) -> str:
    return " ".join(word for word in fold(name).split() if word not in _FORMS)


def _own(seen: _Values, company: Company) -> bool:
    own = _plain(company.name)
    return bool(seen.values) and {_plain(value) for value in seen.values} == {own}


def _customer(layout: Layout, names: list[int], seen: Mapping[int, _Values], company: Company) -> Layout:
    chosen = layout.columns.get("customer")
    if chosen is None:
        return layout if "code" in layout.columns or not names else _named_by(layout, names[0])
    if chosen not in seen:
        return layout
    others = [at for at in names if at != chosen and seen[at].values and not _own(seen[at], company)]
    if _own(seen[chosen], company):
        if others or "code" in layout.columns:
            return _named_by(layout, others[0]) if others else _without(layout, "customer")
        raise Unreadable("imports.own_company", title=layout.titles[chosen][:40])
    several = [at for at in others if not seen[at].alone and at != layout.columns.get("contact")]
    generic = _OWN_WORDS & set(fold(layout.titles[chosen]).split())
    if seen[chosen].alone and generic and several:
        return _named_by(layout, several[0])
    return layout


def _without_own_ids(layout: Layout, seen: Mapping[int, _Values], company: Company) -> Layout:
    """Leave out a SIREN that is the company's, and a code that several customers share."""
    held = {field: seen[at] for field, at in layout.columns.items() if at in seen}
    if "customer" not in held or len(held["customer"].values) < 2:
        return layout
    siren, code = held.get("siren"), held.get("code")
    if siren and siren.alone and _is_of(company, *siren.values):
        layout = _without(layout, "siren")
    return _without(layout, "code") if code and code.alone else layout


def _is_of(company: Company, value: str) -> bool:
    return bool(company.siren) and str(company.siren) in "".join(filter(str.isdigit, value))


def _named_by(layout: Layout, at: int) -> Layout:
    others = {field: position for field, position in layout.columns.items() if position != at}
    return replace(layout, columns={**others, "customer": at})


def _without(layout: Layout, gone: str) -> Layout:
    return replace(layout, columns={field: at for field, at in layout.columns.items() if field != gone})
