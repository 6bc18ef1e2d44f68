"""A mail server that does as it is told: it takes, refuses, loses its answer, or is away."""

from dataclasses import dataclass, field

from scheduler.delivery import Down, Permanent, Result, Sent, Temporary, Unknown
from scheduler.email.transport import Envelope


@dataclass
class Post:
    """What was handed over, and what came of it. `moods` are what the next letters meet; then all is well."""

    away: bool = False
    moods: list[str] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    """Addresses that do not exist any more."""
    silent: set[str] = field(default_factory=set)
    """Those of them that the server takes mail for, and only later says so."""
    returning: list[Envelope] = field(default_factory=list)
    """Mails that will come back."""
    returned: set[int] = field(default_factory=set)
    """Mails that have come back, by id."""
    taken: list[Envelope] = field(default_factory=list)
    unsure: list[Envelope] = field(default_factory=list)
    refused: list[Envelope] = field(default_factory=list)

    def ready(self) -> Down | None:
        """Say whether the server listens."""
        return Down("away") if self.away else None

    def send(self, mail: Envelope) -> Result:
        """Take a mail, or not."""
        if self.dead & set(mail.recipients):
            self.refused.append(mail)
            return Permanent("550 no such user", tuple((one, "550 no such user") for one in mail.recipients))
        mood = self.moods.pop() if self.moods else "well"
        if mood == "busy":
            return Temporary("451 later")
        if mood == "mute":
            self.unsure.append(mail)
            return Unknown("no answer")
        if self.silent & set(mail.recipients):
            self.returning.append(mail)
        self.taken.append(mail)
        return Sent("250 ok")

    def close(self) -> None:
        """End the connection."""
