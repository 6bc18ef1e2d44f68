"""What people type about money that came, or is promised: whom, how much, when, by what. Pure.

Which words are the name and which are the day or the amount often cannot be told without the books
(« Restaurant Le 12 500 »): each way to cut the words is a reading, and the books say which exist.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.typed import amounts, dates
from bot.typed.cutting import (
    LONGEST_NUMBER,
    amount_in,
    is_dated,
    means_money,
    only_one,
    spans,
    without_first,
    without_last,
    words_of,
)
from bot.typed.dates import Side
from bot.typed.understanding import HELPED, asks_for_help, near_command
from bot.typed.values import DayDoubt, Doubt, Reading, Understood
from bot.typed.vocabulary import (
    DEPOSIT,
    FILLERS,
    LABELS,
    LEADING_NAME,
    MEANS_LEAD,
    MEANS_OF,
    NUMBERS,
    REFERENCES,
)
from bot.typed.words import plain
from receivables.codes.calls import CallResult
from receivables.codes.payments import Means
from receivables.errors import Refused
from receivables.language import Language
from receivables.text import fold_typed

CHEQUE_FIGURES = 7
"""Figures of a French cheque's number."""


def payment(text: str, today: date, language: Language) -> Understood:
    """Read « FAC-123 1 200,50 € le 15/11 par virement », in any order; no date is today."""
    if asks_for_help(text):
        return HELPED
    words = words_of(text, plain("paye.example", language))
    readings = _readings(words, today, Side.PAST, with_means=True)
    return Understood(readings=readings, day=today, near=near_command(words))


def promise(text: str, today: date, language: Language) -> Understood:
    """Read « FAC-123 1200 le 15/12 », in any order; no day when none is said."""
    words = words_of(text, plain("promesses.example", language))
    if not words or asks_for_help(text):
        return HELPED
    readings = _readings(words, today, Side.FUTURE, with_means=False)
    return Understood(readings=readings, outcome=CallResult.PROMISE)


def _readings(words: list[str], today: date, side: Side, *, with_means: bool) -> tuple[Reading, ...]:
    """Return every way to read the words, each once. Raises Refused for two dates, or two means."""
    found: dict[Reading, None] = {}
    for reference, left in _references(words) if with_means else [("", words)]:
        for means, kept in _means(left) if with_means else [(None, left)]:
            for day, rest, names in _days(kept, today, side):
                for cut in _cuts(rest, names):
                    note = reference or cut.reference
                    found[replace(cut, day=day, means=means, reference=note)] = None
    return tuple(found)


