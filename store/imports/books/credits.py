"""Credit notes of a file into the books: what is left of each is the customer's credit."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from store.books import Books
from store.db.tables import CreditNote, Invoice
from store.imports.books import bulk
from store.imports.books.bulk import Known, Trace
from store.imports.books.customers import Customers
from store.imports.books.money import NOTHING, paid_in_file
from store.imports.records import Record
from store.imports.report import Findings, ImportReport
from store.imports.values.amounts import BadValue
from store.traces.money import CreditNoteImported, CreditNoteUpdated

_KNOWN = "id", "number", "customer_id", "amount", "open", "pdf_path"


class CreditNotes:
    """Brings the credit notes of a file into the books, batch by batch.

    A credit note that the accounts have used in part comes in with what is left as its amount: how it was
    used is seen on the invoices, as money received.
    """

    def __init__(
        self, b: Books, customers: Customers, trace: Trace, findings: Findings, report: ImportReport
    ) -> None:
        self.customers: set[int] = set()
        self.seen: set[str] = set()
        self._b = b
        self._customers = customers
        self._trace = trace
        self._findings = findings
        self._report = report

    def bring(self, records: Sequence[Record]) -> None:
        """Write one batch."""
        self._refuse_invoices(records)
        numbers = [record.number for record in records]
        self.seen.update(numbers)
        target = bulk.table(CreditNote)
        columns = [target.c[name] for name in _KNOWN]
        query = select(*columns).where(
            target.c.company_id == self._b.company_id, target.c.number.in_(numbers)
        )
        known = {row.number: row for row in self._b.session.execute(query)}
        self._add(
            [record for record in records if record.number not in known and not self._cancelled(record)]
        )
        self._update([(record, known[record.number]) for record in records if record.number in known])

    def _refuse_invoices(self, records: Sequence[Record]) -> None:
        target = bulk.table(Invoice)
        query = select(target.c.number).where(
            target.c.company_id == self._b.company_id,
            target.c.number.in_([record.number for record in records]),
        )
        taken = set(self._b.session.scalars(query))
        for record in records:
            if record.number in taken:
                expected = BadValue("imports.not_an_invoice")
                self._findings.refuse(record.line, self._report.title("number"), record.number, expected)

    def _cancelled(self, record: Record) -> bool:
        """Tell whether a credit note was cancelled: it counts nothing, and one that is new is left out."""
        if record.withdrawn:
            self._findings.notice("cancelled_credit", record.line, record.number)
        return record.withdrawn

    def _left(self, record: Record) -> Decimal:
        if record.withdrawn:
            return NOTHING
        amount = record.amount if record.amount is not None else record.left or NOTHING
        return amount - (paid_in_file(record, amount, self._findings) or NOTHING)

    def _add(self, records: Sequence[Record]) -> None:
        rows = [self._row(record) for record in records]
        for row, id_ in zip(rows, bulk.add_for_ids(self._b, CreditNote, rows), strict=True):
            self._report.new.append(row["number"])
            self.customers.add(row["customer_id"])
            told = CreditNoteImported(credit_note_id=id_, note_number=row["number"], amount=row["amount"])
            self._trace.line(Act.CREDIT_NOTE_IMPORTED, told, customer_id=row["customer_id"])

    def _row(self, record: Record) -> dict[str, Any]:
        left = self._left(record)
        return {
            "company_id": self._b.company_id,
            "customer_id": self._customers.ids[record.client.key],
            "number": record.number,
            "issue_date": record.issue,
            "amount": left,
            "open": left,
            "currency": record.currency or "EUR",
            "pdf_path": record.pdf,
            "undone_at": None,
        }

    def _update(self, pairs: Sequence[tuple[Record, Known]]) -> None:
        """Follow the file when less is left than here; what a person has used meanwhile stays used."""
        updates = []
        for record, row in pairs:
            used = row.amount - row.open
            left = self._left(record)
            open_ = (
                min(row.open, left)
                if record.left is not None or record.settled or record.withdrawn
                else max(left - used, NOTHING)
            )
            pdf = record.pdf or row.pdf_path
            if open_ == row.open and pdf == row.pdf_path:
                self._report.unchanged += 1
                continue
            self._report.changed.append(record.number)
            self.customers.add(row.customer_id)
            updates.append({"id": row.id, "amount": used + open_, "open": open_, "pdf_path": pdf})
            if open_ == row.open:
                continue
            told = CreditNoteUpdated(credit_note_id=row.id, note_number=row.number, open=(row.open, open_))
            self._trace.line(Act.CREDIT_NOTE_UPDATED, told, customer_id=row.customer_id)
        bulk.change(self._b, CreditNote, updates)
