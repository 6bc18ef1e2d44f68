"""The tables of the books. Statuses are derived from facts; nothing here says "late" or "paid"."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

import store.db.follow_up_tables  # noqa: F401 - its tables stand in the same metadata
from store.db.columns import Key
from store.db.schema import Base, new_id, ref

__all__ = ["Base"]  # imported from here by those who need the metadata whole


class CompanyRow(Base):
    """A creditor. Its settings live in `relance.toml`; here only what must outlive a restart."""

    __tablename__ = "companies"
    id: Mapped[int] = new_id()
    key: Mapped[str] = mapped_column(unique=True)
    mode: Mapped[str | None]
    """The mode last seen at work, to announce a change."""
    rules: Mapped[str | None]
    """Fingerprint of policies and limits when `look_on` was last computed."""


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
    kind: Mapped[str | None]
    """business | public | consumer; None: unknown, and no SIREN to tell."""
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
    statement: Mapped[str | None]
    """monthly | off; None: as the company's settings say."""
    penalty_rate: Mapped[Decimal | None]
    """Contract rate of penalties, percent a year; None: the company's, else the legal default."""
    discount_rate: Mapped[Decimal | None]
    """Early-payment discount (escompte), percent of the amount."""
    discount_days: Mapped[int | None]
    """Days from the issue date within which the discount is granted."""
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("ix_customers_company_id_folded", "company_id", "folded"),
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
    role: Mapped[str] = mapped_column(default="billing")
    language: Mapped[str | None]
    bounced_at: Mapped[datetime | None]
    bounce_reason: Mapped[str | None]
    """Status and words of the server that refused the address."""


class ImportRun(Base):
    """One file brought in."""

    __tablename__ = "imports"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    at: Mapped[datetime]
    file: Mapped[str]
    sha256: Mapped[str]
    complete: Mapped[bool]
    counts: Mapped[dict[str, Any]]


class Invoice(Base):
    """An item, known by its number within a company."""

    __tablename__ = "invoices"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    number: Mapped[str]
    folded: Mapped[str]
    made_number: Mapped[bool] = mapped_column(default=False)
    issue_date: Mapped[date | None]
    due_date: Mapped[date]
    amount: Mapped[Decimal]
    """Including VAT."""
    outstanding: Mapped[Decimal]
    """amount − live allocations; kept by `store.payments.acts`, verified by `relance db check`."""
    currency: Mapped[str] = mapped_column(default="EUR")
    payment_link: Mapped[str | None]
    pdf_path: Mapped[str | None]
    learnt_at: Mapped[datetime]
    prior_reminders: Mapped[int] = mapped_column(default=0)
    """Reminders made before Relance (import column)."""
    gone_at: Mapped[datetime | None]
    """Missing from a complete import, until a person says."""
    written_off_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    resuming_since: Mapped[date | None]
    """Day on which a dispute was settled or a payment undone (SCHEDULE 12)."""
    settled_at: Mapped[datetime | None]
    """When `outstanding` reached zero; None while something is left."""
    look_on: Mapped[date | None]
    """The plan need not look at the item before this day; None: look today."""
    __table_args__ = (
        UniqueConstraint("company_id", "number"),
        Index("ix_invoices_company_id_folded", "company_id", "folded"),
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
    means: Mapped[str | None]
    """transfer | card | cheque | direct_debit | cash | link | other."""
    origin: Mapped[str] = mapped_column(default="declared")
    """declared | matched | import | undated (an import that gave no day for the money)."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    undone_at: Mapped[datetime | None]


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
    ended_how: Mapped[str | None]
    """replaced | undone | kept | broken. Kept and broken are derived; written down when told."""
    told_at: Mapped[datetime | None]
    """When the team was told of the breach."""
    plan_id: Mapped[int | None] = ref("payment_plans.id", index=True)
    """The payment plan of which it is an instalment."""


class Dispute(Base):
    """A litige: holds the item out of the ladder, stays in the outstanding."""

    __tablename__ = "disputes"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id")
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    kind: Mapped[str] = mapped_column(default="other")
    disputed: Mapped[Decimal | None]
    """None: the whole item."""
    released: Mapped[bool] = mapped_column(default=False)
    """Whether the undisputed part goes on."""
    note: Mapped[str | None]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    outcome: Mapped[str | None]
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


class Call(Base):
    """A call that was made: who, outcome, note."""

    __tablename__ = "calls"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    invoice_id: Mapped[int | None] = ref("invoices.id", index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    contact: Mapped[str | None]
    outcome: Mapped[str]
    note: Mapped[str | None]
    promise_id: Mapped[int | None] = ref("promises.id")
    moves: Mapped[bool | None]
    """Whether the call moves the ladder, as the person said; None: by its outcome (SCHEDULE 3)."""
    callback_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class Task(Base):
    """Something a person must do: a call, a letter, a question."""

    __tablename__ = "tasks"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int | None] = ref("customers.id", index=True)
    kind: Mapped[str]
    """call | letter | handover | escalation | no_address | gone | paid_shown_unpaid | uncertain | …"""
    step: Mapped[str | None]
    opened_at: Mapped[datetime]
    opened_on: Mapped[date]
    wait_days: Mapped[int] = mapped_column(default=5)
    owner: Mapped[str | None]
    role: Mapped[str | None]
    note: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="open")
    """open | done | cancelled."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    outcome: Mapped[str | None]
    nudged_on: Mapped[date | None]
    raised_on: Mapped[date | None]
    put_off_to: Mapped[datetime | None]
    """When a person wants to be told of it again; it stays open meanwhile."""
    reminder_id: Mapped[int | None] = ref("reminders.id")


class TaskItem(Base):
    """An invoice that a task is about."""

    __tablename__ = "task_items"
    task_id: Mapped[int] = mapped_column(Key, ForeignKey("tasks.id"), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(Key, ForeignKey("invoices.id"), primary_key=True, index=True)
    slot: Mapped[date | None]


class Reminder(Base):
    """A message to one customer on one day by one channel (SCHEDULE 4, 21, 22)."""

    __tablename__ = "reminders"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    day: Mapped[date]
    channel: Mapped[str]
    plan_key: Mapped[str | None]
    """`customer:day:channel` for what the clock plans; None for what a person sends."""
    origin: Mapped[str] = mapped_column(default="clock")
    """clock | hand."""
    by: Mapped[str]
    step: Mapped[str]
    """The tone."""
    corrective: Mapped[bool]
    policy: Mapped[str]
    state: Mapped[str]
    """planned | sending | sent | failed | cancelled | uncertain."""
    sandbox: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[str] = mapped_column(default="reminder", server_default="reminder")
    """reminder | statement | thanks | instalment. Only a reminder has items."""
    data: Mapped[dict[str, Any] | None]
    """What a message other than a reminder is about: its period, its payment."""
    edits: Mapped[dict[str, Any] | None]
    """Subject and text as a person changed them before it left."""
    edited_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    planned_at: Mapped[datetime]
    planned_for: Mapped[datetime]
    """When it may leave: the opening of the window, or now for what a person sends."""
    due_at: Mapped[datetime]
    """Next attempt: `planned_for`, later after a temporary failure."""
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str | None]
    to: Mapped[list[Any]] = mapped_column(default=list)
    subject: Mapped[str | None]
    shown: Mapped[str | None]
    """Fingerprint of what was rendered: day, amounts, items, recipient."""
    raw: Mapped[bytes | None]
    """The message as it was handed over."""
    server_answer: Mapped[str | None]
    error: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("company_id", "plan_key"),
        Index("ix_reminders_company_id_state_due_at", "company_id", "state", "due_at"),
        Index("ix_reminders_company_id_day", "company_id", "day"),
    )


