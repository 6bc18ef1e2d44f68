"""Addresses that a server refused after the mail had left: they are written to no more (SCHEDULE 14)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from sqlalchemy import func, select

from receivables.acts import Act
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.messages import MessageState
from receivables.codes.replies import Handled, IncomingKind, IncomingState
from receivables.codes.steps import StepHow
from receivables.codes.tasks import TaskOutcome, TaskState
from receivables.errors import Refused
from receivables.people import Automaton
from store import journal, locks
from store.accounts import facts as accounts
from store.addresses import stopping
from store.books import Books
from store.db.tables import (
    Contact,
    Incoming,
    JournalLine,
    Reminder,
    ReminderItem,
    StepDone,
    Task,
)
from store.post_room import telling
from store.reminders import copies, steps
from store.replies import acts as incoming
from store.replies import news as incoming_news
from store.replies import sender as incoming_search
from store.replies.acts import Arrived
from store.tasks import acts as tasks
from store.traces.inbox import AddressBounced, MailTaken, Unsent

LONGEST_LINE = 200
MOST_TOLD = 5
"""Reports that nothing proves, told one by one on a day; anybody can write more, which the list alone has."""


@dataclass(frozen=True, slots=True)
class Dead:
    """An address refused for good, with the status and the words of the server."""

    address: str
    reason: str


def take_in(
    b: Books, arrived: Arrived, dead: Sequence[Dead], *, refused: Sequence[Dead] = (), at: datetime
) -> int | None:
    """Take a report of delivery in; None when it was taken in before.

    That an address of a customer is `dead` waits for `bursts.conclude`. Where it was `refused` for another
    reason the mail stays done, and the team is told. One journal line.
    Without a customer, nothing will be concluded: the report waits to be filed, and the first few of a day
    are said.
    """
    if incoming.known(b, arrived):
        return None
    customer_id = arrived.customer_id
    state = IncomingState.IGNORED
    if dead:
        state = IncomingState.PENDING if customer_id is not None else IncomingState.TO_FILE
        arrived = replace(arrived, proposal={**(arrived.proposal or {}), **_kept(dead)})
    incoming_id = incoming.insert(b, arrived, state=state, at=at)
    if incoming_id is None or state == IncomingState.PENDING:
        return incoming_id
    told = MailTaken(incoming_id=incoming_id, reminder_id=arrived.reminder_id)
    act = Act.MAIL_TO_FILE if state == IncomingState.TO_FILE else Act.MAIL_BOUNCE
    journal.write(b, act, told, by=Automaton.CLOCK, at=at, customer_id=customer_id)
    if state == IncomingState.TO_FILE and _filed_today(b, at) <= MOST_TOLD:
        incoming.announce_incoming(b, incoming_id, at=at)
    elif refused and arrived.reminder_id is not None:
        copies.refuse(b, arrived.reminder_id, {one.address: one.reason for one in refused})
        telling.gather(b, AnnouncementKind.BOUNCE_POLICY, arrived.reminder_id, at=at)
    return incoming_id


def _filed_today(b: Books, at: datetime) -> int:
    """Return how many reports that are to be filed have been taken in on the local day of `at`."""
    since = b.company.instant(b.today(at), time.min)
    filed = select(func.count()).select_from(Incoming).where(Incoming.company_id == b.company_id)
    own = (
        Incoming.kind == IncomingKind.BOUNCE,
        Incoming.state == IncomingState.TO_FILE,
        Incoming.taken_at >= since,
    )
    return b.session.scalar(filed.where(*own)) or 0


def _kept(dead: Sequence[Dead]) -> dict[str, list[list[str]]]:
    """Return dead addresses as a mail keeps them with what is read in it."""
    return {"dead": [[one.address, one.reason] for one in dead]}


def named(row: Incoming) -> list[Dead]:
    """Return the dead addresses that a report names."""
    return [Dead(address, reason) for address, reason in (row.proposal or {}).get("dead", ())]


def contacts_of(b: Books, customer_id: int, dead: Sequence[Dead]) -> list[Contact]:
    """Return the customer's contacts with a dead address that is still written to."""
    rows = b.session.scalars(
        select(Contact)
        .where(
            Contact.company_id == b.company_id,
            Contact.customer_id == customer_id,
            Contact.bounced_at.is_(None),
        )
        .order_by(Contact.id)
    )
    bad = {one.address.lower() for one in dead}
    return [row for row in rows if row.email and row.email.lower() in bad]


