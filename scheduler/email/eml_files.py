"""Mails as files: each becomes an .eml in a folder, whole or not at all, in the order of sending."""

from datetime import UTC
from pathlib import Path

from message_templates.catalogue import TEAM, tell
from scheduler.delivery import Down, Result, Sent, Temporary
from scheduler.email.transport import Envelope


class FileTransport:
    """Writes .eml files, for the demonstration and for trying a configuration out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ready(self) -> Down | None:
        """Make the folder if need be."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Down(tell("transport.folder_down", TEAM, why=error.strerror))
        return None

    def send(self, mail: Envelope) -> Result:
        """Write beside, then rename: a file that is there is whole."""
        name = f"{mail.at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{mail.name}.eml"
        part = self.folder / f".{name}.part"
        try:
            part.write_bytes(b"Return-Path: <%b>\r\n" % mail.sender.encode("ascii") + mail.content)
            part.replace(self.folder / name)
        except OSError as error:
            part.unlink(missing_ok=True)
            return Temporary(tell("transport.file_not_written", TEAM, why=error.strerror))
        return Sent(f"written {name}")

    def close(self) -> None:
        """Nothing is held open."""
