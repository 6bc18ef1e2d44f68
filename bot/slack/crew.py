"""The threads of the bot: many that acknowledge, few that work, so that no work delays a reply to Slack."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

SIZE = 32
"""Threads that acknowledge: Slack leaves three seconds, and each takes a few thousandths."""

WORKERS = 8
"""Threads that act and answer afterwards: more would take turns at Python and keep the others waiting."""

GIVES_WAY_FOR = 0.25
"""Seconds that work waits at most while requests are being acknowledged: the person hears yes first."""


class Crew(ThreadPoolExecutor):
    """A pool that knows when nothing is under way, so that stopping cuts nobody's act."""

    def __init__(self, size: int = SIZE) -> None:
        super().__init__(max_workers=size, thread_name_prefix="slack")
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="slack-work")
        self._under_way = 0
        self._idle = threading.Condition()
        self._asked = 0
        self._quiet = threading.Condition()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have `fn`, which acknowledges, run by a thread of the pool."""
        return self._counted(super().submit, fn, *args, **kwargs)

    def later(self, work: Callable[[], None]) -> None:
        """Have done what follows an acknowledgement, in turn."""
        self._counted(self._workers.submit, self._after_others, work)

    @contextlib.contextmanager
    def acknowledging(self) -> Iterator[None]:
        """Answer Slack: work that has not begun gives way meanwhile."""
        with self._quiet:
            self._asked += 1
        try:
            yield
        finally:
            with self._quiet:
                self._asked -= 1
                self._quiet.notify_all()

    def _after_others(self, work: Callable[[], None]) -> None:
        with self._quiet:
            self._quiet.wait_for(lambda: not self._asked, GIVES_WAY_FOR)
        work()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the threads, those that work last."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        self._workers.shutdown(wait, cancel_futures=cancel_futures)

    def _counted(
        self, submit: Callable[..., Future[Any]], fn: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Future[Any]:
        with self._idle:
            self._under_way += 1
        try:
            future = submit(fn, *args, **kwargs)
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
