"""How promises end, how payment plans stand, and what pauses are about."""

from enum import StrEnum


class PromiseEnd(StrEnum):
    """How a promise ended. Kept and broken are derived, and written down when told."""

    REPLACED = "replaced"
    """Postponed: another was made before it broke."""
    CORRECTED = "corrected"
    """Said otherwise the same day by who had noted it: it never counted."""
    OVERTAKEN = "overtaken"
    """The payment was said to have left: nothing is marked."""
    REPEATED = "repeated"
    """That the payment has left, said again without money in between: it never held."""
    UNDONE = "undone"
    KEPT = "kept"
    BROKEN = "broken"


class PlanState(StrEnum):
    """How a payment plan stands on a day. Undone and replaced are as its promises ended."""

    UNDONE = "undone"
    REPLACED = "replaced"
    MET = "met"
    BROKEN = "broken"
    RUNNING = "running"


class PromiseStanding(StrEnum):
    """How a promise that nobody took back stands on a day."""

    RUNNING = "running"
    KEPT = "kept"
    BROKEN = "broken"
    REPLACED = "replaced"
    CORRECTED = "corrected"
    OVERTAKEN = "overtaken"
    REPEATED = "repeated"


class PauseScope(StrEnum):
    """What a pause is about."""

    INVOICE = "invoice"
    CUSTOMER = "customer"
    COMPANY = "company"
