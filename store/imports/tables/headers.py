"""Finding the header row, and which column holds what, however the file words it."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from rapidfuzz import fuzz, process

from receivables.text import fold
from store.imports.tables.fields import UNREAD
from store.imports.tables.files import Cell, Row, Unreadable
from store.imports.tables.synonyms import NEARER, NEVER_AN_AMOUNT, SYNONYMS

HEADER_LINES = 25
_LITTLE = frozenset(["de", "du", "des", "d", "la", "le", "les", "l", "the", "of", "en", "in", "on", "au"])
_UNITS = frozenset({"eur", "euro", "euros"})
_IN_UNITS = re.compile(
    r"(?<![^\W\d_])(?:(?:en|in) )?(?:[kKM] ?(?:€|\$|£|eur|usd)|[€$£]|usd|gbp|chf|cad|mad|xof|xaf|xpf"
    r"|cfp|jpy|aud|dkk|sek|nok|pln|milliers|millions|thousands)(?![^\W\d_])",
    re.IGNORECASE,
)
"""Currency and scale in a header, which say how its amounts are read (`values.units`)."""
_NUMBER = {"n": "numero", "no": "numero", "num": "numero", "nr": "numero", "nb": "nombre"}
_LOST = re.compile(r"[?\ufffd]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TYPO = 90
_SHORTEST_TYPO = 7
MOST_TITLES = 12
"""Titles of an unknown header that are named."""


class MissingColumn(StrEnum):
    """A column that a file must have and has not: a refusal is told under its name."""

    CUSTOMER = "customer"
    AMOUNT = "amount"
    ISSUE = "issue"


def _repair(text: str) -> str:
    """Undo an UTF-8 text once read as Windows' (`Ã©`), when that is what it is."""
    try:
        return text.encode("cp1252").decode("utf-8") if "Ã" in text else text
    except UnicodeError:
        return text


def normal(title: str) -> str:
    """Return a header in the form that names are compared in: folded, without units and little words.

    The last word stays, as in « Montant dû ». Camel case is split first: `dateEcheance` reads like
    `Date d’échéance`.
    """
    words = [word for word in fold(_CAMEL.sub(" ", _repair(title))).split() if word not in _UNITS]
    kept = [word for word in words[:-1] if word not in _LITTLE] + words[-1:]
    return " ".join(_NUMBER.get(word, word) for word in kept)


def _ranks() -> dict[str, tuple[tuple[str, int], ...]]:
    """Return, for every known name, the fields it may mean with its rank among that field's names."""
    ranks: dict[str, dict[str, int]] = {}
    for field, names in SYNONYMS.items():
        for rank, name in enumerate(names):
            ranks.setdefault(normal(name), {}).setdefault(field, rank)
    return {name: tuple(fields.items()) for name, fields in ranks.items()}


Maps: TypeAlias = Mapping[str, str]
"""What columns hold, as people said: a header in normal form (`normal`) to a field, or `UNREAD`."""
NOTHING_MAPPED: Maps = {}
_RANK = _ranks()
_NAMES = tuple(_RANK)


def names_of(titles: Sequence[str]) -> tuple[str, ...]:
    """Return headers as names of columns: one that comes again has its rank behind it."""
    ranks: Counter[str] = Counter()
    names = []
    for title in titles:
        ranks[normal(title) or title] += 1
        rank = ranks[normal(title) or title]
        names.append(title if rank == 1 else f"{title} ({rank})")
    return tuple(names)


def shape_of(titles: Sequence[str]) -> str:
    """Return the fingerprint of a set of headers."""
    told = "\n".join(sorted(filter(None, map(normal, names_of(titles)))))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Layout:
    """Where the header is and what its columns hold. `columns` maps a field to its position."""

    line: int
    columns: Mapping[str, int]
    titles: tuple[str, ...]
    mapped: frozenset[int] = frozenset()
    """Positions of which a person, or the shape of a tool, said what they hold or that they stay unread."""

    @property
    def names(self) -> tuple[str, ...]:
        """The headers, those that come again with their rank: « Client », « Client (2) »."""
        return names_of(self.titles)

    @property
    def shape(self) -> str:
        """What tells files of one tool again, whatever the order of their columns: their headers."""
        return shape_of(self.titles)

    @property
    def unread(self) -> tuple[int, ...]:
        """The positions of columns with a header that nothing is read from."""
        read = set(self.columns.values())
        return tuple(at for at, title in enumerate(self.titles) if title and at not in read)

    def title(self, field: str) -> str:
        """Return the header of `field` as the file words it, or the column that is missing."""
        position = self.columns.get(field)
        if position is not None:
            return self.titles[position]
        return MissingColumn(field) if field in set(MissingColumn) else field


