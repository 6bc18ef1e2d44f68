"""Whether this machine's clock can be right: Slack says in each answer what time it is.

A clock that is hours off sends on a Sunday, or tomorrow's mails today: until it is right, nothing is planned
or sent. Where Slack does not answer, what it last said holds, and a process that heard nothing goes on.
"""

import logging
import threading
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.access import SLACK_TROUBLE

MAY_BE_OFF = 600.0
"""Seconds: no day's work is another's for less, and most machines are right to a second."""
ASKED_EVERY = 300.0
DOUBTED_AFTER = 1.0
"""A machine that slept looks as one whose clock was set: it is asked anew, but not in each moment."""
TOLD_EVERY = 600.0
SEVERAL = 3
"""Requests on end."""
OF_SLACK = "x-slack-req-id"
"""The header that Slack's own answers bear: an emulator, or a proxy that answers itself, is no clock."""
log = logging.getLogger(__name__)


class TrueTime:
    """How far this machine's clock is from Slack's."""

    def __init__(
        self,
        client: WebClient | None,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._wall, self._steady = client, wall, steady
        self._lock = threading.Lock()
        self._asked_at: float | None = None
        self._told_at: float | None = None
        self._known: tuple[float, float] | None = None
        """Seconds that we were ahead, and how far our two clocks were apart then."""

    def trusted(self) -> bool:
        """Whether the clock is as right as anybody can tell; a clock that is not is logged."""
        ahead = self.ahead()
        if abs(ahead) <= MAY_BE_OFF:
            return True
        with self._lock:
            if self._told_at is None or self._steady() - self._told_at > TOLD_EVERY:
                self._told_at = self._steady()
                log.error("clock_off", extra={"seconds": round(ahead)})
        return False

    def ahead(self) -> float:
        """Return by how many seconds the clock is ahead, less than 0 when behind; 0 when nobody knows."""
        with self._lock:
            if self._old(ASKED_EVERY):
                self._ask()
            found = self._reckoned()
            if abs(found) > MAY_BE_OFF and self._old(DOUBTED_AFTER):
                self._ask()
                found = self._reckoned()
            return found

    def _old(self, seconds: float) -> bool:
        return self._asked_at is None or self._steady() - self._asked_at > seconds

    def _reckoned(self) -> float:
        """Return what Slack last said, and by how much the clock was set since."""
        if self._known is None:
            return 0.0
        ahead, apart = self._known
        return ahead + (self._wall() - self._steady()) - apart

    def _ask(self) -> None:
        self._asked_at = self._steady()
        if self._client is None:
            return
        try:
            headers = self._client.auth_test().headers
        except SlackApiError as error:
            headers = error.response.headers
        except SLACK_TROUBLE:
            return
        told_by = {name.lower(): str(value) for name, value in headers.items()}
        if OF_SLACK not in told_by:
            return
        try:
            told = parsedate_to_datetime(told_by.get("date", "")).timestamp()
        except ValueError:
            return
        wall = self._wall()
        self._known = (wall - told, wall - self._steady())


class OldRequests:
    """Requests that Slack has signed, of another time than ours: several on end mean that our clock is off.

    One of them alone is somebody's who kept it.
    """

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._told_at: float | None = None
        self._ahead = 0.0

    def came(self, stamp: str, ahead: float) -> None:
        """Note one; `stamp` is when Slack says that it was made, by our clock so many seconds ago."""
        with self._lock:
            self._seen = {*list(self._seen)[: SEVERAL - 1], stamp}
            self._ahead = ahead
            told = self._told_at is not None and self._steady() - self._told_at <= TOLD_EVERY
            if len(self._seen) >= SEVERAL and not told:
                self._told_at = self._steady()
                log.error("clock_off", extra={"seconds": round(ahead), "all_requests": "refused"})

    def good(self) -> None:
        """Note one that was made now."""
        if self._seen:
            with self._lock:
                self._seen = set()

    def trouble(self) -> str:
        """Return what is wrong with our clock, in English for operators; "" when nothing is known to be."""
        several = len(self._seen) >= SEVERAL
        return f"this machine's clock is {self._ahead:.0f} s ahead of Slack's requests" if several else ""
