"""From a file to rows of cells: what it is, how large it may be, and where its sheets are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from receivables.errors import RelanceError

Cell = str | float | bool | date | datetime | time | timedelta
Row = list[Cell]

MAX_BYTES = 100_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 500
MAX_CELL = 10_000


class Unreadable(RelanceError):
    """The file as a whole cannot be taken; the message says why and what to give instead."""


@dataclass(frozen=True)
class Table:
    """The rows of a file or of one of its sheets; `rows()` starts anew each time, lines from 1."""

    name: str
    rows: Callable[[], Iterator[tuple[int, Row]]]
    how: str
    """How it was read: encoding and delimiter, or the sheet."""


_FOREIGN = (
    (b"%PDF", "un PDF"),
    (b"\xd0\xcf\x11\xe0", "un ancien classeur .xls, ou un classeur protégé par un mot de passe"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"\x1f\x8b", "une archive .gz"),
    (b"Rar!", "une archive .rar"),
    (b"7z\xbc\xaf", "une archive .7z"),
    (b"{\\rtf", "un document RTF"),
    (b"<!doctype", "une page web"),
    (b"<html", "une page web"),
    (b"<?xml", "un fichier XML"),
    (b"SQLite format 3", "une base de données"),
)


def read_bytes(path: Path) -> bytes:
    """Return the content of the file. Raises Unreadable when missing, unreadable, empty or too large."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise Unreadable(
                f"Fichier de {size // 1_000_000} Mo : 100 Mo au plus. Exportez une période plus courte."
            )
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable("Fichier introuvable ou illisible : vérifiez son chemin et ses droits.") from error
    if not data.strip():
        raise Unreadable("Fichier vide : exportez de nouveau la liste des factures.")
    return data


def is_workbook(data: bytes) -> bool:
    """Tell whether this is a zipped workbook, whatever the file's name says."""
    return data.startswith(b"PK\x03\x04")


def refuse_foreign(data: bytes) -> None:
    """Raise Unreadable, naming what it is, for what is neither a text table nor a workbook."""
    start = data[:200].lstrip().lower()
    for mark, kind in _FOREIGN:
        if start.startswith(mark.lower()):
            raise Unreadable(
                f"Ce fichier est {kind} : enregistrez la liste des factures en .xlsx, .ods ou .csv."
            )
