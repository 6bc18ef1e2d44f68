"""What was typed, as values: understood once, whole, then carried as they are. Nothing here is read again.

A text may be cut in several ways: each is a `Reading`, and the books say which of them exists. What has to be
asked back is an `Unclear` refusal, whose choices are the same values with the one choice filled in.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from receivables.codes.calls import CallResult
from receivables.codes.payments import Means
from receivables.errors import Fact, Refused, RelanceError
from receivables.rates import Semester


@dataclass(frozen=True, slots=True)
class Picked:
    """What a person chose: an invoice or several, a customer, all that is open of one. No words any more."""

    what: str
    """`invoice`, `customer`, or `open`: all the open invoices of a customer."""
    id: int
    more: tuple[int, ...] = ()
    """The other invoices that were chosen with it."""


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


class Part(StrEnum):
    """A part of what is left that has no figure of its own."""

    HALF = "half"


@dataclass(frozen=True, slots=True)
class DayDoubt:
    """A day that cannot be told: the code of the question, what was typed, the days that it could be."""

    code: str
    typed: str
    days: tuple[date, ...] = ()
    about: date | None = None
    """Another day that the question names: an example, or the one that is doubtful."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a text: whom or what it is about, and what follows."""

    subject: str | Picked
    """The number or the name as typed, or what was chosen."""
    rest: str = ""
    """The words after it: a note, a reason, or the words of the amount, for sentences that repeat them."""
    amount: Amount | Doubt | Part | None = None
    """None: none was said, which means all that is left."""
    other: str | Picked = ""
    """What else was named: the invoice that a credit note is set against, the step of a specimen."""
    day: date | DayDoubt | None = None
    """The day in these words, where which words are the day depends on what the subject is."""
    means: Means | None = None
    reference: str = ""
    """The number of a cheque, the label of a transfer."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms typed after an invoice: a rate, and the days of a discount. No rate: none, or the law's."""

    rate: Decimal | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class CallAgain:
    """When to call again, besides the day: an hour, or so many minutes from now."""

    hour: time | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class CallDetails:
    """What else is said of a call. `moves` None: by the outcome.

    `ticked`: the invoices that it was about were ticked, and no other was spoken of.
    """

    contact: str | None = None
    moves: bool | None = None
    callback_at: datetime | None = None
    next_what: str | None = None
    next_owner: str | None = None
    next_on: date | None = None
    again: CallAgain | None = None
    ticked: bool = False


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
    day_doubt: DayDoubt | None = None
    """The day that was said, while it cannot be told which it is: asked once the company is known."""
    outcome: CallResult | None = None
    terms: Terms | None = None
    semester: Semester | None = None
    everyone: bool = False
    call: CallDetails | None = None
    sure: bool = False
    """Whether what looked too much was confirmed."""
    near: str = ""
    """The command that these words look like, when they are none."""

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


class UnclearDay(Refused):
    """A date that cannot be told, with all that a `DayDoubt` keeps of it."""

    def __init__(self, doubt: DayDoubt) -> None:
        named = dict(zip(("first", "second"), doubt.days, strict=False))
        super().__init__(doubt.code, typed=doubt.typed, day=doubt.about, example=doubt.about, **named)
        self.doubt = doubt

    def asked(self, fill: Callable[[date], Understood], label: Callable[[date], str]) -> Unclear:
        """Return the question to a person; `fill` gives what is understood with one of the days."""
        return Unclear.of(self, tuple(Choice(label(day), fill(day)) for day in self.doubt.days))


class UnclearAmount(Refused):
    """An amount that cannot be told, with all that a `Doubt` keeps of it."""

    def __init__(self, doubt: Doubt) -> None:
        named = dict(zip(("first", "second"), doubt.amounts, strict=False))
        super().__init__(doubt.code, typed=doubt.typed, currency=doubt.currency or "EUR", **named)
        self.doubt = doubt
