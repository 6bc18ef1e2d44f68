"""Customers, and the people written to."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from receivables.codes.customers import CustomerKind, StatementRhythm
from receivables.codes.payments import Means
from receivables.codes.roles import ContactRole
from store.db.schema import Base, new_id, ref


class Customer(Base):
    """A debtor: its code when the file has one, else its folded name."""

    __tablename__ = "customers"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    key: Mapped[str]
    code: Mapped[str | None]
    name: Mapped[str]
    folded: Mapped[str]
    siren: Mapped[str | None]
    kind: Mapped[CustomerKind | None]
    """None: unknown; a SIREN that begins with 1 or 2 tells a public body all the same."""
    kind_asked_at: Mapped[datetime | None]
    """When it was asked whether the SIREN is that of a business: once."""
    means: Mapped[Means | None]
    """By what the customer pays, as a person said; an invoice's own means wins (SCHEDULE 27)."""
    language: Mapped[str | None]
    owner: Mapped[str | None]
    """Slack user id of the team member who looks after the customer."""
    owner_name: Mapped[str | None]
    policy: Mapped[str | None]
    phone: Mapped[str | None]
    credit_limit: Mapped[Decimal | None]
    insolvent_on: Mapped[date | None]
    thread_id: Mapped[str | None]
    """Message-ID of the first reminder: the customer's reminders form one thread."""
    postal_address: Mapped[str | None]
    """Lines of the postal address, for letters."""
    address_form: Mapped[str | None]
    """tu: the customer is on first-name terms with us; None: vous."""
    statement: Mapped[StatementRhythm | None]
    """None: as the company's settings say."""
    penalty_rate: Mapped[Decimal | None]
    """Contract rate of penalties, percent a year; None: the company's, else the legal default."""
    discount_rate: Mapped[Decimal | None]
    """Early-payment discount (escompte), percent of the amount."""
    discount_days: Mapped[int | None]
    """Days from the issue date within which the discount is granted."""
    payer_id: Mapped[int | None] = ref("customers.id")
    """Who pays for it, and is written to in its place; a payer has none itself (SCHEDULE 4)."""
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("ix_customers_company_id_folded", "company_id", "folded"),
        Index(
            "ix_customers_payer",
            "payer_id",
            sqlite_where=text("payer_id IS NOT NULL"),
            postgresql_where=text("payer_id IS NOT NULL"),
        ),
    )


class Contact(Base):
    """A person or mailbox at the customer's."""

    __tablename__ = "contacts"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    role: Mapped[ContactRole] = mapped_column(default=ContactRole.BILLING)
    language: Mapped[str | None]
    bounced_at: Mapped[datetime | None]
    bounce_reason: Mapped[str | None]
    """Status and words of the server that refused the address."""
