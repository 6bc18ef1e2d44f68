"""Workbooks: XLSX and ODS, read natively; cells come typed."""

import io
from collections.abc import Callable, Iterator
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from store.imports.tables.bombs import DAMAGED, refuse_bombs
from store.imports.tables.files import MAX_CELL, Row, Sheet, Table, Unreadable
from store.imports.tables.repairs import visible

MAX_SHEETS = 50
_HEAD_ROWS = 60


def _open(data: bytes) -> CalamineWorkbook:
    refuse_bombs(data)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise Unreadable("imports.workbook_protected") from error
    except CalamineError as error:
        raise Unreadable(DAMAGED) from error


def _sheet(book: CalamineWorkbook, position: int) -> CalamineSheet:
    try:
        return book.get_sheet_by_index(position)
    except (CalamineError, ValueError) as error:
        raise Unreadable(DAMAGED) from error


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, Row]]:
    for line, row in enumerate(sheet.iter_rows(), 1):
        if any(len(cell) > MAX_CELL for cell in row if isinstance(cell, str)):
            raise Unreadable("imports.cell_too_long", line=line, most=MAX_CELL)
        yield line, [visible(cell) if isinstance(cell, str) else cell for cell in row]


def _visible(book: CalamineWorkbook) -> list[int]:
    sheets = list(enumerate(book.sheets_metadata[:MAX_SHEETS]))
    return [position for position, sheet in sheets if sheet.visible is SheetVisibleEnum.Visible]


def read_workbook(name: str, data: bytes, score: Callable[[list[Row]], float]) -> Table:
    """Return the visible sheet whose header `score` likes best. Raises Unreadable when there is none."""
    book = _open(data)
    best: tuple[float, CalamineSheet] | None = None
    filled = []
    for position in _visible(book):
        sheet = _sheet(book, position)
        head = [row for _, row in islice(_rows(sheet), _HEAD_ROWS)]
        points = score(head)
        if any(cell != "" for row in head for cell in row):
            filled.append(sheet.name)
        if best is None or points > best[0]:
            best = points, sheet
    if best is None:
        raise Unreadable("imports.no_sheet")
    chosen = best[1]
    unread = tuple(each for each in filled if each != chosen.name)
    return Table(name, lambda: _rows(chosen), Sheet(chosen.name, unread))
