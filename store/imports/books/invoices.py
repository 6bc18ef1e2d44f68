"""Invoices of a file into the books: new, changed, unchanged; with the money the file shows as received."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from receivables.text import fold_number
from store.books import Books
from store.db.tables import CreditNote, Invoice
from store.imports.books import bulk
from store.imports.books.bulk import Known, Trace
from store.imports.books.customers import Customers
from store.imports.books.file_facts import Word
from store.imports.books.instalments import KnownInstalments
from store.imports.books.money import (
    NOTHING,
    ReceiptToRecord,
    give_back,
    paid_in_file,
    receipt_day,
    record_receipts,
)
from store.imports.records import Record
from store.imports.report import Findings, ImportReport
from store.imports.values.amounts import BadValue
from store.traces.accounts import GivenBack, InvoiceImported, InvoiceUpdated

_KEPT = (
    "customer_id",
    "issue_date",
    "due_date",
    "amount",
    "outstanding",
    "currency",
    "order_number",
    "means",
    "payment_link",
    "pdf_path",
    "gone_at",
    "settled_at",
)


@dataclass
class Outcome:
    """What bringing invoices in leads to: ids, to be acted on once all are written."""

    seen: set[int] = field(default_factory=set)
    customers: set[int] = field(default_factory=set)
    settled: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    """What the file's status says of each invoice."""
    unpaid: dict[int, list[int]] = field(default_factory=dict)
    """Invoices less paid in the file than here, by customer."""


