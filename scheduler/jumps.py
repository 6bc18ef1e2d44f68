"""A clock that is set: the jobs' next runs were reckoned by the old one, and would wait for it for hours."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from typing_extensions import override

LOOKED_AT_EVERY = 1.0
SMALLEST = 30.0
"""Seconds: what corrects a clock by less moves a run by no more than that."""
log = logging.getLogger(__name__)


class Jumps:
    """Watches for the clock being set, in a thread of its own, and has every job look at once."""

    def __init__(
        self,
        scheduler: BackgroundScheduler,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._scheduler, self._wall, self._steady = scheduler, wall, steady
        self._ended = threading.Event()
        self._apart = wall() - steady()
        self._thread = threading.Thread(target=self._watch, name="jumps", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def close(self) -> None:
        """Watch no more."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(LOOKED_AT_EVERY):
            self.look()

    def look(self) -> bool:
        """Have the jobs look now if the clock was set since the last look; whether it was."""
        apart = self._wall() - self._steady()
        jumped, self._apart = apart - self._apart, apart
        if abs(jumped) < SMALLEST:
            return False
        log.warning("clock_set", extra={"seconds": round(jumped)})
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.fromtimestamp(self._wall(), UTC))
        return True


class WatchingScheduler(BackgroundScheduler):  # type: ignore[misc]  # apscheduler has no types
    """A scheduler that watches for the clock being set while it runs."""

    @override
    def start(self, *args: Any, **options: Any) -> None:
        """Begin."""
        super().start(*args, **options)
        self._jumps = Jumps(self)
        self._jumps.start()

    @override
    def shutdown(self, *args: Any, **options: Any) -> None:
        """End."""
        self._jumps.close()
        super().shutdown(*args, **options)
