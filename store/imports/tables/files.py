"""From a file to rows of cells: what it is, how large it may be, and where its sheets are."""

import os
import stat
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
MAX_CELLS = 12_000_000
"""Cells of a table, empty ones included: the native reader keeps about 32 bytes for each."""


class Unreadable(RelanceError):
    """The file as a whole cannot be taken; the message says why and what to give instead."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """How a text table was read: its encoding, and the name of what parts its columns."""

    encoding: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which sheet of a workbook was read."""

    name: str
    unread: tuple[str, ...] = ()
    """The other visible sheets that hold something."""


HowRead = TextFile | Sheet


@dataclass(frozen=True)
class Table:
    """The rows of a file or of one of its sheets; `rows()` starts anew each time, lines from 1."""

    name: str
    rows: Callable[[], Iterator[tuple[int, Row]]]
    how: HowRead


FOREIGN = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"\x1f\x8b", "gz"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"{\\rtf", "rtf"),
    (b"<!doctype", "web_page"),
    (b"<html", "web_page"),
    (b"<?xml", "xml"),
    (b"SQLite format 3", "database"),
)


def _at_once(name: str, flags: int) -> int:
    """Open a file; a pipe without waiting for whoever writes to it."""
    return os.open(name, flags | os.O_NONBLOCK)


def first_bytes(path: Path, size: int) -> bytes:
    """Return how a file begins; nothing for what is no file, or cannot be read."""
    try:
        with open(path, "rb", opener=_at_once) as file:
            return file.read(size) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
    except OSError:
        return b""


def read_bytes(path: Path) -> bytes:
    """Return the content of the file. Raises Unreadable when missing, unreadable, empty or too large, or when
    it is a pipe or a device, which never end.
    """
    try:
        with open(path, "rb", opener=_at_once) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise Unreadable("imports.not_a_file")
            if found.st_size > MAX_BYTES:
                raise Unreadable("imports.file_too_large", megabytes=found.st_size // 1_000_000)
            data = file.read(MAX_BYTES)
    except OSError as error:
        raise Unreadable("imports.file_absent") from error
    if not data.strip():
        raise Unreadable("imports.file_empty")
    return data


def is_workbook(data: bytes) -> bool:
    """Tell whether this is a zipped workbook, whatever the file's name says."""
    return data.startswith(b"PK\x03\x04")


def refuse_foreign(data: bytes) -> None:
    """Raise Unreadable, naming what it is, for what is neither a text table nor a workbook."""
    start = data[:200].lstrip().lower()
    for mark, kind in FOREIGN:
        if start.startswith(mark.lower()):
            raise Unreadable("imports.file_of_another_kind", kind=kind)
