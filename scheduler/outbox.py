"""The post room: each planned message is looked at again, written, claimed, sent, and recorded.

Claim and record are a transaction each, and nothing is open over the network: killed at any moment, a
message is either still planned, or sent, or of unknown fate and put to a person.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from receivables.account import Account
from receivables.company import Company, Mode
from scheduler import fate, letters, recheck
from scheduler.mailer import Down, Letter, Result, Transport
from scheduler.retry import inside_window
from store import accounts, letter_facts, outbox_rows, plans_made, reminders, returned, sending, uncertain
from store.books import Books, open_books, read_books
from store.engine import Database
from store.letter_facts import LetterFacts
from store.outbox_rows import DueReminder
from store.sending import Ready

BATCH = 200
"""Messages whose facts are read at once: what the run holds in memory, whatever its length."""
TRIES = 3

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


@dataclass(slots=True)
class Batch:
    """Some due messages with the facts to write them from. `accounts`: of customers to decide anew."""

    reminders: list[DueReminder]
    facts: LetterFacts
    accounts: dict[int, Account] = field(default_factory=dict)


class Stopped(Exception):
    """The run ends here: the server is away, or we were asked to stop."""


@dataclass(slots=True)
class PostRoom:
    """One run for one company."""

    database: Database
    company: Company
    transport: Transport
    now: Callable[[], datetime]
    stop: threading.Event
    with_qr: bool = True
    report: SendReport = field(default_factory=SendReport)

    def run(self) -> SendReport:
        """Send what is due; return what was done."""
        self._sweep()
        if self.company.mode is not Mode.DRAFT:
            try:
                for batch in self._batches():
                    for reminder in batch.reminders:
                        self._one(reminder, batch)
            except Stopped:
                pass
            finally:
                self.transport.close()
        return self.report

    def _count(self, **more: int) -> None:
        counts = {name: getattr(self.report, name) + number for name, number in more.items()}
        self.report = replace(self.report, **counts)

    def _books(self) -> AbstractContextManager[Books]:
        return open_books(self.database, self.company)

    def _sweep(self) -> None:
        """Settle what the day before and killed senders left behind."""
        at = self.now()
        with self._books() as b:
            self._count(cancelled=reminders.close_day(b, b.today(at)), uncertain=uncertain.expire(b, at=at))

    # --- what is due ---------------------------------------------------------------------------------

    def _batches(self) -> Iterator[Batch]:
        """Read what is due, some at a time, in order; what was passed over comes again in the next run."""
        after = 0
        while batch := self._read(after):
            yield batch
            after = batch.reminders[-1].id

    def _read(self, after: int) -> Batch | None:
        now = self.now()
        with read_books(self.database, self.company) as b:
            today = b.today(now)
            clock = self.company.mode is not Mode.MANUAL and inside_window(self.company, now)
            clock = clock and not plans_made.go_missing(b, today)
            due = outbox_rows.due(b, now=now, clock=clock, after=after, limit=BATCH)
            return self._with_facts(b, due, now) if due else None

    def _with_facts(self, b: Books, due: list[DueReminder], now: datetime) -> Batch:
        """Read the facts of the letters, and the whole account where something has changed."""
        today = b.today(now)
        customers = sorted({reminder.customer_id for reminder in due})
        facts = letter_facts.read(b, customers, today=today)
        changed = [each for each in due if each.origin == "clock" and not recheck.unchanged(each, today)]
        if accounts.stale(b, now):
            changed = [each for each in due if each.origin == "clock"]
        again = sorted({reminder.customer_id for reminder in changed})
        also = [item.invoice_id for reminder in changed for item in reminder.items]
        found = accounts.accounts(b, again, today=today, now=now, also=also)
        return Batch(due, facts, {account.customer_id: account for account in found})

    def _reread(self, reminder: DueReminder) -> Batch | None:
        """Read one message again after its claim failed; None when it is no longer ours to send."""
        now = self.now()
        with read_books(self.database, self.company) as b:
            if not outbox_rows.still_planned(b, reminder.id):
                return None
            fresh = [replace(each, changed=True) for each in outbox_rows.load(b, [reminder.id])]
            return self._with_facts(b, fresh, now)

    # --- one message ---------------------------------------------------------------------------------

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
            ready = self._write(reminder, verdict, batch.facts)
            if ready is None:
                return None
            self._connect()
            if self._claim(ready, verdict):
                return ready
            again = self._reread(reminder)
            if again is None:
                return None
            batch, reminder = again, again.reminders[0]
        return None

    def _write(self, reminder: DueReminder, verdict: recheck.Verdict, facts: LetterFacts) -> Ready | None:
        """Write the mail; one that cannot be written is kept as failed and told, and the run goes on."""
        step = verdict.step
        assert step is not None  # noqa: S101 - the caller cancels a message without a step
        at = self.now()
        try:
            return letters.write(
                self.company, reminder, step, verdict.items, facts, at=at, with_qr=self.with_qr
            )
        except Exception as error:  # noqa: BLE001 - one bad record never stops a run
            log.warning("reminder %s cannot be written: %s", reminder.id, type(error).__name__)
            with self._books() as b:
                self._count(failed=fate.unwritable(b, reminder, error, at))
            return None

    def _judge(self, reminder: DueReminder, batch: Batch) -> recheck.Verdict:
        today = self.company.day_of(self.now())
        if reminder.origin != "clock":
            return recheck.by_hand(self.company, reminder)
        if reminder.sandbox != (self.company.mode is Mode.SANDBOX):
            return recheck.Verdict((), None, {item.invoice_id: "mode" for item in reminder.items})
        if reminder.customer_id in batch.accounts:
            return recheck.again(self.company, reminder, batch.accounts[reminder.customer_id], today)
        return recheck.as_planned(self.company, reminder)

    def _cancel(self, reminder: DueReminder, verdict: recheck.Verdict) -> None:
        with self._books() as b:
            _drop(b, reminder, verdict)
            self._count(cancelled=int(reminders.cancel(b, reminder.id, reason=verdict.reason)))

    def _connect(self) -> None:
        """Make sure that the server listens before anything is claimed."""
        down = self.transport.ready()
        if down is not None:
            self._stop_for(down)

    def _claim(self, ready: Ready, verdict: recheck.Verdict) -> bool:
        with self._books() as b:
            _drop(b, ready.reminder, verdict)
            return sending.claim(b, ready)

    def _send(self, ready: Ready) -> Result:
        reminder = ready.reminder
        sender = letters.envelope_sender(self.company, reminder.id)
        return self.transport.send(Letter(sender, ready.to, ready.raw, f"{reminder.id:08d}", ready.at))

    def _record(self, ready: Ready, result: Result) -> None:
        at = self.now()
        with self._books() as b:
            counted = fate.settle(b, ready, result, at)
        self._count(**counted)
        if isinstance(result, Down):
            self._stop_for(result)

    def _stop_for(self, down: Down) -> None:
        log.warning("mail server away: %s", down.error)
        with self._books() as b:
            returned.server_down(b, error=down.error, at=self.now())
        self.report = replace(self.report, down=down.error)
        raise Stopped


def _drop(b: Books, reminder: DueReminder, verdict: recheck.Verdict) -> None:
    for invoice_id, reason in verdict.dropped.items():
        reminders.drop_items(b, [reminder.id], [invoice_id], reason=reason)


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
    return PostRoom(database, company, transport, now, stop or threading.Event(), with_qr).run()
