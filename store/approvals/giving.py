"""Giving an approval: the message leaves that day if it still can, else with the next morning's plan."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.messages import (
    MESSAGE_KINDS,
    SPACING,
    STANDING,
    MessageKind,
    MessageState,
    Origin,
)
from receivables.codes.reasons import Obstacle
from receivables.errors import Refused
from receivables.schedule import approval
from receivables.schedule.account import Account, Message
from receivables.schedule.decisions import evaluate
from store import dependents, journal, locks
from store.accounts import approvals as approval_facts
from store.accounts import facts as accounts
from store.approvals import acts as approvals
from store.approvals import escalations
from store.books import Books
from store.db.tables import Approval, Customer, JournalLine, Reminder
from store.health import runs
from store.morning import cards, planning, rewriting
from store.reminders import acts as reminders
from store.reminders import card_marks, day_plans
from store.traces.messages import ApprovalGiven


class Leaves(StrEnum):
    """When what was approved leaves."""

    TODAY = "today"
    NOW = "now"
    """By hand, as it was asked for."""
    LATER = "later"
    """With the next plan that it is due in."""
    VOID = "void"
    """Not at all: it is no longer what was shown."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer. `entry_id` None: nothing was approved."""

    entry_id: int | None
    approval_id: int
    customer: str
    leaves: Leaves
    asked_by: str


@dataclass(frozen=True, slots=True)
class _Leaving:
    """What an approval lets leave: a message, and what it added to one that was planned already."""

    leaves: Leaves
    reminder_id: int | None = None
    added: tuple[int, ...] = ()


def approve(b: Books, approval_id: int, *, by: str, at: datetime) -> Given:
    """Approve what was shown. One journal line, with both names; none when it has changed and is void.

    Raises Refused when it is answered already.
    """
    row = approvals.take(b, approval_id)
    name = b.session.get_one(Customer, row.customer_id).name
    hand = row.shown.get("invoice_id") is not None
    found = _by_hand(b, row, by=by, at=at) if hand else _by_clock(b, row, by=by, at=at)
    if found.leaves is Leaves.VOID:
        approvals.void(b, row, at=at)
        return Given(None, row.id, name, Leaves.VOID, row.asked_by)
    told = ApprovalGiven(
        approval_id=row.id,
        asked_by=row.asked_by,
        step=row.step,
        reminder_id=found.reminder_id,
        added=found.added or None,
    )
    entry_id = journal.write(b, Act.APPROVAL_GIVEN, told, by=by, at=at, customer_id=row.customer_id)
    approvals.answer(b, row, entry_id, by=by, at=at)
    accounts.touch(b, row.customer_id)
    return Given(entry_id, row.id, name, found.leaves, row.asked_by)


def _by_clock(b: Books, row: Approval, *, by: str, at: datetime) -> _Leaving:
    """Plan what the morning asked for, if today still can take it."""
    day = b.today(at)
    ids = [each["invoice_id"] for each in row.shown["items"]]
    account = accounts.account(b, row.customer_id, today=day, now=at, also=ids)
    if account is None or not approval_facts.as_shown(b, row, account, b.company.calendar.next_open(day)):
        return _Leaving(Leaves.VOID)
    if not _today_still(b, at):
        return _Leaving(Leaves.LATER)
    free, kind = approval.approved(account, ids, by), _kind(row, account)
    standing = _standing(b, row.customer_id, kind, at)
    if not standing:
        return _alone(b, free, ids, kind, at=at)
    if len(standing) == 1 and _joinable(standing[0], kind):
        return _joined(b, free, standing[0], ids, at=at)
    return _Leaving(Leaves.LATER)


def _kind(row: Approval, account: Account) -> MessageKind:
    """Return whether a request sends invoices themselves, or reminds of them."""
    step = account.policy.step(row.step)
    return MessageKind.INVOICE if step is not None and step.from_issue else MessageKind.REMINDER


def _today_still(b: Books, at: datetime) -> bool:
    """Whether the day's plan is made, and its window open or to come."""
    day, local = b.today(at), at.astimezone(b.company.zone)
    if not b.company.calendar.is_open(day) or local.time() >= b.company.window[1]:
        return False
    return runs.done(b, day_plans.JOB, day.isoformat())


