"""Whether the books hold together: each derived figure is computed again from the facts it comes from."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from receivables.codes.letters import LetterState
from receivables.codes.messages import MessageState
from store.books import Books
from store.db.tables import Allocation, Base, CreditNote, Customer, Invoice, Letter, Payment, Reminder


class FaultWord(StrEnum):
    """What a fault tells in words: who prints it finds them."""

    UNDONE = "source_undone"
    STANDING = "source_standing"
    OF_ANOTHER = "source_of_another"
    OF_THE_SAME = "source_of_the_same"
    TRACE = "trace"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold. `what` names the row; `found` and `expected` are figures, or a word."""

    kind: str
    what: str
    found: str
    expected: str = ""


def check(b: Books) -> list[Fault]:
    """Return every fault in the company's books, and rows whose parent is missing; none when all is well.

    Amounts are in the currency of the row. Looks only.
    """
    return [
        *_outstanding(b),
        *_payments(b),
        *_credit_notes(b),
        *_settled(b),
        *_allocations(b),
        *_reminders(b),
        *_letters(b),
        *_foreign_rows(b),
        *_orphans(b),
    ]


def _allocated(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the sum of the live allocations whose `column` is the row's id."""
    live = select(func.coalesce(func.sum(Allocation.amount), 0)).where(Allocation.undone_at.is_(None))
    return live.where(column).scalar_subquery()


def _sums(b: Books, kind: str, query: Select[Any]) -> Iterator[Fault]:
    """Compare what is kept with what it should be: name, kept, amount, allocated."""
    for what, kept, amount, allocated in b.session.execute(query):
        expected = amount - allocated
        if kept != expected:
            yield Fault(kind, str(what), str(kept), str(expected))
        elif kept < 0:
            yield Fault("negative", str(what), str(kept))


def _outstanding(b: Books) -> Iterator[Fault]:
    allocated = _allocated(Allocation.invoice_id == Invoice.id)
    query = select(Invoice.number, Invoice.outstanding, Invoice.amount, allocated)
    return _sums(b, "outstanding", query.where(Invoice.company_id == b.company_id))


def _payments(b: Books) -> Iterator[Fault]:
    allocated = _allocated(Allocation.payment_id == Payment.id)
    query = select(Payment.id, Payment.open, Payment.amount, allocated)
    live = and_(Payment.company_id == b.company_id, Payment.undone_at.is_(None))
    return _sums(b, "payment_open", query.where(live))


def _credit_notes(b: Books) -> Iterator[Fault]:
    allocated = _allocated(Allocation.credit_note_id == CreditNote.id)
    query = select(CreditNote.number, CreditNote.open, CreditNote.amount, allocated)
    live = and_(CreditNote.company_id == b.company_id, CreditNote.undone_at.is_(None))
    return _sums(b, "credit_note_open", query.where(live))


def _settled(b: Books) -> Iterator[Fault]:
    wrong = or_(
        and_(Invoice.outstanding > 0, Invoice.settled_at.is_not(None)),
        and_(Invoice.outstanding <= 0, Invoice.settled_at.is_(None)),
    )
    query = select(Invoice.number, Invoice.settled_at, Invoice.outstanding)
    for number, settled_at, outstanding in b.session.execute(
        query.where(Invoice.company_id == b.company_id, wrong)
    ):
        found = settled_at.isoformat() if settled_at else "—"
        yield Fault("settled_at", number, found, str(outstanding))


def _allocations(b: Books) -> Iterator[Fault]:
    """Each live allocation has one source, live too, of the same customer and currency."""
    query = (
        select(Allocation.id, Invoice, Payment, CreditNote)
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .outerjoin(Payment, Payment.id == Allocation.payment_id)
        .outerjoin(CreditNote, CreditNote.id == Allocation.credit_note_id)
        .where(Allocation.company_id == b.company_id, Allocation.undone_at.is_(None))
        .execution_options(yield_per=1000)
    )
    for key, invoice, payment, credit_note in b.session.execute(query):
        what = f"{key} ({invoice.number})"
        sources = [source for source in (payment, credit_note) if source is not None]
        if len(sources) != 1:
            yield Fault("allocation", what, f"{len(sources)} sources", "1")
        elif sources[0].undone_at is not None:
            yield Fault("allocation", what, FaultWord.UNDONE, FaultWord.STANDING)
        elif sources[0].customer_id != invoice.customer_id:
            yield Fault("allocation", what, FaultWord.OF_ANOTHER, FaultWord.OF_THE_SAME)
        elif sources[0].currency != invoice.currency:
            yield Fault("currency", what, sources[0].currency, invoice.currency)


def _reminders(b: Books) -> Iterator[Fault]:
    mine = Reminder.company_id == b.company_id
    stuck = and_(Reminder.state == MessageState.SENDING, Reminder.lease_until.is_(None))
    for key, claimed_at in b.session.execute(select(Reminder.id, Reminder.claimed_at).where(mine, stuck)):
        yield Fault("sending", str(key), str(claimed_at))
    untraced = and_(
        Reminder.state == MessageState.SENT,
        or_(Reminder.sent_at.is_(None), Reminder.message_id.is_(None)),
    )
    for key in b.session.scalars(select(Reminder.id).where(mine, untraced)):
        yield Fault("sent_without_trace", str(key), "", FaultWord.TRACE)


def _letters(b: Books) -> Iterator[Fault]:
    for key, found, kept in _altered_letters(b):
        yield Fault("letter_altered", str(key), found, kept)
    for key in _untraced_letters(b):
        yield Fault("letter_untraced", str(key), "")


def _foreign_rows(b: Books) -> Iterator[Fault]:
    """No item, payment or reminder may belong to a customer of another company."""
    for table in (Invoice, Payment, CreditNote, Reminder):
        query = (
            select(table.id)
            .join(Customer, Customer.id == table.customer_id)
            .where(table.company_id == b.company_id, Customer.company_id != b.company_id)
        )
        for key in b.session.scalars(query):
            yield Fault("foreign_row", f"{table.__tablename__} {key}", "")


def _orphans(b: Books) -> Iterator[Fault]:
    """Rows whose parent is missing, for each reference of each table."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            parent = key.column.table.alias()
            absent = (
                ~select(parent.c[key.column.name]).where(parent.c[key.column.name] == key.parent).exists()
            )
            query = select(func.count()).select_from(table).where(key.parent.is_not(None), absent)
            count = b.session.scalar(query)
            if count:
                yield Fault("orphan", f"{table.name}.{key.parent.name}", str(count))


def _altered_letters(b: Books) -> Iterator[tuple[int, str, str]]:
    """Yield each letter whose page is not what was frozen: its id, the SHA-256 found, the one kept."""
    rows = b.session.execute(
        select(Letter.id, Letter.pdf, Letter.sha256)
        .where(Letter.company_id == b.company_id)
        .execution_options(yield_per=100)
    )
    for key, pdf, sha256 in rows:
        found = hashlib.sha256(pdf).hexdigest()
        if found != sha256:
            yield key, found, sha256


def _untraced_letters(b: Books) -> Iterator[int]:
    """Yield the letters that are said to be deposited without a day or a person, or without approval."""
    yield from b.session.scalars(
        select(Letter.id).where(
            Letter.company_id == b.company_id,
            Letter.state == LetterState.DEPOSITED,
            Letter.deposited_on.is_(None) | Letter.deposited_by.is_(None) | Letter.approved_by.is_(None),
        )
    )
