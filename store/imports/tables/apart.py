"""A file that came from outside, opened by a process of its own: a trap costs that process, and not ours."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from quarantine.reader import ChildReader, NotRead, OverLimit
from store.imports.tables import cells
from store.imports.tables.files import HowRead, Row, Sheet, Table, TextFile, Unreadable
from store.imports.tables.opening import open_table

SECONDS = 120.0
"""Of processor: a workbook of a million lines takes a third of them."""
MEGABYTES = 2_048


@contextmanager
def table_apart(path: Path) -> Iterator[tuple[Table, str]]:
    """Open the table in a file; it can be read while this lasts. With it, the file's SHA-256.

    Raises Unreadable, as does reading the rows, where one of them is wrong.
    """
    with tempfile.TemporaryFile() as rows:
        told = _opened(path, rows.fileno())
        if "refused" in told:
            raise cells.refusal_of(told["refused"])
        yield (
            Table(told["name"], lambda: _rows(rows.fileno(), told["wrong"]), _how(told["how"])),
            told["sha256"],
        )


def _opened(path: Path, rows: int) -> dict[str, Any]:
    with ChildReader(spool, megabytes=MEGABYTES, keep=(rows,)) as reader:
        try:
            told: dict[str, Any] = reader.read({"path": os.fspath(path), "rows": rows}, seconds=SECONDS)
        except OverLimit as error:
            raise Unreadable("imports.takes_too_much") from error
        except NotRead as error:
            raise Unreadable("imports.cannot_be_read") from error
    return told


def spool(task: Mapping[str, Any]) -> dict[str, Any]:
    """Open a table and write its rows where they are read from. Called in the process of its own."""
    try:
        table, digest = open_table(Path(task["path"]))
    except Unreadable as refused:
        return {"refused": cells.refusal_as_json(refused)}
    wrong = cells.write_rows(table.rows(), task["rows"])
    return {"name": table.name, "how": _told(table.how), "sha256": digest, "wrong": wrong}


def _rows(file: int, wrong: dict[str, Any] | None) -> Iterator[tuple[int, Row]]:
    yield from cells.read_rows(file)
    if wrong is not None:
        raise cells.refusal_of(wrong)


def _told(how: HowRead) -> dict[str, Any]:
    if isinstance(how, Sheet):
        return {"sheet": how.name, "unread": list(how.unread)}
    return {"encoding": how.encoding, "sign": how.delimiter}


def _how(told: Mapping[str, Any]) -> HowRead:
    if "sheet" in told:
        return Sheet(told["sheet"], tuple(told["unread"]))
    return TextFile(told["encoding"], told["sign"])
