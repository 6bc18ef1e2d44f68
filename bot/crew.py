"""The threads in which listeners work once they have acknowledged."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

SIZE = 64
"""Slack gives a listener three seconds to acknowledge: fifty people may act at once (FACTS B6, F)."""


class Crew(ThreadPoolExecutor):
    """A pool that knows when nothing is under way, so that stopping cuts nobody's act."""

    def __init__(self, size: int = SIZE) -> None:
        super().__init__(max_workers=size, thread_name_prefix="slack")
        self._under_way = 0
        self._idle = threading.Condition()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have `fn` done by a thread of the pool."""
        with self._idle:
            self._under_way += 1
        try:
            future = super().submit(fn, *args, **kwargs)
        except RuntimeError:
            self._finished()
            raise
        future.add_done_callback(self._finished)
        return future

    def _finished(self, _future: Future[Any] | None = None) -> None:
        with self._idle:
            self._under_way -= 1
            self._idle.notify_all()

    def wait_idle(self, seconds: float) -> bool:
        """Wait until nothing is under way; False when something still is after so many seconds."""
        with self._idle:
            return self._idle.wait_for(lambda: self._under_way == 0, seconds)
