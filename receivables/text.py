"""Folding text, so that accents, case and stray signs do not tell two apart: one way, with its few uses.

`unaccented` is the one way; every fold is built on it. `fold` and `fold_number` are kept in the books: what
they return for a text must never change.
"""

import re
import unicodedata

_SPELLED = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ẞ": "SS"})
_STRAIGHT = str.maketrans(
    dict.fromkeys("‘’‚‛′´`", "'") | dict.fromkeys("“”„«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-")
)
_NOISE = re.compile(r"[^0-9a-z]+")


def unaccented(text: str) -> str:
    """Return `text` without accents, ligatures spelled out, signs of compatibility (ﬁ, ², №) made plain.

    Case is kept: names of files and what a bank's application reads are made with it.
    """
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).translate(_SPELLED)


def straight(text: str) -> str:
    """Return `text` with typographic quotes, apostrophes and dashes as keyboards write them."""
    return text.translate(_STRAIGHT)


def fold(text: str) -> str:
    """Return `text` without accents, case or punctuation, words apart by one space: to find names again."""
    return _NOISE.sub(" ", unaccented(text.casefold())).strip()


def fold_number(number: str) -> str:
    """Return an invoice number without case, accents, spaces or separators: to find invoices again."""
    return fold(number).replace(" ", "")


def dropped(text: str) -> str:
    """Return the letters and figures of other scripts, which `fold` drops though they say something."""
    plain = unaccented(text.casefold())
    return "".join(sign for sign in plain if sign.isalnum() and not sign.isascii())


def fold_typed(text: str) -> str:
    """Return typed text in small letters without accents: to know a word, a date or an amount of a command.

    Punctuation inside stays (`1.000,50`, `d'ici`), what stands around the text goes.
    """
    return unaccented(text.casefold()).casefold().strip(" .,;:!?\"'")


def fold_sentence(text: str) -> str:
    """Return a sentence in small letters without accents, quotes, dashes and spaces made plain.

    Its punctuation stays: where a clause ends decides what a customer's reply says.
    """
    small = unaccented(straight(text).casefold()).casefold()
    return " ".join(straight(small).split())
