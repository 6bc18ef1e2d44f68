"""The same refusal again and again: it is about all that is sent, and trying on only makes it worse."""

from dataclasses import dataclass

from scheduler.delivery import Deferred, Permanent, Result
from scheduler.refusals import gist

MOST = 3
"""So many of the same refusals in a row, and the run ends."""


@dataclass(slots=True)
class Streak:
    """How often the last refusal that blames no address has come in a row, on one channel."""

    last: str = ""
    times: int = 0

    def ends_with(self, result: Result) -> bool:
        """Count one more outcome; whether it is the same refusal once too often."""
        match result:
            case Deferred(error=error) | Permanent(error=error, dead=()):
                told = gist(error)
            case _:
                told = ""
        self.times = self.times + 1 if told and told == self.last else int(bool(told))
        self.last = told
        return self.times >= MOST
