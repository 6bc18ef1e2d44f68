"""How money comes in, and how the books know of it."""

from enum import StrEnum


class Means(StrEnum):
    """A means of payment, as the form offers it."""

    TRANSFER = "transfer"
    CARD = "card"
    CHEQUE = "cheque"
    DIRECT_DEBIT = "direct_debit"
    CASH = "cash"
    LINK = "link"
    OTHER = "other"


class PaymentOrigin(StrEnum):
    """Who says that money came in: a person, the bank, a file. `undated`: a file that gave no day for it."""

    DECLARED = "declared"
    MATCHED = "matched"
    IMPORT = "import"
    UNDATED = "undated"


class Settling(StrEnum):
    """What settles an invoice."""

    PAYMENT = "payment"
    CREDIT = "credit"
    CREDIT_NOTE = "credit_note"
