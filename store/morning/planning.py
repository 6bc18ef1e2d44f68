"""Writing the morning's plan: messages, their items, human tasks, and when to look again."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from receivables.codes.channels import Channel
from receivables.codes.messages import CARRYING, TO_CUSTOMER, MessageKind, MessageState, Origin
from receivables.codes.reasons import Obstacle
from receivables.codes.tasks import OF_CHANNEL, TaskState
from receivables.company import Mode
from receivables.people import Automaton
from receivables.schedule import approval
from receivables.schedule.account import Account, Message
from receivables.schedule.decisions import Evaluation
from receivables.schedule.looking import look_on
from store.books import Books
from store.db.tables import CompanyRow, Customer, Invoice, Reminder, ReminderItem, Run, Task
from store.reminders import copies
from store.reminders.day_plans import JOB
from store.reminders.recipients import addressed
from store.tasks import acts as tasks


def learn(b: Books, at: datetime) -> None:
    """Note that the clock has seen every item at `at`, if that is before its import's instant."""
    b.session.execute(
        update(Invoice)
        .where(Invoice.company_id == b.company_id, Invoice.learnt_at > at)
        .values(learnt_at=at)
        .execution_options(synchronize_session=False)
    )


def _rules(b: Books) -> str:
    company = b.company
    limits = (company.min_gap_days, company.minimum_amount, company.grace_days, company.holidays)
    limits += (sorted(company.closed),)  # type: ignore[assignment]
    limits += (company.approval_above, company.max_per_customer)  # type: ignore[assignment]
    text = repr((sorted(company.policies.items()), company.policy, limits, company.mode, company.max_age))
    return hashlib.sha256(text.encode()).hexdigest()


def look_again_if_rules_changed(b: Books) -> None:
    """Have every open item looked at when policies, limits or mode changed since the last plan."""
    row = b.session.get_one(CompanyRow, b.company_id)
    rules = _rules(b)
    if row.rules != rules:
        row.rules = rules
        b.session.execute(
            update(Invoice)
            .where(Invoice.company_id == b.company_id, Invoice.outstanding > 0)
            .values(look_on=None)
            .execution_options(synchronize_session=False)
        )


def past_mornings(b: Books, day: date, count: int) -> list[int]:
    """Return the e-mails of the last live mornings that had some and left or got a go."""
    statement = (
        select(Run.period, Run.data, Run.go_at)
        .where(Run.company_id == b.company_id, Run.job == JOB, Run.period < day.isoformat())
        .where(or_(Run.needs_go.is_(False), Run.go_at.is_not(None)))
        .order_by(Run.period.desc())
    )
    found: list[int] = []
    for period, data, go_at in b.session.execute(statement):
        emails = data.get("messages", 0) if data.get("mode") == Mode.LIVE else 0
        if emails and (go_at is not None or _left(b, date.fromisoformat(period))):
            found.append(emails)
        if len(found) == count:
            break
    return found


def _left(b: Books, day: date) -> bool:
    """Whether any mail left on `day`."""
    statement = select(Reminder.id).where(
        Reminder.company_id == b.company_id,
        Reminder.day == day,
        Reminder.state.in_(TO_CUSTOMER),
    )
    return b.session.scalar(statement.limit(1)) is not None


def plan_key(customer_id: int, day: date, channel: Channel, kind: MessageKind) -> str:
    """Return the key under which the clock plans one message only (rule 21)."""
    return f"{customer_id}:{day}:{channel}:{kind}"


