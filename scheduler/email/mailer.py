"""The way out that the settings name: a mail server, or a folder of files."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from receivables.errors import SettingsError
from scheduler.email.eml_files import FileTransport
from scheduler.email.smtp import SmtpTransport
from scheduler.email.transport import Transport
from scheduler.mail_access.tokens import TokenSource

SCHEMES = ("smtp://", "smtps://", "file:///")
"""How an `SMTP_URL` begins; another way to send is one more."""


def transport(url: str, tokens: TokenSource | None = None) -> Transport:
    """Return the transport that `SMTP_URL` names, not connected yet; `tokens` open it in place of a password.

    Raises SettingsError.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError("settings.smtp_url") from error
    if parts.scheme == "file" and parts.path and not parts.netloc:
        return FileTransport(Path(unquote(parts.path)))
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise SettingsError("settings.smtp_url")
    tls = parts.scheme == "smtps"
    return SmtpTransport(
        parts.hostname,
        port or (465 if tls else 587 if parts.username else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tokens=tokens,
        tls=tls,
    )
