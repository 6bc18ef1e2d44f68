"""*Envoyer maintenant*: a message of the morning leaves at once, as a row due now (SCHEDULE 16)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from receivables.acts import Act
from receivables.codes.messages import MessageKind, Origin
from receivables.codes.reasons import REASONS, Against, Reason
from receivables.company import Mode
from receivables.errors import Refused
from receivables.schedule.recheck import recheck
from store import journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import JournalLine, Reminder
from store.morning import one_mail
from store.morning.vetoes import live_items
from store.reminders import card_marks
from store.traces.messages import MessageSentNow, PlannedBefore


@dataclass(frozen=True, slots=True)
class SendNowOutcome:
    """A message that leaves within the minute."""

    entry_id: int
    reminder_id: int
    customer: str
    numbers: tuple[str, ...]


def warnings(b: Books, reminder_id: int, *, now: datetime) -> tuple[Reason, ...]:
    """Return the reason codes that ask for a second confirmation: what holds an invoice of the message.

    Raises Refused when these books have no such message.
    """
    row = locks.own(b, Reminder, reminder_id, "morning.mail_absent")
    own = frozenset(invoice_id for invoice_id, _ in live_items(b, reminder_id))
    account = accounts.account(b, row.customer_id, today=b.today(now), now=now, also=sorted(own))
    if account is None or not own:
        return ()
    for item in account.items:
        item.retrying = item.retrying and item.id not in own  # it is this very message that is being retried
    channel, kind = b.company.channel(row.channel), MessageKind(row.kind)
    found = recheck(account, b.company, b.today(now), own, channel, kind).dropped.values()
    return tuple(sorted({reason for reason in found if REASONS[reason].sending is not Against.NOTHING}))


def forbidden(against: Iterable[Reason]) -> bool:
    """Whether one of these reasons is such that no confirmation sends."""
    return any(REASONS[reason].sending is Against.REFUSE for reason in against)


def send(
    b: Books, reminder_id: int, *, by: str, at: datetime, confirmed: bool = False, may_approve: bool = False
) -> SendNowOutcome:
    """Have a planned message leave now, inside or outside the window; one journal line.

    Somebody who may approve, sending what lacks an approval, gives it. Raises Refused when it has left or is
    cancelled, in draft, when it lacks an approval, or when a warning has not been confirmed a second time.
    """
    row, customer = one_mail.of_clock(b, reminder_id, at=at)
    if b.company.mode is Mode.DRAFT:
        raise Refused("morning.draft_mode")
    against = warnings(b, reminder_id, now=at)
    if forbidden(against):
        raise Refused("morning.mail_held")
    if Reason.APPROVAL in against and not may_approve:
        raise Refused("morning.mail_awaits_approval")
    if against and not confirmed:
        raise Refused("morning.confirm_twice")
    before = PlannedBefore(origin=row.origin, by=row.by, plan_key=row.plan_key, due_at=row.due_at)
    row.origin, row.by, row.plan_key, row.due_at = Origin.HAND, by, None, at
    row.approved_by = by if Reason.APPROVAL in against else row.approved_by
    told = MessageSentNow(reminder_id=row.id, step=row.step, before=before, warnings=against)
    entry_id = one_mail.record_mail_act(b, Act.MESSAGE_SENT_NOW, told, row, by=by, at=at)
    accounts.touch(b, row.customer_id)
    card_marks.of_messages(b, [row.id])
    numbers = tuple(number for _, number in live_items(b, row.id))
    return SendNowOutcome(entry_id, row.id, customer.name, numbers)


def undo_sent_now(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Give the message back to the clock. Raises Refused once it is on its way."""
    told = journal.data(line, MessageSentNow)
    row, _ = one_mail.take(b, told.reminder_id, at=at)
    before = told.before
    row.origin, row.by, row.plan_key = before.origin, before.by, before.plan_key
    row.due_at = max(before.due_at, row.planned_for)
    row.approved_by = None if Reason.APPROVAL in (told.warnings or ()) else row.approved_by
    one_mail.forget(row, line)
    card_marks.of_messages(b, [row.id])
