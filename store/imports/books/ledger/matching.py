"""What settles what, in figures alone: first as the accountants lettered it, then by exact rules.

What neither settles stays on the customer's account.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class StillOwed:
    """An open invoice of the books; `left` in cents."""

    id: int
    customer_id: int
    number: str
    left: int
    issue: date | None
    due: date
    before: int = 0
    """What was left when it was read."""


@dataclass(slots=True)
class Source:
    """Money or a credit note of the books; `left` in cents."""

    id: int
    customer_id: int
    note: bool
    left: int
    day: date
    piece: str = ""
    number: str = ""
    fresh: bool = False
    """It came in with this file."""


@dataclass(frozen=True, slots=True)
class SetOn:
    """So much of a source set on an invoice."""

    source: Source
    owed: StillOwed
    cents: int


@dataclass(slots=True)
class Group:
    """What is lettered together."""

    owed: dict[int, StillOwed] = field(default_factory=dict)
    sources: dict[tuple[bool, int], Source] = field(default_factory=dict)


class Matching:
    """Sets sources on invoices, and keeps what was set."""

    def __init__(self) -> None:
        self.shares: list[SetOn] = []
        self.kept: list[Source] = []
        """The money that came, whatever is left of it."""

    def set_on(self, source: Source, owed: StillOwed, most: int | None = None) -> None:
        """Set on an invoice as much of a source as both have left."""
        cents = min(source.left, owed.left, source.left if most is None else most)
        if cents > 0 and source.customer_id == owed.customer_id:
            source.left -= cents
            owed.left -= cents
            self.shares.append(SetOn(source, owed, cents))

    def letter(self, group: Group) -> None:
        """Settle what is lettered together: equal amounts first, then the oldest."""
        owed, sources = _oldest(group.owed.values()), _first(group.sources.values())
        equal = {each.left: each for each in reversed(owed)}
        for source in sources:
            if (one := equal.pop(source.left, None)) is not None:
                self.set_on(source, one)
        self.spread(sources, owed)

    def spread(self, sources: Iterable[Source], owed: Sequence[StillOwed]) -> None:
        """Set sources on invoices in their order, as far as they reach."""
        waiting = deque(each for each in owed if each.left)
        for source in sources:
            while source.left and waiting:
                self.set_on(source, waiting[0])
                if waiting[0].left:
                    break
                waiting.popleft()

    def carry(self, rest: Source, owed: Sequence[StillOwed], targets: Mapping[int, int]) -> None:
        """Set what the balance carried over lacks on the invoices that it lacks, when both are equal."""
        lacking = [(each, each.left - max(targets.get(each.id, 0), 0)) for each in owed]
        lacking = [(each, cents) for each, cents in lacking if cents > 0]
        if sum(cents for _, cents in lacking) == rest.left:
            for each, cents in lacking:
                self.set_on(rest, each, cents)

    def by_rule(self, owed: Sequence[StillOwed], sources: Sequence[Source]) -> None:
        """Settle what is left of one customer where there is but one way to do it.

        The piece of a payment is the invoice's number and its amount; one invoice and one payment after it
        have an amount that no other has; or all that is left comes to nothing.
        """
        numbers = {each.number: each for each in owed}
        for source in sources:
            named = numbers.get(source.piece)
            if named is not None and named.left == source.left > 0:
                self.set_on(source, named)
        self._by_amount(owed, sources)
        if sum(each.left for each in owed) == sum(each.left for each in sources):
            self.spread(_first(sources), _oldest(owed))

    def _by_amount(self, owed: Sequence[StillOwed], sources: Sequence[Source]) -> None:
        open_ones, money = (Counter(each.left for each in all_) for all_ in (owed, sources))
        by_amount = {each.left: each for each in owed if open_ones[each.left] == 1}
        for source in sources:
            one = by_amount.get(source.left)
            if source.left and money[source.left] == 1 and one is not None and _after(source, one):
                self.set_on(source, one)


def _after(source: Source, owed: StillOwed) -> bool:
    return owed.issue is None or owed.issue <= source.day


def _oldest(owed: Iterable[StillOwed]) -> list[StillOwed]:
    return sorted(owed, key=lambda each: (each.issue or each.due, each.id))


def _first(sources: Iterable[Source]) -> list[Source]:
    return sorted(sources, key=lambda each: (each.day, each.id))
