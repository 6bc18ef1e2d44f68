"""Reading the mailbox: each mail is taken into the books of the company that it is for, once.

The mailbox is read without any transaction; each mail is then one transaction. Killed in between, the same
mails are read again, and those that are in the books already are known by their Message-ID. A mail is
parsed by a process of its own, and a look has its time: what it did not come to waits for the next.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from message_templates import refusals
from message_templates.catalogue import TEAM
from quarantine.reader import ChildReader, NotRead
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.mail_access import Way
from receivables.codes.replies import IncomingKind
from receivables.company import Company
from receivables.errors import RelanceError
from receivables.replies import meaning as replies
from receivables.signing import Keys
from scheduler import tls
from scheduler.inbox import mail as inbox_mail
from scheduler.inbox import reports
from scheduler.inbox.imap import TROUBLE, Fetched, FetchedMails, MailboxAddress, Position, new_mails
from scheduler.inbox.mail import ReceivedMail
from scheduler.inbox.owner import customer, named, owner
from scheduler.inbox.understanding import LONGEST_SECONDS, UnderstoodMail, mail_reader, understand
from scheduler.mail_access.tokens import NoAccess
from store import announcements
from store.books import Books, open_books, read_books
from store.db.engine import Database
from store.post_room import bursts
from store.replies import acts as incoming
from store.replies import mailboxes
from store.replies import sender as incoming_search
from store.replies.acts import Arrived

RAW = 300_000
"""Bytes of a mail that are kept as they came."""
MOST = 500
"""Mails taken in at a time; the rest comes with the next look."""
LOOK_SECONDS = 60.0
"""How long a look may take."""
PATIENCE = timedelta(hours=2)
"""How long the mailbox may be out of reach before the team is told."""
BELIEVED = timedelta(days=3)
"""How far the date that a mail bears may be from its arrival."""

log = logging.getLogger(__name__)

Look = Callable[[Position | None, datetime], Iterator[FetchedMails]]
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
    keys: Keys
    """What signs the tags of our envelopes."""
    turn: AbstractContextManager[object] = field(default_factory=nullcontext)
    """One reader at a time within a process."""
    reader: Callable[[], ChildReader] = mail_reader
    """Gives the process that parses the mails of a look."""
    seconds: float = LOOK_SECONDS


def inbox(address: MailboxAddress, companies: Mapping[str, Company], keys: Keys) -> Inbox:
    """Return the mailbox at an address, not connected yet."""

    def look(position: Position | None, at: datetime) -> Iterator[FetchedMails]:
        return new_mails(address, position, at=at, most=MOST)

    name = f"{address.user}@{address.host}/{address.folder}"
    return Inbox(look, name, companies, keys, threading.Lock())


def read_inbox(
    database: Database, box: Inbox, *, at: datetime, stop: threading.Event | None = None
) -> InboxReport:
    """Take in what came since the last look, at the aware instant `at`, for as long as a look may take.

    Ended between two mails by `stop`. The mailbox being out of reach loses nothing: `down` says why, and the
    next look goes on from there.
    """
    report, told, kind, why = InboxReport(), False, "", ""
    with box.turn, box.reader() as reader:
        reading = _Reading(database, box, report, at, reader, time.monotonic() + box.seconds, stop)
        try:
            for batch in box.look(_position(database, box), at):
                if not _take_batch(reading, batch):
                    break
        except RelanceError as error:
            report.down = why = refusals.sentence(error, TEAM)
            told, kind = isinstance(error, NoAccess), error.code  # told by who keeps the keys
        except TROUBLE as error:
            refused = tls.not_believed(error, Way.IMAP)
            why, kind = refusals.sentence(refused, TEAM) if refused else "", tls.kind(error)
            report.down = why or f"{type(error).__name__} {error}"[:200]
    _conclude(database, box, at)
    if report.down:
        log.warning("mailbox_down", extra={"kind": kind})
        if not told:
            _tell_down(database, box, at, why)
    return report


def _conclude(database: Database, box: Inbox, at: datetime) -> None:
    """Conclude from the reports of delivery that came, once they have all been taken in."""
    for company in box.companies.values():
        with read_books(database, company) as b:
            some = bursts.pending(b)
        if some:
            with open_books(database, company) as b:
                bursts.conclude(b, at=at)


def _tell_down(database: Database, box: Inbox, at: datetime, why: str) -> None:
    """Tell the teams, once a day, that their mailbox has not been read for a while."""
    for company in box.companies.values():
        with open_books(database, company) as b:
            found = mailboxes.position(b, box.folder)
            since = found[2] if found else at
            if found is None or at - since >= PATIENCE:
                key = f"mailbox_down:{b.today(at).isoformat()}"
                data = {"since": b.today(since).isoformat(), "why": why}
                announcements.announce(b, key=key, kind=AnnouncementKind.MAILBOX_DOWN, data=data, at=at)


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


def _advance(database: Database, box: Inbox, batch: FetchedMails, at: datetime) -> None:
    for company in box.companies.values():
        with open_books(database, company) as b:
            mailboxes.advance(b, box.folder, uid_validity=batch.uid_validity, last_uid=batch.last_uid, at=at)


@dataclass(frozen=True)
class _Reading:
    """One look at the mailbox: where what is found in it goes, at which instant, and when it is to end."""

    database: Database
    box: Inbox
    report: InboxReport
    at: datetime
    reader: ChildReader
    until: float
    stop: threading.Event | None

    @property
    def over(self) -> bool:
        """Whether the look is to end: another mail may take it beyond its time."""
        stopped = self.stop is not None and self.stop.is_set()
        return stopped or time.monotonic() + LONGEST_SECONDS > self.until


def _take_batch(reading: _Reading, batch: FetchedMails) -> bool:
    """Take some mails in; return whether the look goes on. What it did not come to is read by the next."""
    taken: int | None = None
    for fetched in batch.mails:
        if reading.over:
            log.warning("mailbox_look_ended", extra={"uid": fetched.uid})
            break
        _take_safely(reading, fetched)
        taken = fetched.uid
    else:
        taken = batch.last_uid
    if taken is not None:
        _advance(reading.database, reading.box, replace(batch, last_uid=taken), reading.at)
    return taken == batch.last_uid and not reading.over


def _take_safely(reading: _Reading, fetched: Fetched) -> None:
    """Take one mail in; one that cannot be understood is kept for a person, and never stops the others."""
    try:
        understood = understand(reading.reader, fetched.raw)
        what, taken = _take(reading, understood, _arrived(understood.mail, fetched, reading.at))
    except NotRead as error:
        log.warning("mail_not_understood", extra={"uid": fetched.uid, "kind": str(error)})
        what, taken = "to_file", _keep(reading, fetched)
    except Exception:
        log.exception("mail_not_understood", extra={"uid": fetched.uid})
        what, taken = "to_file", _keep(reading, fetched)
    if taken is not None:
        setattr(reading.report, what, getattr(reading.report, what) + 1)


def _keep(reading: _Reading, fetched: Fetched) -> int | None:
    first = next(iter(reading.box.companies.values()))
    arrived = _arrived(inbox_mail.unreadable(fetched.raw), fetched, reading.at)
    with open_books(reading.database, first) as b:
        return incoming.take_in(b, arrived, at=reading.at)


def _arrived(mail: ReceivedMail, fetched: Fetched, at: datetime) -> Arrived:
    """Return the mail as the books keep it, for whom is not known yet."""
    return Arrived(
        key=mail.key,
        digest=mail.digest,
        received_at=min(_dated(mail, fetched), at),
        kind=IncomingKind.REPLY,
        sender=mail.sender,
        sender_name=mail.sender_name,
        subject=mail.subject,
        text=mail.text,
        raw=fetched.raw if mail.too_long else fetched.raw[:RAW],
        proposal=_shown_beside(mail) or None,
    )


def _shown_beside(mail: ReceivedMail) -> dict[str, object]:
    """Return what a person is told beside the words of a mail."""
    attached: dict[str, object] = {"attachments": list(mail.attachments[:5])} if mail.attachments else {}
    return {**attached, "too_long": True} if mail.too_long else attached


def _dated(mail: ReceivedMail, fetched: Fetched) -> datetime:
    """Believe the date that a mail bears when it is near its arrival; else take the arrival."""
    written = mail.written_at
    near = written is not None and abs(written - fetched.received_at) <= BELIEVED
    return written if written is not None and near else fetched.received_at


def _take(reading: _Reading, understood: UnderstoodMail, arrived: Arrived) -> tuple[str, int | None]:
    """Take one mail into the books of its company; return what it was, and its id unless known already."""
    mail, bounce = understood.mail, understood.bounce
    own = owner(reading.database, reading.box.companies, reading.box.keys, mail, bounce)
    with open_books(reading.database, own.company) as b:
        customer_id = customer(b, mail, own.answered)
        reminder_id = own.answered.reminder_id if own.answered else None
        arrived = replace(arrived, customer_id=customer_id, reminder_id=reminder_id)
        if bounce is not None:
            return "bounces", reports.take_in(b, arrived, bounce, own, at=reading.at)
        if understood.automatic:
            return "automatic", incoming.take_in(
                b, replace(arrived, kind=IncomingKind.AUTOMATIC), at=reading.at
            )
        arrived = replace(arrived, named_customer_id=named(b, mail, customer_id))
        quiet = customer_id is None and not _concerns_us(b, arrived, mail)
        arrived = arrived if mail.too_long else _with_reading(b, arrived)
        taken = incoming.take_in(b, arrived, quiet=quiet, at=reading.at)
        return ("replies" if customer_id else "to_file"), taken


def _concerns_us(b: Books, arrived: Arrived, mail: ReceivedMail) -> bool:
    """Whether a mail of nobody sure is said in Slack: also when none of its words could be read."""
    unread = mail.too_long and not mail.text
    return unread or incoming_search.seems_ours(b, arrived.sender, _words(arrived))


def _words(arrived: Arrived) -> str:
    return f"{arrived.subject}\n{arrived.text}"


def _with_reading(b: Books, arrived: Arrived) -> Arrived:
    """Add what plain rules read in a reply."""
    known = incoming_search.numbers_in(b, _words(arrived))
    numbers = known.get(arrived.customer_id or arrived.named_customer_id or 0, [])
    read = replies.record(
        replies.read_reply(arrived.text, today=b.today(arrived.received_at), numbers=numbers)
    )
    if read is None:
        return arrived
    return replace(arrived, proposal={**read, **(arrived.proposal or {})})
