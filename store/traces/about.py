"""What the data of several acts have in common, for whoever asks all later acts about one thing."""

from decimal import Decimal
from typing import Protocol, runtime_checkable


@runtime_checkable
class AboutTask(Protocol):
    """Data that names a task."""

    @property
    def task_id(self) -> int | None:
        """The task."""


@runtime_checkable
class AboutLetter(Protocol):
    """Data that names a letter."""

    @property
    def letter_id(self) -> int:
        """The letter."""


@runtime_checkable
class AboutMessage(Protocol):
    """Data that names a message."""

    @property
    def reminder_id(self) -> int | None:
        """The message."""


@runtime_checkable
class AboutDispute(Protocol):
    """Data that names a dispute."""

    @property
    def dispute_id(self) -> int | None:
        """The dispute."""


@runtime_checkable
class AboutApproval(Protocol):
    """Data that names an approval."""

    @property
    def approval_id(self) -> int | None:
        """The approval."""


@runtime_checkable
class AboutMail(Protocol):
    """Data that names a mail that came in."""

    @property
    def incoming_id(self) -> int:
        """The mail."""


@runtime_checkable
class Numbered(Protocol):
    """Data that names an invoice, or several in a row, by number."""

    @property
    def number(self) -> str | None:
        """The number."""


@runtime_checkable
class Figured(Protocol):
    """Data that tells a sum of money."""

    @property
    def amount(self) -> Decimal:
        """How much."""

    @property
    def currency(self) -> str:
        """In which currency."""
