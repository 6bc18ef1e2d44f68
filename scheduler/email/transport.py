"""What a way out for e-mails is: bytes in an envelope go in, what became of them comes out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from scheduler.delivery import Down, Result


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail ready to leave, in its envelope. Addresses are bare ASCII."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    name: str
    """A short name, unique to the reminder, for transports that keep files."""
    at: datetime


class Transport(Protocol):
    """Where mails go. One connection serves many of them; `close` ends it."""

    def ready(self) -> Down | None:
        """Connect if need be, before anything is claimed; Down when the server cannot be reached."""

    def send(self, mail: Envelope) -> Result:
        """Hand one mail over and return what became of it; raises nothing."""

    def close(self) -> None:
        """End the connection."""
