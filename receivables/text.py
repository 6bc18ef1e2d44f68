"""Folding names and numbers, so that accents, case and stray signs do not tell two apart."""

import re
import unicodedata

_NOISE = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """Return `text` without accents, case or punctuation, words apart by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _NOISE.sub(" ", kept).strip()


def fold_number(number: str) -> str:
    """Return an invoice number without case, accents, spaces or separators."""
    return fold(number).replace(" ", "")
