"""Customers: who they are, whom to reach, and the credit they have with us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select, union_all

from receivables.codes.customers import CustomerKind
from receivables.codes.roles import ContactRole
from receivables.errors import Refused
from store.books import Books
from store.db.tables import Contact, CreditNote, Customer, Payment


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A person or mailbox at the customer's."""

    id: int
    name: str | None
    email: str | None
    phone: str | None
    role: ContactRole
    language: str | None
    bounced: bool


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """One customer. `credit` is unallocated money and open credit notes, by currency."""

    id: int
    name: str
    code: str | None
    phone: str | None
    owner: str | None
    owner_name: str | None
    kind: CustomerKind | None
    language: str | None
    policy: str | None
    siren: str | None
    postal_address: str | None = None
    contacts: tuple[ContactFacts, ...] = ()
    credit: Mapping[str, Decimal] = field(default_factory=dict)


def get_customer(b: Books, customer_id: int) -> CustomerFacts:
    """Return what is known of one customer. Raises Refused when it is not in these books."""
    row = b.session.get(Customer, customer_id)
    if row is None or row.company_id != b.company_id:
        raise Refused("customers.absent")
    return CustomerFacts(
        id=row.id,
        name=row.name,
        code=row.code,
        phone=row.phone,
        owner=row.owner,
        owner_name=row.owner_name,
        kind=row.kind,
        language=row.language,
        policy=row.policy,
        siren=row.siren,
        postal_address=row.postal_address,
        contacts=contacts(b, customer_id),
        credit=credit(b, customer_id),
    )


def contacts(b: Books, customer_id: int) -> tuple[ContactFacts, ...]:
    """Return the customer's contacts, in the order in which they were learnt."""
    rows = b.session.scalars(
        select(Contact)
        .where(Contact.company_id == b.company_id, Contact.customer_id == customer_id)
        .order_by(Contact.id)
    )
    return tuple(
        ContactFacts(
            row.id, row.name, row.email, row.phone, row.role, row.language, row.bounced_at is not None
        )
        for row in rows
    )


def credit(b: Books, customer_id: int) -> dict[str, Decimal]:
    """Return what the customer has to its credit, by currency: unallocated money and open credit notes."""
    sources = union_all(
        *(
            select(table.currency, table.open).where(
                table.company_id == b.company_id,
                table.customer_id == customer_id,
                table.open > 0,
                table.undone_at.is_(None),
            )
            for table in (Payment, CreditNote)
        )
    ).subquery()
    sums: dict[str, Decimal] = {}
    for currency, amount in b.session.execute(select(sources.c.currency, sources.c.open)):
        sums[currency] = sums.get(currency, Decimal("0.00")) + amount
    return sums
