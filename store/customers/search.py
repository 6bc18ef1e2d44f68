"""Finding a customer by what a person typed: its code, its name, or the number of one of its invoices."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, select

from receivables.errors import Refused, UnknownCustomer
from receivables.text import dropped, fold
from store.books import Books
from store.customers import facts as customers
from store.customers.facts import CustomerFacts
from store.db.tables import Customer
from store.invoices import search

LONGEST = 200
CLOSEST = 3
MOST_COMPARED = 200_000
SHORTEST_BEGINNING = 3
_MARKS = "«»\"'“”’ \u00a0\u202f"
_LETTERS = re.compile(r"\b[a-z](?: [a-z])+\b")
LEGAL_FORMS = (
    "sarl", "sas", "sasu", "eurl", "earl", "selarl", "sa", "sci", "snc", "scop", "scp", "ei", "eirl", "gaec",
    "gie", "sprl", "srl", "bv", "gmbh", "ltd", "llc", "inc", "plc", "spa",
)  # fmt: skip
"""What people leave out of a company's name, or add to it."""
NEAR = 70
"""Score, of 100, from which a name is worth naming."""


@dataclass(frozen=True, slots=True)
class _Near:
    id: int
    name: str
    code: str | None


def find(b: Books, text: str) -> CustomerFacts:
    """Return the one customer that `text` means: a code, a name (whole, or its only beginning), an invoice.

    Raises UnknownCustomer, whose message and `closest` name up to three customers; Refused when empty.
    """
    typed = text[:LONGEST].strip().strip(_MARKS)
    if not typed:
        raise Refused("customers.nobody_named")
    said = bool(fold(typed) or dropped(typed))
    for found in (
        _with_code(b, typed),
        _named(b, typed) if said else [],
        _beginning(b, typed) if said else [],
    ):
        if len(found) == 1:
            return customers.get_customer(b, found[0].id)
        if found:
            raise _several(text, found)
    known = search.known(b, typed)
    for invoice in [known] if known else search.instalments(b, typed)[:1]:
        return customers.get_customer(b, invoice.customer_id)
    raise _unknown(b, text, typed)


@dataclass(frozen=True, slots=True)
class NamedCustomer:
    """A customer that a text may mean. `exact`: its whole name was typed, not its beginning or its code."""

    id: int
    name: str
    code: str | None
    exact: bool


def named(b: Books, text: str, *, loosely: bool = True) -> list[NamedCustomer]:
    """Return the customers that bear this name; else, `loosely`, this code, or a name that begins so.

    A beginning has three letters at least. Never the customer of an invoice: `find` knows those too.
    """
    typed = text[:LONGEST].strip().strip(_MARKS)
    if not fold(typed):
        return []
    whole = _named(b, typed)
    if whole or not loosely:
        return [NamedCustomer(near.id, near.name, near.code, exact=True) for near in whole]
    found = _with_code(b, typed)
    if not found and sum(sign.isalpha() for sign in fold(typed)) >= SHORTEST_BEGINNING:
        found = _beginning(b, typed)
    return [NamedCustomer(near.id, near.name, near.code, exact=False) for near in found]


def _nears(b: Books, condition: ColumnElement[bool]) -> list[_Near]:
    query = (
        select(Customer.id, Customer.name, Customer.code)
        .where(Customer.company_id == b.company_id, condition)
        .order_by(Customer.name, Customer.id)
        .limit(CLOSEST + 1)
    )
    return [_Near(*row) for row in b.session.execute(query)]


def _with_code(b: Books, typed: str) -> list[_Near]:
    return _nears(b, Customer.code == typed) or _nears(b, Customer.code == typed.upper())


def _named(b: Books, typed: str) -> list[_Near]:
    """Return the customers of this name; else those whose name is this one but for a legal form."""
    found = _alike(typed, _nears(b, Customer.folded == fold(typed)))
    return found or _alike(typed, _nears(b, Customer.folded.in_(_with_legal_forms(fold(typed)))))


def _with_legal_forms(folded: str) -> list[str]:
    """Return a name as it could stand in the books: without a legal form, or with one before or after."""
    bare = _spelled_together(folded)
    for form in LEGAL_FORMS:
        bare = bare.removeprefix(f"{form} ").removesuffix(f" {form}")
    forms = [*LEGAL_FORMS, *(" ".join(form) for form in LEGAL_FORMS)]
    return [bare, *(name for form in forms for name in (f"{form} {bare}", f"{bare} {form}"))] if bare else []


def _spelled_together(folded: str) -> str:
    """Return a folded name whose letters that stand alone side by side, as in « S.A.R.L. », are one word."""
    return _LETTERS.sub(lambda found: found[0].replace(" ", ""), folded)


def _beginning(b: Books, typed: str) -> list[_Near]:
    return _alike(typed, _nears(b, Customer.folded.startswith(fold(typed), autoescape=True)))


def _alike(typed: str, found: Sequence[_Near]) -> list[_Near]:
    """Return those that begin with the typed letters of other scripts, which folding drops."""
    return [near for near in found if dropped(near.name).startswith(dropped(typed))]


def _several(text: str, found: Sequence[_Near]) -> UnknownCustomer:
    names = tuple(f"{near.name} ({near.code})" if near.code else near.name for near in found[:CLOSEST])
    closest = tuple(near.code or near.name for near in found[:CLOSEST])
    return UnknownCustomer("customers.several", typed=text, names=names, closest=closest)


def _unknown(b: Books, text: str, typed: str) -> UnknownCustomer:
    query = select(Customer.id, Customer.folded).where(Customer.company_id == b.company_id)
    folded = dict(b.session.execute(query.order_by(Customer.id.desc()).limit(MOST_COMPARED)).all())
    near = process.extract(
        fold(typed), folded, scorer=fuzz.WRatio, processor=None, limit=CLOSEST, score_cutoff=NEAR
    )
    found = [b.session.get_one(Customer, id_) for _, _, id_ in near]
    names = tuple(row.name for row in found)
    if not names:
        return UnknownCustomer("customers.unknown", typed=text)
    return UnknownCustomer("customers.unknown_near", typed=text, names=names, closest=names)
