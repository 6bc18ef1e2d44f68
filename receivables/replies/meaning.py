"""What a customer's reply says, by plain rules: a promise, a dispute, a payment made or on its way. Pure.

Nothing is done with it but show it, with the sentence that it was read in: a person accepts it, or not. So
what is doubtful (asked, denied, hanging on a condition) is left out rather than guessed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from receivables.calendar.words import SHORT_MONTHS, any_of
from receivables.codes.disputes import DisputeKind
from receivables.codes.replies import ReplyMeaning
from receivables.replies import amounts as reply_amounts
from receivables.replies import dates as reply_dates
from receivables.replies import phrases as reply_phrases
from receivables.replies.phrases import Phrases
from receivables.text import fold_number, fold_sentence

FIRST = (
    ReplyMeaning.DISPUTE,
    ReplyMeaning.PAID,
    ReplyMeaning.PAYMENT_LEFT,
    ReplyMeaning.PROMISE,
    ReplyMeaning.NOT_RECEIVED,
    ReplyMeaning.CANNOT_PAY,
)
"""What counts most in a mail that says several things."""
MOST_SENTENCES = 80
LONGEST = 600

_ABBREVIATION = re.compile(
    rf"\b(?:mm?|mme|mlle|mrs?|ms|dr|st|no?|nr|ref|fact|inv|env|cf|p|ets|tel|{any_of(SHORT_MONTHS)})$"
)
_LONG_ENOUGH = 30
"""Signs in which an abbreviation is seen whole, with what stands before it."""
_END = re.compile(r"(?<![.!?…])[.!?…]++(?=\s|$)")
_CLAUSE = re.compile(
    r",(?![0-9])|;| - |:(?![0-9])|\b(?:mais|but|however|cependant|toutefois|en revanche|par contre)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReading:
    """What plain rules read in a reply, with the sentence that says it. `on` is a local day.

    `numbers`: the invoices that the sentence names.
    """

    kind: ReplyMeaning
    quote: str
    on: date | None = None
    amount: Decimal | None = None
    currency: str | None = None
    dispute: DisputeKind | None = None
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


def read_reply(text: str, *, today: date, numbers: Sequence[str] = ()) -> tuple[ReplyReading, ...]:
    """Return what a reply written on the local day `today` says, what counts most first; () if nothing sure.

    One reading of a kind: the first, or the first with a day. `numbers` are those of the customer's invoices.
    """
    found: dict[str, ReplyReading] = {}
    said = reply_phrases.shipped()
    for sentence in sentences(text):
        for reading in _Sentence(fold_sentence(sentence), today, said).readings():
            named = tuple(number for number in numbers if fold_number(number) in fold_number(sentence))
            known = found.get(reading.kind)
            if known is None or (known.on is None and reading.on is not None):
                found[reading.kind] = replace(reading, quote=sentence, numbers=named)
    _leave_out_weaker(found)
    return tuple(found[kind] for kind in FIRST if kind in found)


def _leave_out_weaker(found: dict[str, ReplyReading]) -> None:
    """A promise with a day says more than difficulties, and these more than one without."""
    if ReplyMeaning.PROMISE in found and ReplyMeaning.CANNOT_PAY in found:
        found.pop(
            ReplyMeaning.CANNOT_PAY if found[ReplyMeaning.PROMISE].on is not None else ReplyMeaning.PROMISE
        )
    dispute, silence = found.get(ReplyMeaning.DISPUTE), found.get(ReplyMeaning.NOT_RECEIVED)
    if dispute and silence and dispute.quote == silence.quote and dispute.dispute is DisputeKind.DELIVERY:
        found.pop(ReplyMeaning.NOT_RECEIVED)  # it is the goods that did not come
    _leave_out_doubtful(found)
    if ReplyMeaning.PAID in found or ReplyMeaning.PAYMENT_LEFT in found:
        found.pop(ReplyMeaning.NOT_RECEIVED, None)


def _leave_out_doubtful(found: dict[str, ReplyReading]) -> None:
    """Where the same invoices are said to be paid, and the money to be on its way, it is on its way."""
    paid, left = found.get(ReplyMeaning.PAID), found.get(ReplyMeaning.PAYMENT_LEFT)
    if paid and left and (not paid.numbers or not left.numbers or set(paid.numbers) == set(left.numbers)):
        found.pop(ReplyMeaning.PAID)


def record(readings: Sequence[ReplyReading]) -> dict[str, Any] | None:
    """Return the readings as the books keep them: the first, and the others under `more`."""
    if not readings:
        return None
    first, *more = readings
    return {**first.as_record(), "more": [reading.as_record() for reading in more]}


def sentences(text: str) -> list[str]:
    """Return the sentences of a mail, whose lines may be folded anywhere."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*[-*•–]\s)", text):
        line = " ".join(paragraph.split())
        start = 0
        for match in _END.finditer(line):
            if _ends(line, start, match):
                found.append(line[start : match.end()].strip())
                start = match.end()
        found.append(line[start:].strip())
    return [sentence[:LONGEST] for sentence in found if sentence][:MOST_SENTENCES]


