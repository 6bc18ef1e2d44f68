"""Mails that came in: taken in once, attached to a customer, and waited for until a person handles them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from receivables.acts import Act
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.replies import ACTED_ON, Handled, IncomingKind, IncomingState
from receivables.errors import Refused
from receivables.people import Automaton, Person
from store import announcements, journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Customer, Incoming, JournalLine
from store.replies import news
from store.traces.codec import ActData
from store.traces.inbox import HandledBefore, MailTaken, ReplyFiled, ReplyHandled

_KEPT = {IncomingKind.BOUNCE: Act.MAIL_BOUNCE, IncomingKind.AUTOMATIC: Act.MAIL_AUTOMATIC}

ABSENT = "replies.absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A mail to take in. `kind`: reply, bounce or automatic; `digest` tells two mails of one key apart."""

    key: str
    digest: str
    received_at: datetime
    kind: IncomingKind
    sender: str
    sender_name: str | None
    subject: str
    text: str
    raw: bytes | None
    customer_id: int | None = None
    named_customer_id: int | None = None
    reminder_id: int | None = None
    proposal: dict[str, Any] | None = None


def known(b: Books, arrived: Arrived) -> bool:
    """Whether this very mail was taken in before. Another mail under the same Message-ID is not it."""
    return any(_same(row, arrived) for row in _of_key(b, arrived))


def _of_key(b: Books, arrived: Arrived) -> list[Incoming]:
    keys = (arrived.key, _longer_key(arrived))
    query = select(Incoming).where(Incoming.company_id == b.company_id, Incoming.key.in_(keys))
    return list(b.session.scalars(query))


def _same(row: Incoming, arrived: Arrived) -> bool:
    return (row.sender, row.subject, row.text) == (arrived.sender, arrived.subject, arrived.text)


def _longer_key(arrived: Arrived) -> str:
    return f"{arrived.key}#{arrived.digest}"


def take_in(b: Books, arrived: Arrived, *, quiet: bool = False, at: datetime) -> int | None:
    """Take a mail in at the aware instant `at` and return its id; None when it was taken in before.

    A reply of a known customer holds its reminders until a person handles it, and is said in Slack; one of
    an unknown customer waits to be filed, without a word when `quiet`. Either holds the customer whose
    invoices it names (`named_customer_id`) as well. What machines write is kept and holds
    nothing. One journal line.
    """
    if known(b, arrived):
        return None
    reply = arrived.kind == IncomingKind.REPLY
    state = (
        (IncomingState.UNREAD if arrived.customer_id else IncomingState.TO_FILE)
        if reply
        else IncomingState.IGNORED
    )
    incoming_id = insert(b, arrived, state=state, at=at)
    if incoming_id is None:
        return None
    act = {IncomingState.UNREAD: Act.REPLY_RECEIVED, IncomingState.TO_FILE: Act.MAIL_TO_FILE}.get(
        state
    ) or _KEPT[IncomingKind(arrived.kind)]
    _record_incoming_act(b, act, incoming_id, arrived.customer_id, at=at, reminder_id=arrived.reminder_id)
    if reply and arrived.named_customer_id is not None:
        named = arrived.named_customer_id
        _record_incoming_act(b, Act.MAIL_NAMED, incoming_id, named, at=at, reminder_id=None)
    if reply and not quiet:
        announce_incoming(b, incoming_id, at=at)
    return incoming_id


