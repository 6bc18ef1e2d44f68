"""What comes to the mailbox, and how far people have come with it (SCHEDULE 15)."""

from collections.abc import Mapping
from dataclasses import dataclass
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
    PENDING = "pending"
    """A report of delivery that counts, until all of the same look are taken in: a burst is a person's."""


class ReplyMeaning(StrEnum):
    """What plain rules read in a reply. What is handled as such has the text of its `Handled`."""

    PROMISE = "promise"
    DISPUTE = "dispute"
    PAID = "paid"
    PAYMENT_LEFT = "payment_left"
    NOT_RECEIVED = "not_received"
    CANNOT_PAY = "cannot_pay"


WAITING = frozenset({IncomingState.UNREAD, IncomingState.TO_FILE})
"""States of mails that nobody has dealt with."""


class Handled(StrEnum):
    """What was made of a mail."""

    PROMISE = "promise"
    DISPUTE = "dispute"
    PAID = "paid"
    PAYMENT_LEFT = "payment_left"
    """The payment is on its way: it is waited for, and not noted before it is seen (SCHEDULE 11)."""
    ANSWERED = "answered"
    IGNORED = "ignored"
    BOUNCED = "bounced"
    """Not by a person: the addresses that it tells of are written to no more."""


@dataclass(frozen=True, slots=True)
class HandledFacts:
    """All there is to know of it."""

    by_hand: bool = True
    """Whether a person says so."""
    acted_on: bool = False
    """Whether acts on invoices come of it; a mail may tell of several such things."""


HANDLED: Mapping[Handled, HandledFacts] = {
    Handled.PROMISE: HandledFacts(acted_on=True),
    Handled.DISPUTE: HandledFacts(acted_on=True),
    Handled.PAID: HandledFacts(acted_on=True),
    Handled.PAYMENT_LEFT: HandledFacts(acted_on=True),
    Handled.ANSWERED: HandledFacts(),
    Handled.IGNORED: HandledFacts(),
    Handled.BOUNCED: HandledFacts(by_hand=False),
}
BY_HAND = tuple(how for how, facts in HANDLED.items() if facts.by_hand)
ACTED_ON = tuple(how for how, facts in HANDLED.items() if facts.acted_on)
