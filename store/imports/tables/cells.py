"""Rows of cells as lines of JSON: what a process of its own has read is handed over in them."""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from store.imports.tables.files import MAX_CELLS, Row, Unreadable

MAX_TEXT = 800_000_000
"""Bytes of all lines."""
_PIECE = 1 << 20


def write_rows(rows: Iterable[tuple[int, Row]], file: int) -> dict[str, Any] | None:
    """Write numbered rows into an open file; return why the last is none, when it cannot be read.

    Rows are whole up to there, since what is wrong with a file is told in the order of its lines.
    """
    try:
        with open(file, "wb", closefd=False) as out:
            out.writelines(_lines(rows))
    except Unreadable as refused:
        return refusal_as_json(refused)
    return None


def _lines(rows: Iterable[tuple[int, Row]]) -> Iterator[bytes]:
    cells = size = 0
    for line, row in rows:
        told = json.dumps([line, row], default=_as_json).encode() + b"\n"
        cells += len(row)
        size += len(told)
        if cells > MAX_CELLS:
            raise Unreadable("imports.too_many_cells", most=MAX_CELLS)
        if size > MAX_TEXT:
            raise Unreadable("imports.takes_too_much")
        yield told


def read_rows(file: int) -> Iterator[tuple[int, Row]]:
    """Yield the rows that an open file holds, from its beginning."""
    rest, place, decoder = b"", 0, json.JSONDecoder(object_hook=_as_cell)
    while piece := os.pread(file, _PIECE, place):
        place += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            number, row = decoder.decode(line.decode())
            yield number, row


def refusal_as_json(refused: Unreadable) -> dict[str, Any]:
    """Return a refusal in JSON. Its facts are numbers, texts, or several of them."""
    return {"code": refused.code, "facts": refused.facts}


def refusal_of(told: dict[str, Any]) -> Unreadable:
    """Return the refusal that was written in JSON."""
    return Unreadable(told["code"], **told["facts"])


def _as_json(cell: object) -> dict[str, object]:
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time):
        return {"time": cell.isoformat()}
    if isinstance(cell, timedelta):
        return {"span": [cell.days, cell.seconds, cell.microseconds]}
    raise TypeError(type(cell))


def _as_cell(told: dict[str, Any]) -> object:
    ((kind, value),) = told.items()
    match kind:
        case "datetime":
            return datetime.fromisoformat(value)
        case "date":
            return date.fromisoformat(value)
        case "time":
            return time.fromisoformat(value)
    return timedelta(*value)
