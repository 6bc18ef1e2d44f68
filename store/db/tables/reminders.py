"""What leaves, step by step, and what people decided about it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from receivables.codes.approvals import ApprovalState
from receivables.codes.messages import MessageKind, MessageState, Origin, RecipientState, VetoKind
from receivables.codes.reasons import Obstacle, Reason, Why
from receivables.codes.steps import StepHow
from store.db.columns import Code
from store.db.schema import Base, new_id, ref


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
    origin: Mapped[Origin] = mapped_column(default=Origin.CLOCK)
    by: Mapped[str]
    step: Mapped[str]
    """The tone."""
    corrective: Mapped[bool]
    policy: Mapped[str]
    state: Mapped[MessageState]
    sandbox: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[MessageKind] = mapped_column(
        default=MessageKind.REMINDER, server_default=MessageKind.REMINDER.value
    )
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
    subject: Mapped[str | None]
    shown: Mapped[str | None]
    """Fingerprint of what was rendered: day, tone, items and amounts."""
    raw: Mapped[bytes | None]
    """The message as it was handed over."""
    server_answer: Mapped[str | None]
    error: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("company_id", "plan_key"),
        Index("ix_reminders_company_id_state_due_at", "company_id", "state", "due_at"),
        Index("ix_reminders_company_id_day", "company_id", "day"),
    )


class Recipient(Base):
    """One address of a message, and what became of the message there (SCHEDULE 9, 22)."""

    __tablename__ = "reminder_recipients"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    reminder_id: Mapped[int] = ref("reminders.id")
    address: Mapped[str]
    """As it is handed to a server; the contact's own way to write it may differ."""
    state: Mapped[RecipientState] = mapped_column(
        default=RecipientState.WAITING, server_default=RecipientState.WAITING.value
    )
    words: Mapped[str | None]
    """What the server said last, on one line; the reason code of what was called off."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    tried_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    """Of a message that others have: when it is tried again here; while it is, when it counts as lost."""
    until: Mapped[date | None]
    """The last day on which it is tried again by itself."""
    __table_args__ = (
        UniqueConstraint("reminder_id", "address"),
        Index(
            "ix_reminder_recipients_company_id_next_at",
            "company_id",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
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
    dropped: Mapped[Why | None] = mapped_column(Code(Reason, Obstacle))
    """For what the item left the message before it was sent."""
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
    how: Mapped[StepHow]
    reminder_id: Mapped[int | None] = ref("reminders.id")
    task_id: Mapped[int | None] = ref("tasks.id")
    by: Mapped[str]
    reason: Mapped[str | None]
    sandbox: Mapped[bool] = mapped_column(default=False)
    undone_at: Mapped[datetime | None]


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
    """{"items": [{"invoice_id", "number", "step", "outstanding", "currency"}], "to": [...]}, besides
    `invoice_id` of what a person escalates, `together`: the currency whose sum is above the limit."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    state: Mapped[ApprovalState] = mapped_column(default=ApprovalState.ASKED)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    reason: Mapped[str | None]
    entry_id: Mapped[int | None]
    """The journal line of the answer, which *Annuler* takes back."""
    __table_args__ = (Index("ix_approvals_company_id_state", "company_id", "state"),)


class Veto(Base):
    """An item that a person took out of the morning, or put off until a day (SCHEDULE 16)."""

    __tablename__ = "vetoes"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int] = ref("customers.id", index=True)
    invoice_id: Mapped[int] = ref("invoices.id", index=True)
    reminder_id: Mapped[int | None] = ref("reminders.id")
    kind: Mapped[VetoKind]
    until: Mapped[date]
    """First day on which it may leave again."""
    reason: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


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
