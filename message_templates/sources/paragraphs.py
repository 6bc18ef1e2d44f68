"""Plain text as paragraphs and lists, and its words kept whole, for layouts in HTML."""

import re
from typing import NamedTuple

from markupsafe import Markup, escape

from message_templates.formats import NBSP

WHOLE = 24
"""Signs up to which a word with a hyphen is kept on one line: a longer one would widen a telephone's page."""
_LOOSE = re.compile(r"(?<=\d) (?=[\w€])")
_WORD = re.compile(r"\S+")
_HYPHEN = re.compile(r"\w-\w")


class Paragraph(NamedTuple):
    """A paragraph of plain text: its lines, or the lines of a list (`- one`)."""

    lines: tuple[str, ...]
    bullets: tuple[str, ...]


def paragraphs(text: object) -> list[Paragraph]:
    """Return plain text cut where a line is empty; whoever shows it in HTML escapes each line."""
    found = []
    for part in str(text).replace("\r\n", "\n").split("\n\n"):
        lines = tuple(line.strip() for line in part.split("\n") if line.strip())
        cut = next((rank for rank, line in enumerate(lines) if line.startswith("- ")), len(lines))
        if lines:
            found.append(Paragraph(lines[:cut], tuple(line.removeprefix("- ") for line in lines[cut:])))
    return found


def unbroken(text: object) -> Markup:
    """Return text escaped for HTML, whose references (`BC-4501`, `FAC-1.pdf`) no line breaks at a hyphen.

    They stay what they are when copied: no sign is put into them.
    """
    whole, parts, end = str(text), [], 0
    for found in _WORD.finditer(whole):
        if len(found[0]) <= WHOLE and _HYPHEN.search(found[0]):
            parts.append(escape(whole[end : found.start()]))
            parts.append(Markup('<span style="white-space: nowrap">{}</span>').format(found[0]))
            end = found.end()
    return Markup().join([*parts, escape(whole[end:])])


def held(text: object) -> str:
    """Return text in which no line breaks after a figure: `20 000 €`, `14 rue des Lilas`."""
    return _LOOSE.sub(NBSP, str(text))
