"""Whether this process can do its work now: the database, Slack's token, the clock's last strike."""

import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import SQLAlchemyError

from receivables.company import Company
from relance.true_time import OldRequests
from scheduler.jobs import morning_has_come
from scheduler.mail_access.account import MailAccount
from store.books import read_books
from store.db.engine import Database
from store.db.upgrade import current, head
from store.health import heartbeat, runs
from store.mail_access import rows
from store.reminders import day_plans

TOKEN_CHECKED_FOR = timedelta(minutes=1)
FRESH_WITHIN = 1.0
"""Seconds that the one who has Slack asked waits for its answer; all others get the last one."""
TICK_MAY_BE = timedelta(minutes=10)
"""The clock strikes every minute or so; ten without a strike mean that it stopped."""
MANY_REQUESTS = 500
"""As many stand unanswered only where nothing is done any more: Slack or the books are away."""
PLAN_MAY_TAKE = timedelta(minutes=30)
"""How long after the digest's hour the day's plan may still be missing."""


class SlackHealth:
    """What Slack last said of our token. It is asked at most once a minute, in a thread of its own."""

    def __init__(self, client: WebClient | None, now: Callable[[], datetime]) -> None:
        self._client, self._now = client, now
        self._asking = threading.Lock()
        self._asked_at: datetime | None = None
        self._answer = "not asked yet"

    def trouble(self) -> str:
        """Return what is wrong with Slack, "" when nothing is; at most one caller waits, and not for long."""
        asking = self._ask_anew()
        if asking is not None:
            asking.join(FRESH_WITHIN)
        return self._answer

    def _ask_anew(self) -> threading.Thread | None:
        """Have Slack asked when its answer is old, unless it is being asked; return who asks."""
        if not self._asking.acquire(blocking=False):
            return None
        now = self._now()
        if self._asked_at is not None and abs(now - self._asked_at) < TOKEN_CHECKED_FOR:
            self._asking.release()
            return None
        self._asked_at = now
        asking = threading.Thread(target=self._ask, name="slack-health", daemon=True)
        asking.start()
        return asking

    def _ask(self) -> None:
        try:
            self._answer = _ask_slack(self._client)
        finally:
            self._asking.release()


class Health:
    """Answers `/readyz`."""

    def __init__(
        self,
        database: Database,
        companies: Mapping[str, Company],
        client: WebClient | None,
        now: Callable[[], datetime],
        accounts: Collection[MailAccount] = (),
    ) -> None:
        self._database, self._companies, self._now = database, companies, now
        self._slack = SlackHealth(client, now)
        self._names = [name for each in accounts for name in (each.name, *map(each.door, each.ways))]
        self.old_requests = OldRequests()

    def troubles(self) -> dict[str, str]:
        """Return what is wrong, by part, in English for operators; empty when ready."""
        found = {"database": self._database_trouble(), "slack": self._slack.trouble()}
        if not found["database"]:
            found["clock"] = self.old_requests.trouble() or self._clock_trouble()
            found["mail"] = self._mail_trouble()
            found["requests"] = self._requests_trouble()
        return {part: reason for part, reason in found.items() if reason}

    def _database_trouble(self) -> str:
        try:
            version = current(self._database)
        except SQLAlchemyError as error:
            return f"unreachable ({type(error).__name__})"
        return "" if version == head() else f"schema is at {version}, expected {head()}"

    def _requests_trouble(self) -> str:
        try:
            standing = self._database.spool.waiting()
        except (SQLAlchemyError, OSError) as error:
            return f"cannot be kept ({type(error).__name__})"
        return f"{standing} wait for an answer" if standing >= MANY_REQUESTS else ""

    def _clock_trouble(self) -> str:
        try:
            troubles = [self._tick_trouble(company) for company in self._companies.values()]
        except SQLAlchemyError as error:
            return f"unknown ({type(error).__name__})"
        return "; ".join(trouble for trouble in troubles if trouble)

    def _mail_trouble(self) -> str:
        """Say why mail servers that are opened by tokens cannot be."""
        try:
            found = rows.all_of(self._database, self._names) if self._names else []
        except SQLAlchemyError as error:
            return f"unknown ({type(error).__name__})"
        told = [f"access {kept.trouble} ({kept.words})" for kept in found if kept.trouble is not None]
        return "; ".join(dict.fromkeys(told))

    def _tick_trouble(self, company: Company) -> str:
        now = self._now()
        with read_books(self._database, company) as b:
            beat = heartbeat.last(b)
            planned = runs.done(b, day_plans.JOB, b.today(now).isoformat())
        if beat is None:
            return ""
        if beat.error:
            return f"{company.key}: last tick failed ({beat.error})"
        if abs(now - beat.at) > TICK_MAY_BE:
            return f"{company.key}: no tick for {(now - beat.at).total_seconds():.0f} s"
        missing = not planned and morning_has_come(company, now - PLAN_MAY_TAKE)
        return f"{company.key}: the morning plan is not made" if missing else ""


def _ask_slack(client: WebClient | None) -> str:
    if client is None:
        return "SLACK_BOT_TOKEN is not set"
    try:
        client.auth_test()
    except SlackApiError as error:
        return f"token refused ({error.response.get('error', 'unknown')})"
    except (SlackClientError, OSError) as error:
        return f"unreachable ({type(error).__name__})"
    return ""
