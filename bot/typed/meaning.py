"""What the readings of a text mean: an invoice, several, or a customer. The books say which exist."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from bot.typed import amounts
from bot.typed.cutting import is_dated, without_first
from bot.typed.values import Picked, Reading
from bot.typed.vocabulary import ALONG, LEADING_NAME, RANGING
from receivables.text import fold_typed
from store.books import Books
from store.customers import search as customer_search
from store.customers.search import NamedCustomer
from store.invoices import search
from store.invoices.search import KnownInvoice

INVOICE, CUSTOMER, OPEN = "invoice", "customer", "open"
MOST_WORDS = 40
"""Words of a list of invoices; beyond, it is no list."""
MOST_LISTS = 8
"""Lists that words may mean, some of whose numbers could be several invoices."""
_WORDS_OF_ONE = 4
_SIGN = re.compile(r"[€$£]")
_COMMA = re.compile(r"[,;&+]")
_HYPHEN = re.compile(r"^(\S*[0-9])-([0-9]+)$")
_SLASH = re.compile(r"(?<=[0-9])/(?=[0-9A-Za-z])")
T = TypeVar("T")


Listed = list[tuple[KnownInvoice, bool]]
"""Invoices named one after another, each with whether a joining word follows."""


class Named(StrEnum):
    """How the invoices of a meaning were named."""

    NUMBER = "number"
    """One, or all instalments of one that has several due dates."""
    LISTED = "listed"
    """Several, joined by « et » or a comma."""
    ALONGSIDE = "alongside"
    """Several, one beside the other: the second could be an amount."""
    RANGE = "range"
    TOWARDS = "towards"
    """From one to a number that no invoice has: the last could be an amount."""
    NAME = "name"
    CHOSEN = "chosen"
    """By a button: nothing is left to ask."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reading means: these invoices, or those that are open of a customer (`customer_id`)."""

    reading: Reading
    how: Named
    ids: tuple[int, ...]
    customer_id: int | None = None
    exact: bool = True

    @property
    def picked(self) -> Picked:
        """What a button carries of it."""
        if self.customer_id is not None:
            return Picked(CUSTOMER, self.customer_id)
        return Picked(INVOICE, self.ids[0], self.ids[1:])


@dataclass(frozen=True, slots=True)
class NamesKnown:
    """A look into the books for the names of one text; what was found is kept."""

    b: Books
    known: dict[str, list[KnownInvoice]]
    customers: dict[tuple[str, bool], list[NamedCustomer]]

    def invoice(self, text: str) -> KnownInvoice | None:
        """Return the invoice that a text means, None when it means none or could mean several."""
        found = self.invoices(text)
        return found[0] if len(found) == 1 else None

    def invoices(self, text: str) -> list[KnownInvoice]:
        """Return the invoices that a text may mean."""
        return _kept(self.known, text, lambda: search.possible(self.b, text))

    def instalments(self, text: str) -> list[KnownInvoice]:
        """Return the instalments of the one invoice that a text means, where it has several."""
        return search.instalments(self.b, text) if len(self.invoices(text)) > 1 else []

    def named(self, text: str, *, loosely: bool) -> list[NamedCustomer]:
        """Return the customers that a text names."""
        key = (text, loosely)
        return _kept(self.customers, key, lambda: customer_search.named(self.b, text, loosely=loosely))


def _kept(found: dict, key: object, look: Callable[[], T]) -> T:  # type: ignore[type-arg]
    if key not in found:
        found[key] = look()
    value: T = found[key]
    return value


def look_into(b: Books) -> NamesKnown:
    """Return a look into the books."""
    return NamesKnown(b, {}, {})


def meanings(look: NamesKnown, readings: Sequence[Reading], *, lists: bool) -> list[Meaning]:
    """Return what the readings mean, each meaning once; of a whole name or number if any is, else of a part.

    `lists`: whether words one beside the other may be several invoices, as where an amount may follow.
    """
    found = [each for reading in readings for each in _certain(look, reading, lists=lists)]
    found = [each for each in found if each.how is Named.RANGE] or _without_cut_lists(found)
    if any(each.exact for each in found):
        return _once([each for each in found if each.exact])
    loose = [each for reading in readings for each in _by_beginning(look, reading)]
    if not found and not loose:
        return []
    return _once([*found, *loose, *(each for reading in readings for each in _by_shared_end(look, reading))])