def _standing(b: Books, customer_id: int, kind: MessageKind, at: datetime) -> list[Reminder]:
    """Return the day's messages to a customer that left, or will, from which `kind` keeps a distance."""
    kinds = [kind] if not MESSAGE_KINDS[kind].spaces else SPACING
    return list(
        b.session.scalars(
            select(Reminder)
            .where(Reminder.company_id == b.company_id, Reminder.customer_id == customer_id)
            .where(Reminder.day == b.today(at), Reminder.state.in_(STANDING), Reminder.kind.in_(kinds))
            .with_for_update()
        )
    )


def _joinable(row: Reminder, kind: MessageKind) -> bool:
    """Whether what was approved may leave in this message: planned by the clock, and not on its way."""
    planned = row.state == MessageState.PLANNED and row.origin == Origin.CLOCK
    return planned and row.kind == kind


def _alone(b: Books, account: Account, ids: list[int], kind: MessageKind, *, at: datetime) -> _Leaving:
    """Plan a message of its own."""
    message = _email(b, account, ids, kind, at)
    if message is None:
        return _Leaving(Leaves.LATER)
    return _Leaving(Leaves.TODAY, _plan(b, account, message, at=at))


def _joined(b: Books, account: Account, row: Reminder, ids: list[int], *, at: datetime) -> _Leaving:
    """Have the planned message carry it too, with its tone and amounts anew."""
    own = rewriting.carried(b, row.id)
    message = _email(b, account, [*own, *ids], row.kind, at)
    added = [each.item.id for each in message.items if each.item.id in ids] if message else []
    if message is None or not added:
        return _Leaving(Leaves.LATER)
    rewriting.rewrite(b, row, account, message)
    return _Leaving(Leaves.TODAY, row.id, tuple(key for key in added if key not in own))


def _email(b: Books, account: Account, ids: list[int], kind: MessageKind, at: datetime) -> Message | None:
    """Return the e-mail that leaves today with some of these invoices, by the rules of any other."""
    messages = evaluate(account, b.company, b.today(at), frozenset(ids)).messages
    return next((each for each in messages if each.channel.written and each.kind is kind), None)


def _plan(b: Books, account: Account, message: Message, *, at: datetime) -> int:
    day = b.today(at)
    day_plans.release_keys(b, day)
    before = set(day_plans.emails_of(b, day))
    planning.write_emails(b, [(account, message)], day, at)
    (reminder_id,) = [key for key in day_plans.emails_of(b, day) if key not in before]
    cards.announce(b, day, at=at, only=[reminder_id], name=f"approved{reminder_id}:")
    return reminder_id


def _by_hand(b: Books, row: Approval, *, by: str, at: datetime) -> _Leaving:
    """Send what a person asked to send, if it is still the same."""
    invoice_id = int(row.shown["invoice_id"])
    looked = escalations.look(b, invoice_id, at)
    if looked.found.message is None or not approval_facts.as_shown(b, row, looked.account, b.today(at)):
        return _Leaving(Leaves.VOID)
    done = escalations.send(b, looked, by=row.asked_by, at=at, approved_by=by)
    return _Leaving(Leaves.NOW, done.reminder_id)


def undo_given(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take an approval back: what it let leave is cancelled. Raises Refused once that is on its way."""
    told = journal.data(line, ApprovalGiven)
    dependents.refuse(b, line, approvals.same_approval(told.approval_id))
    if told.reminder_id is not None:
        _call_back(b, told.reminder_id, told.added or (), at=at)
    approvals.reopen(b, told.approval_id)


def _call_back(b: Books, reminder_id: int, added: tuple[int, ...], *, at: datetime) -> None:
    """Cancel a message that waits, or take out of it what joined it. Raises Refused once it is on its way."""
    row = locks.fresh(b, Reminder, reminder_id)
    if row.state == MessageState.CANCELLED:
        return
    if row.state != MessageState.PLANNED:
        raise Refused("approvals.mail_left")
    rest = [key for key in rewriting.carried(b, reminder_id) if key not in added] if added else []
    account = accounts.account(b, row.customer_id, today=b.today(at), now=at) if rest else None
    if account is not None:
        account.approved = {key: by for key, by in account.approved.items() if key not in added}
    message = _email(b, account, rest, row.kind, at) if account is not None else None
    if account is not None and message is not None:
        rewriting.rewrite(b, row, account, message)
    else:
        reminders.cancel(b, reminder_id, reason=Obstacle.UNDONE)
        card_marks.of_messages(b, [reminder_id])
