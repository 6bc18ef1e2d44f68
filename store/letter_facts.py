"""What a letter shows besides its invoices: the customer, whom to write to, credits, broken promises."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from store.books import Books
from store.outbox_rows import last_messages
from store.tables import Allocation, Contact, CreditNote, Customer, Payment, Promise


@dataclass(frozen=True, slots=True)
class Addressee:
    """A mailbox at the customer's that has not bounced."""

    name: str | None
    email: str
    role: str
    language: str | None


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """One customer, as letters need it."""

    id: int
    name: str
    code: str | None
    siren: str | None
    kind: str | None
    language: str | None
    owner: str | None
    owner_name: str | None
    thread_id: str | None
    last_message: str | None
    addressees: tuple[Addressee, ...]
    credits: Mapping[str, Decimal]
    """Money not allocated and open credit notes, by currency."""


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """The last promise on an invoice, past its date and short of its amount."""

    invoice_id: int
    date: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Facts for the letters of several customers."""

    customers: Mapping[int, CustomerFacts]
    promises: Mapping[int, BrokenPromise] = field(default_factory=dict)
    """By invoice: the promise to speak of, if it is broken (the schedule says from when)."""


def read(b: Books, customer_ids: Sequence[int], invoice_ids: Sequence[int], *, today: date) -> LetterFacts:
    """Read the facts for the letters of these customers about these invoices, on local day `today`."""
    return LetterFacts(_customers(b, customer_ids), _promises(b, invoice_ids, today))


def _customers(b: Books, ids: Sequence[int]) -> dict[int, CustomerFacts]:
    addressees, credit, last = _addressees(b, ids), _credits(b, ids), last_messages(b, ids)
    rows = b.session.execute(
        select(
            Customer.id,
            Customer.name,
            Customer.code,
            Customer.siren,
            Customer.kind,
            Customer.language,
            Customer.owner,
            Customer.owner_name,
            Customer.thread_id,
        ).where(Customer.company_id == b.company_id, Customer.id.in_(ids))
    ).tuples()
    return {
        row[0]: CustomerFacts(
            *row, last.get(row[0]), tuple(addressees.get(row[0], ())), credit.get(row[0], {})
        )
        for row in rows
    }


def _addressees(b: Books, ids: Sequence[int]) -> dict[int, list[Addressee]]:
    found: dict[int, list[Addressee]] = defaultdict(list)
    rows = b.session.execute(
        select(Contact.customer_id, Contact.name, Contact.email, Contact.role, Contact.language)
        .where(
            Contact.company_id == b.company_id,
            Contact.customer_id.in_(ids),
            Contact.email.is_not(None),
            Contact.bounced_at.is_(None),
        )
        .order_by(Contact.id)
    ).tuples()
    for customer_id, name, email, role, language in rows:
        found[customer_id].append(Addressee(name, email or "", role, language))
    return found


def _credits(b: Books, ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for table in (Payment, CreditNote):
        rows = b.session.execute(
            select(table.customer_id, table.currency, func.sum(table.open))
            .where(
                table.company_id == b.company_id,
                table.customer_id.in_(ids),
                table.open > 0,
                table.undone_at.is_(None),
            )
            .group_by(table.customer_id, table.currency)
        ).tuples()
        for customer_id, currency, amount in rows:
            mine = found[customer_id]
            mine[currency] = mine.get(currency, Decimal("0.00")) + amount
    return found


def _promises(b: Books, invoice_ids: Sequence[int], today: date) -> dict[int, BrokenPromise]:
    """Return the last promise of each invoice when its day, with its grace, has passed and it fell short."""
    rows = b.session.execute(
        select(Promise.invoice_id, Promise.date, Promise.amount, Promise.made_at)
        .where(
            Promise.company_id == b.company_id,
            Promise.invoice_id.in_(invoice_ids),
            Promise.ended_how.is_(None) | (Promise.ended_how == "broken"),
        )
        .order_by(Promise.invoice_id, Promise.made_at, Promise.id)
    ).tuples()
    latest = {invoice_id: (day, amount, made_at) for invoice_id, day, amount, made_at in rows}
    calendar, grace = b.company.calendar, b.company.grace_days
    passed = {key: row for key, row in latest.items() if calendar.add_open(row[0], grace) < today}
    received = {key: _received(b, key, row[2]) for key, row in passed.items()}
    return {
        key: BrokenPromise(key, day, amount)
        for key, (day, amount, _) in passed.items()
        if received[key] < amount
    }


def _received(b: Books, invoice_id: int, since: object) -> Decimal:
    """Return what has come in on the invoice since the promise was made."""
    amounts: Iterable[Decimal] = b.session.scalars(
        select(Allocation.amount).where(
            Allocation.company_id == b.company_id,
            Allocation.invoice_id == invoice_id,
            Allocation.undone_at.is_(None),
            Allocation.at >= since,
        )
    )
    return sum(amounts, Decimal("0.00"))