def _references(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the reference that stands in the words, and the others; nothing found: all of them."""
    span = _labelled(words) or _numbered(words)
    if span is not None:
        begin, start, end = span
        yield " ".join(words[start:end]).strip('" '), words[:begin] + words[end:]
        return
    for place in range(2, len(words)):
        if _is_cheque(words[place - 1]) and words[place].isdecimal() and len(words[place]) == CHEQUE_FIGURES:
            others = words[:place] + words[place + 1 :]
            yield words[place], others
            if any(amounts.looks_like(word) for word in others[1:]):
                return
    yield "", words


def _labelled(words: Sequence[str]) -> tuple[int, int, int] | None:
    """Return where « libellé … » begins, and its words: between quotation marks, else to the end."""
    for place in range(1, len(words) - 1):
        if fold_typed(words[place]) in LABELS:
            start = place + 1
            quotes = [rank for rank in range(start, len(words)) if '"' in words[rank]]
            if len(quotes) == 1 and words[quotes[0]].count('"') == 2:
                return place, start, quotes[0] + 1
            quoted = len(quotes) > 1 and quotes[0] == start
            return place, start, quotes[1] + 1 if quoted else len(words)
    return None


def _numbered(words: Sequence[str]) -> tuple[int, int, int] | None:
    """Return where « réf. X », or « chèque n° X », begins, and its words."""
    for place in range(1, len(words)):
        word = fold_typed(words[place]).rstrip(".:")
        after_means = place > 1 and fold_typed(words[place - 1]) in MEANS_OF
        if word in REFERENCES and place + 1 < len(words):
            return place, place + 1, min(place + 2 + (fold_typed(words[place + 1]) in NUMBERS), len(words))
        if after_means and word in NUMBERS and place + 1 < len(words):
            return place, place, place + 2
        if after_means and any(word.startswith(lead) and word[len(lead) :].isalnum() for lead in ("n°", "#")):
            return place, place, place + 1
    return None


def _is_cheque(word: str) -> bool:
    return MEANS_OF.get(fold_typed(word)) is Means.CHEQUE


def _means(words: list[str]) -> Iterator[tuple[Means | None, list[str]]]:
    """Yield each means of payment that the words name, and none: a name may be made of such words."""
    found = list(spans(words, lambda phrase: fold_typed(phrase) in MEANS_OF, start=1))
    if len({MEANS_OF[fold_typed(_said(words, span))] for span in found}) > 1:
        raise Refused("saisie.two_means", first=_said(words, found[0]), second=_said(words, found[1]))
    for begin, end in found[:1]:
        led = begin > 1 and fold_typed(words[begin - 1]) in MEANS_LEAD
        yield MEANS_OF[fold_typed(_said(words, (begin, end)))], words[: begin - led] + words[end:]
    yield None, words


def _days(
    words: list[str], today: date, side: Side
) -> Iterator[tuple[date | DayDoubt | None, list[str], frozenset[int]]]:
    """Yield each day that the words say, with the words left; and none, a name being made of such words.

    With none come the places of those words (« Le 12 »): they are a name then, never an amount.
    """
    found = list(spans(words, is_dated, start=0))
    certain = [span for span in found if dates.is_certain(_said(words, span))]
    if certain and certain[0][0] == 0:  # « 2026-11-05 », « Demain » may be whom it is about
        certain = certain[1:]
    only_one("saisie.two_dates", [_said(words, span) for span in certain])
    for begin, end in [*found, *_weekdays(words, found)]:
        if end - begin < len(words):
            yield (
                dates.read(_said(words, (begin, end)), today, side),
                words[:begin] + words[end:],
                frozenset(),
            )
    yield None, words, frozenset(rank for begin, end in found for rank in range(begin, end))


def _weekdays(words: list[str], found: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where the weekday of « vendredi 13 » stands, when no other word is an amount: 13 could be one."""
    for begin, end in found:
        others = words[:begin] + words[end:]
        if dates.weekday_of(_said(words, (begin, end))) and not any(map(amounts.looks_like, others[1:])):
            yield begin, end - 1


def _cuts(words: list[str], names: frozenset[int]) -> Iterator[Reading]:
    """Yield every way to cut words into a name and an amount, in either order, longest name first.

    `names` are the places of words that are no amount.
    """
    for place in range(len(words), max(names, default=0), -1):
        yield from _cut(words[:place], words[place:], whole=place == len(words))
    for place in range(1, min(names, default=len(words) - 1) + 1):
        named = " ".join(without_first(words[place:], LEADING_NAME))
        said = " ".join(words[:place])
        if any(sign.isalpha() for sign in named) or amounts.is_plain(said):
            yield from _cut(words[place:], words[:place], whole=False)


def _cut(named: list[str], said: list[str], *, whole: bool) -> Iterator[Reading]:
    """Yield the readings of words cut in two: the name as typed, and without what only leads to it."""
    if not whole and any(word in {"€", "$", "£"} for word in named):
        return
    kept = [word for word in said if fold_typed(word) not in FILLERS | DEPOSIT]
    leading = named[:1] if len(named) > 1 else []
    deposit = next((word for word in (*said, *leading) if fold_typed(word) in DEPOSIT), "")
    rest = " ".join(kept)
    if kept and not means_money(rest):
        return
    amount = amount_in(rest)
    if deposit and amount is None:
        amount = Doubt("saisie.amount_of_deposit", deposit)
    bare = without_last(without_first(named, LEADING_NAME | DEPOSIT), FILLERS)
    for subject in dict.fromkeys((" ".join(named), " ".join(bare))):
        if whole or len(subject) <= LONGEST_NUMBER:
            yield Reading(subject, rest, amount, reference=deposit)


def _said(words: Sequence[str], span: tuple[int, int]) -> str:
    return " ".join(words[span[0] : span[1]])
