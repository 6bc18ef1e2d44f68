"""A whole file read and checked, away from the books: table, header, survey, records."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from receivables.company import Company
from store.imports import instalments
from store.imports.columns.aged import with_left
from store.imports.columns.asking import settle
from store.imports.columns.documents import refuse_others
from store.imports.columns.glance import first_cells
from store.imports.columns.left import without_running_balance
from store.imports.columns.whose import tell_customers
from store.imports.fec.customers import clients_of
from store.imports.fec.facts import CustomerLedger
from store.imports.fec.reading import LedgerReader
from store.imports.mappings import Remembered
from store.imports.pdfs import PdfFolder
from store.imports.records import Client, Record, StatusMessage
from store.imports.report import ColumnRead, Findings, SumOfFile
from store.imports.rows.groups import in_groups
from store.imports.rows.items import one_a_number
from store.imports.rows.paid import with_sums_paid
from store.imports.rows.to_records import Reader
from store.imports.rows.totals import sums_of
from store.imports.tables import accounting, headers
from store.imports.tables.files import HowRead, Row, Sheet, Table, Unreadable
from store.imports.tables.headers import Layout, check_needed, find_layout
from store.imports.values.amounts import BadValue
from store.imports.values.survey import survey

_SHOWN = {
    "code": "compauxnum",
    "customer": "compauxlib",
    "number": "pieceref",
    "issue": "piecedate",
    "amount": "debit",
    "due": "dateecheance",
}
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class KnownOfFile:
    """What is known of a file's columns before it is read.

    `said`: by header as the person wrote it, to a field or unread. `shapes`: what is remembered, by shape.
    """

    said: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, Remembered] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """What a file says: its records and customers, without a double, and how they were read."""

    records: list[Record]
    clients: list[Client]
    rows: int
    made: int
    how: HowRead | None
    layout: Layout | None
    """Like `how` None for e-invoices, which have no columns."""
    sums: Sequence[SumOfFile]
    columns: Mapping[str, ColumnRead] = field(default_factory=dict)
    """By field."""
    unread: Sequence[ColumnRead] = ()
    ledger: CustomerLedger | None = None
    """The movements of an accounting export, which has no records."""
    messages: Sequence[StatusMessage] = ()
    """Of e-invoices: what platforms say became of some."""
    pdfs: PdfFolder | None = None
    """Of e-invoices: what is kept beside the books."""


def read_rows(
    table: Table, company: Company, findings: Findings, progress: Progress, known: KnownOfFile
) -> Content:
    """Read every row; what is wrong goes to `findings`. Raises Unreadable when there is no header."""
    for sheet in table.how.unread if isinstance(table.how, Sheet) else ():
        findings.notice("sheets_unread", value=sheet)
    head = _head(table)
    ledger = accounting.layout(head)
    if ledger is not None:
        return _read_ledger(table, ledger, findings, progress, known)
    layout = _layout(head, findings, known)
    refuse_others(table, layout, company)
    table, layout = in_groups(table, tell_customers(table, layout, company))
    layout = without_running_balance(table, with_left(layout))
    check_needed(layout)
    table, layout = with_sums_paid(table, layout)
    table = one_a_number(table, layout, findings)
    settled = settle(table, layout, findings)
    layout = settled.layout
    seen = survey(table, layout, company.zone)
    for name in sorted(seen.american):
        findings.notice("month_first", value=layout.title(name))
    reader = Reader(company, table, settled, seen, findings)
    records = _once(
        reader.records(lambda count: _report_progress(progress, count, seen.rows)), layout, findings
    )
    first = first_cells(table, layout)
    columns = {name: _column(layout, at, first) for name, at in layout.columns.items()}
    in_order = dict(sorted(columns.items(), key=lambda named: layout.columns[named[0]]))
    unread = [_column(layout, at, first) for at in layout.unread if at in first]
    sums = sums_of(records)
    reader.footers.totals.compare(sums, findings)
    clients = list(reader.clients.by_key.values())
    return Content(records, clients, seen.rows, reader.made, table.how, layout, sums, in_order, unread)


def _column(layout: Layout, at: int, first: Mapping[int, str]) -> ColumnRead:
    return ColumnRead(layout.names[at], first.get(at, ""))


def _read_ledger(
    table: Table, layout: Layout, findings: Findings, progress: Progress, known: KnownOfFile
) -> Content:
    """Read an accounting export."""
    remembered = known.shapes.get(layout.shape)
    if remembered is not None:
        findings.remember(remembered.answers)
    reader = LedgerReader(layout, findings)
    ledger = reader.read(table, lambda count: None if count % 1000 else progress(count, None))
    return Content(
        [], clients_of(ledger), reader.rows, 0, table.how, layout, (), reader.shown, reader.unread, ledger
    )


def _head(table: Table) -> list[tuple[int, Row]]:
    head = []
    for line, row in table.rows():
        head.append((line, row))
        if len(head) >= headers.HEADER_LINES:
            break
    return head


def _layout(head: Sequence[tuple[int, Row]], findings: Findings, known: KnownOfFile) -> Layout:
    remembered = _remembered(head, known.shapes)
    if remembered is not None:
        findings.remember(remembered.answers)
    said = {headers.normal(title): holds for title, holds in known.said.items()}
    try:
        layout = find_layout(head, {**(remembered.columns if remembered else {}), **said})
    except Unreadable as refused:
        if any(accounting.is_accounting(row) for _, row in head):
            raise Unreadable("imports.other_accounting") from refused
        raise
    here = {headers.normal(name) for name in layout.names}
    for title in known.said:
        if headers.normal(title) not in here:
            raise Unreadable("imports.no_such_column", title=title, titles=layout.names)
    return layout


def _remembered(head: Sequence[tuple[int, Row]], shapes: Mapping[str, Remembered]) -> Remembered | None:
    """Return what is remembered of files with the header that is among these rows."""
    found = (shapes.get(headers.shape_of(headers.texts(row))) for _, row in head) if shapes else ()
    return next((each for each in found if each is not None), None)


def _report_progress(progress: Progress, count: int, rows: int) -> None:
    if count % 1000 == 0 or count == rows:
        progress(count, 2 * rows)


def _same(one: Record, other: Record) -> bool:
    return all(
        getattr(one, name) == getattr(other, name)
        for name in Record.__slots__
        if name not in {"line", "client"}
    ) and (one.client is other.client)


def _once(records: Iterator[Record], layout: Layout, findings: Findings) -> list[Record]:
    """Return the records, those of one number once: equal rows are noted, unequal ones refused.

    Those that differ by their due dates are instalments of one invoice.
    """
    found: dict[str, Record] = {}
    several: dict[str, list[Record]] = {}
    for record in records:
        first = found.setdefault(record.number, record)
        if first is record:
            continue
        rows = several.get(record.number, [first])
        if any(_same(row, record) for row in rows):
            findings.notice("twice_the_same", record.line, record.number)
        elif all(instalments.belong(row, record) for row in rows):
            several[record.number] = [*rows, record]
        else:
            findings.refuse(
                record.line,
                layout.title("number"),
                record.number,
                BadValue("imports.another_number", line=first.line),
            )
    rows_of = (several.get(number, [record]) for number, record in found.items())
    return instalments.in_parts(rows_of, findings)
