"""The plans already made: their days, and the invoices they announced."""

from datetime import date

from sqlalchemy import func, select, update

from store.books import Books
from store.db.tables import Reminder, ReminderItem, Run

JOB = "plan"
STANDING = ("planned", "sending", "sent", "uncertain")
"""States of a message that will leave, or has."""


def last_day(b: Books, upto: date) -> date | None:
    """Return the day of the latest plan made on or before `upto`."""
    period = b.session.scalar(
        select(func.max(Run.period)).where(
            Run.company_id == b.company_id, Run.job == JOB, Run.period <= upto.isoformat()
        )
    )
    return date.fromisoformat(period) if period else None


def announced(b: Books, day: date) -> frozenset[int]:
    """Return the invoices of the messages planned for `day` that have not left yet."""
    statement = (
        select(ReminderItem.invoice_id)
        .join(Reminder, Reminder.id == ReminderItem.reminder_id)
        .where(Reminder.company_id == b.company_id, Reminder.day == day, Reminder.state == "planned")
        .where(ReminderItem.dropped.is_(None))
    )
    return frozenset(b.session.scalars(statement))


def left_today(b: Books, invoice_id: int, day: date) -> tuple[str, str] | None:
    """Return step and state of a message that carried the invoice on `day`, once it is past `planned`."""
    row = b.session.execute(
        select(ReminderItem.step, Reminder.state)
        .join(Reminder, Reminder.id == ReminderItem.reminder_id)
        .where(Reminder.company_id == b.company_id, Reminder.day == day)
        .where(Reminder.state.in_(["sending", "sent"]), ReminderItem.invoice_id == invoice_id)
        .where(ReminderItem.dropped.is_(None), ReminderItem.step.is_not(None))
    ).first()
    return (row[0] or "", row[1]) if row else None


def go_missing(b: Books, day: date) -> bool:
    """Whether the plan of `day` still waits for a person (rule 18)."""
    statement = select(Run.id).where(
        Run.company_id == b.company_id,
        Run.job == JOB,
        Run.period == day.isoformat(),
        Run.needs_go.is_(True),
        Run.go_at.is_(None),
    )
    return b.session.scalar(statement) is not None


def release_keys(b: Books, day: date) -> None:
    """Let customers whose message of `day` was cancelled be planned for anew that day (rule 21)."""
    b.session.execute(
        update(Reminder)
        .where(Reminder.company_id == b.company_id, Reminder.day == day)
        .where(Reminder.state.in_(["cancelled", "failed"]), Reminder.plan_key.is_not(None))
        .values(plan_key=None)
        .execution_options(synchronize_session=False)
    )


def emails_of(b: Books, day: date) -> list[int]:
    """Return the clock's e-mails of `day` that stand: planned, leaving, or left."""
    return list(
        b.session.scalars(
            select(Reminder.id)
            .where(Reminder.company_id == b.company_id, Reminder.day == day, Reminder.origin == "clock")
            .where(Reminder.state.in_(STANDING))
            .order_by(Reminder.id)
        )
    )


def written_to(b: Books, day: date) -> frozenset[int]:
    """Return the customers to whom a message of `day` stands, whoever sends it."""
    found = select(Reminder.customer_id).where(
        Reminder.company_id == b.company_id, Reminder.day == day, Reminder.state.in_(STANDING)
    )
    return frozenset(b.session.scalars(found))
