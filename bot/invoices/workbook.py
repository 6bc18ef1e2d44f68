"""The full list of late invoices as a spreadsheet."""

import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from bot.invoices import list as late_list
from bot.typed.words import plain
from receivables.language import Language
from store.digest import Morning
from store.invoices.last_acts import LastAct
from store.morning.late import LateCustomer, LateInvoice

COLUMNS = {
    "customer": 34, "owner": 22, "number": 18, "due": 12, "days": 10,
    "left": 14, "currency": 8, "state": 26, "act": 44,
}  # fmt: skip
AMOUNT, DAY = "#,##0.00", "dd/mm/yyyy"


def name(morning: Morning, language: Language) -> str:
    """Return the file's name."""
    return plain("digest.sheet.file", language, day=morning.day.isoformat())


def title(morning: Morning, language: Language) -> str:
    """Return the file's title, as Slack shows it."""
    return plain("digest.sheet.title", language, day=morning.day)


def write_workbook(morning: Morning, acts: Mapping[int, LastAct], language: Language) -> bytes:
    """Return an XLSX file of every late invoice, in the order of the digest."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(plain("digest.sheet.name", language))
    sheet.freeze_panes = "A2"
    for rank, width in enumerate(COLUMNS.values()):
        sheet.column_dimensions["ABCDEFGHI"[rank]].width = width
    sheet.append([_bold(sheet, plain(f"digest.sheet.{key}", language)) for key in COLUMNS])
    for customer in morning.late:
        for invoice in customer.invoices:
            sheet.append(_row(sheet, customer, invoice, acts.get(invoice.id), language))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _row(
    sheet: WriteOnlyWorksheet,
    customer: LateCustomer,
    invoice: LateInvoice,
    act: LastAct | None,
    language: Language,
) -> list[Any]:
    return [
        _text(sheet, customer.name),
        _text(sheet, customer.owner_name or ""),
        _text(sheet, invoice.number),
        _formatted(sheet, invoice.due_date, DAY),
        invoice.days_late,
        _formatted(sheet, invoice.outstanding, AMOUNT),
        invoice.currency,
        late_list.state_of(invoice, language),
        late_list.act_of(act, language),
    ]


def _text(sheet: WriteOnlyWorksheet, foreign: str) -> Cell:
    """Return a cell of foreign text: never a formula, whatever it begins with."""
    kept = "".join(sign for sign in foreign if sign.isprintable())
    cell = WriteOnlyCell(sheet, value=kept)
    cell.data_type = "s"
    return cell


def _formatted(sheet: WriteOnlyWorksheet, value: Any, written: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = written
    return cell


def _bold(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell
