"""What a word of a file means for an invoice, and what becomes of it (SCHEDULE 27, 28)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FileMeaning(StrEnum):
    """A fact that a file tells of an invoice, beside its amounts."""

    WITHDRAWN = "withdrawn"
    LOST = "lost"
    COLLECTION = "collection"
    REFUSED = "refused"
    """Refused or rejected on the e-invoicing platform."""
    REJECTED = "rejected"
    """A direct debit that came back."""
    INSOLVENCY = "insolvency"
    DISPUTED = "disputed"
    PROMISED = "promised"
    PAYMENT_LEFT = "payment_left"
    PAUSED = "paused"
    """Suspended, or not to be reminded."""
    UNPAID = "unpaid"
    """Of a direct debit past due: it may have come back, or not be there yet; a person says."""
    CREDITED = "credited"
    UNKNOWN = "unknown"
    """A word that nobody knows."""


@dataclass(frozen=True, slots=True)
class FileMeaningFacts:
    """All there is to know of a meaning."""

    asked: bool = False
    """Whether a person is asked what becomes of the invoice, which is held meanwhile."""
    customer: bool = False
    """Whether what is asked holds the whole customer."""


_ASKED = FileMeaningFacts(asked=True)

FILE_MEANINGS: Mapping[FileMeaning, FileMeaningFacts] = {
    FileMeaning.WITHDRAWN: FileMeaningFacts(),
    FileMeaning.LOST: FileMeaningFacts(),
    FileMeaning.COLLECTION: FileMeaningFacts(),
    FileMeaning.REFUSED: FileMeaningFacts(),
    FileMeaning.REJECTED: FileMeaningFacts(),
    FileMeaning.INSOLVENCY: FileMeaningFacts(asked=True, customer=True),
    FileMeaning.DISPUTED: FileMeaningFacts(),
    FileMeaning.PROMISED: _ASKED,
    FileMeaning.PAYMENT_LEFT: FileMeaningFacts(),
    FileMeaning.PAUSED: FileMeaningFacts(),
    FileMeaning.UNPAID: FileMeaningFacts(),
    FileMeaning.CREDITED: _ASKED,
    FileMeaning.UNKNOWN: _ASKED,
}
"""Every meaning with its row."""
