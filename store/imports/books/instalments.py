"""Instalments that a file shows again, found among those of the books: by their day, else by their amount.

An invoice known as one becomes several when a file gives it several due dates, and one that is known by its
instalments stays so when a file shows it as one.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select

from receivables.acts import Act
from receivables.text import fold_number
from store.books import Books
from store.db.tables import Invoice
from store.imports import instalments
from store.imports.books import bulk
from store.imports.books.bulk import Known, Trace
from store.imports.records import Record
from store.imports.report import Findings
from store.traces.accounts import InvoiceUpdated

_COLUMNS = ("id", "number", "whole", "due_date", "amount", "outstanding", "customer_id")


@dataclass
class KnownInstalments:
    """Finds the rows of the books that the records of one batch are about."""

    b: Books
    trace: Trace
    findings: Findings
    seen: set[int] = field(default_factory=set)
    """Instalments that a file shows without telling anything of them by themselves."""

    def settle(self, records: Sequence[Record]) -> list[Record]:
        """Return the records under the numbers by which the books know them, rows renamed where need be."""
        known = self._known(records)
        if not known:
            return list(records)
        used: set[int] = set()
        found: list[Record] = []
        for record in records:
            rows = [row for row in known.get(record.whole or record.number, ()) if row.id not in used]
            if record.whole is not None:
                found.append(self._instalment(record, rows, used))
            elif rows and not record.credit and any(row.whole for row in rows):
                found += self._as_one(record, rows)
            else:
                found.append(record)
        return found

    def _known(self, records: Sequence[Record]) -> dict[str, list[Known]]:
        """Return the rows of these invoices, where there are instalments or will be, by number."""
        wholes = {record.whole for record in records if record.whole is not None}
        numbers = {record.number for record in records} | wholes
        target = bulk.table(Invoice)
        shared = func.coalesce(target.c.whole, target.c.number)
        own = target.c.company_id == self.b.company_id
        columns = [target.c[name] for name in _COLUMNS]
        found: dict[str, list[Known]] = defaultdict(list)
        for which in (target.c.whole.in_(numbers), target.c.number.in_(wholes)):
            rows = select(*columns, shared.label("shared")).where(own, which)
            for row in self.b.session.execute(rows.order_by(target.c.due_date, target.c.id)):
                found[row.shared].append(row)
        return found

    def _instalment(self, record: Record, rows: Sequence[Known], used: set[int]) -> Record:
        """Return one instalment under its number, its row of the books renamed when it had another."""
        row = next((row for row in rows if row.due_date == record.due), None)
        row = row or next((row for row in rows if row.number == record.number), None)
        row = row or next((row for row in rows if row.whole is None), None)
        if row is None:
            return record
        used.add(row.id)
        if row.number != record.number:
            self._rename(record, row)
        return record

    def _rename(self, record: Record, row: Known) -> None:
        taken = bulk.table(Invoice)
        other = select(taken.c.id).where(
            taken.c.company_id == self.b.company_id, taken.c.number == record.number, taken.c.id != row.id
        )
        if self.b.session.scalar(other) is not None:
            record.number, record.part = row.number, None
            return
        bulk.change(
            self.b,
            Invoice,
            [
                {
                    "id": row.id,
                    "number": record.number,
                    "folded": fold_number(record.whole or record.number),
                    "whole": record.whole,
                    "part": record.part,
                }
            ],
        )
        told = InvoiceUpdated(number=record.number, changes={"number": (row.number, record.number)})
        self.trace.line(Act.INVOICE_UPDATED, told, customer_id=row.customer_id, invoice_id=row.id)

    def _as_one(self, record: Record, rows: Sequence[Known]) -> list[Record]:
        """Return what one row of a file says of an invoice that the books know by its instalments."""
        if record.amount == sum(row.amount for row in rows) and len(rows) > 1:
            parts = instalments.divided(record, [(row.due_date, row.amount) for row in rows])
            return [
                replace(part, number=row.number, whole=record.number)
                for part, row in zip(parts, rows, strict=True)
            ]
        of_day = [row for row in rows if row.due_date == record.due]
        of_amount = [row for row in rows if record.amount in {row.amount, row.outstanding}]
        for matching in (of_day, of_amount):
            if len(matching) == 1:
                return [replace(record, number=matching[0].number, whole=record.number)]
        self.findings.notice("instalment_unknown", record.line, record.number)
        self.seen.update(row.id for row in rows)
        return []