def rounds(b: Books, invoice_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return the latest round of each step that these invoices were ever planned for (rule 21)."""
    statement = (
        select(ReminderItem.invoice_id, ReminderItem.step, func.max(ReminderItem.round))
        .where(ReminderItem.company_id == b.company_id, ReminderItem.invoice_id.in_(invoice_ids))
        .where(ReminderItem.step.is_not(None))
        .group_by(ReminderItem.invoice_id, ReminderItem.step)
    )
    return {(invoice_id, step or ""): last for invoice_id, step, last in b.session.execute(statement)}


def item_rows(b: Books, message: Message, reminder_id: int, latest: dict[Any, int]) -> list[dict[str, Any]]:
    """Return the rows of a message's items, each in its own round."""
    rows = []
    for row in message.items:
        key = row.step.key if row.step else None
        rows.append(
            {
                "company_id": b.company_id,
                "reminder_id": reminder_id,
                "invoice_id": row.item.id,
                "step": key,
                "day": row.step.day if row.step else None,
                "slot": row.slot,
                "corrective": not row.own.preventive,
                "round": latest.get((row.item.id, key), 0) + 1,
                "joined": row.joined,
                "outstanding": row.item.claimed,
                "currency": row.item.currency,
            }
        )
    return rows


def reminder_row(b: Books, message: Message, account: Account, day: date, at: datetime) -> dict[str, Any]:
    """Return the row of a message that the clock plans for `day`."""
    leaves = b.company.instant(day, b.company.window[0])
    return {
        "company_id": b.company_id,
        "customer_id": message.customer_id,
        "day": day,
        "channel": message.channel.key,
        "plan_key": plan_key(message.customer_id, day, message.channel, message.kind),
        "kind": message.kind,
        "origin": Origin.CLOCK,
        "by": Automaton.CLOCK,
        "step": message.step.key,
        "corrective": message.corrective,
        "policy": account.policy.key,
        "state": MessageState.PLANNED,
        "sandbox": b.company.mode is Mode.SANDBOX,
        "planned_at": at,
        "planned_for": leaves,
        "due_at": max(leaves, at),
    }


def write_batch(
    b: Books, planned: Sequence[tuple[Account, Evaluation]], *, day: date, at: datetime
) -> Counter[MessageKind]:
    """Write the e-mails of a batch of customers, and when to look at their items again.

    Returns how many e-mails of each kind.
    """
    emails = [
        (account, message)
        for account, evaluation in planned
        for message in evaluation.messages
        if message.channel.written
    ]
    if emails:
        write_emails(b, emails, day, at)
    look_later(b, planned)
    return Counter(message.kind for _, message in emails)


def write_emails(b: Books, emails: list[tuple[Account, Message]], day: date, at: datetime) -> None:
    """Write messages to leave on `day`; what was tried on an earlier day goes on as the same row."""
    to = addressed(b, [message for _, message in emails])
    latest = rounds(b, [row.item.id for _, message in emails for row in message.items])
    carried = _carried(b, [message.customer_id for _, message in emails], day)
    items: list[dict[str, Any]] = []
    fresh: list[tuple[dict[str, Any], Message, list[str]]] = []
    for (account, message), addresses in zip(emails, to, strict=True):
        row = reminder_row(b, message, account, day, at)
        row["approved_by"] = approval.approver(account, message)
        if _place(message) in carried:
            reminder_id = carried[_place(message)]
            _carry(b, reminder_id, row)
            copies.plan_anew(b, reminder_id, addresses)
            items += item_rows(b, message, reminder_id, latest)
        else:
            fresh.append((row, message, addresses))
    if fresh:
        statement = insert(Reminder).returning(Reminder.id, sort_by_parameter_order=True)
        ids = b.session.scalars(statement, [row for row, _, _ in fresh]).all()
        for reminder_id, (_, message, _) in zip(ids, fresh, strict=True):
            items += item_rows(b, message, reminder_id, latest)
        copies.plan(b, {key: listed for key, (_, _, listed) in zip(ids, fresh, strict=True)})
    b.session.execute(insert(ReminderItem), items)


Place = tuple[int, str, MessageKind]
"""Customer, channel and kind: one message of the clock a day."""


def _place(message: Message) -> Place:
    return message.customer_id, message.channel.key, message.kind


def _carried(b: Books, customer_ids: Sequence[int], day: date) -> dict[Place, int]:
    """Return the messages tried on an earlier day without success: they go on as the same row (rule 9)."""
    statement = select(Reminder.customer_id, Reminder.channel, Reminder.kind, Reminder.id).where(
        Reminder.company_id == b.company_id,
        Reminder.customer_id.in_(customer_ids),
        Reminder.state == MessageState.PLANNED,
        Reminder.origin == Origin.CLOCK,
        Reminder.kind.in_(CARRYING),
        Reminder.day < day,
    )
    return {(row.customer_id, row.channel, row.kind): row.id for row in b.session.execute(statement)}


def _carry(b: Books, reminder_id: int, row: dict[str, Any]) -> None:
    drop_items_of(b, [reminder_id])
    kept = row.keys() - {"company_id", "customer_id", "origin", "by", "state", "sandbox"}
    b.session.execute(
        update(Reminder)
        .where(Reminder.id == reminder_id)
        .values({name: row[name] for name in kept} | {"raw": None, "shown": None})
        .execution_options(synchronize_session=False)
    )


def drop_items_of(b: Books, reminder_ids: Sequence[int]) -> None:
    """Take every item out of these messages: what is due then is put in anew."""
    b.session.execute(
        update(ReminderItem)
        .where(ReminderItem.reminder_id.in_(reminder_ids), ReminderItem.dropped.is_(None))
        .values(dropped="replanned")
        .execution_options(synchronize_session=False)
    )


def cancel_left_behind(b: Books, day: date) -> int:
    """Cancel what was tried on an earlier day and has nothing to say any more."""
    ids = list(
        b.session.scalars(
            update(Reminder)
            .where(
                and_(
                    Reminder.company_id == b.company_id,
                    Reminder.state == MessageState.PLANNED,
                    Reminder.day < day,
                ),
                Reminder.origin == Origin.CLOCK,
            )
            .values(state=MessageState.CANCELLED, error=Obstacle.NOTHING_DUE, raw=None)
            .returning(Reminder.id)
            .execution_options(synchronize_session=False)
        )
    )
    drop_items_of(b, ids)
    return len(ids)


def look_later(b: Books, planned: Sequence[tuple[Account, Evaluation]]) -> None:
    """Write, for the items whose day changed, when to look at them again."""
    rows = [
        {"key": item.id, "day": day}
        for account, evaluation in planned
        for item in account.items
        if (day := look_on(evaluation.decisions[item.id])) != item.look_on
    ]
    if rows:
        statement = update(Invoice).where(Invoice.id == bindparam("key")).values(look_on=bindparam("day"))
        b.session.connection().execute(statement, rows)


def open_step_task(b: Books, message: Message, *, at: datetime, waiting: bool) -> int:
    """Open the task of a human step, for the customer's owner; `waiting`: for the morning's go first."""
    owner = b.session.scalar(select(Customer.owner).where(Customer.id == message.customer_id))
    task = tasks.open_task(
        b,
        kind=OF_CHANNEL[message.channel],
        customer_id=message.customer_id,
        invoice_ids=[row.item.id for row in message.items if row.step is not None],
        step=message.step.key,
        owner=owner,
        wait_days=message.step.wait_days,
        at=at,
        slots={row.item.id: row.slot for row in message.items},
    )
    if waiting:
        b.session.execute(update(Task).where(Task.id == task.id).values(state=TaskState.WAITING))
    return task.id
