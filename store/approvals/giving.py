"""Giving an approval: the message leaves that day if it still can, else with the next morning's plan."""

from dataclasses import dataclass, replace
from datetime import datetime

from receivables.acts import Act
from receivables.codes.messages import MessageState
from receivables.codes.reasons import Obstacle
from receivables.errors import Refused
from receivables.schedule.account import Account, Message
from receivables.schedule.decisions import evaluate
from store import dependents, journal, locks
from store.accounts import facts as accounts
from store.approvals import acts as approvals
from store.approvals import escalations
from store.books import Books
from store.db.tables import Approval, Customer, JournalLine, Reminder
from store.health import runs
from store.morning import cards, planning
from store.reminders import acts as reminders
from store.reminders import card_marks, day_plans
from store.reminders.recipients import addressed
from store.traces.messages import ApprovalGiven

TODAY, NOW, LATER, VOID = "today", "now", "later", "void"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer. `leaves`: today, now (a person's), later (with the next plan), or void: it has changed."""

    entry_id: int | None
    approval_id: int
    customer: str
    leaves: str
    asked_by: str


def approve(b: Books, approval_id: int, *, by: str, at: datetime) -> Given:
    """Approve what was shown. One journal line, with both names; none when it has changed and is void.

    Raises Refused when it is answered already, or `by` asked for it.
    """
    row = approvals.take(b, approval_id)
    approvals.refuse_same_person(row, by)
    name = b.session.get_one(Customer, row.customer_id).name
    hand = row.shown.get("invoice_id") is not None
    reminder_id, leaves = _by_hand(b, row, by=by, at=at) if hand else _by_clock(b, row, by=by, at=at)
    if leaves == VOID:
        approvals.void(b, row)
        return Given(None, row.id, name, VOID, row.asked_by)
    approvals.answer(b, row, by=by, at=at)
    told = ApprovalGiven(approval_id=row.id, asked_by=row.asked_by, step=row.step, reminder_id=reminder_id)
    entry_id = journal.write(b, Act.APPROVAL_GIVEN, told, by=by, at=at, customer_id=row.customer_id)
    accounts.touch(b, row.customer_id)
    return Given(entry_id, row.id, name, leaves, row.asked_by)


def _by_clock(b: Books, row: Approval, *, by: str, at: datetime) -> tuple[int | None, str]:
    """Plan what the morning asked for, if today still can take it."""
    account, message = approvals.message_now(b, row, now=at)
    if message is None:
        return None, VOID
    if not _today_still(b, row.customer_id, at):
        return None, LATER
    ids = frozenset(each.item.id for each in message.items)
    free = replace(account, approved=ids, approved_by=by)
    leaving = _email(b, free, ids, at)
    return (_plan(b, free, leaving, at=at), TODAY) if leaving is not None else (None, LATER)


def _email(b: Books, account: Account, ids: frozenset[int], at: datetime) -> Message | None:
    messages = evaluate(account, b.company, b.today(at), ids).messages
    return next((each for each in messages if each.channel.written), None)


def _today_still(b: Books, customer_id: int, at: datetime) -> bool:
    """Whether the day's plan is made, its window open or to come, and nothing else goes to the customer."""
    day, local = b.today(at), at.astimezone(b.company.zone)
    if not b.company.calendar.is_open(day) or local.time() >= b.company.window[1]:
        return False
    planned = runs.done(b, day_plans.JOB, day.isoformat())
    return planned and customer_id not in day_plans.written_to(b, day)


def _plan(b: Books, account: Account, message: Message, *, at: datetime) -> int:
    day = b.today(at)
    day_plans.release_keys(b, day)
    before = set(day_plans.emails_of(b, day))
    planning.write_emails(b, [(account, message)], day, at)
    (reminder_id,) = [key for key in day_plans.emails_of(b, day) if key not in before]
    cards.announce(b, day, at=at, only=[reminder_id], name=f"approved{reminder_id}:")
    return reminder_id


def _by_hand(b: Books, row: Approval, *, by: str, at: datetime) -> tuple[int | None, str]:
    """Send what a person asked to send, if it is still the same."""
    looked = escalations.look(b, row.shown["invoice_id"], at)
    message = looked.found.message
    if message is None:
        return None, VOID
    to = addressed(b, [message])[0]
    if approvals.marked(message, to, by_hand=True) != row.mark:
        return None, VOID
    done = escalations.send(b, looked, by=row.asked_by, at=at, approved_by=by)
    return done.reminder_id, NOW


def undo_given(b: Books, line: JournalLine, *, at: datetime) -> None:  # noqa: ARG001 - as every undo
    """Take an approval back: what it let leave is cancelled. Raises Refused once that is on its way."""
    told = journal.data(line, ApprovalGiven)
    approval_id, reminder_id = told.approval_id, told.reminder_id
    dependents.refuse(b, line, approvals.same_approval(approval_id))
    if reminder_id is not None:
        _call_back(b, reminder_id)
    approvals.reopen(b, approval_id)


def _call_back(b: Books, reminder_id: int) -> None:
    """Cancel a message that waits. Raises Refused once it is on its way."""
    waits = locks.fresh(b, Reminder, reminder_id).state != MessageState.CANCELLED
    if waits and not reminders.cancel(b, reminder_id, reason=Obstacle.UNDONE):
        raise Refused("approvals.mail_left")
    card_marks.of_messages(b, [reminder_id])
