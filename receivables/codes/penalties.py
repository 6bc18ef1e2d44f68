"""What people decide about the penalties of an invoice."""

from enum import StrEnum


class PenaltyChoice(StrEnum):
    """What was decided: to ask for them, or to give them up."""

    CLAIMED = "claimed"
    WAIVED = "waived"
