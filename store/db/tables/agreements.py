"""What was agreed or contested: promises, plans, disputes, pauses, penalties."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from receivables.codes.agreements import PromiseEnd
from receivables.codes.disputes import DisputeEnd, DisputeKind
from receivables.codes.files import FileMeaning
from receivables.codes.penalties import PenaltyChoice
from store.db.columns import Key
from store.db.schema import Base, new_id, ref


class Promise(Base):
    """A date and an amount the customer named."""

    __tablename__ = "promises"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id")
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    amount: Mapped[Decimal]
    date: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[PromiseEnd | None]
    """Kept and broken are derived; written down when told."""
    told_at: Mapped[datetime | None]
    """When the team was told of the breach."""
    plan_id: Mapped[int | None] = ref("payment_plans.id", index=True)
    """The payment plan of which it is an instalment."""
    in_writing: Mapped[bool | None]
    """Whether the customer wrote it: then it acknowledges the debt (SCHEDULE 26)."""
    together_id: Mapped[int | None] = ref("promises.id", index=True)
    """The first promise of those made in one word on several invoices, itself included; None: one alone."""
    payment_left: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The payment was said to have left (SCHEDULE 11)."""


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
    ended_how: Mapped[PromiseEnd | None]
    """Undone or replaced; how its promises end is theirs."""


class Acknowledgement(Base):
    """A customer's acknowledgement in writing of what it owes on an invoice (SCHEDULE 26, C. civ. 2240)."""

    __tablename__ = "acknowledgements"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    on: Mapped[date]
    note: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]
    undone_at: Mapped[datetime | None]


class Rejection(Base):
    """A direct debit, or a draft, that the bank sent back (SCHEDULE 27)."""

    __tablename__ = "rejections"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    on: Mapped[date]
    """The bank's day."""
    again_on: Mapped[date | None]
    """The day on which it is presented again."""
    note: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]
    undone_at: Mapped[datetime | None]


class FileFact(Base):
    """A word of a file about an invoice, while the files say it (SCHEDULE 28)."""

    __tablename__ = "file_facts"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    field: Mapped[str]
    """The column, by Relance's name of it."""
    word: Mapped[str]
    """As the file writes it."""
    meaning: Mapped[FileMeaning]
    came_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    """When a file held the invoice and the column without it."""
    began_id: Mapped[int | None] = mapped_column(Key)
    """The row of what it began: a pause, a dispute, a rejection."""


class Dispute(Base):
    """A litige: holds the item out of the ladder, stays in the outstanding."""

    __tablename__ = "disputes"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id")
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    kind: Mapped[DisputeKind] = mapped_column(default=DisputeKind.OTHER)
    disputed: Mapped[Decimal | None]
    """None: the whole item."""
    released: Mapped[bool] = mapped_column(default=False)
    """Whether the undisputed part goes on."""
    note: Mapped[str | None]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    outcome: Mapped[DisputeEnd | None]
    resolver: Mapped[str | None]
    """Slack user who is to settle it."""
    follow_up_on: Mapped[date | None]
    followed_on: Mapped[date | None]
    """Day on which the resolver was last reminded."""


class Pause(Base):
    """A hold until a day, on an invoice, a customer or (both None) the company."""

    __tablename__ = "pauses"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id", index=True)
    customer_id: Mapped[int | None] = ref("customers.id", index=True)
    invoice_id: Mapped[int | None] = ref("invoices.id", index=True)
    until: Mapped[date | None]
    """Resumes on that day; None: until a person says."""
    reason: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    task_id: Mapped[int | None] = ref("tasks.id")
    """The call for which it waits, where a call back was agreed (SCHEDULE 11)."""


class PenaltyDecision(Base):
    """Penalties and indemnity claimed or waived on an invoice: never added to the invoice itself."""

    __tablename__ = "penalty_decisions"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    decision: Mapped[PenaltyChoice]
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
