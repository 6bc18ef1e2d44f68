"""What the clock does for one company, in order, up to an instant."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from receivables.company import Company
from scheduler.delivery import Senders
from scheduler.inbox.reading import Inbox, InboxReport, read_inbox
from scheduler.paper import keep_ready
from scheduler.plan import PlanMade, make_forced, make_plan
from scheduler.post_room.outbox import SendReport, send_due
from store.books import open_books
from store.claims import news as claim_news
from store.db.engine import Database
from store.direct_debits import news as debit_news
from store.disputes import news as dispute_news
from store.imports import arrivals
from store.post_room import ahead, uncertain
from store.promises import news as promise_news
from store.replies import news as incoming_nudges
from store.tasks import news as nudges
from store.tasks import put_offs


@dataclass(frozen=True, slots=True)
class TickReport:
    """What a tick did, in messages; `announced`: what `announce` posted; `down`: why sending stopped."""

    planned: int = 0
    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    uncertain: int = 0
    announced: int = 0
    postponed: int = 0
    down: str | None = None
    incoming: int = 0
    """Mails taken in; `inbox_down`: why the mailbox could not be read."""
    inbox_down: str | None = None


def say_nothing() -> int:
    """Announce nothing: for those who post announcements elsewhere."""
    return 0


def tick(
    database: Database,
    company: Company,
    senders: Senders,
    *,
    at: datetime,
    announce: Callable[[], int] = say_nothing,
    stop: threading.Event | None = None,
    inbox: Inbox | None = None,
) -> TickReport:
    """Do once what the clock would do up to the aware instant `at`, which is "now" for all of it.

    In order: the mailbox, so that a reply holds that very morning's plan; nudges and broken promises; the
    plan, if the day is open, its hour has come and it is not made, or two people have forced it; letters on
    paper; `announce`; the sends, if `at` is inside the window. Days that were missed are not replayed.
    """
    read = read_inbox(database, inbox, at=at) if inbox is not None else InboxReport()
    remind_people(database, company, at=at)
    made = plan_morning(database, company, at=at) or plan_forced(database, company, at=at)
    write_letters(database, company, at=at)
    announced = announce()
    sent = send_due(database, company, senders, now=lambda: at, stop=stop)
    return _report(made, sent, announced, read)


def _report(made: PlanMade | None, sent: SendReport, announced: int, read: InboxReport) -> TickReport:
    return TickReport(
        planned=made.messages if made else 0,
        sent=sent.sent,
        failed=sent.failed,
        cancelled=sent.cancelled,
        uncertain=sent.uncertain,
        announced=announced,
        postponed=sent.postponed,
        down=sent.down,
        incoming=read.taken,
        inbox_down=read.down,
    )


def remind_people(database: Database, company: Company, *, at: datetime) -> int:
    """Nudge those whose tasks wait, tell what became of promises, and ask about disputes.

    On open days, from the digest's hour on; tasks put off to an hour of their own at that hour, any day.
    """
    tell_put_off(database, company, at=at)
    if not morning_has_come(company, at):
        return 0
    with open_books(database, company) as b:
        told = (
            nudges.nudge(b, at=at) + promise_news.announce_promise_news(b, at=at) + dispute_news.ask(b, at=at)
        )
        return (
            told + incoming_nudges.nudge(b, at=at) + len(debit_news.ask(b, at=at)) + claim_news.tell(b, at=at)
        )


def tell_put_off(database: Database, company: Company, *, at: datetime) -> int:
    """Tell again the tasks whose hour has come, and in the evening of calls back not made; return how many.

    On whatever day.
    """
    with open_books(database, company) as b:
        return put_offs.tell_again(b, at=at) + nudges.nudge_call_backs(b, at=at)


def plan_morning(database: Database, company: Company, *, at: datetime) -> PlanMade | None:
    """Make the day's plan and its digest, once, from `digest_at` on an open day (SCHEDULE 16)."""
    if not morning_has_come(company, at):
        return None
    with open_books(database, company) as b:
        return make_plan(b, at=at)


def plan_forced(database: Database, company: Company, *, at: datetime) -> PlanMade | None:
    """Plan what stale books kept back, once two people have forced the day (SCHEDULE 15)."""
    if company.max_age is None or not morning_has_come(company, at):
        return None
    with open_books(database, company) as b:
        return make_forced(b, at=at)


def write_letters(database: Database, company: Company, *, at: datetime) -> int:
    """Keep the letters on paper ready, on open days from the digest's hour on; return how many pages."""
    return keep_ready(database, company, at=at) if morning_has_come(company, at) else 0


def morning_has_come(company: Company, at: datetime) -> bool:
    """Whether `at` falls on an open day, at the digest's hour or later (company's timezone)."""
    local = at.astimezone(company.zone)
    return company.calendar.is_open(local.date()) and local.time() >= company.digest_at


def sweep(database: Database, company: Company, *, at: datetime) -> int:
    """Mark `uncertain` what killed senders left behind; return how many. No lease waits for another time.

    Files that nobody brought in are forgotten after a month.
    """
    with open_books(database, company) as b:
        arrivals.forget(b, at=at)
        ahead.set_right(b, at=at)
        return uncertain.expire(b, at=at)
