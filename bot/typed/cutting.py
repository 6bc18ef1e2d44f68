"""Cutting a command's text into its words, the phrases that are known, and what is left: pure."""

from collections.abc import Callable, Collection, Iterator, Sequence

from bot.typed import amounts, dates
from bot.typed.values import Amount, Doubt, Part, Reading, UnclearAmount
from bot.typed.vocabulary import ALL, HALF
from bot.typed.words import clean
from receivables.errors import Refused
from receivables.text import fold_typed

MOST = 500
LONGEST_NUMBER = 120
"""Characters beyond which words are no invoice's number: only the whole text may be longer."""


def words_of(text: str, example: str) -> list[str]:
    """Return the words of a command's text. Raises Refused when it is too long to be one."""
    if len(text) > MOST:
        raise Refused("saisie.too_long", example=example)
    return clean(text).split(" ") if clean(text) else []


def with_notes(words: Sequence[str]) -> tuple[Reading, ...]:
    """Return every way to cut `words` into a number and a note, longest number first."""
    return tuple(Reading(number, rest) for number, rest in _cuts(words))


def _cuts(words: Sequence[str]) -> list[tuple[str, str]]:
    cuts = [(" ".join(words[:end]), " ".join(words[end:])) for end in range(len(words), 0, -1)]
    return [cut for rank, cut in enumerate(cuts) if rank == 0 or len(cut[0]) <= LONGEST_NUMBER]


def means_money(rest: str) -> bool:
    """Whether words say how much, be it readable or not."""
    return fold_typed(rest) in ALL | HALF or amounts.looks_like(rest)


def amount_in(rest: str) -> Amount | Doubt | Part | None:
    """Return the amount that words say, or what keeps it from being one; None for all that is left."""
    if not rest or fold_typed(rest) in ALL:
        return None
    if fold_typed(rest) in HALF:
        return Part.HALF
    try:
        return amounts.read_amount(rest)
    except UnclearAmount as error:
        return error.doubt


def without_last(words: Sequence[str], leading: Collection[str]) -> list[str]:
    """Return the words without those at the end that only lead to what came after; one is always left."""
    kept = list(words)
    while len(kept) > 1 and fold_typed(kept[-1]) in leading:
        kept.pop()
    return kept


def without_first(words: Sequence[str], leading: Collection[str]) -> list[str]:
    """Return the words without those at the beginning that only lead to what comes; one is always left."""
    kept = list(words)
    while len(kept) > 1 and fold_typed(kept[0]) in leading:
        kept.pop(0)
    return kept


def is_dated(phrase: str) -> bool:
    """Whether a phrase inside a command is a date; bare or pointed figures there are an amount."""
    bare = phrase.replace(".", "").replace("-", "").isdigit()
    return dates.looks_like(phrase) and (not bare or phrase.count("-") == 2 or phrase.count(".") == 2)


def first_that(
    words: Sequence[str], fits: Callable[[str], bool], *, start: int = 1, longest: int = 6
) -> tuple[int, int] | None:
    """Return where the first, longest phrase that fits stands. The first word is the number's own."""
    for begin in range(start, len(words)):
        for end in range(min(len(words), begin + longest), begin, -1):
            if fits(" ".join(words[begin:end])):
                return begin, end
    return None


def spans(words: Sequence[str], fits: Callable[[str], bool], *, start: int) -> Iterator[tuple[int, int]]:
    """Yield where each phrase that fits stands, the longest first, one after another."""
    while (span := first_that(words, fits, start=start)) is not None:
        yield span
        start = span[1]


def take_all(
    words: list[str], fits: Callable[[str], bool], *, start: int = 1, lead: Collection[str] = ()
) -> tuple[list[str], list[str]]:
    """Take every phrase that fits out of `words`, with the word that leads to it."""
    taken: list[str] = []
    while (span := first_that(words, fits, start=start)) is not None:
        begin, end = span
        taken.append(" ".join(words[begin:end]))
        if begin > start and fold_typed(words[begin - 1]) in lead:
            begin -= 1
        words = words[:begin] + words[end:]
    return words, taken


def only_one(code: str, found: Sequence[str]) -> str | None:
    """Return the one phrase that was found, None for none. Raises Refused when there are several."""
    if len(found) > 1:
        raise Refused(code, first=found[0], second=found[1])
    return found[0] if found else None