def stop(
    b: Books, row: Incoming, customer_id: int, dead: Sequence[Dead], *, by: str, at: datetime
) -> int | None:
    """Write no more to the customer's addresses that a report says are dead; return the journal line.

    A reminder that reached nobody completes nothing: its steps are to be done again, once there is an
    address; the same holds for each that had left before the address was known to be dead. A task asks the
    owner for one. None when nothing follows from the report.
    """
    locks.customer(b, customer_id)
    contacts = contacts_of(b, customer_id, dead)
    if not contacts and not _reached_nobody(b, row.reminder_id):
        return None
    words = {one.address: one.reason for one in dead}
    stopping.stop(b, customer_id, words, at=at)
    if row.reminder_id is not None:
        copies.refuse(b, row.reminder_id, words)
    row.customer_id, row.state = customer_id, IncomingState.HANDLED
    row.handled_at, row.handled_by, row.handled_how = at, by, Handled.BOUNCED
    unsent = _unsend(b, row.reminder_id, at=at)
    bounced = AddressBounced(
        incoming_id=row.id,
        contact_ids=tuple(contact.id for contact in contacts),
        unsent=unsent,
        task_id=stopping.ask(b, customer_id, invoice_ids=unsent.invoice_ids, by=by, at=at),
    )
    accounts.touch(b, customer_id)
    return journal.write(b, Act.ADDRESS_BOUNCED, bounced, by=by, at=at, customer_id=customer_id)


def _unsend(b: Books, reminder_id: int | None, *, at: datetime) -> Unsent:
    """Have a reminder that reached nobody complete nothing; return what undoing needs."""
    reminder = b.session.get(Reminder, reminder_id) if reminder_id else None
    if reminder is None:
        return Unsent()
    items = select(ReminderItem.invoice_id).where(
        ReminderItem.reminder_id == reminder.id, ReminderItem.dropped.is_(None)
    )
    invoice_ids = tuple(b.session.scalars(items.order_by(ReminderItem.id)))
    if not _reached_nobody(b, reminder.id):
        return Unsent(invoice_ids=invoice_ids)
    reminder.state, reminder.error = MessageState.FAILED, "bounced"
    done = b.session.scalars(
        select(StepDone).where(StepDone.reminder_id == reminder.id, StepDone.undone_at.is_(None))
    ).all()
    for step in done:
        step.undone_at = at
    b.session.flush()
    return Unsent(reminder_id=reminder.id, step_ids=tuple(step.id for step in done), invoice_ids=invoice_ids)


def _reached_nobody(b: Books, reminder_id: int | None) -> bool:
    """Whether a message that counts as sent reached nobody, all of its addresses having bounced."""
    reminder = b.session.get(Reminder, reminder_id) if reminder_id else None
    if reminder is None or reminder.state != MessageState.SENT or reminder.sandbox:
        return False
    return _all_dead(b, reminder)


def _all_dead(b: Books, reminder: Reminder) -> bool:
    """Whether every address that a message went to has bounced."""
    rows = b.session.execute(
        select(Contact.email, Contact.bounced_at).where(
            Contact.company_id == b.company_id, Contact.customer_id == reminder.customer_id
        )
    )
    dead = {copies.as_handed(email).lower() for email, bounced_at in rows if email and bounced_at}
    left = [copy for copy in copies.of(b, [reminder.id])[reminder.id] if copy.state in copies.HANDED]
    return bool(left) and all(copy.address.lower() in dead for copy in left)


def file(b: Books, incoming_id: int, customer_id: int, *, by: str, at: datetime) -> int:
    """File a report of delivery with the customer whose addresses it names: they are written to no more.

    Returns the journal line. Raises Refused when it is filed already, or names none of the customer's.
    """
    row = locks.row(b, Incoming, incoming_id, incoming.ABSENT)
    if row.state != IncomingState.TO_FILE or row.kind != IncomingKind.BOUNCE:
        raise Refused("replies.already_filed")
    text = row.text.lower()
    known = [address for address in incoming_search.addresses(b, customer_id) if address in text]
    dead = [Dead(address, _first_line(row.text)) for address in known]
    line = stop(b, row, customer_id, dead, by=by, at=at) if contacts_of(b, customer_id, dead) else None
    if line is None:
        raise Refused("replies.names_no_address")
    b.session.flush()
    incoming_news.redraw(b, row.id, at=at)
    return line


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:LONGEST_LINE]


def undo_bounced(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Write to the addresses again: the report was wrong. What the reminder completed is completed again."""
    told, addresses = journal.data(line, AddressBounced), list[str]()
    for contact_id in told.contact_ids:
        contact = locks.fresh(b, Contact, contact_id)
        contact.bounced_at = contact.bounce_reason = None
        addresses.append(contact.email or "")
    returned = b.session.get_one(Incoming, told.incoming_id).reminder_id
    if returned is not None:
        copies.accept_again(b, returned, addresses)
    if line.by != Automaton.CLOCK:
        incoming.wait_again(b, told.incoming_id, at=at)
    task = b.session.get(Task, told.task_id) if told.task_id else None
    if task is not None and task.state == TaskState.OPEN:
        tasks.finish(b, task, how=StepHow.TASK, outcome=TaskOutcome.CANCELLED, by=line.by, at=at)
    if told.reminder_id is not None:
        reminder = locks.fresh(b, Reminder, told.reminder_id)
        reminder.state, reminder.error = MessageState.SENT, None
        _complete_again(b, told.unsent.step_ids)


def _complete_again(b: Books, step_ids: Sequence[int]) -> None:
    """Count steps as done again, unless they were done anew since."""
    for step_id in step_ids:
        step = locks.fresh(b, StepDone, step_id)
        if not steps.is_done(b, step.invoice_id, step.step):
            step.undone_at = None
