"""Foreign text made harmless: a name can neither break a line nor turn the reading direction."""

import re

# Controls, line separators, marks that turn the reading direction.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def clean(text: str | None) -> str:
    """Return foreign text on one line, without control or direction marks."""
    if not text:
        return ""
    return text.strip() if text.isprintable() else _UNSAFE.sub(" ", text).strip()
