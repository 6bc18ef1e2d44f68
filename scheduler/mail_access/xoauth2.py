"""XOAUTH2: how a token is shown to a mail server, by SMTP and by IMAP alike."""

MECHANISM = "XOAUTH2"


def shown(user: str, token: str) -> str:
    """Return what the server is shown: the mailbox and the token."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def without(text: str, token: str) -> str:
    """Return what a server said without the token, which it might repeat."""
    return text.replace(token, "…")
