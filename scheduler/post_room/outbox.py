"""The post room: each planned message is looked at again, written, claimed, sent, and recorded.

Claim and record are a transaction each, and nothing is open over the network: killed at any moment, a
message is either still planned, or sent, or of unknown fate and put to a person.
"""

import contextlib
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from correspondence import mails
from correspondence.attachments import MissingPdf
from correspondence.facts import Batch
from correspondence.finishing import leaves_by
from correspondence.verdict import weigh
from receivables.addresses import BadAddress
from receivables.codes.messages import Origin
from receivables.company import Company, Mode
from receivables.errors import RelanceError
from scheduler.delivery import Deferred, Down, NotLetIn, Permanent, Result, Sender, Senders, Sent
from scheduler.post_room import again, due, envelope, fate, trials
from scheduler.post_room.retry import inside_window, next_attempt
from scheduler.post_room.streak import Streak
from scheduler.refusals import codes_of
from store.books import Books, open_books
from store.db.engine import Database, Held
from store.post_room import claims, outcomes, retries, send_failures, sending, uncertain
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
    """The run ends here: nothing can be handed over any more, or we were asked to stop."""


class NoSender(RelanceError):
    """A message of a channel that nobody sends: the settings have changed since it was planned."""


class Away(Exception):
    """A channel takes nothing now: its messages wait, those of others go on."""


