"""What became of a message, written down: sent, to be tried again, failed, or of unknown fate."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from correspondence.addresses import NoAddress
from correspondence.attachments import MissingPdf
from correspondence.unwritable import what_is_wrong
from receivables.addresses import BadAddress
from receivables.calendar.workdays import ONE_DAY
from receivables.codes.messages import RecipientState
from receivables.codes.reasons import Reason
from receivables.company import Mode
from scheduler.delivery import Deferred, Down, Permanent, Refusals, Sent, Temporary, Unknown
from scheduler.post_room.retry import MOST_ATTEMPTS, next_attempt
from scheduler.refusals import of_address
from store.addresses import stopping
from store.books import Books
from store.post_room import completing, missing_pdfs, outcomes, send_failures, sending, uncertain
from store.post_room.claims import Ready
from store.post_room.desk import PostDesk
from store.post_room.outcomes import CopyOutcome
from store.reminders import acts as reminders
from store.reminders.rows import DueReminder, load

Trouble = Temporary | Deferred | Permanent | Unknown | Down


def took_some(b: Books, ready: Ready, result: Sent, at: datetime) -> dict[str, int]:
    """Write down that a message left for some of its addresses; the others are tried again by themselves.

    It is done once who completes its step has it. Returns what to count in the report.
    """
    reminder, desk = ready.reminder, PostDesk.of(b)
    dead = note(b, ready, result.refused, at)
    taken = set(ready.to) - {address for address, _ in result.refused}
    if completing.enough(b, reminder, taken):
        counts = {"sent": int(sending.record_sent(desk, ready, answer=result.answer, at=at))}
    else:
        counts = {"postponed": int(sending.record_retrying(desk, reminder, answer=result.answer))}
    ours = [words for _, words in result.refused if words.startswith("5")]
    if dead or ours:
        send_failures.not_everywhere(b, reminder, again=not dead, at=at)
    return counts


def note(b: Books, ready: Ready, refused: Refusals, at: datetime) -> Refusals:
    """Write down the addresses that a server would not have, each with its words; return the dead ones.

    They are written to no more; the sandbox's own address says nothing about the customer's.
    """
    reminder = ready.reminder
    dead = tuple(each for each in refused if of_address(each[1]))
    outcomes.write(
        PostDesk.of(b),
        reminder.id,
        [
            CopyOutcome(address, RecipientState.REFUSED, words)
            if (address, words) in dead
            else _put_off(b, ready, address, words, at)
            for address, words in refused
        ],
    )
    if dead and not reminder.sandbox:
        send_failures.bounced(b, reminder.customer_id, dict(dead), at=at)
    return dead


def _put_off(b: Books, ready: Ready, address: str, words: str, at: datetime) -> CopyOutcome:
    """Return an address as put off: the same day with back-off, then on the next open day (SCHEDULE 9)."""
    next_at = next_attempt(b.company, at, ready.attempt)
    until = b.company.calendar.next_open(b.today(at) + ONE_DAY)
    return CopyOutcome(address, RecipientState.PUT_OFF, words, next_at, until)


def put_off(b: Books, ready: Ready, addresses: Sequence[str], words: str, at: datetime) -> None:
    """Write down that copies were not taken for what was said of all of them, and are tried again."""
    again = [_put_off(b, ready, address, words, at) for address in addresses]
    outcomes.write(PostDesk.of(b), ready.reminder.id, again)


def settle(b: Books, ready: Ready, result: Trouble, at: datetime) -> dict[str, int]:
    """Write down why a message did not leave, or may not have; return what to count in the report."""
    reminder = ready.reminder
    dead = note(b, ready, () if isinstance(result, Down) else result.refused, at)
    match result:
        case Unknown():
            return {"uncertain": int(uncertain.mark(b, reminder, error=result.error, at=at))}
        case Permanent():
            note(b, ready, result.dead, at)
            return {"failed": _refused(b, reminder, result.error, dict(result.dead), at)}
        case Temporary() | Deferred():
            if ready.attempt >= MOST_ATTEMPTS:
                return {"failed": _refused(b, reminder, result.error, {}, at)}
            if isinstance(result, Deferred):
                send_failures.put_off(b, reminder, error=result.error, at=at)
            if dead:
                send_failures.not_everywhere(b, reminder, at=at)
            return {"postponed": _put_back(b, ready, result.error, at)}
        case Down():
            return {"postponed": _put_back(b, ready, result.error, at)}


def _refused(b: Books, reminder: DueReminder, error: str, dead: Mapping[str, str], at: datetime) -> int:
    """Record the failure; the sandbox's own address says nothing about the customer's."""
    dead = {} if reminder.sandbox else dead
    return int(send_failures.refused(b, reminder, error=error, dead=dead, at=at))


def _put_back(b: Books, ready: Ready, error: str, at: datetime) -> int:
    due_at = next_attempt(b.company, at, ready.attempt)
    return int(sending.put_back(PostDesk.of(b), ready.reminder, error=error, due_at=due_at))


def without_pdf(b: Books, reminder: DueReminder, missing: MissingPdf, at: datetime) -> int:
    """Take the invoices that lack their PDF out of a message, and have somebody find it.

    Returns 1 when nothing is left of it.
    """
    reminders.drop_items(b, [reminder.id], missing.invoice_ids, reason=Reason.MISSING_PDF)
    reminders.drop_items(b, [reminder.id], missing.late, reason=Reason.SPACING)
    if missing.invoice_ids:
        missing_pdfs.ask(b, reminder.customer_id, missing.invoice_ids, at=at)
    sending.look_again(PostDesk.of(b), reminder.customer_id)
    left = load(b, [reminder.id])[0].items
    if left and not all(item.joined for item in left):
        return 0
    return int(reminders.cancel(b, reminder.id, reason=Reason.MISSING_PDF))


def elsewhere(b: Books, reminder: DueReminder, at: datetime, *, stale: bool) -> bool:
    """Stop the addresses that cannot be written to; whether the message has others to go to.

    `stale`: its addresses may have been read before an earlier message of the run had them stopped.

    In sandbox the company's own address is the bad one, which says nothing about the customer's.
    """
    if b.company.mode is Mode.SANDBOX:
        return False
    stopped = stopping.stop_unwritable(b, reminder.customer_id, at=at)
    return (bool(stopped) or stale) and not stopping.without(b, [reminder.customer_id])


def unwritable(b: Books, reminder: DueReminder, error: Exception, at: datetime) -> int:
    """Keep a message that cannot be written as failed, and tell the team; 1 when it was still planned.

    Of one that nobody can be written to, the task that asks for an address is all that is told.
    """
    words = what_is_wrong(error, b.company.language)
    if not isinstance(error, NoAddress | BadAddress) or b.company.mode is Mode.SANDBOX:
        return int(send_failures.refused(b, reminder, error=words, dead={}, at=at, claimed=False))
    failed = sending.fail_unclaimed(PostDesk.of(b), reminder, error=words, at=at)
    if failed:
        send_failures.ask_for_address(b, reminder, at=at)
    return int(failed)
