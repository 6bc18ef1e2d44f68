"""What became of a message that was claimed, written down in one short transaction.

The statements are prepared: at ten thousand mails a morning, compiling them and loading entities counts.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, null, or_, update

from receivables.acts import Act
from receivables.codes.messages import CARRYING, MessageState, Origin, RecipientState
from receivables.codes.steps import StepHow
from store import journal
from store.db.prepared import Prepared
from store.db.tables import Customer, Invoice, JournalLine, Reminder, StepDone
from store.post_room import outcomes
from store.post_room.claims import Ready
from store.post_room.desk import PostDesk
from store.reminders.rows import DueReminder
from store.traces.messages import ReminderEnded

_CLOSE = Prepared(
    update(Reminder)
    .where(
        Reminder.id == bindparam("reminder"),
        or_(
            Reminder.state == MessageState.SENDING,
            Reminder.state == MessageState.UNCERTAIN,
            Reminder.state == MessageState.RETRYING,
        ),
    )
    .values(
        state=bindparam("new_state"),
        sent_at=bindparam("new_sent_at", type_=Reminder.sent_at.type),
        server_answer=bindparam("answer"),
        error=bindparam("new_error"),
        lease_until=null(),
    )
    .returning(Reminder.id)
)
_THREAD = Prepared(
    update(Customer)
    .where(Customer.id == bindparam("customer"), Customer.thread_id.is_(None))
    .values(thread_id=bindparam("first"))
)
_LOOK = Prepared(
    update(Invoice)
    .where(
        Invoice.customer_id == bindparam("customer"), Invoice.outstanding > 0, Invoice.look_on.is_not(None)
    )
    .values(look_on=null())
)
_STEP_COLUMNS = (
    "company_id", "invoice_id", "step", "day", "from_issue", "slot", "done_on", "how", "reminder_id", "by",
    "sandbox",
)  # fmt: skip
_STEPS = Prepared(
    insert(StepDone).values(
        {name: bindparam(name, type_=getattr(StepDone, name).type) for name in _STEP_COLUMNS}
    )
)
_LINE_COLUMNS = ("company_id", "at", "by", "act", "customer_id", "invoice_id", "data")
_LINE = Prepared(
    insert(JournalLine).values(
        {name: bindparam(name, type_=getattr(JournalLine, name).type) for name in _LINE_COLUMNS}
    )
)


def close(
    desk: PostDesk,
    reminder_id: int,
    state: MessageState,
    *,
    sent_at: datetime | None = None,
    answer: str | None = None,
    error: str | None = None,
) -> bool:
    """Put an end to a sending; False when its fate is settled already."""
    values = {
        "reminder": reminder_id,
        "new_state": state,
        "new_sent_at": sent_at,
        "answer": answer and answer[:500],
        "new_error": error and error[:500],
    }
    return len(_CLOSE.run(desk.connection, values)) == 1


def look_again(desk: PostDesk, customer_id: int) -> None:
    """Have the next plan look at the customer's open invoices."""
    _LOOK.run(desk.connection, {"customer": customer_id})


def _climb(desk: PostDesk, reminder: DueReminder, at: datetime) -> None:
    """Write down the steps that the items have climbed by a message that left at `at`."""
    policy, on = desk.company.policy_for(reminder.policy), desk.company.day_of(at)
    rows: list[dict[str, Any]] = []
    for item in reminder.items:
        if item.step is None:
            continue
        step = policy.step(item.step)
        rows.append(
            {
                "company_id": desk.company_id,
                "invoice_id": item.invoice_id,
                "step": item.step,
                "day": item.day if item.day is not None else (step.day if step else 0),
                "from_issue": bool(step and step.from_issue),
                "slot": item.slot,
                "done_on": on,
                "how": StepHow.SENT,
                "reminder_id": reminder.id,
                "by": reminder.by,
                "sandbox": reminder.sandbox,
            }
        )
    _STEPS.run_all(desk.connection, rows)


def record_sent(desk: PostDesk, ready: Ready, *, answer: str, at: datetime) -> bool:
    """Write down that the message left at the aware instant `at`; False when its fate is settled already.

    Those of its addresses of which nothing else is written down have it.
    """
    if not close(desk, ready.reminder.id, MessageState.SENT, sent_at=at, answer=answer):
        return False
    outcomes.rest(desk, ready.reminder.id, RecipientState.ACCEPTED, words=answer)
    if ready.first:
        begin_thread(desk, ready.reminder, ready.message_id)
    finish(desk, ready.reminder, step=ready.step, left_at=at, at=at)
    return True


