"""The papers of a file: mails as they left, letters as they were frozen, replies as they came."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from receivables.codes.letters import LetterState
from receivables.codes.messages import TO_CUSTOMER, MessageKind, MessageState, RecipientState
from receivables.codes.replies import Handled, IncomingKind, IncomingState
from store.books import Books
from store.db.tables import Incoming, Invoice, Letter, Recipient, Reminder, ReminderItem, TaskItem
from store.reminders import copies
from store.reminders.copies import Copy

MOST = 1_000
"""Papers of each kind, the latest."""


@dataclass(frozen=True, slots=True)
class MailPaper:
    """A mail that was handed to a server. `raw`: its bytes; `server_answer`: what the server said then."""

    id: int
    kind: MessageKind
    step: str
    state: MessageState
    sent_at: datetime | None
    day: date
    copies: tuple[Copy, ...]
    subject: str
    message_id: str
    server_answer: str
    by: str
    raw: bytes
    kept: str
    """The file ending of what its bytes are."""
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterPaper:
    """A letter on paper, with its deposit and tracking."""

    id: int
    step: str
    state: LetterState
    day: date
    sha256: str
    pdf: bytes
    approved_by: str
    tracking: str
    deposited_on: date | None
    deposited_by: str


@dataclass(frozen=True, slots=True)
class ReplyPaper:
    """A reply of the customer."""

    id: int
    received_at: datetime
    sender: str
    sender_name: str
    subject: str
    text: str
    raw: bytes | None
    state: IncomingState
    handled_how: Handled | None
    handled_by: str


def mails(b: Books, customer_id: int, only: frozenset[int] | None) -> tuple[MailPaper, ...]:
    """Return the mails that left, or may have, to a customer: all, or those about one of `only`."""
    has_it = select(Recipient.id).where(
        Recipient.reminder_id == Reminder.id, Recipient.state == RecipientState.ACCEPTED
    )
    rows = b.session.scalars(
        select(Reminder)
        .where(Reminder.company_id == b.company_id, Reminder.customer_id == customer_id)
        .where(or_(Reminder.state.in_(TO_CUSTOMER), has_it.exists()))
        .where(Reminder.raw.is_not(None), Reminder.sandbox.is_(False))
        .order_by(Reminder.id.desc())
        .limit(MOST)
    ).all()
    ids = [row.id for row in rows]
    about, sent = _items(b, ids), copies.of(b, ids)
    kept = [row for row in rows if only is None or only & {id_ for id_, _ in about[row.id]}]
    return tuple(
        _mail(row, b.company.channel(row.channel).kept, [number for _, number in about[row.id]], sent[row.id])
        for row in reversed(kept)
    )


def _items(b: Books, ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    rows = b.session.execute(
        select(ReminderItem.reminder_id, Invoice.id, Invoice.number)
        .join(Invoice, Invoice.id == ReminderItem.invoice_id)
        .where(ReminderItem.reminder_id.in_(ids), ReminderItem.dropped.is_(None))
        .order_by(Invoice.due_date, Invoice.id)
    )
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for reminder_id, id_, number in rows:
        found[reminder_id].append((id_, number))
    return found


def _mail(row: Reminder, kept: str, numbers: Sequence[str], sent: Sequence[Copy]) -> MailPaper:
    return MailPaper(
        id=row.id,
        kind=row.kind,
        step=row.step,
        state=row.state,
        sent_at=row.sent_at or row.claimed_at,
        day=row.day,
        copies=tuple(sent),
        subject=row.subject or "",
        message_id=row.message_id or "",
        server_answer=row.server_answer or row.error or "",
        by=row.by,
        raw=row.raw or b"",
        kept=kept,
        numbers=tuple(numbers),
    )


def letters(b: Books, customer_id: int, only: frozenset[int] | None) -> tuple[LetterPaper, ...]:
    """Return the letters that were approved or deposited: all, or those whose task is about one of `only`."""
    query = (
        select(Letter)
        .where(Letter.company_id == b.company_id, Letter.customer_id == customer_id)
        .where(Letter.state.in_([LetterState.APPROVED, LetterState.DEPOSITED]))
        .order_by(Letter.id.desc())
        .limit(MOST)
    )
    if only is not None:
        query = query.where(Letter.task_id.in_(select(TaskItem.task_id).where(TaskItem.invoice_id.in_(only))))
    return tuple(
        LetterPaper(
            id=row.id,
            step=row.step or "",
            state=row.state,
            day=row.day,
            sha256=row.sha256,
            pdf=row.pdf,
            approved_by=row.approved_by or "",
            tracking=row.tracking or "",
            deposited_on=row.deposited_on,
            deposited_by=row.deposited_by or "",
        )
        for row in reversed(b.session.scalars(query).all())
    )


def replies(b: Books, customer_id: int) -> tuple[ReplyPaper, ...]:
    """Return the replies of a customer, oldest first."""
    rows = b.session.scalars(
        select(Incoming)
        .where(Incoming.company_id == b.company_id, Incoming.customer_id == customer_id)
        .where(Incoming.kind == IncomingKind.REPLY)
        .order_by(Incoming.received_at.desc(), Incoming.id.desc())
        .limit(MOST)
    ).all()
    return tuple(
        ReplyPaper(
            id=row.id,
            received_at=row.received_at,
            sender=row.sender,
            sender_name=row.sender_name or "",
            subject=row.subject,
            text=row.text,
            raw=row.raw,
            state=row.state,
            handled_how=row.handled_how,
            handled_by=row.handled_by or "",
        )
        for row in reversed(rows)
    )
