"""Credits: credit notes, and setting what a customer has to its credit against an invoice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.reasons import Reason
from receivables.errors import Refused
from receivables.money import total
from store import dependents, journal, locks
from store.books import Books
from store.customers import facts as customers
from store.db.tables import Allocation, CreditNote, Customer, Invoice, JournalLine, Payment
from store.invoices import settling
from store.invoices.settling import Source
from store.payments import acts as payments
from store.tasks import acts as tasks
from store.traces.about import credit_used
from store.traces.money import CreditAllocated, CreditNoteAdded, CreditUse, NoteGranted


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditOutcome:
    """A credit note added, or credit used on an invoice. `credit` is what the customer has left."""

    entry_id: int
    customer_id: int
    customer: str
    credit_note_id: int | None
    note_number: str | None
    amount: Decimal
    allocated: Decimal
    credit: Decimal
    currency: str
    invoice_id: int | None
    number: str | None
    outstanding: Decimal | None
    settled: bool
    called_off: int


def add_credit_note(
    b: Books,
    customer_id: int,
    *,
    number: str,
    amount: Decimal,
    currency: str,
    issue_date: date | None,
    invoice_id: int | None = None,
    by: str,
    at: datetime,
) -> CreditOutcome:
    """Add a credit note (a positive amount) and set it against `invoice_id`, as far as that goes.

    What is not set against an invoice stays the customer's credit. One journal line. Raises AlreadySettled,
    and Refused when the number is taken, the amount cannot be or the invoice is another customer's.
    """
    customer = locks.customer(b, customer_id)
    invoice = _invoice_of(b, invoice_id, customer, currency) if invoice_id is not None else None
    checked = payments.check_amount(amount)
    note = _note(b, customer, number, checked, currency=currency, issue_date=issue_date)
    used = _use(b, invoice, [note], checked, at=at) if invoice else []
    return _record_credit_act(
        b, customer, invoice, used, amount=amount, currency=currency, note=note, by=by, at=at
    )


@dataclass(frozen=True, slots=True)
class Granted:
    """A credit note added and used by another act, with what undoing it needs."""

    record: NoteGranted
    called_off: int


def grant(b: Books, invoice: Invoice, *, number: str, amount: Decimal, by: str, at: datetime) -> Granted:
    """Add a credit note and set it against an invoice, for the acts that bring one about.

    They write the journal line, with `record` in it, and undo it by `take_out`. Raises as `add_credit_note`
    does.
    """
    settling.refuse_settled(b, invoice)
    customer = b.session.get_one(Customer, invoice.customer_id)
    checked = payments.check_amount(amount)
    note = _note(b, customer, number, checked, currency=invoice.currency, issue_date=b.today(at))
    used = _use(b, invoice, [note], checked, at=at)
    called_off, lapsed = settling.settled(b, invoice, reason=Reason.CREDIT, by=by, at=at)
    record = NoteGranted(
        credit_note_id=note.id, note_number=number, amount=checked, used=_references(used, lapsed)
    )
    return Granted(record, called_off)


def allocate(
    b: Books,
    invoice_id: int,
    *,
    amount: Decimal | None = None,
    payment_id: int | None = None,
    credit_note_id: int | None = None,
    by: str,
    at: datetime,
) -> CreditOutcome:
    """Set the customer's credit against an invoice, oldest first, in its currency; one journal line.

    With `payment_id` or `credit_note_id`, that credit only. `amount` None uses as much as the invoice takes.
    Raises AlreadySettled, and Refused when there is not as much credit, or not as much left to pay.
    """
    invoice = locks.invoice(b, invoice_id)
    settling.refuse_settled(b, invoice)
    customer = b.session.get_one(Customer, invoice.customer_id)
    sources = [source for source in _sources(b, invoice) if _wished(source, payment_id, credit_note_id)]
    wanted = _wanted(invoice, total(source.open for source in sources), amount)
    used = _use(b, invoice, sources, wanted, at=at)
    return _record_credit_act(
        b, customer, invoice, used, amount=wanted, currency=invoice.currency, by=by, at=at
    )


def _invoice_of(b: Books, invoice_id: int, customer: Customer, currency: str) -> Invoice:
    invoice = locks.invoice(b, invoice_id)
    if invoice.customer_id != customer.id:
        raise Refused("credits.other_customer", number=invoice.number, customer=customer.name)
    if invoice.currency != currency:
        raise Refused(
            "credits.other_currency", number=invoice.number, invoiced=invoice.currency, credited=currency
        )
    settling.refuse_settled(b, invoice)
    return invoice


def _note(
    b: Books, customer: Customer, number: str, amount: Decimal, *, currency: str, issue_date: date | None
) -> CreditNote:
    """Add the credit note; one of the same number that was undone is taken up again."""
    note = b.session.scalars(
        select(CreditNote).where(CreditNote.company_id == b.company_id, CreditNote.number == number)
    ).one_or_none()
    if note is not None and note.undone_at is None:
        raise Refused("credits.note_known", typed=number)
    note = note or CreditNote(company_id=b.company_id, number=number)
    note.customer_id, note.issue_date, note.currency = customer.id, issue_date, currency
    note.amount = note.open = amount
    note.undone_at = None
    b.session.add(note)
    b.session.flush()
    return note


def _sources(b: Books, invoice: Invoice) -> list[Source]:
    """Return the customer's open payments, then its open credit notes, oldest first."""
    found: list[Source] = []
    for table, day in ((Payment, Payment.received_on), (CreditNote, CreditNote.issue_date)):
        found += b.session.scalars(
            select(table)
            .where(
                table.company_id == b.company_id,
                table.customer_id == invoice.customer_id,
                table.currency == invoice.currency,
                table.open > 0,
                table.undone_at.is_(None),
            )
            .order_by(day, table.id)
            .execution_options(populate_existing=True)
        )
    return found


