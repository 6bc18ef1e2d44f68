"""Finding an invoice by what a person typed: exactly when possible, else the three closest are named."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA
from sqlalchemy import ColumnElement, select

from receivables.errors import UnknownInvoice
from receivables.text import fold
from store.books import Books
from store.db.tables import Customer, Invoice

LONGEST = 120
"""Characters of the typed text that are looked at; no invoice number is longer."""

CLOSEST = 3
MOST_COMPARED = 200_000
"""Invoices compared on a miss, newest first: what keeps the answer within a second."""

MOST_ENDING = 5_000
SHORTEST_END = 3
"""Figures that may stand for the end of a longer number."""

_LEADING = frozenset(
    {"la", "le", "facture", "factures", "fact", "invoice", "inv", "n", "no", "num", "numero"}
)
_GROUPS = re.compile(r"(\d+)\Z")


@dataclass(frozen=True, slots=True)
class _Near:
    id: int
    number: str
    folded: str
    customer: str


def find_id(b: Books, text: str) -> int:
    """Return the id of the one invoice that `text` means, whatever its case, accents, spaces, quotes, dashes.

    A word such as « facture » or « n° » before the number is dropped; bare figures mean the only number
    that ends with them. Raises UnknownInvoice, whose message and `closest` name up to three numbers.
    """
    keys = _keys(text)
    if not keys:
        raise UnknownInvoice("invoices.no_number")
    nears = _meant(b, keys)
    chosen = _choose(text, nears)
    if chosen is not None:
        return chosen.id
    raise _unknown(b, text, keys[-1], nears)


def known_id(b: Books, text: str) -> int | None:
    """Return the id of the invoice that `text` means, None when there is none: no near ones are sought."""
    keys = _keys(text)
    chosen = _choose(text, _meant(b, keys)) if keys else None
    return chosen.id if chosen else None


def _meant(b: Books, keys: Sequence[str]) -> list[_Near]:
    exact = [near for key in keys for near in _with_folded(b, key)]
    return exact or _ending(b, keys[-1])


def _keys(text: str) -> list[str]:
    """Return the folded forms to look for: as typed, then without the words that come before a number."""
    words = fold(text[:LONGEST]).split()
    bare = words
    while len(bare) > 1 and bare[0] in _LEADING:
        bare = bare[1:]
    return list(dict.fromkeys("".join(form) for form in (words, bare) if form))


def _with_folded(b: Books, key: str) -> list[_Near]:
    return _nears(b, Invoice.folded == key)


def _ending(b: Books, key: str) -> list[_Near]:
    """Return what bare figures may mean: numbers whose last figures are these, zeros aside; else any end."""
    if not key.isdigit():
        return []
    query = select(Invoice.id, Invoice.number, Invoice.folded).where(
        Invoice.company_id == b.company_id, Invoice.folded.endswith(key.lstrip("0") or key)
    )
    ends = b.session.execute(query.order_by(Invoice.id.desc()).limit(MOST_ENDING)).all()
    same = [id_ for id_, number, _ in ends if _figures(number) == int(key)]
    any_end = [id_ for id_, _, folded in ends if folded.endswith(key) and len(key) >= SHORTEST_END]
    return _nears(b, Invoice.id.in_((same or any_end)[: CLOSEST + 1]))


def _figures(number: str) -> int | None:
    match = _GROUPS.search(number)
    return int(match[1]) if match else None


def _nears(b: Books, *conditions: ColumnElement[bool]) -> list[_Near]:
    query = (
        select(Invoice.id, Invoice.number, Invoice.folded, Customer.name)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Invoice.company_id == b.company_id, *conditions)
        .order_by((Invoice.outstanding > 0).desc(), Invoice.due_date, Invoice.id)
        .limit(CLOSEST + 1)
    )
    return [_Near(*row) for row in b.session.execute(query)]


def _choose(text: str, nears: Sequence[_Near]) -> _Near | None:
    """Return the only one, or the one whose number is written exactly as typed."""
    if len({near.id for near in nears}) == 1:
        return nears[0]
    return next((near for near in nears if near.number.casefold() == text.strip().casefold()), None)


def _unknown(b: Books, text: str, key: str, several: Sequence[_Near]) -> UnknownInvoice:
    nears = list(several) or _closest(b, key, fold(text[:LONGEST]))
    numbers = tuple(dict.fromkeys(near.number for near in nears))[:CLOSEST]
    names = tuple(f"{near.number} ({near.customer})" for near in nears[:CLOSEST])
    if several:
        return UnknownInvoice("invoices.several", typed=text, names=names, closest=numbers)
    if not nears:
        return UnknownInvoice("invoices.unknown", typed=text)
    return UnknownInvoice("invoices.unknown_near", typed=text, names=names, closest=numbers)


def _closest(b: Books, key: str, words: str) -> list[_Near]:
    """Return up to three invoices whose number, or whose customer's name, is near what was typed."""
    scored = dict(_by_number(b, key))
    for id_, score in _by_name(b, words):
        scored[id_] = max(score, scored.get(id_, 0.0))
    best = sorted(scored, key=lambda id_: (-scored[id_], id_))[:CLOSEST]
    found = {near.id: near for near in _nears(b, Invoice.id.in_(best))}
    return [found[id_] for id_ in best if id_ in found]


def _by_number(b: Books, key: str) -> Iterable[tuple[int, float]]:
    query = select(Invoice.id, Invoice.folded).where(Invoice.company_id == b.company_id)
    rows = b.session.execute(query.order_by(Invoice.id.desc()).limit(MOST_COMPARED))
    folded = dict(rows.all())
    near = process.extract(
        key, folded, scorer=OSA.normalized_similarity, processor=None, limit=CLOSEST, score_cutoff=0.5
    )
    return [(id_, score) for _, score, id_ in near]


def _by_name(b: Books, words: str) -> Iterable[tuple[int, float]]:
    query = select(Customer.id, Customer.folded).where(Customer.company_id == b.company_id)
    names = dict(b.session.execute(query.limit(MOST_COMPARED)).all())
    near = process.extract(
        words, names, scorer=fuzz.token_set_ratio, processor=None, limit=CLOSEST, score_cutoff=75
    )
    scores = {id_: score / 100 for _, score, id_ in near}
    items = (
        select(Invoice.id, Invoice.customer_id)
        .where(Invoice.company_id == b.company_id, Invoice.customer_id.in_(scores), Invoice.outstanding > 0)
        .order_by(Invoice.due_date, Invoice.id)
        .limit(CLOSEST * CLOSEST)
    )
    return [(id_, scores[customer_id]) for id_, customer_id in b.session.execute(items)]
