"""What was said last with a customer, by whichever way: calls, messages, replies, letters, promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from receivables.codes.agreements import PromiseEnd
from receivables.codes.letters import LetterState
from receivables.codes.messages import CARRYING, MessageState
from receivables.codes.replies import IncomingKind
from store.books import Books
from store.db.tables import Call, Incoming, Letter, Promise, Reminder

EACH = 3
EXCERPT = 300


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said. `way`: call, reply, letter, promise, or by its key the channel of a message.

    `what`: an outcome, a step, a state; `by`: who of ours, or the sender of a reply; `text`: a note, or the
    beginning of a reply (foreign text).
    """

    at: datetime
    way: str
    what: str = ""
    by: str = ""
    text: str = ""


def of_customer(b: Books, customer_id: int, *, most: int = 5) -> list[Said]:
    """Return what was said last with a customer, newest first."""
    found = [*_calls(b, customer_id), *_messages(b, customer_id), *_replies(b, customer_id)]
    found += [*_letters(b, customer_id), *_promises(b, customer_id)]
    return sorted(found, key=lambda said: said.at, reverse=True)[:most]


def _calls(b: Books, customer_id: int) -> Iterator[Said]:
    rows = b.session.execute(
        select(Call.at, Call.outcome, Call.by, Call.contact, Call.note)
        .where(Call.company_id == b.company_id, Call.customer_id == customer_id, Call.undone_at.is_(None))
        .order_by(Call.at.desc(), Call.id.desc())
        .limit(EACH)
    )
    for at, outcome, by, contact, note in rows:
        text = " : ".join(filter(None, (contact, note)))
        yield Said(at, "call", outcome, by, text[:EXCERPT])


def _messages(b: Books, customer_id: int) -> Iterator[Said]:
    rows = b.session.execute(
        select(Reminder.sent_at, Reminder.channel, Reminder.step, Reminder.by)
        .where(Reminder.company_id == b.company_id, Reminder.customer_id == customer_id)
        .where(
            Reminder.state == MessageState.SENT,
            Reminder.kind.in_(CARRYING),
            Reminder.sandbox.is_(False),
        )
        .order_by(Reminder.sent_at.desc(), Reminder.id.desc())
        .limit(EACH)
    )
    yield from (Said(at, channel, step, by) for at, channel, step, by in rows if at is not None)


def _replies(b: Books, customer_id: int) -> Iterator[Said]:
    rows = b.session.execute(
        select(Incoming.received_at, Incoming.state, Incoming.sender_name, Incoming.sender, Incoming.text)
        .where(Incoming.company_id == b.company_id, Incoming.customer_id == customer_id)
        .where(Incoming.kind == IncomingKind.REPLY)
        .order_by(Incoming.received_at.desc(), Incoming.id.desc())
        .limit(EACH)
    )
    for at, state, name, sender, text in rows:
        yield Said(at, "reply", state, name or sender, " ".join(text.split())[:EXCERPT])


def _letters(b: Books, customer_id: int) -> Iterator[Said]:
    rows = b.session.execute(
        select(Letter.deposited_at, Letter.step, Letter.deposited_by, Letter.tracking)
        .where(Letter.company_id == b.company_id, Letter.customer_id == customer_id)
        .where(Letter.state == LetterState.DEPOSITED, Letter.deposited_at.is_not(None))
        .order_by(Letter.deposited_at.desc())
        .limit(EACH)
    )
    for at, step, by, tracking in rows:
        if at is not None:
            yield Said(at, "letter", step or "", by or "", tracking or "")


def _promises(b: Books, customer_id: int) -> Iterator[Said]:
    """Yield the promises that no call tells of."""
    by_call = select(Call.promise_id).where(Call.promise_id.is_not(None))
    rows = b.session.execute(
        select(Promise.made_at, Promise.made_by, Promise.date)
        .where(Promise.company_id == b.company_id, Promise.customer_id == customer_id)
        .where(Promise.ended_how.is_distinct_from(PromiseEnd.UNDONE), Promise.id.not_in(by_call))
        .order_by(Promise.made_at.desc(), Promise.id.desc())
        .limit(EACH)
    )
    yield from (Said(at, "promise", on.isoformat(), by) for at, by, on in rows)
