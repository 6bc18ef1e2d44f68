"""Statuses of invoices: the first that is true of one, in this order (DESIGN 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where an invoice stands."""

    PAID = "paid"
    WITHDRAWN = "withdrawn"
    WRITTEN_OFF = "written_off"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"
    DISPUTED = "disputed"
    PROMISED = "promised"
    LATE = "late"
    PARTIAL = "partial"
    PENDING = "pending"


class LateState(StrEnum):
    """What there is to know of a late invoice in the list of what is late."""

    LATE = "late"
    BROKEN = "broken"
    PLAN_BROKEN = "plan_broken"
    PROMISED = "promised"
    PLAN = "plan"
    DISPUTED = "disputed"
    PAUSED = "paused"
    HANDED_OVER = "handed_over"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class LateStateFacts:
    """All there is to know of it. Its words are in the catalogue, by the same code."""

    held: bool
    """Whether there is nothing to do but wait."""
    broken: bool
    """Whether a promise, or a payment plan, was not kept."""


LATE_STATES: Mapping[LateState, LateStateFacts] = {
    LateState.LATE: LateStateFacts(held=False, broken=False),
    LateState.BROKEN: LateStateFacts(held=False, broken=True),
    LateState.PLAN_BROKEN: LateStateFacts(held=False, broken=True),
    LateState.PROMISED: LateStateFacts(held=True, broken=False),
    LateState.PLAN: LateStateFacts(held=True, broken=False),
    LateState.DISPUTED: LateStateFacts(held=True, broken=False),
    LateState.PAUSED: LateStateFacts(held=True, broken=False),
    LateState.HANDED_OVER: LateStateFacts(held=True, broken=False),
    LateState.APPROVAL: LateStateFacts(held=False, broken=False),
}
HELD = frozenset(state for state, facts in LATE_STATES.items() if facts.held)
BROKEN = frozenset(state for state, facts in LATE_STATES.items() if facts.broken)
