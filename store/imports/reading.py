"""A whole file read and checked, away from the books: table, header, survey, records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from receivables.company import Company
from store.imports.records import Client, Record
from store.imports.report import Findings
from store.imports.rows.to_records import Reader
from store.imports.tables import headers
from store.imports.tables.files import HowRead, Table
from store.imports.tables.headers import Layout, find_layout
from store.imports.values.amounts import BadValue
from store.imports.values.survey import survey

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Content:
    """What a file says: its records and customers, without a double, and how they were read."""

    records: list[Record]
    clients: list[Client]
    rows: int
    made: int
    how: HowRead
    columns: dict[str, str] = field(default_factory=dict)


def read_rows(table: Table, company: Company, findings: Findings, progress: Progress) -> Content:
    """Read every row; what is wrong goes to `findings`. Raises Unreadable when there is no header."""
    layout = _layout(table)
    seen = survey(table, layout, company.zone)
    for name in sorted(seen.american):
        findings.notice("month_first", value=layout.title(name))
    reader = Reader(company, table, layout, seen, findings)
    records = _once(
        reader.records(lambda count: _report_progress(progress, count, seen.rows)), layout, findings
    )
    columns = {
        name: layout.title(name) for name in sorted(layout.columns, key=lambda name: layout.columns[name])
    }
    return Content(records, list(reader.clients.by_key.values()), seen.rows, reader.made, table.how, columns)


def _layout(table: Table) -> Layout:
    head = []
    for line, row in table.rows():
        head.append((line, row))
        if len(head) >= headers.HEADER_LINES:
            break
    return find_layout(head)


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
    """Return the records, those of one number once: equal rows are noted, unequal ones refused."""
    found: dict[str, Record] = {}
    for record in records:
        first = found.setdefault(record.number, record)
        if first is record:
            continue
        if _same(first, record):
            findings.notice("twice_the_same", record.line, record.number)
        else:
            findings.refuse(
                record.line,
                layout.title("number"),
                record.number,
                BadValue("imports.another_number", line=first.line),
            )
    return list(found.values())
