"""Amounts of money as people type them in French. What could be read in two ways is asked."""

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from bot.typed.values import Amount, Doubt, UnclearAmount
from bot.typed.words import clean, cut
from receivables.errors import Refused
from receivables.text import fold_typed

MOST = Decimal("999999999.99")
_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "£": "GBP", "gbp": "GBP", "livres": "GBP", "chf": "CHF", "cad": "CAD",
}  # fmt: skip
CURRENCIES = frozenset(_CURRENCIES.values())
SHOWN = 40
"""Characters of typed text that a question repeats."""
DOUBTS = dict.fromkeys(
    (
        "saisie.amount_unknown",
        "saisie.amount_negative",
        "saisie.amount_shorthand",
        "saisie.amount_decimals",
        "saisie.amount_group",
        "saisie.amount_huge",
        "saisie.amount_zero",
        "saisie.amount_of_deposit",
    ),
    0,
) | {"saisie.amount_three": 2}
"""The questions about an amount, and between how many amounts each asks."""
_SIGN = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True))
_SHAPE = re.compile(
    rf"(?P<before>{_SIGN})? ?(?P<minus>-)? ?(?P<figures>[0-9][0-9 .,']*)(?P<k> ?k)? ?(?P<after>{_SIGN})?"
)
_GROUPS = re.compile(r"[0-9]{1,3}(?:(?P<sign>[ .,'])[0-9]{3})(?:(?P=sign)[0-9]{3})*\Z")
_CENTS_AFTER_SIGN = re.compile(r"([0-9]+) ?(?:€|euros?) ?([0-9]{2})\Z")


def looks_like(text: str) -> bool:
    """Whether `text` is meant as an amount, be it readable or not."""
    shown = fold_typed(clean(text))
    return bool(_SHAPE.fullmatch(shown) or _CENTS_AFTER_SIGN.match(shown))


def is_plain(text: str) -> bool:
    """Whether `text` says by its currency or its cents that it is an amount, and no number of an invoice."""
    shown = fold_typed(clean(text))
    return (
        looks_like(text)
        and re.search(rf"[.,][0-9]{{2}}(?![0-9])|(?:^|[ 0-9])(?:{_SIGN})(?: |$)", shown) is not None
    )


def read_amount(text: str) -> Amount:
    """Return the amount typed in `text`.

    Raises UnclearAmount, a question, when it is unreadable, ambiguous (`1.234`), negative, zero or absurd.
    """
    shown = cut(clean(text), SHOWN)
    whole = fold_typed(clean(text))
    cents = _CENTS_AFTER_SIGN.match(whole)
    match = _SHAPE.fullmatch(f"{cents[1]},{cents[2]} €" if cents else whole)
    if match is None:
        raise _unclear("unknown", shown)
    if match["minus"]:
        raise _unclear("negative", shown)
    if match["k"]:
        raise _unclear("shorthand", shown)
    currency = _CURRENCIES.get(match["before"] or match["after"] or "")
    try:
        return Amount(_checked(_value(match["figures"].strip(), shown), shown), currency)
    except UnclearAmount as error:
        raise UnclearAmount(replace(error.doubt, currency=currency)) from error


def read_in(text: str, currency: str) -> Decimal | None:
    """Return the amount typed in a field whose currency is known; None for an empty one.

    Raises Refused as `read_amount` does, and when another currency was typed.
    """
    if not fold_typed(clean(text)):
        return None
    read = read_amount(text)
    if read.currency not in {None, currency}:
        raise Refused("saisie.field_currency", currency=currency, typed=read.currency)
    return read.amount


def is_too_fine(text: str) -> bool:
    """Whether a percentage is one, with more than two decimals."""
    try:
        rate = Decimal(text.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        return False
    return rate.is_finite() and rate >= 0 and rate != round(rate, 2)


def read_percent(text: str) -> Decimal | None:
    """Return a percentage as people type it (`12,5`, `12.5 %`); None for anything else."""
    try:
        rate = Decimal(text.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and rate >= 0 and rate == round(rate, 2) else None


def _unclear(what: str, shown: str, *amounts: Decimal) -> UnclearAmount:
    return UnclearAmount(Doubt(f"saisie.amount_{what}", shown, amounts))


def _value(figures: str, shown: str) -> Decimal:
    """Read figures whose last sign may part decimals or thousands."""
    if figures.isdigit():
        return Decimal(figures)
    head, mark, tail = _decimal_part(figures)
    if tail and not tail.isdigit():
        raise _unclear("group", shown)
    if len(tail) == 3 and mark in {".", ","} and head.isdigit() and len(head) <= 3 and head != "0":
        raise _unclear("three", shown, Decimal(f"{head}{tail}"), Decimal(f"{head}.{tail}"))
    if mark and mark in head:
        raise _unclear("group", shown)
    if mark and len(tail) > 2:
        raise _unclear("decimals", shown)
    if not head.isdigit() and not _GROUPS.fullmatch(head):
        raise _unclear("group", shown)
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
        raise _unclear("huge", shown)
    if value == 0:
        raise _unclear("zero", shown)
    return value.quantize(Decimal("0.01"))