@dataclass(slots=True)
class PostRoom:
    """One run for one company, with a connection to the books kept for its many short transactions."""

    database: Database
    company: Company
    company_id: int
    held: Held
    senders: Senders
    now: Callable[[], datetime]
    stop: threading.Event
    with_qr: bool
    report: SendReport = field(default_factory=SendReport)
    away: list[Sender] = field(default_factory=list)
    streaks: defaultdict[str, Streak] = field(default_factory=lambda: defaultdict(Streak))
    """Of each channel, by its key."""

    def run(self) -> None:
        """Send what is due, until the end or until the server is away or we are asked to stop."""
        try:
            ids = due.ids(self.database, self.company, self.now())
            for start in range(0, len(ids), due.BATCH):
                batch = due.read_due(self.database, self.company, self.now(), ids[start : start + due.BATCH])
                for reminder in batch.reminders:
                    with contextlib.suppress(Away):
                        self._one(reminder, batch)
            for reminder_id in again.due(self.database, self.company, self.now()):
                with contextlib.suppress(Away):
                    self._copies(reminder_id)
        except Stopped:
            pass
        finally:
            for sender in self.senders.values():
                sender.close()

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
        if reminder.origin == Origin.CLOCK and not inside_window(self.company, self.now()):
            return
        try:
            sender = self._sender(reminder)
        except NoSender as missing:
            self._fail(reminder, missing)
            return
        if any(sender is away for away in self.away):
            return
        claimed = self._prepare(sender, reminder, batch)
        if claimed is not None:
            self._record(sender, claimed, self._believed(claimed, sender.send(self.company, claimed)))

    def _copies(self, reminder_id: int) -> None:
        """Hand a message over again to those of its addresses that lack it, alone."""
        if self.stop.is_set():
            raise Stopped
        with self._books() as b:
            waiting = again.look(b, reminder_id, self.now())
        sender = self._sender(waiting.reminder) if waiting else None
        if waiting is None or sender is None or any(sender is away for away in self.away):
            return
        self._connect(sender)
        with self._books() as b:
            ready = again.claim(b, waiting, self.now())
        if ready is None:
            return
        result = self._believed(ready, sender.send(self.company, ready))
        with self._books() as b:
            self._count(**again.settle(b, ready, result, self.now()))
        self._after(sender, ready, result)

    def _believed(self, ready: Ready, result: Result) -> Result:
        """Return an outcome, unless it would have most addresses of the day dead: then nothing is marked."""
        if not isinstance(result, Permanent) or not result.dead or ready.reminder.sandbox:
            return result
        with self._books() as b:
            doubted = outcomes.mostly_dead(b, len(result.dead), at=self.now())
        return Deferred(result.error, result.refused) if doubted else result

    def _sender(self, reminder: DueReminder) -> Sender:
        """Return what takes a message, by the channel that it leaves by. Raises NoSender."""
        channel = self.company.channels.get(reminder.channel)
        leaving = channel and leaves_by(channel, sandbox=self.company.mode is Mode.SANDBOX)
        if leaving is None or leaving.key not in self.senders:
            raise NoSender("mails.no_sender", channel=reminder.channel)
        return self.senders[leaving.key]

    def _prepare(self, sender: Sender, reminder: DueReminder, batch: Batch) -> Ready | None:
        """Check, write and claim; None when the message does not leave."""
        for attempt in range(TRIES):
            verdict = self._judge(reminder, batch)
            if verdict.step is None:
                self._cancel(reminder, verdict)
                return None
            try:
                ready = self._write(sender, reminder, verdict, batch)
            except MissingPdf as missing:
                self._without(reminder, missing)
            except BadAddress as bad:
                if not self._elsewhere(reminder, bad, stale=attempt == 0):
                    return None
            else:
                if ready is None:
                    return None
                self._connect(sender)
                if self._claim(ready, verdict):
                    return ready
            anew = due.again(self.database, self.company, self.now(), reminder.id)
            if anew is None:
                return None
            batch, reminder = anew, anew.reminders[0]
        return None

    def _write(self, sender: Sender, reminder: DueReminder, verdict: Verdict, batch: Batch) -> Ready | None:
        """Write the message; one that cannot be written is kept as failed and told, and the run goes on."""
        at = self.now()
        try:
            mail = mails.write(self.company, reminder, verdict, batch, at=at, with_qr=self.with_qr)
            return envelope.ready(sender, self.company, reminder, mail, verdict, batch=batch, at=at)
        except (MissingPdf, BadAddress):
            raise
        except Exception as error:  # noqa: BLE001 - one bad record never stops a run
            self._fail(reminder, error)
            return None

    def _fail(self, reminder: DueReminder, error: Exception) -> None:
        log.warning("reminder %s cannot be written: %s", reminder.id, type(error).__name__)
        with self._books() as b:
            self._count(failed=fate.unwritable(b, reminder, error, self.now()))

    def _without(self, reminder: DueReminder, missing: MissingPdf) -> None:
        """Go on without the invoices that may not leave without their PDF."""
        with self._books() as b:
            self._count(cancelled=fate.without_pdf(b, reminder, missing, self.now()))

    def _elsewhere(self, reminder: DueReminder, bad: BadAddress, *, stale: bool) -> bool:
        """Stop the customer's addresses that cannot be written to; whether it has others to go on with."""
        with self._books() as b:
            if fate.elsewhere(b, reminder, self.now(), stale=stale):
                return True
        self._fail(reminder, bad)
        return False

    def _judge(self, reminder: DueReminder, batch: Batch) -> Verdict:
        return weigh(self.company, reminder, batch, now=self.now())

    def _cancel(self, reminder: DueReminder, verdict: Verdict) -> None:
        with self._books() as b:
            _drop(b, reminder, verdict)
            self._count(cancelled=int(reminders.cancel(b, reminder.id, reason=verdict.reason)))

    def _connect(self, sender: Sender) -> None:
        """Make sure that the way is open before anything is claimed."""
        down = sender.ready()
        if down is not None:
            self._put_by(sender, down)

    def _claim(self, ready: Ready, verdict: Verdict) -> bool:
        if verdict.dropped or verdict.listed:
            with self._books() as b:
                _drop(b, ready.reminder, verdict)
                return claims.claim(PostDesk.of(b), ready)
        with self._desk() as desk:
            return claims.claim(desk, ready)

    def _record(self, sender: Sender, ready: Ready, result: Result) -> None:
        at = self.now()
        if isinstance(result, Sent):
            if result.refused:
                with self._books() as b:
                    self._count(**fate.took_some(b, ready, result, at))
            else:
                with self._desk() as desk:
                    self._count(sent=int(sending.record_sent(desk, ready, answer=result.answer, at=at)))
            self._after(sender, ready, result)
            return
        with self._books() as b:
            self._count(**fate.settle(b, ready, result, at))
        self._after(sender, ready, result)

    def _after(self, sender: Sender, ready: Ready, result: Result) -> None:
        """Stop where a server is away, or refuses the same thing again and again."""
        if isinstance(result, Down):
            self._put_by(sender, result)
        again_and_again = self.streaks[ready.reminder.channel].ends_with(result)
        if again_and_again and not isinstance(result, Sent):
            self._refused_again(sender, ready, result.error)

    def _put_by(self, sender: Sender, down: Down) -> None:
        log.warning("mail server away: %s", down.kind or codes_of(down.error))
        if not isinstance(down, NotLetIn):
            with self._books() as b:
                send_failures.server_down(b, error=down.error, said=bool(down.kind), at=self.now())
        self._leave(sender, down.error)

    def _refused_again(self, sender: Sender, ready: Ready, error: str) -> None:
        """Send no more by a server that says the same no to all; what waits is put off with the last one."""
        at = self.now()
        log.warning("mail server refuses all: %s", codes_of(error))
        with self._books() as b:
            send_failures.refused_again(b, error=error, at=at)
            until = next_attempt(self.company, at, ready.attempt)
            sending.put_off_all(PostDesk.of(b), at=at, until=until)
            retries.put_off_all(b, at=at, until=until)
        self._leave(sender, error)

    def _leave(self, sender: Sender, error: str) -> None:
        self.report = replace(self.report, down=error)
        self.away.append(sender)
        raise Away if len(self.away) < len(self.senders) else Stopped


def _drop(b: Books, reminder: DueReminder, verdict: Verdict) -> None:
    for invoice_id, reason in verdict.dropped.items():
        reminders.drop_items(b, [reminder.id], [invoice_id], reason=reason)
    reminders.list_only(b, verdict.listed)


def send_due(
    database: Database,
    company: Company,
    senders: Senders,
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
    trials.send(database, company, senders, now=now)
    with database.hold() as held:
        room = PostRoom(
            database, company, company_id, held, senders, now, stop or threading.Event(), with_qr, swept
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
