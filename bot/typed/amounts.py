"""Amounts of money as people type them in French. What could be read in two ways is asked."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.typed.words import clean, cut, plain
from message_templates.formats import amount as written
from receivables.errors import Refused
from receivables.text import fold_typed

MOST = Decimal("999999999.99")
_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "£": "GBP", "gbp": "GBP", "livres": "GBP", "chf": "CHF", "cad": "CAD",
}  # fmt: skip
_SIGN = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True))
_SHAPE = re.compile(
    rf"(?P<before>{_SIGN})? ?(?P<minus>-)? ?(?P<figures>[0-9][0-9 .,']*)(?P<k> ?k)? ?(?P<after>{_SIGN})?"
)
_GROUPS = re.compile(r"[0-9]{1,3}(?:(?P<sign>[ .,'])[0-9]{3})(?:(?P=sign)[0-9]{3})*\Z")
_CENTS_AFTER_SIGN = re.compile(r"([0-9]+) ?(?:€|euros?) ?([0-9]{2})\Z")


@dataclass(frozen=True, slots=True)
class Typed:
    """An amount that was typed, with its currency when one was said."""

    amount: Decimal
    currency: str | None


def looks_like(text: str) -> bool:
    """Whether `text` is meant as an amount, be it readable or not."""
    shown = fold_typed(clean(text))
    return bool(_SHAPE.fullmatch(shown) or _CENTS_AFTER_SIGN.match(shown))


def read_amount(text: str) -> Typed:
    """Return the amount typed in `text`.

    Raises Refused with a question when it is unreadable, ambiguous (`1.234`), negative, zero or absurd.
    """
    shown = cut(clean(text), 40)
    whole = fold_typed(clean(text))
    cents = _CENTS_AFTER_SIGN.match(whole)
    match = _SHAPE.fullmatch(f"{cents[1]},{cents[2]} €" if cents else whole)
    if match is None:
        raise Refused(plain("saisie.amount_unknown", typed=shown))
    if match["minus"]:
        raise Refused(plain("saisie.amount_negative", typed=shown))
    if match["k"]:
        raise Refused(plain("saisie.amount_shorthand", typed=shown))
    sign = match["before"] or match["after"]
    return Typed(_checked(_value(match["figures"].strip(), shown), shown), _CURRENCIES.get(sign or ""))


def _value(figures: str, shown: str) -> Decimal:
    """Read figures whose last sign may part decimals or thousands."""
    if figures.isdigit():
        return Decimal(figures)
    head, mark, tail = _decimal_part(figures)
    if len(tail) == 3 and mark in {".", ","} and head.isdigit() and len(head) <= 3 and head != "0":
        first, second = Decimal(f"{head}{tail}"), Decimal(f"{head}.{tail}")
        raise Refused(
            plain(
                "saisie.amount_three", typed=shown, first=written(first), second=f"{second}".replace(".", ",")
            )
        )
    if mark and len(tail) > 2:
        raise Refused(plain("saisie.amount_decimals", typed=shown))
    if not head.isdigit() and not _GROUPS.fullmatch(head):
        raise Refused(plain("saisie.amount_group", typed=shown))
    return Decimal(f"{_digits(head)}.{tail or '0'}")


def _decimal_part(figures: str) -> tuple[str, str, str]:
    """Cut at the decimal sign: the last point or comma, unless it only parts thousands."""
    place = max(figures.rfind("."), figures.rfind(","))
    if place < 0 or (figures.count(figures[place]) > 1 and _GROUPS.fullmatch(figures)):
        return figures, "", ""
    return figures[:place].strip(), figures[place], figures[place + 1 :].strip()


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _checked(value: Decimal, shown: str) -> Decimal:
    if value > MOST:
        raise Refused(plain("saisie.amount_huge", typed=shown))
    if value == 0:
        raise Refused(plain("saisie.amount_zero"))
    return value.quantize(Decimal("0.01"))