def _with_lost_accents(title: str) -> str | None:
    """Return the synonym that `title` is once each `?` stands for any lost letter, as in `Pi?ce`."""
    if not _LOST.search(title):
        return None
    folded = normal(_LOST.sub("qzq", title))
    pattern = re.compile("[a-z0-9 ]{0,3}".join(map(re.escape, folded.split("qzq"))))
    return next((name for name in _NAMES if pattern.fullmatch(name)), None)


def _nearly(name: str) -> str | None:
    """Return the synonym that a long enough `name` misses by a letter or so; never an amount before tax."""
    if len(name) < _SHORTEST_TYPO or NEVER_AN_AMOUNT & set(name.split()):
        return None
    found = process.extractOne(name, _NAMES, scorer=fuzz.ratio, score_cutoff=_TYPO)
    return found[0] if found else None


@lru_cache(maxsize=4096)
def meanings(title: str) -> tuple[tuple[str, int], ...]:
    """Return the fields a header may name, each with its rank among that field's names (0: surest)."""
    title = title[:200]
    name = normal(title)
    name = name if name in _RANK else normal(_IN_UNITS.sub(" ", title))
    known = name if name in _RANK else (_with_lost_accents(title) or _nearly(name))
    return _RANK.get(known, ()) if known else ()


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def texts(row: Row) -> tuple[str, ...]:
    """Return a row as headers."""
    return tuple(_text(cell) for cell in row)


def _candidates(row: Row) -> list[tuple[int, int, str]]:
    """Return (rank, position, field) for every column that means something, best first."""
    found = [
        (rank, position, field)
        for position, cell in enumerate(row)
        if _text(cell)
        for field, rank in meanings(_text(cell))
    ]
    return sorted(found)


def columns_of(row: Row, maps: Maps = NOTHING_MAPPED) -> dict[str, int]:
    """Return which position holds which field: what is mapped, then each field its surest header.

    Each column is one field, and a column that is mapped is nothing else.
    """
    said = mapped(row, maps)
    columns = {field: position for position, field in reversed(said.items()) if field != UNREAD}
    for _, position, field in _candidates(row):
        if field not in columns and position not in columns.values() and position not in said:
            columns[field] = position
    for plain, nearer in NEARER:
        special = [field for field in nearer if field in columns]
        if len(special) == 1 and plain not in columns:
            columns[plain] = columns.pop(special[0])
    return columns


def mapped(row: Row, maps: Maps) -> dict[int, str]:
    """Return what is said of columns by their headers, by position."""
    if not maps:
        return {}
    names = names_of(texts(row))
    return {at: maps[key] for at, name in enumerate(names) if name and (key := normal(name)) in maps}


def _points(row: Row, maps: Maps = NOTHING_MAPPED) -> float:
    """Tell how much a row looks like the header: columns known, with a premium on the needed ones."""
    columns = columns_of(row, maps)
    needed = ({"customer", "code"}, {"amount", "left"}, {"issue", "due"})
    met = sum(bool(wanted & set(columns)) for wanted in needed)
    filled = sum(bool(_text(cell)) for cell in row)
    return len(columns) + 3 * met + (len(columns) / filled if filled else 0)


def score(rows: Sequence[Row]) -> float:
    """Return the points of the best header among the first rows: tells separators and sheets apart."""
    return max(map(_points, rows[:HEADER_LINES]), default=0.0)


def _unknown(titles: Sequence[str]) -> Unreadable:
    return Unreadable(
        "imports.no_header", titles=tuple(title[:40] for title in titles if title)[:MOST_TITLES]
    )


def check_needed(layout: Layout) -> None:
    """Raise Unreadable, saying what is missing, unless the columns suffice for a list of invoices."""
    columns, titles = layout.columns, layout.titles
    missing = [
        name
        for name, any_of in (
            (MissingColumn.CUSTOMER, ("customer", "code")),
            (MissingColumn.AMOUNT, ("amount", "left")),
            (MissingColumn.ISSUE, ("issue", "due")),
        )
        if not any(field in columns for field in any_of)
    ]
    if missing:
        known = tuple(titles[position][:40] for position in sorted(columns.values()))
        raise Unreadable("imports.columns_missing", missing=missing, known=known)


def find_layout(rows: Sequence[tuple[int, Row]], maps: Maps = NOTHING_MAPPED) -> Layout:
    """Find the header among the first rows; `maps` says of columns what they hold.

    Raises Unreadable where no row names two columns; whether they suffice is `check_needed`.
    """
    head = [(line, row) for line, row in rows[:HEADER_LINES] if any(_text(cell) for cell in row)]
    if not head:
        raise _unknown(())
    line, row = max(head, key=lambda numbered: _points(numbered[1], maps))
    columns = columns_of(row, maps)
    titles = texts(row)
    if len(columns) < 2:
        raise _unknown([_text(cell) for cell in head[0][1]])
    return Layout(line, columns, titles, frozenset(mapped(row, maps)))
