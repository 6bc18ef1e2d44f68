"""A Slack in a bad mood, and a clock that runs fast: what waits for minutes is tried in seconds."""

import random
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from relance.demo.slack_standin import ApiFault, SlackStandin
from tests.bot.conftest import NOW

RETRY_AFTER = 70
SLOW = 7.0
MOODS = {"ratelimited": 4, "http_503": 4, "http_500": 2, "cut_before": 4, "cut_after": 5, "slow": 8}
"""Of a hundred calls, how many meet each."""


@dataclass(frozen=True)
class FastClock:
    """A clock that started on a Monday at ten, and runs so many times faster than ours."""

    factor: float
    began: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return NOW + timedelta(seconds=(time.monotonic() - self.began) * self.factor)

    def sleep(self, seconds: float) -> None:
        """Wait so many of its seconds."""
        time.sleep(seconds / self.factor)


class MoodySlack(SlackStandin):
    """Slack as it is on a bad day. It answers 429 to all calls of a method until its 70 seconds are over."""

    def __init__(self, clock: FastClock, seed: int) -> None:
        super().__init__(clock)
        self._fast, self._chance = clock, random.Random(seed)
        self._closed: dict[str, datetime] = {}
        self.calm = False
        self.met: dict[str, int] = {}

    def take_fault(self, method: str) -> ApiFault | None:
        """Return what happens to this call, by chance."""
        if self.calm or method == "users.info":
            return None
        with self.world.lock:
            now = self._fast()
            left = (self._closed.get(method, now) - now).total_seconds()
            how = "ratelimited" if left > 0 else self._mood()
            self.met[how] = self.met.get(how, 0) + 1
            if how == "ratelimited" and left <= 0:
                left = RETRY_AFTER
                self._closed[method] = now + timedelta(seconds=RETRY_AFTER)
        if how == "slow":
            self._fast.sleep(SLOW)
        retry_after = int(left) + 1
        return None if how in {"", "slow"} else ApiFault(method, how, retry_after=retry_after)

    def _mood(self) -> str:
        drawn = self._chance.uniform(0, 100)
        for how, share in MOODS.items():
            drawn -= share
            if drawn < 0:
                return how
        return ""
