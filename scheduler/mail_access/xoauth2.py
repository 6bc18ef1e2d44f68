"""XOAUTH2: how a token is shown to a mail server, by SMTP and by IMAP alike."""

import base64
import re

MECHANISM = "XOAUTH2"
_RUN = re.compile(r"[A-Za-z0-9+/=_.~-]{8,}")
"""What a piece of a token looks like, as it is or in base64."""


def shown(user: str, token: str) -> str:
    """Return what the server is shown: the mailbox and the token."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def without(said: str, user: str, token: str) -> str:
    """Return what a server said without what it was shown, which it might repeat, whole or in part."""
    known = (token, base64.b64encode(shown(user, token).encode()).decode())
    return _RUN.sub(lambda run: "…" if _of(run[0], known) else run[0], said)


def _of(run: str, known: tuple[str, ...]) -> bool:
    return any(run in each or each in run for each in known)