def _without_cut_lists(found: Sequence[Meaning]) -> list[Meaning]:
    """Return the meanings without those whose note is the rest of a list: « FAC-1 », « et FAC-2 … »."""
    lists = [set(each.ids) for each in found if each.how is Named.LISTED]
    return [
        each
        for each in found
        if not (
            each.reading.rest and each.reading.amount is None and any(set(each.ids) < one for one in lists)
        )
    ]


def _once(found: Sequence[Meaning]) -> list[Meaning]:
    """Return the meanings without those that would do the same."""
    seen: dict[object, Meaning] = {}
    for each in found:
        reading = each.reading
        key = (each.ids, each.customer_id, reading.amount, reading.day, reading.means, reading.other)
        seen.setdefault(key, each)
    return list(seen.values())


def _certain(look: NamesKnown, reading: Reading, *, lists: bool) -> Iterator[Meaning]:
    subject = reading.subject
    if isinstance(subject, Picked):
        yield from _chosen(look, reading, subject)
        return
    if joins(subject.rpartition(" ")[2]):
        return
    one = look.invoice(subject)
    if one is not None and not _SIGN.search(subject):
        yield Meaning(reading, Named.NUMBER, (one.id,), exact=one.exact)
    parts = look.instalments(subject) if one is None and not _SIGN.search(subject) else []
    if parts:
        yield Meaning(reading, Named.NUMBER, tuple(each.id for each in parts), exact=parts[0].exact)
    for customer in look.named(subject, loosely=False):
        yield Meaning(reading, Named.NAME, _open_of(look, customer.id), customer.id)
    words = _apart(subject if one else _parted(subject))
    if 1 < len(words) <= MOST_WORDS:
        yield from _several(look, reading, words, lists=lists)


def _parted(subject: str) -> str:
    """Return « FAC-142-143 », which is no number, as a range, and « FAC-142/143 » as a list."""
    listed = _SLASH.sub(", ", subject) if subject[:1].isalpha() else subject
    return _HYPHEN.sub(r"\1 - \2", listed)


def _chosen(look: NamesKnown, reading: Reading, picked: Picked) -> Iterator[Meaning]:
    if picked.what == INVOICE:
        yield Meaning(reading, Named.CHOSEN, (picked.id, *picked.more))
    elif picked.what == OPEN:
        yield Meaning(reading, Named.CHOSEN, _open_of(look, picked.id))
    else:
        yield Meaning(reading, Named.NAME, _open_of(look, picked.id), picked.id)


def _by_beginning(look: NamesKnown, reading: Reading) -> Iterator[Meaning]:
    if isinstance(reading.subject, str):
        for customer in look.named(reading.subject, loosely=True):
            yield Meaning(reading, Named.NAME, _open_of(look, customer.id), customer.id, exact=False)


def _by_shared_end(look: NamesKnown, reading: Reading) -> Iterator[Meaning]:
    """Yield each invoice that bare figures may mean, where they end the numbers of several."""
    if isinstance(reading.subject, str) and not _SIGN.search(reading.subject):
        found = look.invoices(reading.subject)
        if len(found) > 1 and not look.instalments(reading.subject):
            yield from (Meaning(reading, Named.NUMBER, (one.id,), exact=False) for one in found)


def _open_of(look: NamesKnown, customer_id: int) -> tuple[int, ...]:
    return tuple(search.open_of(look.b, customer_id))


def _apart(subject: str) -> list[str]:
    """Return the words of a list of invoices, commas as words of their own."""
    return [word for word in _COMMA.sub(lambda sign: f" {sign[0]} ", subject).split(" ") if word]


