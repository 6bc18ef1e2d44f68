"""How a contact is greeted: by title and surname, by first name, or by no name where the name is in doubt.

A wrong name offends more than none: a service, a name whose order cannot be told, two people at once are
greeted without one. What is recognised here is how files write names; what is said stands in the texts.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from message_templates.catalogue import tell
from receivables.language import Language
from receivables.text import fold, straight

TITLES = {
    **dict.fromkeys(("m", "mr", "monsieur"), "mr"),
    **dict.fromkeys(("mme", "mrs", "madame", "ms"), "mrs"),
    **dict.fromkeys(("mlle", "miss", "mademoiselle"), "miss"),
    **dict.fromkeys(("dr", "docteur", "doctor"), "dr"),
    **dict.fromkeys(("me", "maitre"), "me"),
}
"""Titles before a name, folded, by the key of what is said for them."""
PARTICLES = re.compile(r"(?:l[ea]s?|d[eu]s?|van|von|d[ei][rnl]?|te[nr]|da|dos|della|[ae]l|ben)\Z")
"""Words with which a surname begins: first in a name without a title, they make its order doubtful."""
SMALL = frozenset({"de", "du", "des"})
SERVICES = re.compile(
    r"(?:services?|compta(?:bilite|bles?)?|direction|departement|bureau|pole|equipe|factur(?:ation|es?)"
    r"|fournisseurs?|achats?|secretariat|mairie|tresorerie|accueil|gestion|administration|regie|cellule"
    r"|contact|societe|sarl|sas|agence|cabinet|finances?|financiere?|info|admin|daf|raf"
    r"|account(?:s|ing|ants?)?|payables?|billing|purchas(?:e|ing)|department|office|team|invoic(?:es?|ing)"
    r"|procurement|treasury)\Z"
)
"""Words that name a place where people work, and nobody, folded."""
_NOBODY = re.compile(r"[\d@/&+,;:()<>\"|]")
_PART = re.compile(r"[^\W\d_]+")


class Name(NamedTuple):
    """A person's name as far as it is certain; `title` is a key, each other part may be empty."""

    title: str = ""
    first: str = ""
    last: str = ""


@lru_cache(maxsize=4096)
def name_of(contact: str) -> Name:
    """Return what can be told of a name, wherever the surname stands: `MARTIN Claire`, `M. Paul LE GALL`."""
    words = contact.split()
    folded = [fold(word) for word in words]
    if not words or _NOBODY.search(contact) or any(SERVICES.match(word) for word in folded):
        return Name()
    title = TITLES.get(folded[0], "")
    rest = words[1:] if title else words
    if any(fold(word) in TITLES for word in rest[1 if title else 0 :]) and len(rest) > 1:
        return Name()
    if any(word[0].islower() and not _particle(word) and not _elided(word) for word in rest):
        return Name()
    first, last = _parts(rest, titled=bool(title))
    return Name(title, "", last) if "." in first else Name(title, first, last)


def _particle(word: str) -> bool:
    return PARTICLES.match(fold(word)) is not None


def _elided(word: str) -> bool:
    """Whether a word begins with a particle that has lost its vowel."""
    return straight(word).lower().startswith(("d'", "l'"))


def _parts(words: list[str], *, titled: bool) -> tuple[str, str]:
    """Return first name and surname; both empty when which is which cannot be told."""
    capitals = [_capitals(word) for word in words]
    if any(capitals) and not all(capitals):
        return _around(words, capitals)
    if len(words) == 1:
        alone = _spelt(words[0])
        return ("", alone) if titled else ("", "") if all(capitals) else (words[0], "")
    if not words or _particle(words[0]) or all(capitals):
        known = titled and len(words) == 2 and _particle(words[0])
        return "", " ".join(_spelt(word) for word in words) if known else ""
    return words[0], " ".join(words[1:])


def _around(words: list[str], capitals: list[bool]) -> tuple[str, str]:
    """Return the parts of a name whose surname stands in capitals, at either end."""
    begins, ends = capitals.index(True), len(capitals) - capitals[::-1].index(True)
    while begins > 0 and _particle(words[begins - 1]) and words[begins - 1][0].islower():
        begins -= 1
    last, first = words[begins:ends], words[:begins] + words[ends:]
    apart = any(not capital and not _particle(word) for word, capital in _within(words, capitals))
    if apart or (begins > 0 and ends < len(words)):
        return "", ""
    return " ".join(first), " ".join(_spelt(word) for word in last)


def _within(words: list[str], capitals: list[bool]) -> list[tuple[str, bool]]:
    begins, ends = capitals.index(True), len(capitals) - capitals[::-1].index(True)
    return list(zip(words, capitals, strict=True))[begins:ends]


def _capitals(word: str) -> bool:
    """Whether a word is a surname in capitals: initials are none."""
    return word.isupper() and "." not in word and len(word) > 1


def _spelt(word: str) -> str:
    """Return a word of a surname with one capital for each part: `DUPONT-MOREL` is Dupont-Morel."""
    if not word.isupper():
        return word
    return word.lower() if fold(word) in SMALL else _PART.sub(lambda part: part[0].capitalize(), word)


@lru_cache(maxsize=4096)
def greeted(contact: str, language: str, *, tu: bool = False) -> str:
    """Return the words by which a contact is greeted; empty: by no name."""
    name = name_of(contact)
    if tu and name.first:
        return name.first
    title = tell(f"mail.title.{name.title}", Language(language)) if name.title else ""
    if title and name.last:
        return f"{title} {name.last}"
    if name.title:
        return "" if tu or language != "fr" else title
    return f"{name.first} {name.last}".strip() if name.first else ""


def first_name(contact: str) -> str:
    """Return a person's first name where it can be told; else the whole name."""
    return name_of(contact).first or contact
