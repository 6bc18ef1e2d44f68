"""What the post room hands to a transport, and what the transport says became of it, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail ready to leave, in its envelope. Addresses are bare ASCII."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    name: str
    """A short name, unique to the reminder, for transports that keep files."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took the message; `refused` holds the recipients it would not have, with its answer."""

    answer: str
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Temporary:
    """Not taken, and it may be later."""

    error: str


@dataclass(frozen=True, slots=True)
class Permanent:
    """Never to be taken. `recipient`: because of the address; else because of the message."""

    error: str
    recipient: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Handed over, and no answer came: it may have left."""

    error: str


@dataclass(frozen=True, slots=True)
class Down:
    """The server takes nothing from us now (away, or it refuses the sender): stop, nothing was sent."""

    error: str


Result = Sent | Temporary | Permanent | Unknown | Down


class Transport(Protocol):
    """Where mails go. One connection serves many of them; `close` ends it."""

    def ready(self) -> Down | None:
        """Connect if need be, before anything is claimed; Down when the server cannot be reached."""

    def send(self, mail: Envelope) -> Result:
        """Hand one mail over and return what became of it; raises nothing."""

    def close(self) -> None:
        """End the connection."""