def begin_thread(desk: PostDesk, reminder: DueReminder, message_id: str) -> None:
    """Let the customer's thread begin with this reminder, unless it has begun; the sandbox has none."""
    threaded = desk.company.channel(reminder.channel).threaded
    if threaded and not reminder.sandbox and reminder.kind in CARRYING:
        _THREAD.run(desk.connection, {"customer": reminder.customer_id, "first": message_id})


def finish(desk: PostDesk, reminder: DueReminder, *, step: str, left_at: datetime, at: datetime) -> None:
    """Write down, at the aware instant `at`, what a message that left at `left_at` completed."""
    _climb(desk, reminder, left_at)
    look_again(desk, reminder.customer_id)
    _write_line(desk, Act.REMINDER_SENT, reminder, at=at, step=step)


def record_retrying(desk: PostDesk, reminder: DueReminder, *, answer: str) -> bool:
    """Write down that some have the message, who do not complete its step; the others are tried again."""
    if not close(desk, reminder.id, MessageState.RETRYING, answer=answer):
        return False
    outcomes.rest(desk, reminder.id, RecipientState.ACCEPTED, words=answer)
    look_again(desk, reminder.customer_id)
    return True


def record_unsure(desk: PostDesk, reminder: DueReminder, *, error: str, at: datetime) -> bool:
    """Write down that nobody knows whether the message left; a person will say."""
    if not close(desk, reminder.id, MessageState.UNCERTAIN, error=error):
        return False
    outcomes.rest(desk, reminder.id, RecipientState.UNKNOWN, words=error)
    look_again(desk, reminder.customer_id)
    _write_line(desk, Act.REMINDER_UNCERTAIN, reminder, at=at)
    return True


def record_failed(desk: PostDesk, reminder: DueReminder, *, error: str, at: datetime) -> bool:
    """Write down that the message failed for good; it completes nothing."""
    if not close(desk, reminder.id, MessageState.FAILED, error=error):
        return False
    outcomes.rest(desk, reminder.id, RecipientState.REFUSED, words=error)
    look_again(desk, reminder.customer_id)
    _write_line(desk, Act.REMINDER_FAILED, reminder, at=at)
    return True


def fail_unclaimed(desk: PostDesk, reminder: DueReminder, *, error: str, at: datetime) -> bool:
    """Fail a planned message that cannot even be written; it completes nothing."""
    failed = desk.connection.execute(
        update(Reminder)
        .where(Reminder.id == reminder.id, Reminder.state == MessageState.PLANNED)
        .values(state=MessageState.FAILED, error=error[:500])
        .returning(Reminder.id)
    )
    if not failed.all():
        return False
    look_again(desk, reminder.customer_id)
    _write_line(desk, Act.REMINDER_FAILED, reminder, at=at)
    return True


def put_back(desk: PostDesk, reminder: DueReminder, *, error: str, due_at: datetime) -> bool:
    """Plan the same row again after a temporary failure: same Message-ID, from `due_at`.

    On another day, that day's plan takes the row over with what is due then (SCHEDULE 21).
    """
    back = desk.connection.execute(
        update(Reminder)
        .where(Reminder.id == reminder.id, Reminder.state == MessageState.SENDING)
        .values(state=MessageState.PLANNED, error=error[:500], due_at=due_at, lease_until=None)
        .returning(Reminder.id)
    )
    if not back.all():
        return False
    outcomes.rest(desk, reminder.id, RecipientState.PUT_OFF, words=error)
    look_again(desk, reminder.customer_id)
    return True


def put_off_all(desk: PostDesk, *, at: datetime, until: datetime) -> None:
    """Have what the clock has planned and is due at `at` wait until then: the server takes nothing of it."""
    desk.connection.execute(
        update(Reminder)
        .where(
            Reminder.company_id == desk.company_id,
            Reminder.state == MessageState.PLANNED,
            Reminder.origin == Origin.CLOCK,
            Reminder.due_at <= at,
        )
        .values(due_at=until)
    )


def _write_line(
    desk: PostDesk, act: Act, reminder: DueReminder, *, at: datetime, step: str | None = None
) -> None:
    items = tuple(item.invoice_id for item in reminder.items)
    told = ReminderEnded(reminder_id=reminder.id, step=step or reminder.step, invoices=items)
    _LINE.run(
        desk.connection,
        {
            "company_id": desk.company_id,
            "at": at,
            "by": reminder.by,
            "act": act.value,
            "customer_id": reminder.customer_id,
            "invoice_id": items[0] if len(items) == 1 else None,
            "data": journal.stored(act, told),
        },
    )
