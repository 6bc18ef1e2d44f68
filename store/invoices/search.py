"""Finding an invoice by what a person typed: exactly when possible, else the three closest are named."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import category

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA
from sqlalchemy import ColumnElement, func, select

from receivables.errors import UnknownInvoice
from receivables.text import dropped, fold, unaccented
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
    {"la", "le", "les", "facture", "factures", "fact", "invoice", "inv", "n", "no", "num", "numero"}
)
_GROUPS = re.compile(r"(\d+)\Z")
_APART = re.compile(r"(?<=[0-9])[^0-9a-z/_-]+(?=[0-9])")
_BETWEEN = re.compile(r"(?<=[0-9]) (?=[0-9])")
_SIGNS = re.compile(r"[^0-9a-z_]+")
_INSTALMENT = re.compile(r"\s*\(\s*(\d{1,3})\s*/\s*(\d{1,3})\s*\)\s*\Z")
"""« (1/2) » after a number: one instalment of an invoice."""
_GAP = "_"
"""Stands in a key where digits are apart: they are not glued together."""


@dataclass(frozen=True, slots=True)
class KnownInvoice:
    """The one invoice that a text means. `exact`: its whole number was typed, not only its last figures."""

    id: int
    customer_id: int
    exact: bool
    open: bool


@dataclass(frozen=True, slots=True)
class _Near:
    id: int
    number: str
    folded: str
    customer_id: int
    customer: str
    open: bool
    whole: str | None = None
    """Of an instalment, the number of its invoice."""

    @property
    def shared(self) -> str:
        """The number of the invoice."""
        return self.whole or self.number


def find_id(b: Books, text: str) -> int:
    """Return the id of the one invoice that `text` means, whatever its case, accents, spaces, quotes, dashes.

    A word such as « facture » or « n° » before the number is dropped; bare figures mean the only number
    that ends with them. Digits that stand apart (`14 5`, `1.234`) are never glued: they mean a number in
    which they stand apart too. Raises UnknownInvoice, whose message and `closest` name up to three numbers.
    """
    keys = _keys(text)
    if not keys:
        raise UnknownInvoice("invoices.no_number")
    exact = _exact(b, text, keys)
    nears = exact or _ending(b, text, keys[-1])
    chosen = _choose(text, nears)
    if chosen is not None:
        return chosen.id
    raise _unknown(b, text, keys[-1].replace(_GAP, ""), nears)


def known(b: Books, text: str) -> KnownInvoice | None:
    """Return the invoice that `text` means, None when there is none: no near ones are sought."""
    found = possible(b, text)
    return found[0] if len(found) == 1 else None


def possible(b: Books, text: str) -> list[KnownInvoice]:
    """Return the invoices that `text` may mean, at most four: one when it can mean no other."""
    keys = _keys(text)
    if not keys:
        return []
    exact = _exact(b, text, keys)
    nears = exact or _ending(b, text, keys[-1])
    chosen = _choose(text, nears)
    return [
        KnownInvoice(near.id, near.customer_id, bool(exact), near.open)
        for near in ([chosen] if chosen else nears)
    ]


def instalments(b: Books, text: str) -> list[KnownInvoice]:
    """Return the instalments of the one invoice that `text` means, by due date: those that are open, if any.

    Empty where it means none, several, or an invoice of one due date.
    """
    keys = _keys(text)
    exact = _exact(b, text, keys) if keys else []
    nears = exact or (_ending(b, text, keys[-1]) if keys else [])
    shared = {near.whole for near in nears}
    if len(nears) < 2 or len(shared) != 1 or None in shared:
        return []
    rows = _nears(b, Invoice.whole == nears[0].whole, most=None)
    found = [KnownInvoice(near.id, near.customer_id, bool(exact), near.open) for near in rows]
    return [each for each in found if each.open] or found


def known_id(b: Books, text: str) -> int | None:
    """Return the id of the invoice that `text` means, None when there is none."""
    found = known(b, text)
    return found.id if found else None


def open_of(b: Books, customer_id: int) -> list[int]:
    """Return the ids of a customer's invoices that are still claimed, the first due first."""
    query = select(Invoice.id).where(
        Invoice.company_id == b.company_id,
        Invoice.customer_id == customer_id,
        Invoice.outstanding > 0,
        Invoice.written_off_at.is_(None),
    )
    return list(b.session.scalars(query.order_by(Invoice.due_date, Invoice.id)))


def between(b: Books, first: str, last: str) -> list[int]:
    """Return the ids of the open invoices numbered from `first` to `last`, both included, by number.

    `last` may be the last figures alone: « FAC-140 » to « 143 ». Empty when the two are no range.
    """
    stem, low = _stem(b, first)
    end, figures = _parted(_joined(last))
    if not low or not figures or end not in {"", stem}:
        return []
    high = low[: -len(figures)] + figures if len(figures) < len(low) else figures
    query = select(Invoice.id, Invoice.folded).where(
        Invoice.company_id == b.company_id,
        Invoice.outstanding > 0,
        Invoice.folded.startswith(stem, autoescape=True),
    )
    found = []
    for id_, folded in b.session.execute(query.limit(MOST_COMPARED)):
        head, tail = _parted(folded)
        if head == stem and int(low) <= int(tail or -1) <= int(high):
            found.append((int(tail), id_))
    return [id_ for _, id_ in sorted(found)]


