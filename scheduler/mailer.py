"""The way out: a transport takes a letter and says, as a value, what became of it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from receivables.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to leave, with its envelope. Addresses are bare ASCII."""

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
    """Where letters go. One connection serves many letters; `close` ends it."""

    def ready(self) -> Down | None:
        """Connect if need be, before anything is claimed; Down when the server cannot be reached."""

    def send(self, letter: Letter) -> Result:
        """Hand one letter over and return what became of it; raises nothing."""

    def close(self) -> None:
        """End the connection."""


EXPECTED = (
    "SMTP_URL : attendu smtp://utilisateur:motdepasse@serveur:587, smtps://… ou file:///dossier "
    "(qui écrit des fichiers .eml)"
)


def transport(url: str) -> Transport:
    """Return the transport that `SMTP_URL` names, not connected yet. Raises SettingsError."""
    from scheduler.eml_files import FileTransport  # noqa: PLC0415 - they return this module's values
    from scheduler.smtp import SmtpTransport  # noqa: PLC0415 - same

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError(EXPECTED) from error
    if parts.scheme == "file" and parts.path and not parts.netloc:
        return FileTransport(Path(unquote(parts.path)))
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise SettingsError(EXPECTED)
    tls = parts.scheme == "smtps"
    return SmtpTransport(
        parts.hostname,
        port or (465 if tls else 587 if parts.username else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
    )
