"""Looks at the mailbox, in a thread of their own: nobody has to wait for one longer than it likes."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Looks:
    """One look at a time. Whoever asks for one while another runs is given that one to wait for."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._running: threading.Thread | None = None

    def take(self, look: Callable[[], object], *, seconds: float | None = None) -> bool:
        """Begin a look unless one runs, and wait for it so long (None: to its end); return whether it ended.

        What goes wrong with it is logged.
        """

        def safely() -> None:
            try:
                look()
            except Exception:
                log.exception("mailbox_look_failed")

        with self._turn:
            if self._running is None or not self._running.is_alive():
                self._running = threading.Thread(target=safely, name="mailbox", daemon=True)
                self._running.start()
        return self.wait(seconds)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait so long for the look that runs, if any; return whether none runs any more."""
        running = self._running
        if running is None:
            return True
        running.join(seconds)
        return not running.is_alive()
