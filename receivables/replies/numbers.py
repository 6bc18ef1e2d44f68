"""The numbers of invoices that a mail names, and how surely it does. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from receivables.replies import phrases
from receivables.text import fold_number, fold_sentence

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z/_.-]{1,29}[0-9]|[0-9]{3,}")
_SPACED = re.compile(r"\b[A-Za-z]{1,8}(?: ?[0-9]{1,12}){1,3}\b")
"""« FAC 2026 0142 »: a number whose parts somebody wrote apart, or the first of them is one."""
_BETWEEN = re.compile(r"[\s,;&+]+")
_PARTS = re.compile(r"[/_.-]")
_LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")
_SURE = 5
"""Signs from which a number with letters in it is nothing else."""
_SHORTEST = 3
_MOST = 60
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class WrittenNumbers:
    """What may be numbers of invoices in a text, folded as numbers are in the books."""

    introduced: frozenset[str]
    """What follows the word for an invoice: there, a few figures are a number."""
    plain: frozenset[str]
    as_written: frozenset[str]
    """The same in small letters, with their own signs."""
    spaced: dict[str, str]
    """What somebody wrote with spaces, as it stands."""

    @property
    def folded(self) -> set[str]:
        """All that is to be looked for."""
        return {*self.introduced, *self.plain, *self.spaced}

    def name(self, number: str) -> bool:
        """Whether one of them is this number: digits are not glued over spaces."""
        folded = fold_number(number)
        if folded in self.introduced or folded in self.plain:
            return True
        return folded in self.spaced and _groups(number) == _groups(self.spaced[folded])

    def surely(self, number: str) -> bool:
        """Whether this number, which they name, cannot be taken for anything else."""
        folded = fold_number(number)
        lettered = any(map(str.isalpha, folded)) and any(map(str.isdigit, folded))
        return (
            folded in self.introduced
            or (lettered and len(folded) >= _SURE)
            or (lettered and _PARTS.search(number) is not None and number.casefold() in self.as_written)
        )


def written_in(text: str) -> WrittenNumbers:
    """Return what may be numbers of invoices in the subject and the words of a mail."""
    words = _NUMBER.findall(text)
    return WrittenNumbers(
        introduced=frozenset(_introduced(text)),
        plain=frozenset(
            folded
            for word in words[:_MOST]
            if len(folded := fold_number(word)) >= _SHORTEST or _PARTS.search(word)
        ),
        as_written=frozenset(word.casefold() for word in words),
        spaced=dict(part for word in _SPACED.findall(text)[:_MOST] for part in _beginnings(word)),
    )


def _introduced(text: str) -> Iterator[str]:
    for match in phrases.shipped().of_invoices.finditer(fold_sentence(text)):
        for word in _BETWEEN.split(match[1]):
            if any(map(str.isdigit, word)) and len(word) <= _LONGEST:
                yield fold_number(word)


def _beginnings(word: str) -> Iterator[tuple[str, str]]:
    """Yield a number written with spaces, folded and as it stands, and each that it begins with."""
    parts = word.split()
    for end in range(1, len(parts) + 1):
        part = " ".join(parts[:end])
        if len(folded := fold_number(part)) >= _SHORTEST:
            yield folded, part


def _groups(number: str) -> list[str]:
    return _LETTERS_OR_DIGITS.findall(number.casefold())