class ReminderItem(Base):
    """An invoice in a message. `step` None: only listed."""

    __tablename__ = "reminder_items"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    reminder_id: Mapped[int] = ref("reminders.id", index=True)
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    step: Mapped[str | None]
    day: Mapped[int | None]
    """The step's day in its policy, to find the place again when the policy changes."""
    slot: Mapped[date | None]
    corrective: Mapped[bool] = mapped_column(default=False)
    round: Mapped[int] = mapped_column(default=1)
    joined: Mapped[bool] = mapped_column(default=False)
    outstanding: Mapped[Decimal]
    currency: Mapped[str]
    dropped: Mapped[str | None]
    """Reason code for which the item left the message before it was sent."""
    __table_args__ = (UniqueConstraint("company_id", "invoice_id", "step", "round"),)


class StepDone(Base):
    """A step an item has climbed (SCHEDULE 3)."""

    __tablename__ = "steps_done"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    step: Mapped[str]
    day: Mapped[int]
    from_issue: Mapped[bool] = mapped_column(default=False)
    slot: Mapped[date | None]
    done_on: Mapped[date]
    how: Mapped[str]
    """sent | task | call | skipped | imported | presumed."""
    reminder_id: Mapped[int | None] = ref("reminders.id")
    task_id: Mapped[int | None] = ref("tasks.id")
    by: Mapped[str]
    reason: Mapped[str | None]
    sandbox: Mapped[bool] = mapped_column(default=False)
    undone_at: Mapped[datetime | None]


class JournalLine(Base):
    """Append-only trace of every act, with its author."""

    __tablename__ = "journal"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id", index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    act: Mapped[str]
    customer_id: Mapped[int | None] = ref("customers.id", index=True)
    invoice_id: Mapped[int | None] = ref("invoices.id", index=True)
    data: Mapped[dict[str, Any]]
    undoes_id: Mapped[int | None] = ref("journal.id")
    __table_args__ = (UniqueConstraint("undoes_id"),)


class Announcement(Base):
    """What is to be said in Slack, once."""

    __tablename__ = "announcements"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    key: Mapped[str]
    kind: Mapped[str]
    """digest | task | promise_broken | mode | failure …"""
    channel: Mapped[str]
    data: Mapped[dict[str, Any]]
    """Ids and dates, from which the message is drawn when posted."""
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting | posting | posted | failed."""
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    ts: Mapped[str | None]
    redraw_at: Mapped[datetime | None]
    """When the posted message is to be drawn anew, because what it shows has changed."""
    error: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index("ix_announcements_company_id_state_due_at", "company_id", "state", "due_at"),
        Index(
            "ix_announcements_redraw",
            "company_id",
            "redraw_at",
            sqlite_where=text("redraw_at IS NOT NULL"),
            postgresql_where=text("redraw_at IS NOT NULL"),
        ),
    )


class Run(Base):
    """A job done once for a company and a period (SCHEDULE 24)."""

    __tablename__ = "runs"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    job: Mapped[str]
    """plan | tick …"""
    period: Mapped[str]
    """ISO date, usually."""
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    needs_go: Mapped[bool] = mapped_column(default=False)
    go_at: Mapped[datetime | None]
    go_by: Mapped[str | None]
    __table_args__ = (UniqueConstraint("company_id", "job", "period"),)


class Delivery(Base):
    """A Slack delivery already acted upon: the same one twice changes nothing the second time."""

    __tablename__ = "deliveries"
    id: Mapped[int] = new_id()
    key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