def _wished(source: Source, payment_id: int | None, credit_note_id: int | None) -> bool:
    if isinstance(source, Payment):
        return credit_note_id is None and payment_id in {None, source.id}
    return payment_id is None and credit_note_id in {None, source.id}


def _wanted(invoice: Invoice, credit: Decimal, amount: Decimal | None) -> Decimal:
    wanted = min(credit, invoice.outstanding) if amount is None else payments.check_amount(amount)
    if credit <= 0 or wanted > credit:
        raise Refused("credits.not_enough", credit=credit, currency=invoice.currency)
    if wanted > invoice.outstanding:
        raise Refused(
            "credits.more_than_left",
            left=invoice.outstanding,
            currency=invoice.currency,
            number=invoice.number,
        )
    return wanted


def _use(
    b: Books, invoice: Invoice, sources: Sequence[Source], amount: Decimal, *, at: datetime
) -> list[Allocation]:
    left = min(amount, invoice.outstanding)
    used = []
    for source in sources:
        part = min(left, source.open)
        if part > 0:
            used.append(settling.allocate(b, invoice, source, part, day=b.today(at), at=at))
            left -= part
    return used


def _record_credit_act(
    b: Books,
    customer: Customer,
    invoice: Invoice | None,
    used: Sequence[Allocation],
    *,
    amount: Decimal,
    currency: str,
    note: CreditNote | None = None,
    by: str,
    at: datetime,
) -> CreditOutcome:
    """Do what follows, write the journal line, and tell it."""
    called_off, lapsed = _followed(b, customer, invoice, by=by, at=at)
    number, invoice_id = (invoice.number, invoice.id) if invoice else (None, None)
    told = CreditAllocated(number=number, amount=amount, currency=currency, used=_references(used, lapsed))
    entry_id = journal.write(
        b,
        Act.CREDIT_NOTE_ADDED if note else Act.CREDIT_ALLOCATED,
        _added(told, note) if note else told,
        by=by,
        at=at,
        customer_id=customer.id,
        invoice_id=invoice_id,
    )
    return CreditOutcome(
        entry_id=entry_id,
        customer_id=customer.id,
        customer=customer.name,
        credit_note_id=note.id if note else None,
        note_number=note.number if note else None,
        amount=amount,
        allocated=total(row.amount for row in used),
        credit=customers.credit(b, customer.id).get(currency, Decimal("0.00")),
        currency=currency,
        invoice_id=invoice_id,
        number=number,
        outstanding=invoice.outstanding if invoice else None,
        settled=invoice is not None and invoice.outstanding == 0,
        called_off=called_off,
    )


def _added(told: CreditAllocated, note: CreditNote) -> CreditNoteAdded:
    return CreditNoteAdded(
        credit_note_id=note.id,
        note_number=note.number,
        number=told.number,
        amount=told.amount,
        currency=told.currency,
        used=told.used,
    )


def _references(used: Sequence[Allocation], lapsed: Sequence[int]) -> CreditUse:
    return CreditUse(
        allocation_ids=tuple(row.id for row in used),
        payment_ids=tuple(row.payment_id for row in used if row.payment_id),
        credit_note_ids=tuple(row.credit_note_id for row in used if row.credit_note_id),
        lapsed_tasks=tuple(lapsed),
    )


def _followed(
    b: Books, customer: Customer, invoice: Invoice | None, *, by: str, at: datetime
) -> tuple[int, list[int]]:
    if invoice is None:
        settling.touch(b, customer.id)
        return 0, []
    return settling.settled(b, invoice, reason=Reason.CREDIT, by=by, at=at)


def undo_added(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a credit note out. Raises Refused while it is used on an invoice by a later act."""
    take_out(b, line, journal.data(line, CreditNoteAdded), at=at)


def take_out(b: Books, line: JournalLine, note: CreditNoteAdded | NoteGranted, *, at: datetime) -> None:
    """Take out the credit note that the act of `line` added. Raises Refused while a later act uses it."""
    id_ = note.credit_note_id
    dependents.refuse(b, line, lambda _, later: id_ in credit_used(later).credit_note_ids)
    _give_back(b, note.used, at=at)
    locks.fresh(b, CreditNote, id_).undone_at = at


def undo_allocated(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Give the credit back to the customer: the invoice is owed again."""
    _give_back(b, journal.data(line, CreditAllocated).used, at=at)


def _give_back(b: Books, used: CreditUse, *, at: datetime) -> None:
    settling.take_back(b, used.allocation_ids, at=at)
    tasks.revive(b, used.lapsed_tasks, at=at)
