"""How far the asking for an approval has come (SCHEDULE 17)."""

from enum import StrEnum


class ApprovalState(StrEnum):
    """How far the asking has come."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    VOID = "void"


class ApprovalVoid(StrEnum):
    """Why what was asked is void."""

    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