def _stem(b: Books, text: str) -> tuple[str, str]:
    """Return what a number begins with, and its last figures: of the invoice meant, else as typed."""
    meant = known(b, text)
    if meant is None:
        return _parted(_joined(text))
    return _parted(b.session.get_one(Invoice, meant.id).folded)


def _joined(text: str) -> str:
    keys = _keys(text)
    return keys[0] if keys else ""


def _parted(key: str) -> tuple[str, str]:
    match = _GROUPS.search(key)
    return (key[: match.start()], match[1]) if match and _GAP not in key else (key, "")


def _exact(b: Books, text: str, keys: Sequence[str]) -> list[_Near]:
    """Return the invoices of these keys; letters and figures that keys cannot hold must be theirs too."""
    foreign = dropped(text[:LONGEST])
    found = [near for key in keys for near in _with_folded(b, key)] or _one_instalment(b, text)
    return [near for near in found if not foreign or dropped(near.number) == foreign]


def _one_instalment(b: Books, text: str) -> list[_Near]:
    """Return the instalment that « F-10 (1/2) » means."""
    named = _INSTALMENT.search(text[:LONGEST])
    if named is None:
        return []
    which = f"({int(named[1])}/{int(named[2])})"
    nears = [near for key in _keys(text[: named.start()]) for near in _with_folded(b, key)]
    return [near for near in nears if near.whole and near.number == f"{near.whole} {which}"]


def _marked(text: str) -> list[str]:
    """Return the folded words of a number, digits that stand apart kept apart."""
    small = unaccented(text[:LONGEST].casefold()).casefold().replace(_GAP, " ")
    return _SIGNS.sub(" ", _APART.sub(_GAP, small)).split()


def _keys(text: str) -> list[str]:
    """Return the folded forms to look for: as typed, then without the words that come before a number.

    What bears the sign of a currency, or of a sum, is an amount and no number.
    """
    if any(
        category(sign) == "Sc" or (category(sign) == "Sm" and not sign.isascii()) for sign in text[:LONGEST]
    ):
        return []
    words = _marked(text)
    bare = words
    while len(bare) > 1 and bare[0] in _LEADING:
        bare = bare[1:]
    return list(dict.fromkeys("".join(form) for form in (words, bare) if form))


def _with_folded(b: Books, key: str) -> list[_Near]:
    found = _nears(b, Invoice.folded == key.replace(_GAP, ""))
    return [near for near in found if _gaps(key) <= _gaps(_spelt(near.shared))] if _GAP in key else found


def _spelt(number: str) -> str:
    """Return a number folded, with every place where its digits are apart."""
    return _SIGNS.sub("", _BETWEEN.sub(_GAP, fold(number)))


def _gaps(key: str) -> set[int]:
    """Return after how many letters and figures the digits of a key are apart."""
    parts = key.split(_GAP)
    return {sum(map(len, parts[: rank + 1])) for rank in range(len(parts) - 1)}


def _ending(b: Books, text: str, key: str) -> list[_Near]:
    """Return what bare figures may mean: numbers whose last figures are these, zeros aside; else any end."""
    if not key.isdecimal() or dropped(text[:LONGEST]) or len(re.findall(r"[0-9]+", text)) != 1:
        return []
    shared = func.coalesce(Invoice.whole, Invoice.number)
    query = select(Invoice.id, shared, Invoice.folded).where(
        Invoice.company_id == b.company_id, Invoice.folded.endswith(key.lstrip("0") or key)
    )
    ends = b.session.execute(query.order_by(Invoice.id.desc()).limit(MOST_ENDING)).all()
    same = [id_ for id_, number, _ in ends if _figures(number) == int(key)]
    any_end = [id_ for id_, _, folded in ends if folded.endswith(key) and len(key) >= SHORTEST_END]
    return _nears(b, Invoice.id.in_((same or any_end)[: CLOSEST + 1]))


def _figures(number: str) -> int | None:
    match = _GROUPS.search(number)
    return int(match[1]) if match else None


def _nears(b: Books, *conditions: ColumnElement[bool], most: int | None = CLOSEST + 1) -> list[_Near]:
    query = (
        select(
            Invoice.id,
            Invoice.number,
            Invoice.folded,
            Customer.id,
            Customer.name,
            Invoice.outstanding > 0,
            Invoice.whole,
        )
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Invoice.company_id == b.company_id, *conditions)
        .order_by((Invoice.outstanding > 0).desc(), Invoice.due_date, Invoice.id)
        .limit(most)
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
