"""How promises end, and how payment plans stand."""

from enum import StrEnum


class PromiseEnd(StrEnum):
    """How a promise ended. Kept and broken are derived, and written down when told."""

    REPLACED = "replaced"
    UNDONE = "undone"
    KEPT = "kept"
    BROKEN = "broken"
