"""Messages of the e-invoicing platforms into the books: each acts on the invoice that it names (FACTS A9).

They are facts of a column of their own: a list does not end what a platform said, nor a platform what a
list said. « Encaissée » is money.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select

from receivables.codes.files import FileMeaning
from receivables.codes.payments import PaymentOrigin
from store.books import Books
from store.db.tables import Invoice
from store.imports.books import file_facts
from store.imports.books.bulk import Trace
from store.imports.books.file_facts import Word
from store.imports.records import StatusMessage, ToldFact
from store.imports.report import Findings, ImportReport
from store.payments import acts as payments

FIELD = "lifecycle"
PAID = "212"
MEANINGS: Mapping[str, FileMeaning | None] = {
    **dict.fromkeys(["200", "201", "202", "203", "204", "205", "209", "214"]),
    "206": FileMeaning.DISPUTED,
    "207": FileMeaning.DISPUTED,
    "208": FileMeaning.PAUSED,
    "210": FileMeaning.REFUSED,
    "211": FileMeaning.PAYMENT_LEFT,
    PAID: FileMeaning.PART_PAID,
    "213": FileMeaning.REFUSED,
    "220": FileMeaning.WITHDRAWN,
    "501": FileMeaning.REFUSED,
}
"""What each status says beside money; others (errors of routing, factoring) are asked about."""
_FIRST = datetime(1, 1, 1)  # noqa: DTZ001 - as messages write instants


def take(
    b: Books, messages: Sequence[StatusMessage], trace: Trace, findings: Findings, report: ImportReport
) -> set[int]:
    """Have messages act, the last of each invoice; return the customers of the invoices."""
    last = {each.number: each for each in sorted(messages, key=lambda each: each.said_at or _FIRST)}
    known = _known(b, list(last))
    words = []
    for number, message in last.items():
        invoice = known.get(number)
        if invoice is None:
            findings.notice("lifecycle_unknown", message.line, f"{number} : {message.text}")
        elif message.code == PAID and _paid_whole(message, invoice):
            report.changed += _pay(b, invoice, message, trace)
        else:
            words.append(Word(invoice.id, number, _said(message), unpaid=False))
    file_facts.take(b, words, frozenset({FIELD}), trace, report)
    return {invoice.customer_id for invoice in known.values()}


def _known(b: Books, numbers: Sequence[str]) -> dict[str, Invoice]:
    rows = b.session.scalars(
        select(Invoice).where(Invoice.company_id == b.company_id, Invoice.number.in_(numbers))
    )
    return {row.number: row for row in rows}


def _said(message: StatusMessage) -> tuple[ToldFact, ...]:
    meaning = MEANINGS.get(message.code, FileMeaning.COMMENTED)
    return () if meaning is None else (ToldFact(FIELD, message.text, meaning),)


def _paid_whole(message: StatusMessage, invoice: Invoice) -> bool:
    return message.received is None or message.received >= invoice.outstanding


def _pay(b: Books, invoice: Invoice, message: StatusMessage, trace: Trace) -> list[str]:
    """Record that all that is left came in; return the number of an invoice that changes by it."""
    if invoice.outstanding == 0:
        return []
    received_on = _day(message, b.today(trace.at))
    payments.record(
        b, invoice.id, amount=None, received_on=received_on, by=trace.by, at=trace.at,
        origin=PaymentOrigin.IMPORT,
    )  # fmt: skip
    return [message.number]


def _day(message: StatusMessage, today: date) -> date:
    return min(message.said_at.date(), today) if message.said_at else today
