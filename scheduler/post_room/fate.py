"""What became of a message, written down: sent, to be tried again, failed, or of unknown fate."""

from collections.abc import Sequence
from datetime import datetime

from correspondence.addresses import NoAddress
from correspondence.attachments import MissingPdf
from correspondence.unwritable import what_is_wrong
from receivables.codes.reasons import Reason
from scheduler.delivery import Down, Permanent, Sent, Temporary, Unknown
from scheduler.post_room.retry import MOST_ATTEMPTS, next_attempt
from store.books import Books
from store.post_room import missing_pdfs, send_failures, sending, uncertain
from store.post_room.claims import Ready
from store.post_room.desk import PostDesk
from store.reminders import acts as reminders
from store.reminders.rows import DueReminder, load

Trouble = Temporary | Permanent | Unknown | Down


def took_some(b: Books, ready: Ready, result: Sent, at: datetime) -> None:
    """Note the recipients that the server refused for good while it took the message for others."""
    addresses = [address for address, answer in result.refused if answer.startswith("5")]
    if addresses and not ready.reminder.sandbox:
        send_failures.bounced(b, ready.reminder.customer_id, addresses, at=at)


def settle(b: Books, ready: Ready, result: Trouble, at: datetime) -> dict[str, int]:
    """Write down why a message did not leave, or may not have; return what to count in the report."""
    reminder = ready.reminder
    match result:
        case Unknown():
            return {"uncertain": int(uncertain.mark(b, reminder, error=result.error, at=at))}
        case Permanent():
            bad = ready.to if result.recipient else ()
            return {"failed": _refused(b, reminder, result.error, bad, at)}
        case Temporary() if ready.attempt >= MOST_ATTEMPTS:
            return {"failed": _refused(b, reminder, result.error, (), at)}
        case Temporary() | Down():
            return {"postponed": _put_back(b, ready, result.error, at)}


def _refused(b: Books, reminder: DueReminder, error: str, addresses: Sequence[str], at: datetime) -> int:
    """Record the failure; the sandbox's own address says nothing about the customer's."""
    addresses = () if reminder.sandbox else addresses
    return int(send_failures.refused(b, reminder, error=error, addresses=addresses, at=at))


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


def unwritable(b: Books, reminder: DueReminder, error: Exception, at: datetime) -> int:
    """Keep a message that cannot be written as failed, and tell the team; 1 when it was still planned."""
    failed = send_failures.refused(
        b, reminder, error=what_is_wrong(error, b.company.language), addresses=(), at=at, claimed=False
    )
    if failed and isinstance(error, NoAddress):
        send_failures.ask_for_address(b, reminder, at=at)
    return int(failed)