def _ends(line: str, start: int, sign: re.Match[str]) -> bool:
    """Whether a sign ends the sentence begun at `start`: not the point of « M. Roux » nor « le 2. nous »."""
    after = line[sign.end() : sign.end() + 2].strip()
    if sign[0] != "." or not after:
        return True
    before = line[max(start, sign.start() - _LONG_ENOUGH) : sign.start()]
    if before[-1:].isdigit():
        return after[:1].isupper()
    return _ABBREVIATION.search(fold_sentence(before)) is None


# --- one sentence -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A flat sentence written on a day, and the phrases to look for in it."""

    words: str
    today: date
    said: Phrases

    def readings(self) -> Iterator[ReplyReading]:
        """Yield what the sentence says, without its quotation."""
        for reader in (self._dispute, self._paid, self._promise, self._not_received, self._cannot_pay):
            reading = reader()
            if reading is not None:
                yield reading

    def _dispute(self) -> ReplyReading | None:
        if self.said.no_dispute.search(self.words) or not self.said.contests.search(self.words):
            return None
        about = (kind for kind, pattern in self.said.disputes.items() if pattern.search(self.words))
        return ReplyReading(kind=ReplyMeaning.DISPUTE, quote="", dispute=next(about, DisputeKind.OTHER))

    def _paid(self) -> ReplyReading | None:
        if self.said.asks_about_ours.search(self.words):
            return self._with_money(ReplyMeaning.PAID, 0, past=True)
        found = self._sure(self.said.has_paid)
        if found is None or self.said.condition.search(self.words[: found.start()]):
            return None
        left = self._sure(self.said.has_left)
        if left is not None:
            return self._with_money(ReplyMeaning.PAYMENT_LEFT, left.start(), past=True)
        return self._with_money(ReplyMeaning.PAID, found.start(), past=True)

    def _promise(self) -> ReplyReading | None:
        found = self._sure(self.said.will_pay)
        place = found or self._sure(self.said.pays_on)
        if place is None or self.said.condition.search(self.words):
            return None
        reading = self._with_money(ReplyMeaning.PROMISE, place.start(), past=False)
        return reading if found is not None or reading.on is not None else None

    def _not_received(self) -> ReplyReading | None:
        found = self.said.not_received.search(self.words)
        return ReplyReading(kind=ReplyMeaning.NOT_RECEIVED, quote="") if found else None

    def _cannot_pay(self) -> ReplyReading | None:
        found = self.said.cannot_pay.search(self.words)
        return self._with_money(ReplyMeaning.CANNOT_PAY, found.start(), past=False) if found else None

    def _sure(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the first place where it is said, neither denied, nor asked, nor of something else."""
        return next((match for match in pattern.finditer(self.words) if self._meant(match)), None)

    def _meant(self, match: re.Match[str]) -> bool:
        start, end = self._clause(match)
        clause = self.words[start:end]
        if self.said.question.search(clause) or self._asks(end) or self.said.of_something_else.search(clause):
            return False
        return not (
            self.said.denied_before.search(self.words[start : match.start()])
            or self.said.denied_inside.match(match[0])
            or self.said.denied_after.match(self.words[match.end() :])
        )

    def _clause(self, match: re.Match[str]) -> tuple[int, int]:
        """Return where the clause around a match begins and ends."""
        cuts = _CLAUSE.finditer(self.words, 0, match.start() + 1)
        starts = [cut.end() for cut in cuts if cut.end() <= match.start()]
        after = _CLAUSE.search(self.words, match.end())
        return (starts[-1] if starts else 0), (after.start() if after else len(self.words))

    def _asks(self, end: int) -> bool:
        """Whether the clause that ends there is what the question mark is about: the last one."""
        return self.words.endswith("?") and end >= len(self.words.rstrip("? "))

    def _with_money(self, kind: ReplyMeaning, place: int, *, past: bool) -> ReplyReading:
        """Return a reading with the day and the amount that stand with what is said at `place`."""
        reading = ReplyReading(kind=kind, quote="", on=self._day(place, past=past))
        sums = reply_amounts.find_amounts(self.words)
        if not sums:
            return reading
        after = [one for one in sums if one[0] >= place]
        _, amount, currency = (after or sums)[0]
        return replace(reading, amount=amount, currency=currency)

    def _day(self, place: int, *, past: bool) -> date | None:
        """Return the day that goes with `place`: the first after it, else the last before, on its side."""
        days = reply_dates.find_days(self.words, self.today, past=past)
        right = [day for day in days if (day.on <= self.today if past else day.on >= self.today)]
        after = [day for day in right if day.start >= place]
        return after[0].on if after else right[-1].on if right else None
