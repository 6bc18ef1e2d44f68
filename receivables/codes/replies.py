"""What comes to the mailbox, and how far people have come with it (SCHEDULE 15)."""

from enum import StrEnum


class IncomingKind(StrEnum):
    """What a mail that came in is."""

    REPLY = "reply"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"


class IncomingState(StrEnum):
    """How far people have come with it."""

    UNREAD = "unread"
    TO_FILE = "to_file"
    HANDLED = "handled"
    IGNORED = "ignored"


class Handled(StrEnum):
    """What a person made of a reply."""

    PROMISE = "promise"
    DISPUTE = "dispute"
    PAID = "paid"
    ANSWERED = "answered"
    IGNORED = "ignored"
