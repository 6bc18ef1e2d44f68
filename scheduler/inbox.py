"""Reading the mailbox: each mail is taken into the books of the company that it is for, once.

The mailbox is read without any transaction; each mail is then one transaction. Killed in between, the same
mails are read again, and those that are in the books already are known by their Message-ID.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import Message

from receivables import replies
from receivables.company import Company
from receivables.errors import RelanceError
from scheduler import bounces, inbox_mail
from scheduler.bounces import Bounce, Refusal
from scheduler.inbox_imap import TROUBLE, Batch, Fetched, MailboxAddress, Position, new_mails
from scheduler.inbox_mail import Mail
from store import bounced, incoming, incoming_search, mailboxes
from store.books import Books, open_books, read_books
from store.bounced import Dead
from store.engine import Database
from store.incoming import Arrived
from store.incoming_search import Answered

RAW = 300_000
"""Bytes of a mail that are kept as they came."""
MOST = 500
"""Mails taken in at a time; the rest comes with the next look."""
BELIEVED = timedelta(days=3)
"""How far the date that a mail bears may be from its arrival."""

log = logging.getLogger(__name__)

Look = Callable[[Position | None, datetime], Iterator[Batch]]
"""Gives what is new since a position, at an instant."""


@dataclass(slots=True)
class InboxReport:
    """What a look at the mailbox brought, in mails; `down`: why it could not be read."""

    replies: int = 0
    to_file: int = 0
    bounces: int = 0
    automatic: int = 0
    down: str | None = None

    @property
    def taken(self) -> int:
        """How many mails were taken in."""
        return self.replies + self.to_file + self.bounces + self.automatic


@dataclass(frozen=True)
class Inbox:
    """The mailbox that the companies share. `look` reads it; `folder` names it in the books."""

    look: Look
    folder: str
    companies: Mapping[str, Company]
    turn: AbstractContextManager[object] = field(default_factory=nullcontext)
    """One reader at a time within a process."""


def inbox(address: MailboxAddress, companies: Mapping[str, Company]) -> Inbox:
    """Return the mailbox at an address, not connected yet."""

    def look(position: Position | None, at: datetime) -> Iterator[Batch]:
        return new_mails(address, position, at=at, most=MOST)

    name = f"{address.user}@{address.host}/{address.folder}"
    return Inbox(look, name, companies, threading.Lock())


def read_inbox(database: Database, box: Inbox, *, at: datetime) -> InboxReport:
    """Take in what came since the last look, at the aware instant `at`.

    The mailbox being out of reach loses nothing: `down` says why, and the next look goes on from there.
    """
    report = InboxReport()
    with box.turn:
        try:
            for batch in box.look(_position(database, box), at):
                for fetched in batch.mails:
                    _take_safely(database, box, fetched, report, at)
                _advance(database, box, batch, at)
        except RelanceError as error:
            report.down = str(error)
        except TROUBLE as error:
            report.down = f"{type(error).__name__} {error}"[:200]
    if report.down:
        log.warning("mailbox_down", extra={"kind": report.down.partition(" ")[0]})
    return report


def _position(database: Database, box: Inbox) -> Position | None:
    """Return how far every company has read; None when one of them has not begun."""
    known: list[Position] = []
    for company in box.companies.values():
        with read_books(database, company) as b:
            found = mailboxes.position(b, box.folder)
        if found is None:
            return None
        known.append(Position(*found))
    same = {position.uid_validity for position in known}
    return min(known, key=lambda position: position.last_uid) if len(same) == 1 else None


def _advance(database: Database, box: Inbox, batch: Batch, at: datetime) -> None:
    for company in box.companies.values():
        with open_books(database, company) as b:
            mailboxes.advance(b, box.folder, uid_validity=batch.uid_validity, last_uid=batch.last_uid, at=at)


def _take_safely(database: Database, box: Inbox, fetched: Fetched, report: InboxReport, at: datetime) -> None:
    """Take one mail in; one that cannot be understood is kept for a person, and never stops the others."""
    try:
        message, mail = inbox_mail.read(fetched.raw)
        _take(database, box, message, _dated(mail, fetched), fetched, report, at)
    except Exception:
        log.exception("mail_not_understood", extra={"uid": fetched.uid})
        first = next(iter(box.companies.values()))
        mail = inbox_mail.unreadable(fetched.raw)
        with open_books(database, first) as b:
            _count(report, "to_file", incoming.take_in(b, _arrived(mail, fetched, "reply", at), at=at))


def _dated(mail: Mail, fetched: Fetched) -> Mail:
    """Believe the date that a mail bears when it is near its arrival; else take the arrival."""
    written = mail.written_at
    if written is not None and abs(written - fetched.received_at) <= BELIEVED:
        return mail
    return replace(mail, written_at=fetched.received_at)


@dataclass(frozen=True, slots=True)
class _Owner:
    """The company that a mail is for, and what of ours it answers or returns."""

    company: Company
    answered: Answered | None = None


def _take(
    database: Database,
    box: Inbox,
    message: Message,
    mail: Mail,
    fetched: Fetched,
    report: InboxReport,
    at: datetime,
) -> None:
    bounce = bounces.read(message)
    owner = _owner(database, box, mail, bounce)
    with open_books(database, owner.company) as b:
        if bounce is not None:
            arrived = _arrived(mail, fetched, "bounce", at, owner.answered)
            _count(report, "bounces", _take_bounce(b, arrived, bounce, owner.answered, at))
        elif bounces.automatic(message):
            customer_id = _customer(b, mail, owner.answered)
            arrived = replace(
                _arrived(mail, fetched, "automatic", at, owner.answered), customer_id=customer_id
            )
            _count(report, "automatic", incoming.take_in(b, arrived, at=at))
        else:
            _take_reply(b, mail, fetched, owner.answered, report, at)


def _take_reply(
    b: Books, mail: Mail, fetched: Fetched, answered: Answered | None, report: InboxReport, at: datetime
) -> None:
    customer_id = _customer(b, mail, answered)
    arrived = _arrived(mail, fetched, "reply", at, answered)
    written_on = b.today(arrived.received_at)
    numbers = incoming_search.numbers_in(b, f"{mail.subject}\n{mail.text}").get(customer_id or 0, [])
    reading = replies.read(mail.text, today=written_on, numbers=numbers)
    if reading is not None:
        arrived = replace(arrived, proposal={**reading.as_record(), **(arrived.proposal or {})})
    arrived = replace(arrived, customer_id=customer_id)
    _count(report, "replies" if customer_id else "to_file", incoming.take_in(b, arrived, at=at))


def _count(report: InboxReport, what: str, taken: int | None) -> None:
    if taken is not None:
        setattr(report, what, getattr(report, what) + 1)


def _arrived(
    mail: Mail, fetched: Fetched, kind: str, at: datetime, answered: Answered | None = None
) -> Arrived:
    received = min(mail.written_at or fetched.received_at, at)
    return Arrived(
        key=mail.key,
        digest=mail.digest,
        received_at=received,
        kind=kind,
        sender=mail.sender,
        sender_name=mail.sender_name,
        subject=mail.subject,
        text=mail.text,
        raw=fetched.raw if len(fetched.raw) <= RAW else fetched.raw[:RAW],
        customer_id=answered.customer_id if answered else None,
        reminder_id=answered.reminder_id if answered else None,
        proposal={"attachments": list(mail.attachments[:5])} if mail.attachments else None,
    )


# --- whose it is ------------------------------------------------------------------------------------------


def _customer(b: Books, mail: Mail, answered: Answered | None) -> int | None:
    """Return the customer that wrote: by the thread or address answered, else by its own address."""
    if answered is not None:
        return answered.customer_id
    known = incoming_search.by_address(b, mail.sender)
    return known[0] if len(known) == 1 else None


def _owner(database: Database, box: Inbox, mail: Mail, bounce: Bounce | None) -> _Owner:
    """Return the company that a mail is for: by what it answers, its recipient, its sender; else the first."""
    ids = [*(bounce.returned if bounce else ()), *mail.answers]
    for company in box.companies.values():
        with read_books(database, company) as b:
            answered = incoming_search.by_message_id(b, ids) or _by_recipient(b, mail.recipients)
        if answered is not None:
            return _Owner(company, answered)
    written_to = [one for one in box.companies.values() if _bases(one) & _plain(mail.recipients)]
    near = written_to or list(box.companies.values())
    if len(near) > 1:
        near = [one for one in near if _knows(database, one, mail.sender)] or near
    return _Owner(near[0])


def _knows(database: Database, company: Company, sender: str) -> bool:
    with read_books(database, company) as b:
        return bool(incoming_search.by_address(b, sender))


def _plus(address: str) -> tuple[str, str]:
    """Return an address without what follows the plus sign of its name, and that."""
    local, _, domain = address.rpartition("@")
    name, _, tag = local.partition("+")
    return f"{name}@{domain}", tag


def _plain(recipients: Sequence[str]) -> set[str]:
    return {_plus(address)[0] for address in recipients}


def _bases(company: Company) -> set[str]:
    found = (company.reply_to, company.bounce_to, company.email_from)
    bare = (re.sub(r".*<([^<>]*)>\s*$", r"\1", one).strip().lower() for one in found if one)
    return set(bare)


def _by_recipient(b: Books, recipients: Sequence[str]) -> Answered | None:
    """Return the reminder whose id stands in the address written to (VERP, or a plus address)."""
    for base, tag in map(_plus, recipients):
        if tag.isdigit() and len(tag) <= 18 and base in _bases(b.company):
            found = incoming_search.by_id(b, int(tag))
            if found is not None:
                return found
    return None


# --- bounces ----------------------------------------------------------------------------------------------


def _take_bounce(
    b: Books, arrived: Arrived, bounce: Bounce, answered: Answered | None, at: datetime
) -> int | None:
    refusals = bounce.refusals or bounces.in_words(bounce.words, _addresses(b, answered))
    text = "\n".join(f"{one.status} {one.words}".strip() for one in refusals) or arrived.text
    arrived = replace(arrived, text=text[: inbox_mail.TEXT])
    dead = [_dead(one, answered) for one in refusals if one.kind == bounces.PERMANENT]
    if answered is not None and answered.sandbox:
        dead = []
    return bounced.take_in(b, arrived, dead, at=at)


def _addresses(b: Books, answered: Answered | None) -> list[str]:
    if answered is None:
        return []
    return [address for address in answered.to if address] or incoming_search.addresses(
        b, answered.customer_id
    )


def _dead(refusal: Refusal, answered: Answered | None) -> Dead:
    """Return the address that died: as it was written to, when the mail went to it alone."""
    to = answered.to if answered else ()
    address = to[0] if len(to) == 1 and refusal.address not in to else refusal.address
    return Dead(address.lower(), f"{refusal.status} {refusal.words}".strip())
