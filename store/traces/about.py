"""What the data of several acts have in common, for whoever asks all later acts about one thing."""

from decimal import Decimal
from typing import Protocol, runtime_checkable

from store.traces.agreements import DisputeSettled
from store.traces.codec import ActData
from store.traces.money import CreditAllocated, CreditUse, NoteGranted, PaymentRecorded


@runtime_checkable
class AboutTask(Protocol):
    """Data that names a task."""

    @property
    def task_id(self) -> int | None:
        """The task."""


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


def credit_used(told: ActData) -> CreditUse:
    """Return the credit that an act used, the credit note that it granted included; nothing of most."""
    by = told.granted if isinstance(told, DisputeSettled) else told
    return by.used if isinstance(by, CreditAllocated | NoteGranted) else CreditUse(allocation_ids=())


def allocations(told: ActData) -> tuple[int, ...]:
    """Return what an act set against invoices, of money or of credit."""
    return told.allocation_ids if isinstance(told, PaymentRecorded) else credit_used(told).allocation_ids
