"""Messages to customers: what they are, who has them leave, and how far each has come (SCHEDULE 21, 22)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class MessageKind(StrEnum):
    """What a message is."""

    REMINDER = "reminder"
    INVOICE = "invoice"
    """It sends invoices themselves (SCHEDULE 1)."""
    STATEMENT = "statement"
    THANKS = "thanks"
    INSTALMENT = "instalment"


@dataclass(frozen=True, slots=True)
class MessageKindFacts:
    """All there is to know of a kind."""

    carries: bool
    """Whether a policy plans it, with invoices, each at a step; the others tell, and claim nothing."""
    spaces: bool
    """Whether reminders keep a distance from it: at least, none leaves the same day (SCHEDULE 1, 6)."""


MESSAGE_KINDS: Mapping[MessageKind, MessageKindFacts] = {
    MessageKind.REMINDER: MessageKindFacts(carries=True, spaces=True),
    MessageKind.INVOICE: MessageKindFacts(carries=True, spaces=False),
    MessageKind.STATEMENT: MessageKindFacts(carries=False, spaces=True),
    MessageKind.THANKS: MessageKindFacts(carries=False, spaces=True),
    MessageKind.INSTALMENT: MessageKindFacts(carries=False, spaces=True),
}
CARRYING = tuple(kind for kind, facts in MESSAGE_KINDS.items() if facts.carries)
SPACING = tuple(kind for kind, facts in MESSAGE_KINDS.items() if facts.spaces)


class Origin(StrEnum):
    """Who has a message leave: the clock, in its window, or a person, at once."""

    CLOCK = "clock"
    HAND = "hand"


class MessageState(StrEnum):
    """How far a message has come."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"
    RETRYING = "retrying"
    """Taken for some of its addresses, none of which completes its step; the others are tried again."""


class RecipientState(StrEnum):
    """How far a message has come on its way to one of its addresses."""

    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    PUT_OFF = "put_off"
    """Not taken, and to be tried again."""
    REFUSED = "refused"
    """Not taken, for good: there is no such mailbox, or it was tried long enough."""
    UNKNOWN = "unknown"
    CALLED_OFF = "called_off"
    """Not to be tried any more: what the message says is no longer so."""


class VetoKind(StrEnum):
    """How a person keeps a message of the morning back (SCHEDULE 16)."""

    REMOVED = "removed"
    PUT_OFF = "put_off"


class KeptBack(StrEnum):
    """What keeps a message back whatever it says. Its words are in the catalogue, by the same code."""

    DRAFT = "draft"
    MANUAL = "manual"
    AWAITING_GO = "awaiting_go"


class NothingToShow(StrEnum):
    """Why there is no mail to show: it failed, it cannot be written, or it is no more (no code says why)."""

    FAILED = "failed"
    UNWRITABLE = "unwritable"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MessageStateFacts:
    """All there is to know of a state."""

    stands: bool
    """Whether the customer gets the message, or has got it: no second one that day."""
    left: bool
    """Whether it is on its way or may have arrived: nothing calls it off any more."""
    to_customer: bool
    """Whether it has left as far as anybody knows, and belongs into what was said to the customer."""


MESSAGE_STATES: Mapping[MessageState, MessageStateFacts] = {
    MessageState.PLANNED: MessageStateFacts(stands=True, left=False, to_customer=False),
    MessageState.SENDING: MessageStateFacts(stands=True, left=True, to_customer=False),
    MessageState.SENT: MessageStateFacts(stands=True, left=True, to_customer=True),
    MessageState.FAILED: MessageStateFacts(stands=False, left=False, to_customer=False),
    MessageState.CANCELLED: MessageStateFacts(stands=False, left=False, to_customer=False),
    MessageState.UNCERTAIN: MessageStateFacts(stands=True, left=True, to_customer=True),
    MessageState.RETRYING: MessageStateFacts(stands=True, left=True, to_customer=True),
}
STANDING = tuple(state for state, facts in MESSAGE_STATES.items() if facts.stands)
OVER = tuple(state for state, facts in MESSAGE_STATES.items() if not facts.stands)
LEFT = tuple(state for state, facts in MESSAGE_STATES.items() if facts.left)
TO_CUSTOMER = tuple(state for state, facts in MESSAGE_STATES.items() if facts.to_customer)
