"""The post room: each planned message is looked at again, written, claimed, sent, and recorded.

Claim and record are a transaction each, and nothing is open over the network: killed at any moment, a
message is either still planned, or sent, or of unknown fate and put to a person.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from correspondence import mails
from correspondence.attachments import MissingPdf
from correspondence.facts import Batch
from correspondence.verdict import weigh
from receivables.company import Company, Mode
from scheduler.post_room import due, envelope, fate
from scheduler.post_room.retry import inside_window
from scheduler.transport.delivery import Down, Result, Sent, Transport
from store.books import Books, open_books
from store.db.engine import Database, Held
from store.post_room import claims, send_failures, sending, uncertain
from store.post_room.claims import Ready
from store.post_room.desk import PostDesk
from store.reminders import acts as reminders
from store.reminders import card_marks
from store.reminders.rows import DueReminder
from store.reminders.verdicts import Verdict

TRIES = 3
"""How often a message is looked at again when its claim finds that something has just changed."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendReport:
    """What a run did, in messages. `postponed`: temporary failures; `down`: why it stopped early, if so."""

    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    uncertain: int = 0
    postponed: int = 0
    down: str | None = None


class Stopped(Exception):
    """The run ends here: the server is away, or we were asked to stop."""


@dataclass(slots=True)
class PostRoom:
    """One run for one company, with a connection to the books kept for its many short transactions."""

    database: Database
    company: Company
    company_id: int
    held: Held
    transport: Transport
    now: Callable[[], datetime]
    stop: threading.Event
    with_qr: bool
    report: SendReport = field(default_factory=SendReport)

    def run(self) -> None:
        """Send what is due, until the end or until the server is away or we are asked to stop."""
        try:
            ids = due.ids(self.database, self.company, self.now())
            for start in range(0, len(ids), due.BATCH):
                batch = due.read_due(self.database, self.company, self.now(), ids[start : start + due.BATCH])
                for reminder in batch.reminders:
                    self._one(reminder, batch)
        except Stopped:
            pass
        finally:
            self.transport.close()

    def _count(self, **more: int) -> None:
        counts = {name: getattr(self.report, name) + number for name, number in more.items()}
        self.report = replace(self.report, **counts)

    def _books(self) -> AbstractContextManager[Books]:
        return open_books(self.database, self.company)

    @contextlib.contextmanager
    def _desk(self) -> Iterator[PostDesk]:
        with self.held.write() as connection:
            yield PostDesk(connection, self.company, self.company_id)

    def _one(self, reminder: DueReminder, batch: Batch) -> None:
        """Take one message from planned to its fate; what is wrong with it stops no other."""
        if self.stop.is_set():
            raise Stopped
        if reminder.origin == "clock" and not inside_window(self.company, self.now()):
            return
        claimed = self._prepare(reminder, batch)
        if claimed is not None:
            self._record(claimed, self._send(claimed))

    def _prepare(self, reminder: DueReminder, batch: Batch) -> Ready | None:
        """Check, write and claim; None when the message does not leave."""
        for _ in range(TRIES):
            verdict = self._judge(reminder, batch)
            if verdict.step is None:
                self._cancel(reminder, verdict)
                return None
            try:
                ready = self._write(reminder, verdict, batch)
            except MissingPdf as missing:
                self._without(reminder, missing)
            else:
                if ready is None:
                    return None
                self._connect()
                if self._claim(ready, verdict):
                    return ready
            again = due.again(self.database, self.company, self.now(), reminder.id)
            if again is None:
                return None
            batch, reminder = again, again.reminders[0]
        return None

    def _write(self, reminder: DueReminder, verdict: Verdict, batch: Batch) -> Ready | None:
        """Write the mail; one that cannot be written is kept as failed and told, and the run goes on."""
        at = self.now()
        try:
            mail = mails.write(self.company, reminder, verdict, batch, at=at, with_qr=self.with_qr)
            return envelope.ready(self.company, reminder, verdict, batch, mail, at=at)
        except MissingPdf:
            raise
        except Exception as error:  # noqa: BLE001 - one bad record never stops a run
            log.warning("reminder %s cannot be written: %s", reminder.id, type(error).__name__)
            with self._books() as b:
                self._count(failed=fate.unwritable(b, reminder, error, at))
            return None

    def _without(self, reminder: DueReminder, missing: MissingPdf) -> None:
        """Go on without the invoices that may not leave without their PDF."""
        with self._books() as b:
            self._count(cancelled=fate.without_pdf(b, reminder, missing, self.now()))

    def _judge(self, reminder: DueReminder, batch: Batch) -> Verdict:
        return weigh(self.company, reminder, batch, now=self.now())

    def _cancel(self, reminder: DueReminder, verdict: Verdict) -> None:
        with self._books() as b:
            _drop(b, reminder, verdict)
            self._count(cancelled=int(reminders.cancel(b, reminder.id, reason=verdict.reason)))

    def _connect(self) -> None:
        """Make sure that the server listens before anything is claimed."""
        down = self.transport.ready()
        if down is not None:
            self._stop_for(down)

    def _claim(self, ready: Ready, verdict: Verdict) -> bool:
        if verdict.dropped or verdict.listed:
            with self._books() as b:
                _drop(b, ready.reminder, verdict)
                return claims.claim(PostDesk.of(b), ready)
        with self._desk() as desk:
            return claims.claim(desk, ready)

    def _send(self, ready: Ready) -> Result:
        return self.transport.send(envelope.envelope(self.company, ready))

    def _record(self, ready: Ready, result: Result) -> None:
        at = self.now()
        if isinstance(result, Sent):
            with self._desk() as desk:
                self._count(sent=int(sending.record_sent(desk, ready, answer=result.answer, at=at)))
            if result.refused:
                with self._books() as b:
                    fate.took_some(b, ready, result, at)
            return
        with self._books() as b:
            self._count(**fate.settle(b, ready, result, at))
        if isinstance(result, Down):
            self._stop_for(result)

    def _stop_for(self, down: Down) -> None:
        log.warning("mail server away: %s", down.error)
        with self._books() as b:
            send_failures.server_down(b, error=down.error, at=self.now())
        self.report = replace(self.report, down=down.error)
        raise Stopped


