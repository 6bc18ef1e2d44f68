"""Escalating by hand: show the next corrective step, take it now, or raise it to the manager."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import insert, select

from receivables.acts import Act
from receivables.codes.channels import Channel
from receivables.codes.messages import TO_CUSTOMER, MessageKind, Origin
from receivables.codes.reasons import Obstacle, Reason, Why
from receivables.codes.tasks import TaskKind
from receivables.company import Mode
from receivables.errors import Refused
from receivables.schedule import approval
from receivables.schedule.account import Account, Message
from receivables.schedule.escalation import Escalation, escalate
from store import journal, locks
from store.accounts import facts as accounts
from store.approvals import acts as approvals
from store.books import Books
from store.db.tables import Customer, Invoice, JournalLine, Reminder, ReminderItem
from store.morning import planning
from store.reminders import acts as reminders
from store.reminders import copies, task_marks
from store.reminders.recipients import addressed
from store.tasks import acts as tasks
from store.traces.messages import ReminderEscalated

REFUSALS: Mapping[Reason, str] = {
    Reason.PAID: "escalations.paid",
    Reason.CREDIT: "escalations.credit",
    Reason.WRITTEN_OFF: "escalations.written_off",
    Reason.INSOLVENCY: "escalations.insolvency",
    Reason.DRAFT_MODE: "escalations.draft_mode",
    Reason.NOT_DUE: "escalations.not_due",
    Reason.LADDER_DONE: "escalations.ladder_done",
    Reason.AWAITING_TASK: "escalations.awaiting_task",
    Reason.NO_ADDRESS: "escalations.no_address",
}
"""The refusal that says why nothing may be sent."""


@dataclass(frozen=True, slots=True)
class PreviewItem:
    """An invoice that the message would carry."""

    number: str
    outstanding: Decimal
    currency: str
    days_late: int
    step: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What escalating would do now. `refusal` is a refusal's code; `warnings` are reason codes."""

    invoice_id: int
    number: str
    customer: str
    step_key: str | None
    channel: Channel | None
    to: tuple[str, ...]
    items: tuple[PreviewItem, ...]
    warnings: tuple[Why, ...]
    second_confirmation: bool
    refusal: str | None
    asks: bool = False
    """Whether somebody who may has to approve it first."""
    own: PreviewItem | None = None
    """The invoice itself."""
    last: tuple[str, date] | None = None
    """Step and day of the last message to the customer."""

    @property
    def written(self) -> bool:
        """Whether it is a message that leaves, not a task for a person."""
        return self.channel is not None and self.channel.written


class Became(StrEnum):
    """What an escalation became."""

    MESSAGE = "message"
    """It leaves within the minute."""
    TASK = "task"
    APPROVAL = "approval"
    """Another person was asked to approve it."""


@dataclass(frozen=True, slots=True)
class Escalated:
    """What was done."""

    entry_id: int
    kind: Became
    number: str
    customer: str
    step_key: str | None
    to: tuple[str, ...]
    task_id: int | None = None
    reminder_id: int | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """An invoice that somebody escalates, with its customer's account and what escalating it would do."""

    account: Account
    found: Escalation
    invoice: Invoice
    customer: Customer


def look(b: Books, invoice_id: int, now: datetime) -> Looked:
    """Weigh an escalation at the aware instant `now`. Changes nothing."""
    today = b.today(now)
    customer_id, _ = accounts.customer_of(b, invoice_id)
    account = accounts.account(b, customer_id, today=today, now=now, also=[invoice_id])
    invoice, customer = b.session.get_one(Invoice, invoice_id), b.session.get_one(Customer, customer_id)
    if account is None:
        raise LookupError(f"no customer {customer_id}")
    return Looked(account, escalate(account, b.company, invoice_id, today), invoice, customer)


def _to(b: Books, message: Message | None) -> tuple[str, ...]:
    return tuple(addressed(b, [message])[0]) if message is not None else ()


