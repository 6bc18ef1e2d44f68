"""Finished pieces: a mail as its customer gets it, or why nothing leaves."""

from dataclasses import dataclass, field

from receivables.codes.channels import Channel
from receivables.codes.messages import KeptBack, NothingToShow
from receivables.codes.reasons import Why

Withholding = Why | KeptBack | NothingToShow
"""What keeps a message from leaving, or from being written."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that goes with a mail, by the name that people see."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message to a customer with nothing left to write: its sender only has to seal it."""

    to: tuple[str, ...]
    """Whom it is addressed to, with their names where known; in sandbox, the company's own address."""
    meant_for: tuple[str, ...]
    """The customer's addresses, also in sandbox."""
    subject: str
    text: str
    html: str
    qr: bytes | None = field(default=None, repr=False)
    """The PNG that the HTML shows, if any."""
    attachments: tuple[Attachment, ...] = ()
    answers: tuple[str, ...] = ()
    """Message-IDs of the mails that it follows in the customer's thread: the first one, and the last."""
    channel: Channel
    """By what it leaves."""
    sandbox: bool = False
    language: str = "fr"
    form: str = "vous"

    @property
    def attached(self) -> tuple[str, ...]:
        """The names of what goes with it."""
        return tuple(each.name for each in self.attachments)


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a message would not leave: reason codes, and what is wrong where it cannot be written."""

    reasons: tuple[Withholding, ...]
    error: str = ""
    passing: bool = False
    """Whether it leaves later by itself, once nothing of that keeps it back."""
