"""How a mail server lets us in without a password: by whom, on what ground, and why not."""

from enum import StrEnum


class Provider(StrEnum):
    """Whose tokens a mail server takes."""

    MICROSOFT = "microsoft"
    GOOGLE = "google"


class Grant(StrEnum):
    """On what ground tokens are given."""

    CONSENT = "consent"
    """A person has agreed once, which a refresh token remembers."""
    CLIENT = "client"
    """The application itself may, by its secret."""
    SERVICE_ACCOUNT = "service_account"
    """A service account may, in the name of the mailbox, by its key."""


class Way(StrEnum):
    """What is opened with a token."""

    SMTP = "smtp"
    IMAP = "imap"


class AccessTrouble(StrEnum):
    """Why no token is given, or why it opens nothing. Each is for an administrator to put right."""

    NOT_AUTHORIZED = "not_authorized"
    """Nobody has agreed yet."""
    WITHDRAWN = "withdrawn"
    """The consent ended: withdrawn, too old, its password changed."""
    SECRET = "secret"  # noqa: S105 - what is wrong, no secret
    """The application's secret, or the service account's key, is wrong or has expired."""
    NOT_ALLOWED = "not_allowed"
    """The application may not ask for this: a permission or its consent is missing."""
    PUBLIC_CLIENT = "public_client"
    """A secret is wanted of an application that has none: it is not set up as a public one."""
    UNKNOWN = "unknown"
    """The provider refuses by a code that means nothing known."""
    REFUSED = "refused"
    """The mail server refuses a token that was given just now."""
    UNREADABLE = "unreadable"
    """What is kept was encrypted with a secret that is not there any more."""
