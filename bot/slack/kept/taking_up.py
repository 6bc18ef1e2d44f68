"""Taking up again what was asked and not answered: at the start, then what the dead leave behind."""

import contextlib
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from slack_bolt import App, BoltRequest
from sqlalchemy.exc import SQLAlchemyError

from bot.slack.kept.keeping import RESUMED
from store.db.spool import Spool, Unanswered

log = logging.getLogger(__name__)
EVERY_SECONDS = 3.0
KEPT_FOR = timedelta(days=3)
"""How long a request stands at most, whatever keeps its person from being told."""


class TakingUp:
    """A thread that hands requests over to the application again, as if Slack had just sent them."""

    def __init__(self, app: App, spool: Spool, now: Callable[[], datetime]) -> None:
        self._app, self._spool, self._now = app, spool, now
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="taking-up", daemon=True)

    def start(self) -> None:
        """Begin, with what stands from before the start."""
        self._thread.start()

    def close(self) -> None:
        """Take up nothing more."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self.once()
            except (SQLAlchemyError, OSError) as error:
                log.warning("requests_not_read", extra={"kind": type(error).__name__})
            self._ended.wait(EVERY_SECONDS)

    def once(self) -> int:
        """Take up what nobody is busy with; return how many. Raises SQLAlchemyError."""
        now = self._now()
        forgotten = self._spool.forget(before=now - KEPT_FOR)
        if forgotten:
            log.warning("requests_forgotten", extra={"count": forgotten})
        taken = self._spool.take(at=now)
        for each in taken:
            self._hand_over(each)
        if taken:
            log.info("requests_taken_up", extra={"count": len(taken)})
        return len(taken)

    def _hand_over(self, taken: Unanswered) -> None:
        """Give a request to its listener. One that no listener knows any more is of an earlier version."""
        request = BoltRequest(body=taken.body, mode="socket_mode", context={RESUMED: taken})
        status = self._app.dispatch(request).status
        if status == 200:
            return
        log.warning("request_without_listener", extra={"status": status})
        with contextlib.suppress(SQLAlchemyError, OSError):
            self._spool.cross_off(taken.key)