def _several(look: NamesKnown, reading: Reading, words: list[str], *, lists: bool) -> Iterator[Meaning]:
    """Yield what words mean that are all numbers of invoices: a range, a list, one beside the other."""
    yield from _range(look, reading, words)
    yield from _with_their_customer(look, reading, words, lists=lists)
    for listed in _lists(look, words):
        yield from _together(reading, listed, lists=lists)


def _together(reading: Reading, listed: Listed, *, lists: bool) -> Iterator[Meaning]:
    """Yield the meaning of a list of several invoices."""
    ids = tuple(dict.fromkeys(one.id for one, _ in listed))
    joined = all(after for _, after in listed[:-1])
    if len(ids) > 1 and (joined or lists):
        how = Named.LISTED if joined else Named.ALONGSIDE
        yield Meaning(reading, how, ids, exact=any(one.exact for one, _ in listed))


def _lists(look: NamesKnown, words: Sequence[str]) -> list[Listed]:
    """Return each list of invoices that the words may name one after another; none: they name no list."""
    found: list[Listed] = [[]]
    start = 0
    while start < len(words):
        if found[0] and joins(words[start]):
            found = [[*one[:-1], (one[-1][0], True)] for one in found]
            start += 1
            continue
        ones, count = _first_number(look, words[start:], found[0])
        found = [[*before, (one, False)] for before in found for one in ones][:MOST_LISTS]
        if not found:
            return []
        start += count
    return found


def joins(word: str) -> bool:
    """Whether a word only joins invoices that stand beside it."""
    return fold_typed(word) in ALONG or word in ",;&+"


def _first_number(look: NamesKnown, words: Sequence[str], before: Listed) -> tuple[list[KnownInvoice], int]:
    """Return the invoices that the first words may name, and how many words; one after another must be open.

    Else it is an amount, unless it was joined to the others and looks like none.
    """
    alone = next((rank for rank, word in enumerate(words) if joins(word)), len(words))
    for count in range(min(_WORDS_OF_ONE, alone), 0, -1):
        phrase = " ".join(words[:count])
        if _SIGN.search(phrase) or (before and is_dated(phrase)) or not re.search("[0-9]", phrase):
            continue
        found = look.invoices(phrase) if fold_typed(words[0]) not in {"le", "la"} or count > 2 else []
        still_open = [one for one in found if one.open]
        sure = not before or (before[-1][1] and not amounts.looks_like(phrase))
        if still_open or (found and sure):
            return still_open or found, count
    return [], 0


def _range(look: NamesKnown, reading: Reading, words: Sequence[str]) -> Iterator[Meaning]:
    """Yield the open invoices of « FAC-140 à 143 »."""
    for place in range(1, len(words) - 1):
        last = " ".join(words[place + 1 :])
        if (fold_typed(words[place]) in RANGING or words[place] == "-") and not is_dated(last):
            first = " ".join(word for word in words[:place] if fold_typed(word) not in {"de", "du"})
            ids = tuple(search.between(look.b, first, last))
            sure = look.invoice(last) is not None or not last.isdecimal()
            if ids and (sure or len(ids) <= MOST_WORDS):
                yield Meaning(reading, Named.RANGE if sure else Named.TOWARDS, ids)


def _with_their_customer(
    look: NamesKnown, reading: Reading, words: Sequence[str], *, lists: bool
) -> Iterator[Meaning]:
    """Yield the invoices of « FAC-123 Garage Martin »: numbers, and the name of their own customer."""
    for place in range(1, len(words)):
        for numbers, name in ((words[:place], words[place:]), (words[place:], words[:place])):
            bare = " ".join(without_first(name, LEADING_NAME))
            owners = {customer.id for customer in look.named(bare, loosely=False)}
            if not owners:
                continue
            one = look.invoice(" ".join(numbers))
            if one is not None and one.customer_id in owners:
                yield Meaning(reading, Named.NUMBER, (one.id,))
            for listed in _lists(look, numbers):
                if all(each.customer_id in owners for each, _ in listed):
                    together = _together(reading, listed, lists=lists)
                    yield from (replace(each, exact=True) for each in together)