def insert(b: Books, arrived: Arrived, *, state: IncomingState, at: datetime) -> int | None:
    """Put the row of a mail in the books; None when another reader did so first."""
    make = postgresql.insert if b.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    others = _of_key(b, arrived)
    if any(_same(row, arrived) for row in others):
        return None  # taken in by another reader since `known` was asked
    return b.session.scalar(
        make(Incoming)
        .values(
            company_id=b.company_id,
            key=_longer_key(arrived) if others else arrived.key,
            received_at=arrived.received_at,
            taken_at=at,
            kind=arrived.kind,
            sender=arrived.sender,
            sender_name=arrived.sender_name,
            subject=arrived.subject,
            text=arrived.text,
            raw=arrived.raw,
            customer_id=arrived.customer_id,
            named_customer_id=arrived.named_customer_id,
            reminder_id=arrived.reminder_id,
            state=state,
            proposal=arrived.proposal,
        )
        .on_conflict_do_nothing(index_elements=["company_id", "key"])
        .returning(Incoming.id)
    )


def announce_incoming(b: Books, incoming_id: int, *, at: datetime) -> None:
    """Have the mail said in Slack, once."""
    data = {"incoming_id": incoming_id}
    announcements.announce(
        b, key=announcement_key(incoming_id), kind=AnnouncementKind.REPLY, data=data, at=at
    )


def announcement_key(incoming_id: int) -> str:
    """Return the key under which a mail is said in Slack."""
    return f"reply:{incoming_id}"


def _record_incoming_act(
    b: Books, act: Act, incoming_id: int, customer_id: int | None, *, at: datetime, reminder_id: int | None
) -> None:
    if customer_id is not None:
        accounts.touch(b, customer_id)
    told = MailTaken(incoming_id=incoming_id, reminder_id=reminder_id)
    journal.write(b, act, told, by=Automaton.CLOCK, at=at, customer_id=customer_id)


# --- what a person does with it ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingDone:
    """A mail handled, or (`how` None) filed. `entry_id` is the journal line that *Annuler* carries."""

    entry_id: int
    incoming_id: int
    how: Handled | None
    customer_id: int | None
    customer: str | None


def handle(
    b: Books, incoming_id: int, *, how: Handled, parts: Sequence[int] = (), by: str, at: datetime
) -> IncomingDone:
    """Say what was done with a mail; it holds nothing any more. One journal line.

    `parts` are the journal lines of the acts that came of it, taken back with it. A mail that says several
    things is handled once for each. Raises Refused when it was handled already, or must be filed first.
    """
    row = _take(b, incoming_id)
    if row.state == IncomingState.TO_FILE and how != Handled.IGNORED:
        raise Refused("replies.to_file_first")
    if row.state not in {IncomingState.UNREAD, IncomingState.TO_FILE} and not (
        row.state == IncomingState.HANDLED and how in left_to_do(row.proposal)
    ):
        raise _already(b, row)
    told = ReplyHandled(incoming_id=row.id, how=how, parts=tuple(parts), before=row.state, was=_was(row))
    row.state = IncomingState.IGNORED if how == Handled.IGNORED else IncomingState.HANDLED
    row.handled_at, row.handled_by, row.handled_how = at, by, how
    row.proposal = {**(row.proposal or {}), "done": [*_done_of(row), how]}
    return _done(b, row, Act.REPLY_HANDLED, how, told, by=by, at=at)


def left_to_do(proposal: Mapping[str, Any] | None) -> list[Handled]:
    """Return what a mail says besides what was done of it: promise, dispute, payment."""
    told = proposal or {}
    kinds = [told.get("kind"), *(each.get("kind") for each in told.get("more", ()))]
    return [Handled(kind) for kind in kinds if kind in ACTED_ON and kind not in told.get("done", ())]


def _done_of(row: Incoming) -> list[str]:
    return list((row.proposal or {}).get("done", ()))


def _was(row: Incoming) -> HandledBefore:
    return HandledBefore(at=row.handled_at, by=row.handled_by, how=row.handled_how)


def _already(b: Books, row: Incoming) -> Refused:
    return Refused(
        "replies.already_handled",
        how=row.handled_how or IncomingState.HANDLED,
        by=Person.known(row.handled_by),
        day=b.today(row.handled_at) if row.handled_at else None,
    )