class Invoices:
    """Brings the invoices of a file into the books, batch by batch."""

    def __init__(
        self, b: Books, customers: Customers, trace: Trace, findings: Findings, report: ImportReport
    ) -> None:
        self.outcome = Outcome()
        self._b = b
        self._customers = customers
        self._trace = trace
        self._findings = findings
        self._report = report
        self._today = b.today(trace.at)
        self._instalments = KnownInstalments(b, trace, findings)

    def bring(self, records: Sequence[Record]) -> None:
        """Write one batch; what is about instalments of the books first finds them."""
        records = self._instalments.settle(records)
        self.outcome.seen |= self._instalments.seen
        numbers = [record.number for record in records]
        known = self._known(numbers)
        self._refuse_credit_notes(records)
        new = [record for record in records if record.number not in known]
        if new:
            self._add(new)
        self._update([(record, known[record.number]) for record in records if record.number in known])

    def _known(self, numbers: Sequence[str]) -> dict[str, Known]:
        target = bulk.table(Invoice)
        ended = ("withdrawn_at", "written_off_at", "handed_over_at")
        columns = [target.c[name] for name in ("id", "number", *ended, *_KEPT)]
        query = select(*columns).where(
            target.c.company_id == self._b.company_id, target.c.number.in_(numbers)
        )
        return {row.number: row for row in self._b.session.execute(query)}

    def _refuse_credit_notes(self, records: Sequence[Record]) -> None:
        target = bulk.table(CreditNote)
        taken = set(
            self._b.session.scalars(
                select(target.c.number).where(
                    target.c.company_id == self._b.company_id,
                    target.c.number.in_([record.number for record in records]),
                )
            )
        )
        for record in records:
            if record.number in taken:
                expected = BadValue("imports.not_a_credit_note")
                self._findings.refuse(record.line, self._report.title("number"), record.number, expected)

    # --- new ones ---------------------------------------------------------------------------------------

    def _add(self, records: Sequence[Record]) -> None:
        rows = [self._row(record) for record in records]
        ids = bulk.add_for_ids(self._b, Invoice, rows)
        receipts = []
        for record, row, id_ in zip(records, rows, ids, strict=True):
            self._report.new.append(record.number)
            self.outcome.seen.add(id_)
            self.outcome.words.append(Word(id_, record.number, record.said, record.says_unpaid))
            self.outcome.customers.add(row["customer_id"])
            self._trace_new(row, id_)
            if row["outstanding"] < row["amount"]:
                receipts.append(self._receipt(record, row, id_, row["amount"] - row["outstanding"]))
        record_receipts(self._b, receipts, self._trace)

    def _trace_new(self, row: dict[str, Any], id_: int) -> None:
        told = InvoiceImported(
            number=row["number"],
            amount=row["amount"],
            currency=row["currency"],
            issue_date=row["issue_date"],
            due_date=row["due_date"],
        )
        self._trace.line(Act.INVOICE_IMPORTED, told, customer_id=row["customer_id"], invoice_id=id_)

    def _row(self, record: Record) -> dict[str, Any]:
        amount = record.amount if record.amount is not None else record.left or NOTHING
        outstanding = amount - (paid_in_file(record, amount, self._findings) or NOTHING)
        return {
            "company_id": self._b.company_id,
            "customer_id": self._customers.ids[record.client.key],
            "number": record.number,
            "folded": fold_number(record.whole or record.number),
            "whole": record.whole,
            "part": record.part,
            "made_number": record.made,
            "issue_date": record.issue,
            "due_date": record.due,
            "amount": amount,
            "outstanding": outstanding,
            "currency": record.currency or "EUR",
            "order_number": record.order,
            "means": record.means,
            "payment_link": record.link,
            "pdf_path": record.pdf,
            "learnt_at": self._trace.at,
            "prior_reminders": self._reminders(record),
            "settled_at": self._trace.at if outstanding == 0 else None,
        }

    def _reminders(self, record: Record) -> int:
        """Return how many reminders were made before: counted by the file, or by days that are past."""
        if record.reminders is not None:
            return record.reminders
        return sum(day <= self._today for day in record.reminded_on)

    def _receipt(self, record: Record, row: dict[str, Any], id_: int, amount: Decimal) -> ReceiptToRecord:
        day = receipt_day(record, self._today)
        return ReceiptToRecord(
            id_,
            row["customer_id"],
            record.number,
            amount,
            row["outstanding"],
            row["currency"],
            day,
            undated=record.paid_on is None,
        )

    # --- those already there ----------------------------------------------------------------------------

    def _update(self, pairs: Sequence[tuple[Record, Known]]) -> None:
        updates: list[dict[str, Any]] = []
        receipts: list[ReceiptToRecord] = []
        for record, row in pairs:
            self.outcome.seen.add(row.id)
            self.outcome.words.append(Word(row.id, record.number, record.said, record.says_unpaid))
            values = {name: getattr(row, name) for name in _KEPT}
            self._take(record, row, values)
            given_back = self._shrink(row, values)
            if (paid := self._pay(record, row, values)) > 0:
                receipts.append(self._receipt(record, values, row.id, paid))
            values["settled_at"] = self._settled_at(row, values)
            if all(getattr(row, name) == value for name, value in values.items()):
                self._report.unchanged += 1
            else:
                updates.append({"id": row.id, **values})
                self._note_change(record, row, values, given_back)
        bulk.change(self._b, Invoice, updates)
        record_receipts(self._b, receipts, self._trace)

    def _take(self, record: Record, row: Known, values: dict[str, Any]) -> None:
        """Take over what the file says; what it does not say stays."""
        allocated = row.amount - row.outstanding
        amount = record.amount if record.amount is not None else max(row.amount, record.left or NOTHING)
        values["issue_date"] = record.issue or row.issue_date
        if record.due_given or record.issue not in {None, row.issue_date}:
            values["due_date"] = record.due
        values["order_number"] = record.order or row.order_number
        values["means"] = record.means or row.means
        values["payment_link"] = record.link or row.payment_link
        values["pdf_path"] = record.pdf or row.pdf_path
        values["gone_at"] = None
        values["amount"], values["outstanding"] = amount, amount - allocated
        self._take_identity(record, row, values, free=allocated == 0)

    def _take_identity(self, record: Record, row: Known, values: dict[str, Any], *, free: bool) -> None:
        """Take over customer and currency, unless money is set against the invoice already."""
        customer_id = self._customers.ids[record.client.key]
        currency = record.currency or row.currency
        if free:
            values["customer_id"], values["currency"] = customer_id, currency
        elif customer_id != row.customer_id:
            self._findings.notice("customer_kept", record.line, record.number)
        elif currency != row.currency:
            self._findings.notice("currency_kept", record.line, record.number)

    def _shrink(self, row: Known, values: dict[str, Any]) -> GivenBack | None:
        """Give back to the customer what was paid above an amount that fell."""
        if values["outstanding"] >= 0:
            return None
        given_back = give_back(self._b, row.id, -values["outstanding"], self._trace.at)
        values["outstanding"] = NOTHING
        return given_back

    def _pay(self, record: Record, row: Known, values: dict[str, Any]) -> Decimal:
        """Return what the file shows as newly paid, taken off what is left; note what it shows as unpaid."""
        amount, outstanding = values["amount"], values["outstanding"]
        paid_here = amount - outstanding
        paid = paid_in_file(record, amount, self._findings)
        if paid is None and record.unpaid and outstanding == 0:
            paid = NOTHING
        if paid is None or paid == paid_here:
            return NOTHING
        if paid < paid_here:
            if row.withdrawn_at is row.written_off_at is row.handed_over_at is None:
                self.outcome.unpaid.setdefault(values["customer_id"], []).append(row.id)
            return NOTHING
        values["outstanding"] = amount - paid
        return Decimal(paid - paid_here)

    def _settled_at(self, row: Known, values: dict[str, Any]) -> Any:
        if values["outstanding"] > 0:
            return None
        return row.settled_at or self._trace.at

    def _note_change(
        self, record: Record, row: Known, values: dict[str, Any], given_back: GivenBack | None
    ) -> None:
        self._report.changed.append(record.number)
        self.outcome.customers |= {row.customer_id, values["customer_id"]}
        if values["outstanding"] == 0 and row.outstanding > 0:
            self.outcome.settled.append(row.id)
        if values["customer_id"] != row.customer_id:
            self.outcome.moved.append(row.id)
        if row.gone_at is not None:
            self.outcome.back.append(row.id)
        changes = {
            name: (_plain(getattr(row, name)), _plain(value))
            for name, value in values.items()
            if getattr(row, name) != value
        }
        told = InvoiceUpdated(number=record.number, changes=changes, given_back=given_back)
        self._trace.line(Act.INVOICE_UPDATED, told, customer_id=values["customer_id"], invoice_id=row.id)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
