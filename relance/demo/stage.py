"""The stage of the demonstration: a database, the stand-in for Slack, the Bolt application, and time.

Time is the stage's: `clock.now()`. Everything else is what runs in production.
"""

import contextlib
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType

from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from bot.app import build_app
from bot.slack.crew import Crew
from receivables.company import Company
from relance.demo import company_data
from relance.demo.company_story import Deed, by_day, office_hour
from relance.demo.mailbox import MailFolder
from relance.demo.slack_person import SlackPerson, to_app
from relance.demo.slack_standin import SlackStandin
from relance.wiring import open_database
from scheduler.email.mailer import transport
from scheduler.email.sender import by_mail
from scheduler.email.transport import Transport
from scheduler.jobs import TickReport, tick
from scheduler.post_room.outbox import send_due
from store import signing
from store.books import open_books
from store.db.engine import Database
from store.imports.apply import bring_in
from store.payments.acts import AlreadySettled

HISTORY_DAYS = 26
MAILS = "mails"
OWN_MAILS = "????????T??????Z-*.eml"
"""E-mails of an earlier try-out, by the names that `scheduler.email.eml_files` gives."""
MORNING, SENDING = time(8, 30), time(10, 5)
IMPORT_TIME = time(8, 0)
QUIET_SECONDS = 20


@dataclass
class StageClock:
    """What time it is on the stage (aware)."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant, a second later each time: acts follow one another."""
        self.instant += timedelta(seconds=1)
        return self.instant


@dataclass(frozen=True, slots=True)
class StageDay:
    """What one day brought: e-mails sent, acts of the team."""

    sent: int
    acts: int


@dataclass(frozen=True, slots=True)
class History:
    """What the weeks before brought, since the first import."""

    since: date
    sent: int
    acts: int


class Stage:
    """Everything that plays, put together by `open_stage`."""

    def __init__(self, folder: Path, out: Path, today: date, slack: SlackStandin, clock: StageClock) -> None:
        self.folder, self.out, self.slack, self.clock = folder, out, slack, clock
        self.company: Company = company_data.company()
        self.database: Database = open_database(f"sqlite:///{folder / 'demo.db'}")
        self.keys = signing.keys(self.database, ())
        self.transport: Transport = transport((out / MAILS).as_uri())
        self.client = WebClient(token=slack.token, base_url=slack.url)
        self.crew = Crew()
        self.app = build_app(
            self.database, self.companies, client=self.client,
            signing_secret=slack.signing_secret, now=clock.now, crew=self.crew,
        )  # fmt: skip
        self.ledger = company_data.ledger(today, self.company.calendar)
        self.first = self.company.calendar.next_open(today - timedelta(days=HISTORY_DAYS))
        self.deeds: dict[date, list[Deed]] = {}
        self.mailbox = MailFolder(out / MAILS, self.company.zone)
        self.imported: date | None = None
        self.known = 0

    @property
    def companies(self) -> MappingProxyType[str, Company]:
        """The companies, as the application wants them."""
        return MappingProxyType({self.company.key: self.company})

    def person(self, user: str) -> SlackPerson:
        """Return somebody in front of Slack, whose requests go to the application."""
        return SlackPerson(self.slack, user, to_app(self.app))

    def today(self) -> date:
        """Return the company's day."""
        return self.company.day_of(self.clock.instant)

    def local(self) -> datetime:
        """Return the company's local time."""
        return self.clock.instant.astimezone(self.company.zone)

    def settle(self) -> int:
        """Wait until the application is done; send and post what it left to the clock. Returns mails sent."""
        self.crew.wait_idle(QUIET_SECONDS)
        sent = send_due(
            self.database, self.company, by_mail(self.transport, self.keys), now=self.clock.now
        ).sent
        self.announce()
        return sent

    def announce(self) -> int:
        """Post in Slack what waits to be said."""
        return post_waiting(self.database, self.companies, self.client, now=self.clock.now)

    def tick(self, day: date, at: time) -> TickReport:
        """Do what the clock does at that moment: plan, announce, send."""
        self.clock.instant = self.company.instant(day, at)
        return tick(
            self.database,
            self.company,
            by_mail(self.transport, self.keys),
            at=self.clock.instant,
            announce=self.announce,
        )

    def bring_in(self, day: date) -> int:
        """Import what the accounting program exported since the last time; return how many are new."""
        export = self.folder / f"export-{day:%Y-%m-%d}.csv"
        bills = self.ledger.known_on(day, self.imported)
        if self.imported is None:
            self.deeds = by_day(self.ledger, self.company.calendar, since=day)
        self.imported = day
        if not bills:
            return 0
        company_data.write_export(export, bills)
        at = self.company.instant(day, IMPORT_TIME)
        report = bring_in(self.database, self.company, export, businesses=True, at=at)
        self.known += len(report.new)
        return len(report.new)

    def play_history(self) -> History:
        """Play the weeks before the day of the demonstration, one open day at a time."""
        sent = acts = 0
        for day in self.open_days(self.first, self.ledger.today):
            done = self.play_day(day)
            sent, acts = sent + done.sent, acts + done.acts
        return History(self.first, sent, acts)

    def play_day(self, day: date) -> StageDay:
        """Play one whole day: the plan, the announcements, the sends, then what the team does."""
        self.open_mail(day)
        return StageDay(self.tick(day, SENDING).sent, self.afternoon(day))

    def open_mail(self, day: date) -> None:
        """Import the week's new invoices: the first day, then on Mondays."""
        if self.imported is None or day.weekday() == 0:
            self.bring_in(day)

    def afternoon(self, day: date) -> int:
        """Do what the team does that day, once; return how many acts."""
        return sum(self.act(deed, rank) for rank, deed in enumerate(self.deeds.pop(day, [])))

    def act(self, deed: Deed, rank: int) -> bool:
        """Do one deed, in one transaction; False when it has no object any more: paid at the prompt."""
        at = self.company.instant(deed.day, office_hour(rank))
        self.clock.instant = at
        try:
            with open_books(self.database, self.company) as b:
                deed.act(b, at)
        except AlreadySettled:
            return False
        return True

    def open_days(self, first: date, before: date) -> Iterator[date]:
        """Yield the open days from `first` to the day before `before`."""
        days = (first + timedelta(days=rank) for rank in itertools.count())
        return (
            day
            for day in itertools.takewhile(lambda day: day < before, days)
            if self.company.calendar.is_open(day)
        )

    def close(self) -> None:
        """Let go of everything."""
        self.crew.shutdown(wait=True)
        self.transport.close()
        self.database.close()


@contextlib.contextmanager
def open_stage(out: Path, today: date) -> Iterator[Stage]:
    """Set the stage for the day `today`; mails go to `out`, the books to a folder thrown away after."""
    mails = out / MAILS
    mails.mkdir(parents=True, exist_ok=True)
    for old in mails.glob(OWN_MAILS):
        old.unlink()
    company = company_data.company()
    clock = StageClock(company.instant(today, IMPORT_TIME))
    with (
        tempfile.TemporaryDirectory(prefix="relance-demo-") as folder,
        SlackStandin(lambda: clock.instant) as slack,
    ):
        stage = Stage(Path(folder), out.resolve(), today, slack, clock)
        try:
            yield stage
        finally:
            stage.close()