def file(b: Books, incoming_id: int, customer_id: int, *, by: str, at: datetime) -> IncomingDone:
    """File a mail with a customer, whose reminders it then holds until it is handled. One journal line.

    Whom it names otherwise, it holds no more: a person has said whose it is.

    Raises Refused when it is filed already.
    """
    row = _take(b, incoming_id)
    if row.state != IncomingState.TO_FILE:
        raise Refused("replies.already_filed")
    customer = locks.customer(b, customer_id)
    told = ReplyFiled(incoming_id=row.id, name=customer.name, named_customer_id=row.named_customer_id)
    if row.named_customer_id is not None:
        accounts.touch(b, row.named_customer_id)
    row.customer_id, row.named_customer_id, row.state = customer.id, None, IncomingState.UNREAD
    b.session.flush()
    announce_incoming(b, row.id, at=at)
    return _done(b, row, Act.REPLY_FILED, None, told, by=by, at=at)


def _take(b: Books, incoming_id: int) -> Incoming:
    """Take a mail of these books, its customer first. Raises Refused when it is not there."""
    return locks.row(b, Incoming, incoming_id, ABSENT)


def _done(
    b: Books, row: Incoming, act: Act, how: Handled | None, told: ActData, *, by: str, at: datetime
) -> IncomingDone:
    b.session.flush()
    _redraw(b, row, at=at)
    entry_id = journal.write(b, act, told, by=by, at=at, customer_id=row.customer_id)
    customer = b.session.get(Customer, row.customer_id) if row.customer_id else None
    return IncomingDone(
        entry_id=entry_id,
        incoming_id=row.id,
        how=how,
        customer_id=row.customer_id,
        customer=customer.name if customer else None,
    )


def _redraw(b: Books, row: Incoming, *, at: datetime) -> None:
    """Have the plan look at whom the mail holds again, and the mail's card drawn anew."""
    for held in {row.customer_id, row.named_customer_id} - {None}:
        accounts.touch(b, held or 0)
    news.redraw(b, row.id, at=at)


def undo_handled(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Put a mail back among those that wait, and hold its customer's reminders again."""
    told = journal.data(line, ReplyHandled)
    row = locks.fresh(b, Incoming, told.incoming_id)
    row.state, row.handled_by, row.handled_how = told.before, told.was.by, told.was.how
    row.handled_at = told.was.at
    done = _done_of(row)
    done.remove(told.how)
    row.proposal = {**(row.proposal or {}), "done": done}
    b.session.flush()
    _redraw(b, row, at=at)


def wait_again(b: Books, incoming_id: int, *, named_customer_id: int | None = None, at: datetime) -> None:
    """Put a mail that was filed by mistake back among those to be filed, holding whom it names again."""
    row = locks.fresh(b, Incoming, incoming_id)
    if row.customer_id is not None:
        accounts.touch(b, row.customer_id)
    row.named_customer_id = named_customer_id
    row.customer_id, row.state = None, IncomingState.TO_FILE
    row.handled_at = row.handled_by = row.handled_how = None
    b.session.flush()
    _redraw(b, row, at=at)


def undo_filed(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a mail out of a customer's file. Raises Refused when it was handled since."""
    told = journal.data(line, ReplyFiled)
    row = locks.fresh(b, Incoming, told.incoming_id)
    if row.state != IncomingState.UNREAD:
        raise Refused("replies.handled_since")
    wait_again(b, row.id, named_customer_id=told.named_customer_id, at=at)


def waiting(b: Books) -> tuple[int, int]:
    """Return how many mails wait to be read, and how many to be filed."""
    rows = b.session.execute(
        select(Incoming.state, func.count())
        .where(
            Incoming.company_id == b.company_id,
            Incoming.state.in_((IncomingState.UNREAD, IncomingState.TO_FILE)),
        )
        .group_by(Incoming.state)
    )
    found = dict(rows.all())
    return found.get(IncomingState.UNREAD, 0), found.get(IncomingState.TO_FILE, 0)
