"""What was typed, as values: understood once, whole, then carried as they are. Nothing here is read again.

A text may be cut in several ways: each is a `Reading`, and the books say which of them exists. What has to be
asked back is an `Unclear` refusal, whose choices are the same values with the one choice filled in.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from receivables.codes.calls import CallResult
from receivables.codes.payments import Means
from receivables.errors import Fact, Refused, RelanceError
from receivables.rates import Semester


@dataclass(frozen=True, slots=True)
class Picked:
    """An invoice or a customer that a person chose: its id, no words any more."""

    what: str
    """`invoice` or `customer`."""
    id: int


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount that was typed, with its currency when one was said."""

    amount: Decimal
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """An amount that cannot be told: the code of the question, what it could be, its currency if said."""

    code: str
    typed: str
    amounts: tuple[Decimal, ...] = ()
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a text: whom or what it is about, and what follows."""

    subject: str | Picked
    """The number or the name as typed, or what was chosen."""
    rest: str = ""
    """The words after it: a note, a reason, or the words of the amount, for sentences that repeat them."""
    amount: Amount | Doubt | None = None
    """None: none was said, which means all that is left."""
    other: str | Picked = ""
    """What else was named: the invoice that a credit note is set against, the step of a specimen."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms typed after an invoice: a rate, and the days of a discount. No rate: none, or the law's."""

    rate: Decimal | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class CallDetails:
    """What only the form of a call says. `moves` None: by the outcome."""

    contact: str | None = None
    moves: bool | None = None
    callback_at: datetime | None = None
    next_what: str | None = None
    next_owner: str | None = None
    next_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a person wants, as far as it was said; `topic` names the conversation that answers."""

    topic: str = ""
    help: bool = False
    readings: tuple[Reading, ...] = ()
    """Longest subject first."""
    parts: tuple[str | Picked, ...] = ()
    """The words that name several invoices one after another."""
    day: date | None = None
    means: Means | None = None
    outcome: CallResult | None = None
    terms: Terms | None = None
    semester: Semester | None = None
    everyone: bool = False
    call: CallDetails | None = None

    def about(self, topic: str) -> "Understood":
        """Return the same, said to a conversation unless it was to another already."""
        return self if self.topic else replace(self, topic=topic)

    def meaning(self, reading: Reading, picked: Picked) -> "Understood":
        """Return the same with `reading` as the one that was meant, about what was picked."""
        return replace(self, readings=(replace(reading, subject=picked),))


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question that is asked back: its button, and all that is understood with it."""

    label: str
    understood: Understood


class Unclear(Refused):
    """A refusal that asks back: each choice is the whole of what was understood, that answer filled in."""

    def __init__(self, code: str, /, choices: tuple[Choice, ...] = (), **facts: Fact) -> None:
        super().__init__(code, **facts)
        self.choices = choices

    @classmethod
    def of(cls, error: RelanceError, choices: tuple[Choice, ...]) -> "Unclear":
        """Return another refusal with choices: its sentence is the same."""
        return cls(error.code, choices, **error.facts)

    def about(self, topic: str) -> "Unclear":
        """Return the same question, its choices said to a conversation."""
        choices = (Choice(each.label, each.understood.about(topic)) for each in self.choices)
        return Unclear.of(self, tuple(choices))


class UnclearDay(Refused):
    """A date that cannot be told; `days` are those that it could be."""

    def __init__(self, code: str, /, days: tuple[date, ...] = (), **facts: Fact) -> None:
        super().__init__(code, **facts)
        self.days = days

    def asked(self, fill: Callable[[date], Understood], label: Callable[[date], str]) -> Unclear:
        """Return the question to a person; `fill` gives what is understood with one of the days."""
        return Unclear.of(self, tuple(Choice(label(day), fill(day)) for day in self.days))


class UnclearAmount(Refused):
    """An amount that cannot be told, with all that a `Doubt` keeps of it."""

    def __init__(self, doubt: Doubt) -> None:
        named = dict(zip(("first", "second"), doubt.amounts, strict=False))
        super().__init__(doubt.code, typed=doubt.typed, currency=doubt.currency or "EUR", **named)
        self.doubt = doubt
