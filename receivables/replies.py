"""What a customer's reply says, by plain rules: a promise, a dispute, a payment already made. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What plain rules read in a reply, with the sentence that says it. A person accepts it, or not."""

    kind: str
    quote: str
    on: date | None = None
    amount: Decimal | None = None
    currency: str | None = None
    dispute: str | None = None
    numbers: tuple[str, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """Return the reading as the books keep it."""
        return {
            "kind": self.kind,
            "quote": self.quote,
            "date": self.on.isoformat() if self.on else None,
            "amount": str(self.amount) if self.amount is not None else None,
            "currency": self.currency,
            "dispute": self.dispute,
            "numbers": list(self.numbers),
        }


def read(text: str, *, today: date, numbers: Sequence[str] = ()) -> Reading | None:
    """Return what a reply written on the local day `today` says, None when nothing sure stands in it."""
    return None
