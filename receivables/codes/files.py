"""What a word of a file means for an invoice (SCHEDULE 27, 28)."""

from enum import StrEnum


class FileMeaning(StrEnum):
    """A fact that a file tells of an invoice, beside its amounts."""

    REFUSED = "refused"
    """Refused or rejected on the e-invoicing platform."""
    REJECTED = "rejected"
    """A direct debit that came back."""
    UNPAID = "unpaid"
    """Of a direct debit past due: it may have come back, or not be there yet; a person says."""
    WITHDRAWN = "withdrawn"
    DISPUTED = "disputed"
    PAUSED = "paused"
    """Suspended, or not to be reminded."""
    UNKNOWN = "unknown"
    """A word that nobody knows: its invoice waits until somebody says."""
