"""Texts that other tools spoilt: put right where that is certain, else refused with the lines.

What was encoded twice (`crÃªperie`) is known by every run of its signs being one in UTF-8. Signs that nobody
sees are no part of any name or number.
"""

import re

from store.imports.tables.charset import MOST_LINES
from store.imports.tables.files import Unreadable

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Marks of direction, spaces without width, soft hyphens."""
_HIGH = re.compile(r"[^\x00-\x7f]+")
_TWICE = re.compile(r"[\u00c2\u00c3\u00c5\u00e2][^\x00-\x7f]")
"""How most of what French writes begins once it is encoded twice."""
_CUT = re.compile(r"[\u00c2\u00c3](?=[\x00-\x7f]|\Z)")
"""Half of a sign that was encoded twice; the other half is lost."""
_AMID_FIGURES = re.compile(r"\d\x00+\d")
_UNDEFINED = {0x81: "\x81", 0x8D: "\x8d", 0x8F: "\x8f", 0x90: "\x90", 0x9D: "\x9d"}
_BYTES = {sign: code for code, sign in _UNDEFINED.items()}


def visible(text: str) -> str:
    """Return a text without the signs that nobody sees."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def mend(text: str) -> str:
    """Return a text put right. Raises Unreadable where that is not certain."""
    if "\x00" in text:
        _refuse_lines(text, _AMID_FIGURES, "imports.nul_in_figures")
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    if _TWICE.search(text):
        mended = _HIGH.sub(_once, text)
        if mended != text:
            _refuse_lines(mended, _CUT, "imports.encoded_twice")
            text = mended
    return visible(text)


def _once(run: re.Match[str]) -> str:
    """Return a run of signs as it was before it was encoded a second time; itself when it was not."""
    try:
        return b"".join(map(_byte, run[0])).decode("utf-8")
    except UnicodeError:
        return run[0]


def _byte(sign: str) -> bytes:
    return bytes([_BYTES[sign]]) if sign in _BYTES else sign.encode("cp1252")


def _refuse_lines(text: str, pattern: re.Pattern[str], code: str) -> None:
    lines = [at for at, line in enumerate(text.split("\n"), 1) if pattern.search(line)]
    if lines:
        raise Unreadable(code, lines=tuple(map(str, lines[:MOST_LINES])))
