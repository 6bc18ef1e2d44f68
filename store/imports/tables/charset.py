"""From bytes to text: mark, then UTF-8, then Windows or DOS by the share of French letters.

Statistical detectors take French accounting files for Central European ones (FEC in cp850, Epicea in
cp1252): a short ladder that knows the language does better.
"""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FRENCH = frozenset("éèêëàâçùûüôöîïÉÈÊÀÂÇÔÎœŒ°º«»€’–\u00a0")


def _share(text: str) -> float:
    """Return the share of French signs among those beyond ASCII."""
    high = [sign for sign in text if sign > "\x7f"]
    return sum(sign in _FRENCH for sign in high) / len(high) if high else 0.0


def _guess(data: bytes) -> tuple[str, str]:
    """Choose between encodings that never fail; on a tie the earlier one wins."""
    high = bytes(byte for byte in data[:1_000_000] if byte > 0x7F)
    shares = {"cp1252": _share(high.decode("cp1252", "replace")), "cp850": _share(high.decode("cp850"))}
    shares["utf-8"] = _share(data[:1_000_000].decode("utf-8", "replace"))
    best = max(shares, key=lambda name: shares[name])
    return data.decode(best, "replace"), best


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of `data` and the name of the encoding it was read with. Never fails."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _guess(data)
