"""Several amounts in one line, one for each invoice: « FAC-142 500 et FAC-143 300 »."""

import re
from collections.abc import Sequence

from bot.typed import amounts
from bot.typed.meaning import NamesKnown, joins
from bot.typed.values import Reading

_COMMA = re.compile(r"[,;](?= |$)")


def with_amounts_apiece(look: NamesKnown, readings: Sequence[Reading]) -> list[str]:
    """Return the parts of a line where each of several invoices has its own amount; none: it is no such line.

    Each part is a number and an amount, as typed.
    """
    for reading in readings:
        parts = _parts(str(reading.subject)) if not reading.rest else []
        if len(parts) > 1 and all(_is_priced(look, part) for part in parts):
            return [" ".join(part) for part in parts]
    return []


def _parts(subject: str) -> list[list[str]]:
    """Return the words of a line, cut where a word or a comma joins."""
    parts: list[list[str]] = [[]]
    for word in _COMMA.sub(" ,", subject).split(" "):
        if joins(word):
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _is_priced(look: NamesKnown, words: Sequence[str]) -> bool:
    """Whether words are the number of an invoice, then an amount."""
    return any(
        look.invoice(" ".join(words[:place])) is not None and amounts.looks_like(" ".join(words[place:]))
        for place in range(1, len(words))
    )
