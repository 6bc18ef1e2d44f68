"""The accounting export of French law (FEC): known by its header, whatever its file is called.

Its text has no quotes: a sign of quotation is a letter of a label like others, and so is a separator in it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import combinations

from store.imports.tables.files import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Cell, Row, Table, TextFile, Unreadable
from store.imports.tables.headers import Layout, texts
from store.imports.tables.text import DELIMITER_NAMES, decoded

NAMES = ("journalcode", "journallib", "ecriturenum", "ecrituredate", "comptenum", "comptelib", "compauxnum",
         "compauxlib", "pieceref", "piecedate", "ecriturelib", "debit", "credit", "ecriturelet", "datelet",
         "validdate", "montantdevise", "idevise")  # fmt: skip
"""The columns that the law names, folded."""
_MORE = ("montant", "sens", "dateecheance", "echeance")
_NEEDED = frozenset({"ecrituredate", "comptenum"})
_MONEY = (frozenset({"debit", "credit"}), frozenset({"montant", "sens"}))
_FEWEST = 11
"""Names of the law that make a header one of an accounting export."""
_LABELS = ("ecriturelib", "compauxlib", "comptelib", "journallib", "pieceref")
"""Where a separator may stand in a text, likeliest first."""
_CHECKED = {
    "ecrituredate": re.compile(r"[\d/.\- ]{6,19}"),
    "piecedate": re.compile(r"[\d/.\- ]{0,19}"),
    "compauxnum": re.compile(r"\s*|\S.*"),
    "comptenum": re.compile(r"\s*[1-9]\w*\s*"),
    "debit": re.compile(r"[-+\d.,\s\u00a0\u202f]*"),
    "credit": re.compile(r"[-+\d.,\s\u00a0\u202f]*"),
    "montant": re.compile(r"[-+\d.,\s\u00a0\u202f]*"),
    "datelet": re.compile(r"[\d/.\- ]{0,19}"),
    "validdate": re.compile(r"[\d/.\- ]{0,19}"),
    "ecriturelet": re.compile(r"[^.,]*"),
    "montantdevise": re.compile(r"[-+\d.,\s\u00a0\u202f]*"),
    "idevise": re.compile(r"\D*"),
}
_USUAL = {
    "piecedate": re.compile(r"\s*\d.*"),
    "validdate": re.compile(r"\s*\d.*"),
    "compauxnum": re.compile(r"\s*\w*\s*"),
}
"""What most rows have: a row that has it too is the likelier one."""
_FIGURE = re.compile("[1-9]")
_PARTS = ("\t", "|", ";", ",")
_QUOTING = (";", ",")
_HEADER_LINES = 5
_NOT_WORD = re.compile(r"[^a-z]")


def _folded(title: Cell) -> str:
    plain = unicodedata.normalize("NFKD", str(title).lower())
    return _NOT_WORD.sub("", "".join(sign for sign in plain if not unicodedata.combining(sign)))


def columns(row: Sequence[Cell]) -> dict[str, int] | None:
    """Return which column stands where, when `row` is the header of a FEC; misspelt names are known too."""
    if len(row) > MAX_COLUMNS:
        return None
    titles = [_folded(title) for title in row]
    found = {name: titles.index(name) for name in (*NAMES, *_MORE) if name in titles}
    if len(found) < _FEWEST // 2:
        return None
    for at, title in enumerate(titles):
        if title and at not in found.values():
            near = get_close_matches(title, [name for name in NAMES if name not in found], 1, 0.85)
            found |= dict.fromkeys(near, at)
    known = sum(name in found for name in NAMES) + ("montant" in found)
    money = any(pair <= found.keys() for pair in _MONEY)
    return found if known >= _FEWEST and money and found.keys() >= _NEEDED else None


def layout(head: Sequence[tuple[int, Row]]) -> Layout | None:
    """Return where the header of a FEC is among the first rows, and what its columns hold."""
    for line, row in head[:_HEADER_LINES]:
        found = columns(row)
        if found is not None:
            return Layout(line, found, texts(row))
    return None


def is_accounting(row: Sequence[Cell]) -> bool:
    """Tell whether a header is one of accounting entries at all: debit and credit of an account."""
    titles = {_folded(title) for title in row}
    debit, credit = (any(title.startswith(word) for title in titles) for word in ("debit", "credit"))
    account = any(title.startswith(("compte", "ncompte", "general", "ngeneral")) for title in titles)
    return debit and credit and account


def read_accounting(name: str, data: bytes) -> Table | None:
    """Return the rows of a FEC, its header first; None for any other file."""
    head = data[:4_000].replace(b"\x00", b"").lower()
    if b"ecr" not in head and b"compte" not in head:
        return None
    text, encoding = decoded(data)
    for line, titles in _head(text):
        for sign in _PARTS:
            found = columns(titles.split(sign))
            if found is not None and not (sign in _QUOTING and '"' in text):
                how = TextFile(encoding, DELIMITER_NAMES[sign])
                return Table(name, lambda: _rows(text, line, sign, found), how)  # noqa: B023 - returned at once
    return None


def _head(text: str) -> Iterator[tuple[int, str]]:
    yield from enumerate(text[:20_000].split("\n")[:_HEADER_LINES], 1)


def _rows(text: str, header: int, sign: str, found: Mapping[str, int]) -> Iterator[tuple[int, Row]]:
    lines = text.split("\n")
    titles = lines[header - 1].rstrip(sign).split(sign)
    quoted = titles[0].strip().startswith('"')
    yield header, _plain(titles, quoted=quoted)
    fewest = max(at for name, at in found.items() if name in {"debit", "credit", "montant", "sens"}) + 1
    last = next(at for at in reversed(range(len(lines))) if lines[at].strip())
    for at in range(header, len(lines)):
        if not lines[at].strip():
            continue
        if at > MAX_ROWS:
            raise Unreadable("imports.too_many_rows", most=MAX_ROWS)
        if len(lines[at]) > MAX_CELL:
            raise Unreadable("imports.cell_too_long", line=at + 1, most=MAX_CELL)
        cells = lines[at].split(sign)
        if len(cells) < fewest:
            raise Unreadable("imports.fec_truncated" if at == last else "imports.fec_broken", line=at + 1)
        if len(cells) > len(titles):
            cells = _mended(cells, len(titles), sign, found, at + 1)
        yield at + 1, _plain(cells, quoted=quoted)


def _plain(cells: Iterable[str], *, quoted: bool) -> Row:
    return [cell.strip().strip('"') for cell in cells] if quoted else [*cells]


def _mended(cells: list[str], width: int, sign: str, found: Mapping[str, int], line: int) -> list[str]:
    """Put back together a text that holds the separator: where the other cells then are what they should be.

    Raises Unreadable where no text does.
    """
    surplus = len(cells) - width
    if not any(cell.strip() for cell in cells[width:]) and _fits(cells[:width], found):
        return cells[:width]
    places = [at for name in _LABELS if (at := found.get(name)) is not None]
    fitting = []
    for empty in range(_empty_at_end(cells, surplus) + 1):
        kept, over = cells[: len(cells) - empty], surplus - empty
        for one, other in [(at, at) for at in places] + [
            (min(two), max(two)) for two in combinations(places, 2)
        ]:
            for first in range(1, over) if one != other else (over,):
                whole = _joined(_joined(kept, one, first, sign), other, over - first, sign)
                texts = whole[one], whole[other]
                if all(text.strip(f" {sign}") for text in texts) and _fits(whole, found):
                    fitting.append(whole)
    if not fitting:
        raise Unreadable("imports.fec_broken", line=line)
    return next((whole for whole in fitting if _is_usual(whole, found)), fitting[0])


def _empty_at_end(cells: Sequence[str], most: int) -> int:
    """Return how many of the surplus cells may be those that a sign at the end of the row leaves."""
    blank = next((count for count, cell in enumerate(reversed(cells)) if cell.strip()), 0)
    return min(blank, most - 1)


def _joined(cells: list[str], at: int, surplus: int, sign: str) -> list[str]:
    """Return the cells, those from `at` on being one text that holds the separator so many times."""
    return [*cells[:at], sign.join(cells[at : at + surplus + 1]), *cells[at + surplus + 1 :]]


def _fits(cells: Sequence[str], found: Mapping[str, int]) -> bool:
    """Tell whether each cell can be what its column says; a line has a debit or a credit, not both."""
    sides = [cells[found[name]] for name in ("debit", "credit") if name in found]
    both = len(sides) == 2 and all(_FIGURE.search(side) for side in sides)
    return not both and _match(_CHECKED, cells, found)


def _is_usual(cells: Sequence[str], found: Mapping[str, int]) -> bool:
    return _match(_USUAL, cells, found)


def _match(patterns: Mapping[str, re.Pattern[str]], cells: Sequence[str], found: Mapping[str, int]) -> bool:
    return all(
        pattern.fullmatch(cells[at]) is not None
        for name, pattern in patterns.items()
        if (at := found.get(name)) is not None
    )