def _items(message: Message | None, today: date) -> tuple[PreviewItem, ...]:
    return tuple(
        PreviewItem(
            row.item.number,
            row.item.claimed,
            row.item.currency,
            (today - row.item.due_date).days,
            row.step.key if row.step else None,
        )
        for row in (message.items if message else ())
    )


def preview(b: Books, invoice_id: int, *, now: datetime) -> Preview:
    """Show what escalating the invoice would send, to whom, and what speaks against it. Changes nothing."""
    looked = look(b, invoice_id, now)
    found, invoice, customer = looked.found, looked.invoice, looked.customer
    message = found.message
    return Preview(
        invoice_id,
        invoice.number,
        customer.name,
        message.step.key if message else None,
        message.channel if message else None,
        _to(b, message),
        _items(message, b.today(now)),
        found.warnings,
        found.second_confirmation,
        REFUSALS[found.refusal] if found.refusal else None,
        asks=found.asks,
        own=PreviewItem(
            invoice.number,
            invoice.outstanding,
            invoice.currency,
            (b.today(now) - invoice.due_date).days,
            None,
        ),
        last=_last(b, looked.account.customer_id),
    )


def _last(b: Books, customer_id: int) -> tuple[str, date] | None:
    """Return step and day of the last reminder that went to a customer."""
    row = b.session.execute(
        select(Reminder.step, Reminder.day)
        .where(Reminder.company_id == b.company_id, Reminder.customer_id == customer_id)
        .where(Reminder.kind == MessageKind.REMINDER, Reminder.state.in_(TO_CUSTOMER))
        .where(Reminder.sandbox.is_(b.company.mode is Mode.SANDBOX))
        .order_by(Reminder.day.desc(), Reminder.id.desc())
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def send_now(
    b: Books, invoice_id: int, *, by: str, at: datetime, confirmed: bool = False, may_approve: bool = False
) -> Escalated:
    """Take the next corrective step now: a planned row due now, or the task of a human step.

    What waits for an approval is asked for; from somebody who may approve, it is approved and sent. Raises
    Refused when nothing may be sent, or when a warning still has to be confirmed a second time.
    """
    locks.invoice(b, invoice_id)
    looked = look(b, invoice_id, at)
    found, invoice, customer = looked.found, looked.invoice, looked.customer
    if found.message is None:
        raise Refused(REFUSALS[found.refusal or Reason.LADDER_DONE])
    if found.second_confirmation and not confirmed:
        raise Refused("escalations.confirm_twice")
    if not found.message.channel.written:
        return _open(b, found.message, invoice, customer, by=by, at=at)
    if found.asks and not may_approve:
        return _ask(b, looked, by=by, at=at)
    if not found.asks:
        return send(b, looked, by=by, at=at)
    approval_id = approvals.approve_at_once(b, _request(looked), _to(b, found.message), by=by, at=at)
    return send(b, looked, by=by, at=at, approval_id=approval_id)


def _ask(b: Books, looked: Looked, *, by: str, at: datetime) -> Escalated:
    """Ask somebody who may to approve the message (SCHEDULE 17); a request that waits is not asked anew."""
    invoice, customer = looked.invoice, looked.customer
    if approvals.asked_for(b, looked.account.customer_id, invoice.id) is not None:
        raise Refused("escalations.asked_already")
    message = _request(looked)
    to, day = _to(b, message), b.today(at)
    approval_id = approvals.ask(b, message, to, day=day, by=by, at=at, invoice_id=invoice.id)
    entry = _journal(b, invoice, by, at, ReminderEscalated(step=message.step.key, approval_id=approval_id))
    return Escalated(entry, Became.APPROVAL, invoice.number, customer.name, message.step.key, to)


def _request(looked: Looked) -> Message:
    """Return what is asked for: the invoice that somebody escalates. What leaves with it asks nobody."""
    message = looked.found.message
    assert message is not None  # noqa: S101 - checked by the callers
    rows = [row for row in message.items if row.item.id == looked.invoice.id]
    return approval.of_rows(looked.account.policy, message, rows)


def _open(
    b: Books, message: Message, invoice: Invoice, customer: Customer, *, by: str, at: datetime
) -> Escalated:
    task_id = planning.open_step_task(b, message, at=at, waiting=False)
    task_marks.say(b, at=at)
    entry = _journal(b, invoice, by, at, ReminderEscalated(step=message.step.key, task_id=task_id))
    return Escalated(entry, Became.TASK, invoice.number, customer.name, message.step.key, (), task_id=task_id)


def send(
    b: Books,
    looked: Looked,
    *,
    by: str,
    at: datetime,
    approved_by: str | None = None,
    approval_id: int | None = None,
) -> Escalated:
    """Write the message as a row due now. With `approved_by`, the approval is the act that is journaled.

    `approval_id`: who sends has approved it.
    """
    found, invoice, customer = looked.found, looked.invoice, looked.customer
    message = found.message
    assert message is not None  # noqa: S101 - checked by the caller
    to = _to(b, message)
    invoice_ids = [row.item.id for row in message.items]
    reminders.call_off(b, invoice_ids, reason=Obstacle.SENT_BY_HAND, at=at)
    row = planning.reminder_row(b, message, looked.account, b.today(at), at)
    row |= {
        "plan_key": None,
        "origin": Origin.HAND,
        "by": by,
        "planned_for": at,
        "due_at": at,
    }
    row["approved_by"] = approved_by or (by if approval_id is not None else None)
    reminder_id = b.session.scalars(insert(Reminder).returning(Reminder.id), [row]).one()
    copies.plan(b, {reminder_id: to})
    latest = planning.rounds(b, invoice_ids)
    b.session.execute(insert(ReminderItem), planning.item_rows(b, message, reminder_id, latest))
    told = ReminderEscalated(
        step=message.step.key,
        reminder_id=reminder_id,
        warnings=tuple(found.warnings),
        approval_id=approval_id,
    )
    entry = _journal(b, invoice, by, at, told) if approved_by is None else 0
    accounts.touch(b, customer.id)
    return Escalated(
        entry, Became.MESSAGE, invoice.number, customer.name, message.step.key, to, reminder_id=reminder_id
    )


def _journal(b: Books, invoice: Invoice, by: str, at: datetime, told: ReminderEscalated) -> int:
    return journal.write(
        b,
        Act.REMINDER_ESCALATED,
        told,
        by=by,
        at=at,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
    )


def raise_to_manager(
    b: Books, invoice_id: int, *, by: str, at: datetime, note: str | None = None
) -> Escalated:
    """Open a task for role `responsable` about the invoice, and announce it. Undone as a task is."""
    customer_id, name = accounts.customer_of(b, invoice_id)
    number = b.session.get_one(Invoice, invoice_id).number
    task = tasks.open_task(
        b,
        kind=TaskKind.ESCALATION,
        customer_id=customer_id,
        invoice_ids=[invoice_id],
        note=note,
        at=at,
        by=by,
    )
    task_marks.say(b, at=at)
    return Escalated(task.entry_id or 0, Became.TASK, number, name, None, (), task_id=task.id)


def undo_escalated(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take an escalation back: its task is cancelled, or its mail as long as it has not left.

    Raises Refused once the mail is on its way, or the task closed.
    """
    told = journal.data(line, ReminderEscalated)
    if told.reminder_id is not None and not reminders.cancel(b, told.reminder_id, reason=Obstacle.UNDONE):
        raise Refused("escalations.mail_left")
    if told.approval_id is not None:
        approvals.withdraw(b, told.approval_id, at=at)
    elif told.task_id is not None:
        tasks.take_back(b, line, told.task_id, at=at)
