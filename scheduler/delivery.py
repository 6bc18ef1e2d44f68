"""What the post room hands to the sender of a channel, and what the sender says became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from correspondence.piece import Mail
from receivables.company import Company
from store.post_room.claims import Ready
from store.reminders.rows import DueReminder

Refusals = tuple[tuple[str, str], ...]
"""The addresses that a server would not have before it saw the text, each with its answer."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took the message, for all but the `refused`."""

    answer: str
    refused: Refusals = ()


@dataclass(frozen=True, slots=True)
class Temporary:
    """Not taken, and it may be later."""

    error: str
    refused: Refusals = ()


@dataclass(frozen=True, slots=True)
class Deferred:
    """Refused for what we are or how the servers are, neither for the address nor for the message.

    It is tried again as a temporary failure is, and the team is told: somebody has to put it right.
    """

    error: str
    refused: Refusals = ()


@dataclass(frozen=True, slots=True)
class Permanent:
    """Never to be taken. `dead`: because none of its addresses exists, each with the server's words; else
    because of the message, whatever was said of its `refused` addresses before.
    """

    error: str
    dead: Refusals = ()
    refused: Refusals = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Handed over, and no answer came: it may have left, for all but the `refused`."""

    error: str
    refused: Refusals = ()


@dataclass(frozen=True, slots=True)
class Down:
    """The server takes nothing from us now (away, or it refuses the sender): stop, nothing was sent."""

    error: str
    kind: str = ""
    """What a log says where `error` is a sentence for people."""


class NotLetIn(Down):
    """The server is there and we have no key to it: told, by who keeps the keys, to those who can mend it."""


Result = Sent | Temporary | Deferred | Permanent | Unknown | Down


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished piece as its channel hands it over, and as the books keep it."""

    identity: str
    """What it can be recognised by later, the same each time the same message is sealed."""
    to: tuple[str, ...]
    raw: bytes


class Sender(Protocol):
    """What takes the messages of one written channel. One serves a whole run; `close` ends it."""

    def ready(self) -> Down | None:
        """Connect if need be, before anything is claimed; Down when nothing can be handed over now."""

    def seal(self, company: Company, reminder: DueReminder, mail: Mail, *, at: datetime) -> Sealed:
        """Return what will be handed over; raises RelanceError when it cannot go to whom it names."""

    def send(self, company: Company, message: Ready) -> Result:
        """Hand a claimed message over and return what became of it; raises nothing."""

    def try_out(self, company: Company, mail: Mail, to: str, *, at: datetime) -> Result:
        """Hand a finished piece over to a person's own address, outside any thread; raises RelanceError."""

    def close(self) -> None:
        """End the connection."""


Senders = Mapping[str, Sender]
"""The sender of each written channel, by the channel's key."""
