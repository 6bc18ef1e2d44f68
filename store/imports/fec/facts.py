"""What an accounting export says of customers: accounts and movements, amounts in cents."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class MoveKind(StrEnum):
    """What a movement on a customer's account is, by the accounts that its entry moves too."""

    SALE = "sale"
    """An invoice, or a credit note."""
    MONEY = "money"
    OTHER = "other"
    """A write-off, a transfer, a correction."""
    OPENING = "opening"
    """Carried over from the year before."""


@dataclass(slots=True)
class Move:
    """One line of a customer's account."""

    line: int
    account: str
    """The customer's own code."""
    kind: MoveKind
    day: date
    journal: str
    entry: str
    piece: str
    piece_day: date
    cents: int
    """Debit less credit."""
    group: str
    """The lettering, with the account that it counts in; empty when the line is not lettered."""
    due: date | None
    foreign: str
    """Amount and currency, where the invoice was not made out in euros."""
    key: str
    """What names the line among all those of the company, at each export."""


@dataclass(slots=True)
class LedgerAccount:
    """A customer's account. Its name is empty where the file has none but a number."""

    code: str
    name: str
    line: int
    numbers: set[str] = field(default_factory=set)
    """The general accounts that it stands under."""


@dataclass(slots=True)
class CustomerLedger:
    """The customers' side of an accounting export."""

    moves: list[Move]
    accounts: dict[str, LedgerAccount]
    first: date
    last: date

    @property
    def opening(self) -> date | None:
        """The day on which the balances of the year before were carried over, if the file has any."""
        return min((move.day for move in self.moves if move.kind is MoveKind.OPENING), default=None)
