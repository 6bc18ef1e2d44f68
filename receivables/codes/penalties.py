"""What part payments reduce first, and what people decide about the penalties of an invoice."""

from enum import StrEnum


class Imputation(StrEnum):
    """What a part payment reduces first."""

    PRINCIPAL = "principal"
    INTEREST = "interest"


class PenaltyChoice(StrEnum):
    """What was decided: to ask for them, or to give them up."""

    CLAIMED = "claimed"
    WAIVED = "waived"
