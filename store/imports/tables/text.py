"""Text tables: CSV with any of the usual separators, as accounting tools really write them."""

import csv
import io
import re
from collections.abc import Callable, Iterator

from store.imports.tables.charset import decode
from store.imports.tables.files import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Row, Table, TextFile, Unreadable
from store.imports.tables.repairs import mend

DELIMITERS = (";", "\t", ",", "|")
_FEW = 3
"""Control signs that even a short text may hold."""
_HEAD_LINES = 60
_AS_TEXT = re.compile(r"""=\s*"(?P<formula>[^"]*)"\Z|'(?P<quoted>\d.*)\Z""", re.DOTALL)
_CONTROLS = frozenset(map(chr, (*range(9), *range(14, 27), *range(28, 32))))
DELIMITER_NAMES = {";": "semicolon", "\t": "tab", ",": "comma", "|": "bar"}


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text in `data`, only line feeds ending its lines, and its encoding. Raises Unreadable."""
    text, encoding = decode(data)
    sample = text[:100_000]
    strange = sum(sign in _CONTROLS for sign in sample)
    if strange > _FEW + len(sample) // 200:
        raise Unreadable("imports.not_a_table")
    return mend(text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")), encoding


def _check(line: int, row: list[str]) -> None:
    if line > MAX_ROWS:
        raise Unreadable("imports.too_many_rows", most=MAX_ROWS)
    if len(row) > MAX_COLUMNS:
        raise Unreadable("imports.too_many_columns", line=line, columns=len(row), most=MAX_COLUMNS)
    if any(len(cell) > MAX_CELL for cell in row):
        raise Unreadable("imports.cell_too_long_in_text", line=line, most=MAX_CELL)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, Row]]:
    """Yield the rows with the line each starts on. Only line feeds end a line: never U+2028 or U+0085."""
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter)
    line = 1
    try:
        for row in reader:
            _check(line, row)
            yield line, [_bare(cell) if cell.startswith(("=", "'")) else cell for cell in row]
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable("imports.quote_left_open", line=line) from error


def _bare(cell: str) -> str:
    """Return a cell without what keeps a spreadsheet from reading it as a number: `="00012"`, `'00012`."""
    found = _AS_TEXT.match(cell)
    return found["formula"] or found["quoted"] or "" if found else cell


def _head(text: str) -> str:
    """Return the first lines, where the header is looked for."""
    end = 0
    for _ in range(_HEAD_LINES):
        found = text.find("\n", end)
        if found < 0:
            return text
        end = found + 1
    return text[:end]


def _first_rows(head: str, delimiter: str) -> list[Row]:
    try:
        return [row for _, row in _rows(head, delimiter)]
    except Unreadable:
        return []


def read_text(name: str, data: bytes, score: Callable[[list[Row]], float]) -> Table:
    """Return the table in `data`; the separator is the one whose header `score` likes best.

    Raises Unreadable for what is not text.
    """
    text, encoding = decoded(data)
    head = _head(text)
    delimiter = max(DELIMITERS, key=lambda sign: score(_first_rows(head, sign)))
    return Table(name, lambda: _rows(text, delimiter), TextFile(encoding, DELIMITER_NAMES[delimiter]))
