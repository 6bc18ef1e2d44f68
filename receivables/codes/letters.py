"""How far a letter on paper has come."""

from enum import StrEnum


class LetterState(StrEnum):
    """How far a letter has come, from its page to the post."""

    PREPARED = "prepared"
    APPROVED = "approved"
    DEPOSITED = "deposited"
    VOID = "void"


LIVING = (LetterState.PREPARED, LetterState.APPROVED)
"""States in which a letter may still be deposited."""


class LetterVoid(StrEnum):
    """Why a letter is void. Its words are in the catalogue, by the same code."""

    CHANGED = "changed"
    REDATED = "redated"
    OLD = "old"
    NOTHING_LEFT = "nothing_left"
    MISSING = "missing"
    CLOSED = "closed"
    DEPOSITED = "deposited"
    UNDONE = "undone"
