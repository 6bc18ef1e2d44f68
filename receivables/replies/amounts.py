"""Amounts of money written in French or English sentences: only those that bear a currency. Pure."""

import re
from decimal import Decimal

_CODES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "£": "GBP",
    "gbp": "GBP", "chf": "CHF",
}  # fmt: skip
_SIGN = "|".join(re.escape(sign) for sign in sorted(_CODES, key=len, reverse=True))
_FIGURES = r"[0-9]{1,3}(?:[ .,'][0-9]{3})+(?:[.,][0-9]{2})?|[0-9]+(?:[.,][0-9]{1,3})?"
_BEFORE = re.compile(rf"(?<![0-9a-z])(?P<sign>{_SIGN}) ?(?P<figures>{_FIGURES})(?![0-9])")
_AFTER = re.compile(rf"(?<![0-9.,/-])(?P<figures>{_FIGURES}) ?(?P<sign>{_SIGN})(?![a-z])")
_THOUSANDS = re.compile(r"[0-9]{1,3}([ .,'])[0-9]{3}(?:\1[0-9]{3})*")
MOST = Decimal(1_000_000_000)


def find_amounts(sentence: str) -> list[tuple[int, Decimal, str]]:
    """Return the amounts of a flat sentence: where each begins, how much, in which currency.

    One that could be read in two ways (« 1.234 € ») is left out, as a person would have to be asked.
    """
    found: dict[int, tuple[int, Decimal, str]] = {}
    for pattern, english in ((_BEFORE, True), (_AFTER, False)):
        for match in pattern.finditer(sentence):
            value = _value(match["figures"], english=english)
            overlaps = any(start < match.end() and match.start() < start + 4 for start in found)
            if value is not None and 0 < value < MOST and not overlaps:
                found[match.start()] = (match.start(), value, _CODES[match["sign"]])
    return [found[start] for start in sorted(found)]


def _value(figures: str, *, english: bool) -> Decimal | None:
    """Read figures; None when the last sign could part decimals as well as thousands."""
    mark = re.search(r"[.,](?=[0-9]{1,2}\Z)", figures)
    head, cents = (figures[: mark.start()], figures[mark.end() :]) if mark else (figures, "")
    if not head.isdecimal():
        whole = _THOUSANDS.fullmatch(head)
        if whole is None or (whole[1] in ".," and not cents and not english and head.count(whole[1]) == 1):
            return None
        head = re.sub(r"[^0-9]", "", head)
    return Decimal(f"{head}.{cents or '0'}").quantize(Decimal("0.01"))
