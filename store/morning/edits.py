"""A person's own words for one mail: its subject and the text around the figures (SCHEDULE 16).

The items, sums, bank details and legal lines stay generated. Words belong to what they were written about:
once the tone, an invoice or an amount has changed, they are left aside and the step's own text leaves.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from receivables.acts import Act
from receivables.codes.messages import MessageState
from receivables.correspondence import Claimed
from receivables.errors import Refused
from store import dependents, journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import JournalLine, Reminder
from store.morning import one_mail
from store.reminders import card_marks
from store.traces.messages import MessageEdited

SUBJECT, TEXT = 180, 2500


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """A mail with a person's own words."""

    entry_id: int
    reminder_id: int
    customer: str


def mark(step: str, items: Sequence[Claimed]) -> str:
    """Return the mark of what the words are about: tone, invoices and amounts."""
    rows = sorted(f"{item.invoice_id}:{item.claimed}:{item.currency}" for item in items)
    return hashlib.blake2s("|".join([step, *rows]).encode(), digest_size=16).hexdigest()


def in_force(edits: Mapping[str, Any] | None, step: str, items: Sequence[Claimed]) -> dict[str, str] | None:
    """Return the words to write the mail with; None when there are none, or the mail has changed since."""
    if not edits or edits.get("mark") != mark(step, items):
        return None
    return {name: str(edits[name]) for name in ("subject", "text") if edits.get(name)}


def edit(
    b: Books,
    reminder_id: int,
    *,
    subject: str | None,
    text: str | None,
    about: str,
    by: str,
    at: datetime,
) -> EditOutcome:
    """Give a planned message words of its own; None (both) goes back to the step's. One journal line.

    `about` is the `mark` of the mail that the person was shown. Raises Refused when it has left, is
    cancelled, not of the day, or approved as it stood.
    """
    row, customer = one_mail.take(b, reminder_id, at=at)
    if row.approved_by is not None:
        raise Refused("morning.approved_as_it_is")
    before, before_by = row.edits, row.edited_by
    row.edits = {"subject": subject, "text": text, "mark": about} if subject or text else None
    row.edited_by = by if row.edits else None
    told = MessageEdited(
        reminder_id=row.id, step=row.step, before=before, before_by=before_by, after=row.edits
    )
    entry_id = one_mail.record_mail_act(b, Act.MESSAGE_EDITED, told, row, by=by, at=at)
    accounts.touch(b, row.customer_id)
    card_marks.of_messages(b, [row.id])
    return EditOutcome(entry_id, row.id, customer.name)


def undo_edited(b: Books, line: JournalLine, *, at: datetime) -> None:  # noqa: ARG001 - as every undo
    """Give the mail the words that it had before. Raises Refused once it has left or was edited again."""
    told = journal.data(line, MessageEdited)
    dependents.refuse(b, line, one_mail.same_message(told.reminder_id))
    row = locks.fresh(b, Reminder, told.reminder_id)
    if row.state != MessageState.PLANNED:
        raise Refused("morning.waits_no_more")
    row.edits, row.edited_by = dict(told.before) if told.before else None, told.before_by
    one_mail.forget(row, line)
    card_marks.of_messages(b, [row.id])
