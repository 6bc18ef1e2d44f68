"""The next step of an item, with its slot and what is to be said of it."""

from datetime import date
from typing import NamedTuple

from receivables.codes.reasons import Reason
from receivables.policy import Step


class Rung(NamedTuple):
    """The next step of an item. `reason` is `due` when its slot has come, else why not yet."""

    step: Step
    slot: date
    reason: Reason

    @property
    def issues(self) -> bool:
        """Whether it sends the invoice itself."""
        return self.step.from_issue
