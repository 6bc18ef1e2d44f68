"""The plan of a day: the messages it announced, its figures, the go that it may wait for (SCHEDULE 18)."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select, update

from receivables.acts import Act
from receivables.codes.messages import OVER, STANDING, MessageState, Origin
from receivables.codes.tasks import TaskState
from receivables.company import Mode
from receivables.errors import Refused
from receivables.people import Person
from store import announcements, journal
from store.books import Books
from store.db.tables import Invoice, Reminder, ReminderItem, Run, Task
from store.reminders import card_marks, task_marks
from store.traces.messages import MorningGo

JOB = "plan"
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
        .where(
            Reminder.company_id == b.company_id, Reminder.day == day, Reminder.state == MessageState.PLANNED
        )
        .where(ReminderItem.dropped.is_(None))
    )
    return frozenset(b.session.scalars(statement))


def left_on(b: Books, day: date, invoice_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return step and state of the message that carried each invoice on `day`, once it is past `planned`."""
    rows = b.session.execute(
        select(ReminderItem.invoice_id, ReminderItem.step, Reminder.state)
        .join(Reminder, Reminder.id == ReminderItem.reminder_id)
        .where(Reminder.company_id == b.company_id, Reminder.day == day)
        .where(
            Reminder.state.in_([MessageState.SENDING, MessageState.SENT]),
            ReminderItem.invoice_id.in_(invoice_ids),
        )
        .where(ReminderItem.dropped.is_(None), ReminderItem.step.is_not(None))
        .order_by(Reminder.id.desc())
    )
    return {invoice_id: (step or "", state) for invoice_id, step, state in rows}


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
        .where(Reminder.state.in_(OVER), Reminder.plan_key.is_not(None))
        .values(plan_key=None)
        .execution_options(synchronize_session=False)
    )


def emails_of(b: Books, day: date) -> list[int]:
    """Return the clock's e-mails of `day` that stand: planned, leaving, or left."""
    return list(
        b.session.scalars(
            select(Reminder.id)
            .where(Reminder.company_id == b.company_id, Reminder.day == day, Reminder.origin == Origin.CLOCK)
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


def late_totals(b: Books, today: date) -> dict[str, str]:
    """Return all that is late on `today`, per currency, as amounts in text."""
    statement = (
        select(Invoice.currency, func.sum(Invoice.outstanding))
        .where(Invoice.company_id == b.company_id, Invoice.outstanding > 0, Invoice.due_date < today)
        .where(Invoice.owed)
        .group_by(Invoice.currency)
    )
    return {currency: str(amount) for currency, amount in b.session.execute(statement)}


def _run(b: Books, day: date) -> Run | None:
    return b.session.scalar(
        select(Run)
        .where(Run.company_id == b.company_id, Run.job == JOB, Run.period == day.isoformat())
        .with_for_update()
    )


def first_live(b: Books, day: date) -> bool:
    """Whether no plan before the local day `day` was made in live mode."""
    before = select(Run.data).where(
        Run.company_id == b.company_id, Run.job == JOB, Run.period < day.isoformat()
    )
    return not any((data or {}).get("mode") == Mode.LIVE for data in b.session.scalars(before))


def record(b: Books, day: date, *, emails: int, invoices: int, tasks: int, waits: bool) -> None:
    """Write down the figures of the plan just made: reminders by mail, invoices sent themselves, tasks."""
    run = _run(b, day)
    if run is None:
        raise LookupError(f"no plan begun for {day}")
    late = late_totals(b, day)
    run.data = {"mode": b.company.mode.value, "messages": emails, "tasks": tasks, "late": late}
    run.data["invoices"] = invoices
    run.needs_go = waits


def give_go(b: Books, day: date, *, by: str, at: datetime) -> int:
    """Let the morning's messages leave and open its tasks; one journal line, whose id is returned.

    Raises Refused when the morning does not wait, or its day is over.
    """
    run = _run(b, day)
    if run is None or not run.needs_go or day != b.today(at):
        raise Refused("morning.no_go_awaited")
    if run.go_at is not None:
        raise Refused("morning.go_given", by=Person.known(run.go_by))
    run.go_at, run.go_by = at, by
    announcements.redraw(b, key=f"digest:{day}", at=at)
    card_marks.of_day(b, day)
    _set_waiting(b, TaskState.OPEN)
    task_marks.say(b, at=at)
    return journal.write(b, Act.MORNING_GO, MorningGo(day=day), by=by, at=at)


def _set_waiting(b: Books, state: TaskState) -> list[int]:
    return list(
        b.session.scalars(
            update(Task)
            .where(Task.company_id == b.company_id, Task.state == TaskState.WAITING)
            .values(state=state)
            .returning(Task.id)
            .execution_options(synchronize_session=False)
        )
    )


def close_unanswered(b: Books, day: date) -> int:
    """Cancel the tasks of an earlier morning that never got its go; they are planned anew."""
    return len(_set_waiting(b, TaskState.CANCELLED)) if last_day(b, day) else 0
