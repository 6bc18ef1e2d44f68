"""What people have to do and did: tasks, calls, letters on paper."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from receivables.codes.calls import CallResult
from receivables.codes.letters import LetterState, LetterVoid
from receivables.codes.roles import Role
from receivables.codes.tasks import TaskKind, TaskOutcome, TaskState
from store.db.columns import Code, Key
from store.db.schema import Base, new_id, ref


class Task(Base):
    """Something a person must do: a call, a letter, a question."""

    __tablename__ = "tasks"
    id: Mapped[int] = new_id()
    company_id: Mapped[int] = ref("companies.id")
    customer_id: Mapped[int | None] = ref("customers.id", index=True)
    kind: Mapped[TaskKind]
    step: Mapped[str | None]
    opened_at: Mapped[datetime]
    opened_on: Mapped[date]
    wait_days: Mapped[int] = mapped_column(default=5)
    owner: Mapped[str | None]
    role: Mapped[Role | None]
    note: Mapped[str | None]
    state: Mapped[TaskState] = mapped_column(default=TaskState.OPEN)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    outcome: Mapped[TaskOutcome | CallResult | None] = mapped_column(Code(TaskOutcome, CallResult))
    """How it ended: of a call that was made, what came of it."""
    nudged_on: Mapped[date | None]
    raised_on: Mapped[date | None]
    put_off_to: Mapped[datetime | None]
    """When a person wants to be told of it again; it stays open meanwhile."""
    agreed_at: Mapped[datetime | None]
    """When the customer expects to be called back (SCHEDULE 11); None once that call was made."""
    told_to: Mapped[datetime | None]
    """The `put_off_to` at which it was told again."""
    reminder_id: Mapped[int | None] = ref("reminders.id")


class TaskItem(Base):
    """An invoice that a task is about."""

    __tablename__ = "task_items"
    task_id: Mapped[int] = mapped_column(Key, ForeignKey("tasks.id"), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(Key, ForeignKey("invoices.id"), primary_key=True, index=True)
    slot: Mapped[date | None]


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
    outcome: Mapped[CallResult]
    note: Mapped[str | None]
    promise_id: Mapped[int | None] = ref("promises.id")
    moves: Mapped[bool | None]
    """Whether the call moves the ladder, as the person said; None: by its outcome (SCHEDULE 3)."""
    callback_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class CallItem(Base):
    """An invoice that a call was about."""

    __tablename__ = "call_items"
    call_id: Mapped[int] = mapped_column(Key, ForeignKey("calls.id"), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(Key, ForeignKey("invoices.id"), primary_key=True, index=True)


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
    state: Mapped[LetterState] = mapped_column(default=LetterState.PREPARED)
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    tracking: Mapped[str | None]
    deposited_on: Mapped[date | None]
    deposited_at: Mapped[datetime | None]
    """When the deposit was recorded."""
    deposited_by: Mapped[str | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[LetterVoid | None]
