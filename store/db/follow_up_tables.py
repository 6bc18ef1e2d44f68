"""The tables of follow-up beyond e-mails: letters, approvals, vetoes, answers, plans, penalties, forcing."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.db.columns import Key
from store.db.schema import Base, new_id, ref


class Letter(Base):
    """A letter on paper, as it was shown and frozen: the PDF never changes, its fate does."""

    __tablename__ = "letters"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    task_id: Mapped[int | None] = ref("tasks.id", index=True)
    step: Mapped[str | None]
    template: Mapped[str]
    language: Mapped[str]
    day: Mapped[date]
    """The date that the letter bears."""
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    pdf: Mapped[bytes]
    sha256: Mapped[str]
    mark: Mapped[str]
    """Fingerprint of what it says: items, amounts, addressee; another mark makes it void."""
    shown: Mapped[dict[str, Any]]
    """Items, amounts and addressee, as the letter gives them."""
    state: Mapped[str] = mapped_column(default="prepared")
    """prepared | approved | deposited | void."""
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    tracking: Mapped[str | None]
    deposited_on: Mapped[date | None]
    deposited_at: Mapped[datetime | None]
    """When the deposit was recorded."""
    deposited_by: Mapped[str | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]


class Approval(Base):
    """A message that leaves only once a second person approves it, bound to what was shown (SCHEDULE 17)."""

    __tablename__ = "approvals"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    step: Mapped[str]
    mark: Mapped[str]
    """Fingerprint of amounts, steps and recipients."""
    shown: Mapped[dict[str, Any]]
    """{"items": [{"invoice_id", "number", "step", "outstanding", "currency"}], "to": [...]}."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked")
    """asked | approved | refused | void."""
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    reason: Mapped[str | None]
    __table_args__ = (Index("ix_approvals_company_id_state", "company_id", "state"),)


class Veto(Base):
    """An item that a person took out of the morning, or put off until a day (SCHEDULE 16)."""

    __tablename__ = "vetoes"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    reminder_id: Mapped[int | None] = ref("reminders.id")
    kind: Mapped[str]
    """removed | put_off."""
    until: Mapped[date]
    """First day on which it may leave again."""
    reason: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class Incoming(Base):
    """A mail that came to the mailbox of `IMAP_URL`: a reply, a bounce, an automatic answer."""

    __tablename__ = "incoming"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    key: Mapped[str]
    """Message-ID, else a digest of the mail: the same mail is taken in once, however often it is read."""
    received_at: Mapped[datetime]
    taken_at: Mapped[datetime]
    kind: Mapped[str]
    """reply | bounce | automatic."""
    sender: Mapped[str]
    sender_name: Mapped[str | None]
    subject: Mapped[str]
    text: Mapped[str]
    raw: Mapped[bytes | None]
    customer_id: Mapped[int | None] = ref("customers.id", index=True)
    reminder_id: Mapped[int | None] = ref("reminders.id")
    """The reminder that it answers, or that bounced."""
    state: Mapped[str]
    """to_file | unread | handled | ignored."""
    proposal: Mapped[dict[str, Any] | None]
    """What plain rules read in it: {"kind", "quote", "date", "amount", …, "more": […]}; a person accepts.

    Besides: `done`, what was made of it already, and `attachments`, the names of files.
    """
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[str | None]
    handled_how: Mapped[str | None]
    """promise | dispute | paid | answered | ignored | bounced."""
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("ix_incoming_company_id_state", "company_id", "state"),
    )


class Mailbox(Base):
    """How far a folder of the mailbox has been read."""

    __tablename__ = "mailboxes"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    folder: Mapped[str]
    uid_validity: Mapped[int] = mapped_column(Key)
    last_uid: Mapped[int] = mapped_column(Key)
    read_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("company_id", "folder"),)


class PaymentPlan(Base):
    """An échéancier: its instalments are promises, added up in date order (SCHEDULE 11)."""

    __tablename__ = "payment_plans"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    currency: Mapped[str] = mapped_column(default="EUR")
    note: Mapped[str | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str | None]
    """undone | replaced | kept | broken. Kept and broken are derived; written down when told."""


class PenaltyDecision(Base):
    """Penalties and indemnity claimed or waived on an invoice: never added to the invoice itself."""

    __tablename__ = "penalty_decisions"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    decision: Mapped[str]
    """claimed | waived."""
    on: Mapped[date]
    """The day up to which it was computed."""
    interest: Mapped[Decimal]
    indemnity: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(default="EUR")
    reason: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]
    undone_at: Mapped[datetime | None]


class RateConfirmation(Base):
    """A half-year's rates that the company has checked at their source before they are used."""

    __tablename__ = "rate_confirmations"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    semester: Mapped[str]
    """Such as 2026-S2."""
    refinancing: Mapped[Decimal]
    """Main refinancing rate of the ECB on the first day of the half-year, percent."""
    legal: Mapped[Decimal | None]
    """Legal interest rate for professional creditors, percent."""
    at: Mapped[datetime]
    by: Mapped[str]
    undone_at: Mapped[datetime | None]


class Forcing(Base):
    """One day's sending from stale books: asked by one person, confirmed by another (SCHEDULE 15)."""

    __tablename__ = "forcings"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    day: Mapped[date]
    reason: Mapped[str | None]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    __table_args__ = (UniqueConstraint("company_id", "day"),)
