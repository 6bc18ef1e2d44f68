"""Plain text as paragraphs and lists, for layouts in HTML."""

from typing import NamedTuple


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
