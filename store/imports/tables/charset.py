"""From bytes to text: mark, then UTF-8, then Windows or DOS by the share of French letters.

Statistical detectors take French accounting files for Central European ones (FEC in cp850, Epicea in
cp1252): a short ladder that knows the language does better.
"""

import codecs

from store.imports.tables.files import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = 0.6
"""Share of zeros among every other byte of a text in UTF-16."""
MOST_LINES = 5
"""Lines that a refusal names."""
_FRENCH = frozenset("éèêëàâçùûüôöîïÿÉÈÊËÀÂÇÔÎÏÙÛœŒæ°º«»€’–\u00a0")


def _share(text: str) -> float:
    """Return the share of French signs among those beyond ASCII."""
    high = [sign for sign in text if sign > "\x7f"]
    return sum(sign in _FRENCH for sign in high) / len(high) if high else 0.0


def _guess(data: bytes) -> tuple[str, str]:
    """Choose between encodings that never fail; on a tie the earlier one wins."""
    high = bytes(byte for byte in data[:1_000_000] if byte > 0x7F)
    shares = {"cp1252": _share(high.decode("cp1252", "replace")), "cp850": _share(high.decode("cp850"))}
    shares["mac-roman"] = _share(high.decode("mac-roman"))
    shares["utf-8"] = _share(data[:1_000_000].decode("utf-8", "replace"))
    best = max(shares, key=lambda name: shares[name])
    return data.decode(best, "replace"), best


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of `data` and the name of the encoding it was read with.

    Raises Unreadable for lines in two encodings that no one can be sure of.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding
    if (wide := _without_mark(data)) is not None:
        return data.decode(wide, "replace"), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _in_two(data) or _guess(data)


def _without_mark(data: bytes) -> str | None:
    """Return UTF-16 without its mark, which every other byte gives away; None for anything else."""
    head = data[:4_000]
    half = max(len(head) // 2, 1)
    for encoding, at in (("utf-16-le", 1), ("utf-16-be", 0)):
        if head[at::2].count(0) > half * _WIDE and head[1 - at :: 2].count(0) < half * (1 - _WIDE):
            return encoding
    return None


def _in_two(data: bytes) -> tuple[str, str] | None:
    """Return a text of which some lines are in UTF-8 and others are not; None when none are.

    Raises Unreadable where the others are no French in an encoding of eight bits.
    """
    lines, strange = data.split(b"\n"), []
    texts = [_line(line) for line in lines]
    if not any(text is not None and not text.isascii() for text in texts):
        return None
    others = b"".join(line for line, text in zip(lines, texts, strict=True) if text is None)
    encoding = _guess(others)[1]
    for at, (line, text) in enumerate(zip(lines, texts, strict=True)):
        if text is None:
            texts[at] = line.decode(encoding, "replace")
            if encoding == "utf-8" or _share(texts[at] or "") < 1:
                strange.append(at + 1)
    if strange:
        raise Unreadable("imports.two_encodings", lines=tuple(map(str, strange[:MOST_LINES])))
    return "\n".join(text or "" for text in texts), f"utf-8 + {encoding}"


def _line(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None