def _drop(b: Books, reminder: DueReminder, verdict: Verdict) -> None:
    for invoice_id, reason in verdict.dropped.items():
        reminders.drop_items(b, [reminder.id], [invoice_id], reason=reason)
    reminders.list_only(b, verdict.listed)


def send_due(
    database: Database,
    company: Company,
    transport: Transport,
    *,
    now: Callable[[], datetime],
    stop: threading.Event | None = None,
    with_qr: bool = True,
) -> SendReport:
    """Send what is due at `now()` (aware): the clock's inside the window, a person's at any time.

    `stop`, once set, ends the run between two mails. In draft nothing is sent. `with_qr` is for measuring.
    """
    swept, company_id = _sweep(database, company, now())
    if company.mode is Mode.DRAFT:
        return swept
    with database.hold() as held:
        room = PostRoom(
            database, company, company_id, held, transport, now, stop or threading.Event(), with_qr, swept
        )
        room.run()
    _redraw_cards(database, company, room.report, now())
    return room.report


def _redraw_cards(database: Database, company: Company, report: SendReport, at: datetime) -> None:
    """Have the cards of the day say what became of their messages, once for the whole run."""
    if any((report.sent, report.failed, report.cancelled, report.uncertain, report.postponed)):
        with open_books(database, company) as b:
            card_marks.of_day(b, b.today(at))


def _sweep(database: Database, company: Company, at: datetime) -> tuple[SendReport, int]:
    """Settle what the day before and killed senders left behind; return also the company's id."""
    with open_books(database, company) as b:
        cancelled = reminders.close_day(b, b.today(at))
        return SendReport(cancelled=cancelled, uncertain=uncertain.expire(b, at=at)), b.company_id
