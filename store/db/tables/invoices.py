"""What is owed, what came in, and which settles which."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Index, UniqueConstraint, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from receivables.codes.payments import Means, PaymentOrigin
from store.db.schema import Base, new_id, ref


class Invoice(Base):
    """An item, known by its number within a company: an invoice, or one instalment of one (SCHEDULE)."""

    __tablename__ = "invoices"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    number: Mapped[str]
    folded: Mapped[str]
    """The number folded; of instalments that of their invoice, which finds them all."""
    whole: Mapped[str | None]
    """The number of the invoice of which it is one instalment; None: it is an invoice."""
    part: Mapped[int | None]
    """Which instalment it is, from 1, by due date."""
    made_number: Mapped[bool] = mapped_column(default=False)
    issue_date: Mapped[date | None]
    due_date: Mapped[date]
    amount: Mapped[Decimal]
    """Including VAT."""
    outstanding: Mapped[Decimal]
    """amount − live allocations; kept by `store.payments.acts`, verified by `relance db check`."""
    currency: Mapped[str] = mapped_column(default="EUR")
    order_number: Mapped[str | None]
    """The customer's own order, as the file has it."""
    means: Mapped[Means | None]
    """By what it is to be paid, as the file says."""
    means_said: Mapped[Means | None]
    """The same as a person said it: it wins over the file (SCHEDULE 27)."""
    payment_link: Mapped[str | None]
    pdf_path: Mapped[str | None]
    learnt_at: Mapped[datetime]
    prior_reminders: Mapped[int] = mapped_column(default=0)
    """Reminders made before Relance (import column)."""
    gone_at: Mapped[datetime | None]
    """Missing from a complete import, until a person says."""
    withdrawn_at: Mapped[datetime | None]
    """When it was cancelled: it is not owed."""
    written_off_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    """When it was known to be refused or rejected on the e-invoicing platform."""
    claim_warned: Mapped[date | None]
    """The day of prescription of which the team was told six months before (SCHEDULE 26)."""
    claim_told: Mapped[date | None]
    """The day of prescription of which the team was told when it came."""
    resuming_since: Mapped[date | None]
    """Day on which a dispute was settled or a payment undone (SCHEDULE 12)."""
    settled_at: Mapped[datetime | None]
    """When `outstanding` reached zero; None while something is left."""
    look_on: Mapped[date | None]
    """The plan need not look at the item before this day; None: look today."""

    @hybrid_property
    def owed(self) -> bool:
        """Whether it is asked for at all: neither withdrawn nor written off, whatever is left on it."""
        return self.withdrawn_at is None and self.written_off_at is None

    @owed.inplace.expression
    @classmethod
    def _owed(cls) -> ColumnElement[bool]:
        return and_(cls.withdrawn_at.is_(None), cls.written_off_at.is_(None))

    __table_args__ = (
        UniqueConstraint("company_id", "number"),
        Index("ix_invoices_company_id_folded", "company_id", "folded"),
        Index(
            "ix_invoices_whole",
            "company_id",
            "whole",
            sqlite_where=text("whole IS NOT NULL"),
            postgresql_where=text("whole IS NOT NULL"),
        ),
        Index(
            "ix_invoices_open",
            "company_id",
            "customer_id",
            sqlite_where=text("outstanding > 0"),
            postgresql_where=text("outstanding > 0"),
        ),
        Index(
            "ix_invoices_look",
            "company_id",
            "look_on",
            "customer_id",
            sqlite_where=text("outstanding > 0"),
            postgresql_where=text("outstanding > 0"),
        ),
        Index(
            "ix_invoices_late",
            "company_id",
            "due_date",
            sqlite_where=text("outstanding > 0"),
            postgresql_where=text("outstanding > 0"),
        ),
    )


class CreditNote(Base):
    """An avoir: `open` is what is not yet set against an invoice."""

    __tablename__ = "credit_notes"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    number: Mapped[str]
    issue_date: Mapped[date | None]
    amount: Mapped[Decimal]
    open: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(default="EUR")
    pdf_path: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("company_id", "number"),)


class Payment(Base):
    """Money received: declared by a person or an import, or matched at the bank."""

    __tablename__ = "payments"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    amount: Mapped[Decimal]
    open: Mapped[Decimal]
    """Not allocated: the customer's credit."""
    currency: Mapped[str] = mapped_column(default="EUR")
    received_on: Mapped[date]
    means: Mapped[Means | None]
    reference: Mapped[str | None]
    """A cheque's number, a transfer's label: as a person typed it."""
    origin: Mapped[PaymentOrigin] = mapped_column(default=PaymentOrigin.DECLARED)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    undone_at: Mapped[datetime | None]


class LedgerEntry(Base):
    """A movement on a customer's account that an accounting export showed, and what it became here."""

    __tablename__ = "ledger_entries"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    key: Mapped[str]
    """Account, journal, day, piece, amount, and rank among equals: the same at each export."""
    account: Mapped[str]
    day: Mapped[date]
    amount: Mapped[Decimal]
    """Debit less credit."""
    invoice_id: Mapped[int | None] = ref("invoices.id", index=True)
    payment_id: Mapped[int | None] = ref("payments.id", index=True)
    credit_note_id: Mapped[int | None] = ref("credit_notes.id", index=True)
    taken_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("company_id", "key"),)


class Allocation(Base):
    """Which item a payment or a credit note settles, and for how much."""

    __tablename__ = "allocations"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    payment_id: Mapped[int | None] = ref("payments.id", index=True)
    credit_note_id: Mapped[int | None] = ref("credit_notes.id", index=True)
    amount: Mapped[Decimal]
    at: Mapped[datetime]
    day: Mapped[date]
    undone_at: Mapped[datetime | None]
