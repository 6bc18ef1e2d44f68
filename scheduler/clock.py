"""The clock: a few fixed jobs in memory, which own nothing. What is due lives in the books.

Any number of clocks may run on one database: the plan is made once, a message is claimed once.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
    JobExecutionEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from receivables.company import Company
from scheduler import jobs
from scheduler.delivery import Senders
from scheduler.inbox.looks import Looks
from scheduler.inbox.reading import Inbox, read_inbox
from scheduler.jumps import WatchingScheduler
from scheduler.mail_access.watch import Watch
from scheduler.post_room.outbox import send_due
from store.books import open_books
from store.db.engine import Database
from store.health import heartbeat

MORNING_MINUTES = "*/5"
"""The morning job looks every so often whether the plan is made: a clock started late still makes it."""
SEND_SECONDS = 60
ANNOUNCE_SECONDS = 5
INBOX_SECONDS = 180
PLAN_WAITS_SECONDS = 30.0
"""How long the plan waits for the mailbox, so that a reply that has come holds it."""
ENDING_SECONDS = 20.0
"""How long a look at the mailbox may take to end between two mails."""
ACCESS_SECONDS = 60
SWEEP_SECONDS = 60
PAPER_SECONDS = 30
GRACE_SECONDS = 3600

log = logging.getLogger(__name__)


def always() -> bool:
    """Trust the time: for those who set it themselves."""
    return True


@dataclass(frozen=True)
class Clock:
    """What the jobs work with. `now` gives the aware instant; `announce` posts what waits to be said."""

    database: Database
    companies: Mapping[str, Company]
    senders: Callable[[], Senders]
    """Makes the senders of each run: a run has one connection of its own."""
    announce: Callable[[], int]
    now: Callable[[], datetime]
    stop: threading.Event
    inbox: Inbox | None = None
    """The mailbox of replies and bounces, when there is one."""
    looks: Looks = field(default_factory=Looks)
    plan_waits: float = PLAN_WAITS_SECONDS
    access: Watch | None = None
    """What looks after the tokens that open the mail servers, when there are any."""
    trusted: Callable[[], bool] = always
    """Whether the time of `now` can be right: while it cannot, nothing is planned, sent or given up."""

    def morning(self, key: str) -> None:
        """Remind people, then make the plan of the day with its digest, if it is time and not done."""
        if not self.trusted():
            return
        company, at = self.companies[key], self.now()
        if jobs.morning_has_come(company, at) and not self.read(seconds=self.plan_waits):
            log.warning("the plan does not wait for the mailbox")
        jobs.remind_people(self.database, company, at=at)
        made = jobs.plan_morning(self.database, company, at=at)
        if made is not None:
            log.info("plan made: %s messages, %s tasks", made.messages, made.tasks)

    def send(self, key: str) -> None:
        """Send what is due, between two mails of which SIGTERM may fall; sign of life at the end."""
        company = self.companies[key]
        if not self.trusted():
            with open_books(self.database, company) as b:
                heartbeat.beat(b, at=self.now(), error="clock_off")
            return
        jobs.plan_forced(self.database, company, at=self.now())
        report = send_due(self.database, company, self.senders(), now=self.now, stop=self.stop)
        with open_books(self.database, company) as b:
            heartbeat.beat(b, at=self.now(), error=report.down and "smtp")

    def sweep(self, key: str) -> None:
        """Find what killed senders left behind; tell put-off tasks again at their hour."""
        if not self.trusted():
            return
        jobs.sweep(self.database, self.companies[key], at=self.now())
        jobs.tell_put_off(self.database, self.companies[key], at=self.now())

    def write(self, key: str) -> None:
        """Keep the letters on paper ready."""
        if not self.trusted():
            return
        jobs.write_letters(self.database, self.companies[key], at=self.now())

    def read(self, *, seconds: float | None = None) -> bool:
        """Take in what came to the mailbox; return whether that was done within so many seconds."""
        return self.inbox is None or self.looks.take(self._look, seconds=seconds)

    def _look(self) -> None:
        if self.inbox is not None:
            read_inbox(self.database, self.inbox, at=self.now(), stop=self.stop)

    def keep_access(self) -> None:
        """Renew the tokens of the mail servers in time, and tell what is wrong with them."""
        if self.access is not None:
            self.access.look(self.now())

    def say(self) -> None:
        """Post what waits to be said."""
        self.announce()


def build(clock: Clock) -> BackgroundScheduler:
    """Return the scheduler with its jobs, not started. Call `close` to end it."""
    scheduler = WatchingScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(3 + 2 * len(clock.companies))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE_SECONDS},
        timezone="UTC",
    )
    scheduler.add_job(clock.say, IntervalTrigger(seconds=ANNOUNCE_SECONDS), id="announce")
    if clock.inbox is not None:
        scheduler.add_job(clock.read, IntervalTrigger(seconds=INBOX_SECONDS), id="inbox")
    if clock.access is not None:
        every = IntervalTrigger(seconds=ACCESS_SECONDS)
        scheduler.add_job(clock.keep_access, every, id="access")
        scheduler.add_job(clock.keep_access, "date", id="access:start", misfire_grace_time=None)
    for key, company in clock.companies.items():
        _add_jobs(scheduler, clock, key, company)
    scheduler.add_listener(_log_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    return scheduler


def _add_jobs(scheduler: BackgroundScheduler, clock: Clock, key: str, company: Company) -> None:
    """Add the jobs of one company, in its timezone. Week days by name: 0 would be Monday (FACTS C1)."""
    zone = company.zone
    morning = CronTrigger(day_of_week="mon-fri", hour="5-21", minute=MORNING_MINUTES, timezone=zone)
    scheduler.add_job(clock.morning, morning, args=[key], id=f"{key}:morning")
    scheduler.add_job(clock.morning, "date", args=[key], id=f"{key}:start", misfire_grace_time=None)
    every = IntervalTrigger(seconds=SEND_SECONDS, timezone=zone)
    scheduler.add_job(clock.send, every, args=[key], id=f"{key}:send")
    every = IntervalTrigger(seconds=SWEEP_SECONDS, timezone=zone)
    scheduler.add_job(clock.sweep, every, args=[key], id=f"{key}:sweep")
    every = IntervalTrigger(seconds=PAPER_SECONDS, timezone=zone)
    scheduler.add_job(clock.write, every, args=[key], id=f"{key}:letters")


def _log_trouble(event: JobEvent) -> None:
    """Log what would else be silence: a job that failed, was missed, or is still running."""
    if event.code == EVENT_JOB_ERROR and isinstance(event, JobExecutionEvent):
        log.error("job %s failed", event.job_id, exc_info=event.exception)
    elif event.code == EVENT_JOB_MISSED:
        log.warning("job %s was missed", event.job_id)
    else:
        log.info("job %s is still running", event.job_id)


def start(clock: Clock) -> BackgroundScheduler:
    """Start the clock and return its scheduler."""
    scheduler = build(clock)
    scheduler.start()
    return scheduler


def close(scheduler: BackgroundScheduler, clock: Clock) -> None:
    """End cleanly: no mail is cut, what runs ends between two mails."""
    clock.stop.set()
    scheduler.shutdown(wait=True)
    clock.looks.wait(ENDING_SECONDS)
