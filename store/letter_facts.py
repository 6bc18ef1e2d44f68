"""What a letter shows besides its invoices: the customer, whom to write to, credits, broken promises."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import func, null, select

from receivables.holds import broken_on
from store import account_rows
from store.books import Books
from store.outbox_rows import last_messages
from store.tables import Contact, CreditNote, Customer, Dispute, Invoice, Payment, StepDone


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
    credits: tuple["OpenCredit", ...]
    late: Mapping[str, Decimal] = field(default_factory=dict)
    """All that is late and not disputed, per currency: credits are set against it first (SCHEDULE 7)."""


@dataclass(frozen=True, slots=True)
class OpenCredit:
    """Money in the customer's favour: an open credit note (`number`), or money not allocated (none)."""

    amount: Decimal
    currency: str
    number: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """The last promise on an invoice, past its grace and short of its amount by what did not come in."""

    date: date
    amount: Decimal
    received: Decimal


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Facts for the letters of several customers."""

    customers: Mapping[int, CustomerFacts]
    promises: Mapping[int, BrokenPromise] = field(default_factory=dict)
    """By invoice: the broken promise that the next letter speaks of."""


def read(b: Books, customer_ids: Sequence[int], *, today: date) -> LetterFacts:
    """Read the facts for the letters of these customers on local day `today`."""
    return LetterFacts(_customers(b, customer_ids, today), _promises(b, customer_ids, today))


def _customers(b: Books, ids: Sequence[int], today: date) -> dict[int, CustomerFacts]:
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
    )
    found: dict[int, CustomerFacts] = {}
    for row in rows:
        people, open_credits = tuple(addressees.get(row[0], [])), tuple(credit.get(row[0], []))
        found[row[0]] = CustomerFacts(*row, last.get(row[0]), people, open_credits)
    in_credit = [key for key, facts in found.items() if facts.credits]
    for customer_id, late in (_late(b, in_credit, today) if in_credit else {}).items():
        found[customer_id] = replace(found[customer_id], late=late)
    return found


def _late(b: Books, ids: Sequence[int], today: date) -> dict[int, dict[str, Decimal]]:
    disputed = select(Dispute.invoice_id).where(Dispute.customer_id.in_(ids), Dispute.settled_at.is_(None))
    rows = b.session.execute(
        select(Invoice.customer_id, Invoice.currency, func.sum(Invoice.outstanding))
        .where(Invoice.company_id == b.company_id, Invoice.customer_id.in_(ids), Invoice.outstanding > 0)
        .where(Invoice.due_date < today, Invoice.id.not_in(disputed))
        .where(Invoice.written_off_at.is_(None), Invoice.handed_over_at.is_(None))
        .group_by(Invoice.customer_id, Invoice.currency)
    )
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for customer_id, currency, amount in rows:
        found[customer_id][currency] = amount
    return found


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
    )
    for customer_id, name, email, role, language in rows:
        found[customer_id].append(Addressee(name, email or "", role, language))
    return found


def _credits(b: Books, ids: Sequence[int]) -> dict[int, list[OpenCredit]]:
    """Return credit notes one by one, then money not allocated."""
    found: dict[int, list[OpenCredit]] = defaultdict(list)
    notes = select(
        CreditNote.customer_id, CreditNote.open, CreditNote.currency, CreditNote.number, CreditNote.issue_date
    )
    money = select(Payment.customer_id, Payment.open, Payment.currency, null(), Payment.received_on)
    for statement, table in ((notes, CreditNote), (money, Payment)):
        rows = b.session.execute(
            statement.where(
                table.company_id == b.company_id,
                table.customer_id.in_(ids),
                table.open > 0,
                table.undone_at.is_(None),
            ).order_by(table.id)
        )
        for customer_id, *credit in rows:
            found[customer_id].append(OpenCredit(*credit))
    return found


def _promises(b: Books, customer_ids: Sequence[int], today: date) -> dict[int, BrokenPromise]:
    """Return the last promise of each invoice if it is broken and no reminder has left since."""
    calendar, grace = b.company.calendar, b.company.grace_days
    found: dict[int, BrokenPromise] = {}
    for invoice_id, promises in account_rows.promises(b, customer_ids).items():
        last = promises[-1]
        broken = broken_on(last, calendar, grace)
        if broken is not None and broken <= today and not _told_since(b, invoice_id, broken):
            found[invoice_id] = BrokenPromise(last.promised_on, last.amount, last.received)
    return found


def _told_since(b: Books, invoice_id: int, broken: date) -> bool:
    """Whether a reminder of the invoice has left since the promise was broken: it spoke of it."""
    later = select(StepDone.id).where(
        StepDone.company_id == b.company_id,
        StepDone.invoice_id == invoice_id,
        StepDone.how == "sent",
        StepDone.done_on >= broken,
        StepDone.undone_at.is_(None),
    )
    return b.session.scalar(later.limit(1)) is not None
