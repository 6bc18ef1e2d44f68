"""What a word of a file means for an invoice, and what becomes of it (SCHEDULE 27, 28)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FileStanding(StrEnum):
    """What a status says of an invoice that is no fact beside its amounts."""

    DRAFT = "draft"
    """Not an invoice yet: left out, and counted."""
    PAID = "paid"
    PARTIAL = "partial"
    OWED = "owed"
    """In so many words: something is left to pay."""
    ISSUED = "issued"
    """It went out, is booked, was reminded of: what is left is what the amounts say."""


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
    """Without a day, which is asked for."""
    PROMISED_ON = "promised_on"
    """With its day, which is the word of the fact (ISO)."""
    PAYMENT_LEFT = "payment_left"
    PAUSED = "paused"
    """Suspended, or not to be reminded."""
    UNPAID = "unpaid"
    """Of a direct debit past due: it may have come back, or not be there yet; a person says."""
    CREDITED = "credited"
    PART_PAID = "part_paid"
    """Paid in part, and no amount says how much."""
    CONTRADICTED = "contradicted"
    """Said paid with something left, or unpaid with nothing left."""
    COMMENTED = "commented"
    """A comment that speaks of what would hold it."""
    UNKNOWN = "unknown"
    """A word that nobody knows."""


@dataclass(frozen=True, slots=True)
class FileMeaningFacts:
    """All there is to know of a meaning."""

    asked: bool = False
    """Whether a person is asked what becomes of the invoice, which is held meanwhile."""
    customer: bool = False
    """Whether what is asked holds the whole customer."""
    by_word: bool = False
    """Whether the word is asked about, once for the file, and its invoices are held meanwhile."""


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
    FileMeaning.PROMISED_ON: FileMeaningFacts(),
    FileMeaning.PAYMENT_LEFT: FileMeaningFacts(),
    FileMeaning.PAUSED: FileMeaningFacts(),
    FileMeaning.UNPAID: FileMeaningFacts(),
    FileMeaning.CREDITED: _ASKED,
    FileMeaning.PART_PAID: _ASKED,
    FileMeaning.CONTRADICTED: _ASKED,
    FileMeaning.COMMENTED: _ASKED,
    FileMeaning.UNKNOWN: FileMeaningFacts(by_word=True),
}
"""Every meaning with its row."""
