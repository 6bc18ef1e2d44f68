"""Mail that cannot be delivered: addresses that bounced, messages that failed, a server that is away."""

from collections.abc import Mapping
from datetime import datetime

from receivables.codes.announcements import AnnouncementKind
from receivables.codes.messages import RecipientState
from receivables.people import Automaton
from store import announcements
from store.addresses import stopping
from store.books import Books
from store.post_room import refusals, sending, telling
from store.post_room.desk import PostDesk
from store.reminders import copies
from store.reminders.rows import DueReminder


def bounced(b: Books, customer_id: int, dead: Mapping[str, str], *, at: datetime) -> None:
    """Write down that the server refused these addresses for good, each with its words."""
    stopping.stop(b, customer_id, dead, at=at)


def ask_for_address(b: Books, reminder: DueReminder, *, at: datetime) -> None:
    """Have the customer's owner find an address, unless somebody is at it already."""
    waiting = [item.invoice_id for item in reminder.items]
    stopping.ask(b, reminder.customer_id, invoice_ids=waiting, by=Automaton.CLOCK, at=at)


def refused(
    b: Books,
    reminder: DueReminder,
    *,
    error: str,
    dead: Mapping[str, str],
    at: datetime,
    claimed: bool = True,
) -> bool:
    """Record a permanent failure: nothing is completed, the `dead` addresses are written to
    no more, each with the server's words, and the team is told. Refused as such, it waits for a person.

    `claimed` False: it failed before it could be sent at all.
    """
    record = sending.record_failed if claimed else sending.fail_unclaimed
    if not record(PostDesk.of(b), reminder, error=error, at=at):
        return False
    if dead:
        bounced(b, reminder.customer_id, dead, at=at)
        ask_for_address(b, reminder, at=at)
    elif claimed and reminder.items and not reminder.sandbox:
        refusals.ask(b, reminder, error=error, at=at)
    telling.gather(b, AnnouncementKind.SENDS_FAILED, reminder.id, at=at)
    return True


def put_off(b: Books, reminder: DueReminder, *, error: str, at: datetime) -> None:
    """Tell the team that a message waits for a refusal which is ours to put right: once a day for each."""
    telling.gather_waiting(b, reminder.id, words=error[:200], at=at)


def not_everywhere(b: Books, reminder: DueReminder, *, again: bool = False, at: datetime) -> None:
    """Tell the team at which addresses a message was refused that others may have; `again`: once a day."""
    telling.gather_copies(b, reminder.id, daily=again, at=at)


def not_for_billing(b: Books, reminder: DueReminder, *, error: str, at: datetime) -> bool:
    """Leave it at those who have a message, who do not complete its step; its invoices wait for a person.

    Where nobody has it after all it has failed, which is told. Returns whether somebody has it.
    """
    known = copies.of(b, [reminder.id])[reminder.id]
    if not any(copy.state == RecipientState.ACCEPTED for copy in known):
        refused(b, reminder, error=error, dead={}, at=at)
        return False
    copies.leave_it_at_that(b, reminder.id)
    sending.look_again(PostDesk.of(b), reminder.customer_id)
    if reminder.items and not reminder.sandbox:
        refusals.ask(b, reminder, error=error, at=at)
    return True


def refused_again(b: Books, *, error: str, at: datetime) -> None:
    """Tell the team, with what is told of this run, that the same refusal came so often that it stopped."""
    telling.stop(b, words=error[:200], at=at)


def server_down(b: Books, *, error: str, said: bool = False, at: datetime) -> None:
    """Tell the team, once a day, that the mail server takes nothing; what is planned stays planned.

    `said`: the error is a sentence for people, which is repeated to them.
    """
    day = b.today(at).isoformat()
    data = {"day": day, "down": True, "error": error[:200], "why": error if said else ""}
    announcements.announce(b, key=f"smtp_down:{day}", kind=AnnouncementKind.SENDS_FAILED, data=data, at=at)
