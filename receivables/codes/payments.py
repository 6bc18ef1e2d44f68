"""How money comes in, and how the books know of it."""

from enum import StrEnum


class Means(StrEnum):
    """A means of payment, as the form offers it."""

    TRANSFER = "transfer"
    CARD = "card"
    CHEQUE = "cheque"
    DIRECT_DEBIT = "direct_debit"
    DRAFT = "draft"
    """LCR, traite, billet à ordre."""
    CASH = "cash"
    LINK = "link"
    OTHER = "other"


PULLED = frozenset({Means.DIRECT_DEBIT, Means.DRAFT})
"""Means by which the company itself collects its money: nobody is reminded to pay (SCHEDULE 27)."""


class PaymentOrigin(StrEnum):
    """Who says that money came in: a person, the bank, a file. `undated`: a file that gave no day for it."""

    DECLARED = "declared"
    MATCHED = "matched"
    IMPORT = "import"
    UNDATED = "undated"


class Entry(StrEnum):
    """What moves an account: a line of a statement."""

    INVOICE = "invoice"
    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"


class Settling(StrEnum):
    """What settles an invoice."""

    PAYMENT = "payment"
    CREDIT = "credit"
    CREDIT_NOTE = "credit_note"
