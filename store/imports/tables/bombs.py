"""Workbooks that would not fit in memory: measured before a reader opens them.

A zip may unfold a thousandfold, a list of shared texts hold fifty million empty ones, one cell in XFD1048576
makes a sheet of 17 billion cells, and an ODS may repeat a row a million times. The native reader would take
the memory, and its process with it.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from store.imports.tables.files import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Unreadable

MAX_UNZIPPED = 600_000_000
MAX_TEXTS = 3_000_000
"""Texts that cells share: the reader keeps each, and they are counted before it does."""
MAX_TEXTS_SIZE = 250_000_000
"""Bytes of them, unzipped."""

DAMAGED = "imports.workbook_damaged"
_CHUNK = 1 << 20
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_CELL = re.compile(rb"<(?:[A-Za-z]{1,9}:)?c[\s/>]")
_TEXT = re.compile(rb"<(?:[A-Za-z]{1,9}:)?si[\s/>]")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse(columns: int, rows: int) -> None:
    if columns > MAX_COLUMNS or rows > MAX_ROWS or columns * rows > MAX_CELLS:
        raise Unreadable("imports.sheet_too_wide", columns=columns, rows=rows)


def _chunks(part: IO[bytes]) -> Iterator[bytes]:
    """Yield a part piece by piece, each with the end of the one before: a match may lie across."""
    tail = b""
    while piece := part.read(_CHUNK):
        yield tail + piece
        tail = piece[-20:]


def _measure_xlsx(part: IO[bytes]) -> None:
    """Refuse a part whose farthest cells span too much, or that has too many cells or shared texts.

    A part says by its name nothing sure: the workbook may call its sheets as it likes. Cells need not say
    their place, and several may say the same: they are counted as well.
    """
    columns: set[bytes] = set()
    last_row = cells = texts = size = 0
    for piece in _chunks(part):
        cells += len(_CELL.findall(piece))
        texts += len(_TEXT.findall(piece))
        size += len(piece)
        if cells > MAX_CELLS:
            raise Unreadable("imports.too_many_cells", most=MAX_CELLS)
        if texts > MAX_TEXTS or (texts and size > MAX_TEXTS_SIZE):
            raise Unreadable("imports.workbook_too_large")
        places = _PLACE.findall(piece)
        columns.update({letters for letters, _ in places})
        last_row = max(last_row, max(map(int, {row for _, row in places}), default=0))
    _refuse(max(map(_column, columns), default=0), last_row)


class _Unfolding:
    """Counts the cells an ODS sheet has once its repetitions are written out."""

    def __init__(self) -> None:
        self.cells = self.width = self.repeat = 0

    def start(self, tag: str, found: dict[str, str]) -> None:
        """Take in one opening tag."""
        if tag == "table:table-row":
            self.repeat, self.width = int(found.get("table:number-rows-repeated", 1)), 0
        elif tag == "table:table-cell" and "office:value-type" in found:
            self.width += int(found.get("table:number-columns-repeated", 1))
            _refuse(self.width, 1)

    def end(self, tag: str) -> None:
        """Take in one closing tag."""
        if tag == "table:table-row" and self.width:
            self.cells += self.width * self.repeat
            _refuse(self.width, self.cells // self.width)


def _measure_ods(part: IO[bytes]) -> None:
    count, parser = _Unfolding(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = count.start, count.end
    parser.ParseFile(part)


def _measure(archive: zipfile.ZipFile) -> None:
    if sum(entry.file_size for entry in archive.infolist()) > MAX_UNZIPPED:
        raise Unreadable("imports.workbook_too_large")
    for entry in archive.infolist():
        with archive.open(entry) as part:
            if entry.filename == "content.xml":
                _measure_ods(part)
            else:
                _measure_xlsx(part)


def refuse_bombs(data: bytes) -> None:
    """Raise Unreadable for a workbook that is damaged, or would not fit in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _measure(archive)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError) as error:
        raise Unreadable(DAMAGED) from error
    except (RuntimeError, OSError, EOFError, ValueError) as error:  # encrypted, cut short, unknown packing
        raise Unreadable(DAMAGED) from error
