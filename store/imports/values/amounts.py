"""Amounts as files write them. What could be read two ways is refused, unless the column settles it."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from receivables.errors import RelanceError
from receivables.money import CENT, THREE_DECIMALS
from store.imports.tables.files import Cell

LARGEST = Decimal(10) ** 12
"""A thousand billion: beyond, it is another column."""
EXPECTED = "imports.an_amount"
AMBIGUOUS = "imports.a_clear_amount"
TOO_LARGE = "imports.a_smaller_amount"
NO_THOUSANDTHS = "imports.a_currency_of_cents"

SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "eur": "EUR", "euro": "EUR", "euros": "EUR", "chf": "CHF",
           "fr.": "CHF", "usd": "USD", "us$": "USD", "gbp": "GBP", "cad": "CAD", "dkk": "DKK", "sek": "SEK",
           "nok": "NOK", "pln": "PLN", "mad": "MAD", "dh": "MAD", "dhs": "MAD", "xof": "XOF", "xaf": "XAF",
           "xpf": "XPF", "fcfp": "XPF", "cfp": "XPF", "jpy": "JPY", "aud": "AUD", "nzd": "NZD", "inr": "INR",
           "cny": "CNY", "czk": "CZK", "huf": "HUF", "ron": "RON", "bgn": "BGN", "dzd": "DZD", "mur": "MUR",
           "aed": "AED", "sgd": "SGD", "hkd": "HKD", "zar": "ZAR", "brl": "BRL", "mxn": "MXN"}  # fmt: skip
_UNIT = r"(?:us\$|[€$£]|fr\.|[a-z]{2,5})"
_SYMBOL = re.compile(rf"({_UNIT})? ?(.*?) ?({_UNIT})?\Z", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]+")
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d*)?\Z")
_SIGNED = re.compile(
    r"(?P<open>\()? ?(?P<sign>[-+])? ?(?P<figures>\d[\d., ]*?|[.,]\d+|) ?(?P<after>-)? ?(?P<close>\))?\Z"
)
_MINUS = str.maketrans(dict.fromkeys("−–‑—―‒", "-"))
_NO_CENTS = re.compile(r"(?P<whole>\d[\d., ]*?) ?[.,] ?-{1,2}(?P<rest>[^\d-]*)\Z")
"""`1'500.–` or `500,- CHF`: the dash stands where the cents would, and is no minus."""
_WITH_TAX = re.compile(r" ?\(?(?:t\.?t\.?c\.?|tvac)\)?\Z", re.IGNORECASE)
_SIDE = re.compile(r" ?(?:(?P<credit>cr)|db|dr)\.?\Z", re.IGNORECASE)
"""`400,00 CR`: on the credit side, so owed to the customer."""
_AFTER_UNIT = re.compile(rf"(?<=\d) ?(?P<unit>{_UNIT}) ?-\Z", re.IGNORECASE)
_INDIAN = re.compile(r"[1-9]\d?(?:,\d{2})+,\d{3}\Z")
_DIGITS = re.compile(r"\d+\Z")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?P<sign>[.,])\d{3}(?:(?P=sign)\d{3})*\Z")


class BadValue(RelanceError):
    """A cell that cannot be read: its words say what was expected, as the end of a sentence."""


def refuse_thousandths(code: str) -> None:
    """Refuse a currency of three decimals by its name: the books keep cents. Raises BadValue."""
    if code.upper() in THREE_DECIMALS:
        raise BadValue(NO_THOUSANDTHS, currency=code.upper())


def _currency(before: str | None, after: str | None) -> str | None:
    symbols = {symbol.lower() for symbol in (before, after) if symbol}
    for symbol in symbols:
        refuse_thousandths(SYMBOLS.get(symbol, symbol))
    if len(symbols) > 1 or not symbols <= SYMBOLS.keys():
        raise BadValue(EXPECTED)
    return SYMBOLS[symbols.pop()] if symbols else None


def _bare(text: str) -> tuple[str, bool, str | None]:
    """Return the figures of `text` without spaces, whether it is negative, and the currency beside them."""
    text = _WITH_TAX.sub("", _SPACES.sub(" ", text.translate(_MINUS)).strip())
    side = _SIDE.search(text)
    text = _SIDE.sub("", text)
    bracketed = text[:1] == "(" and text[-1:] == ")"
    text = text[1:-1].strip() if bracketed else text
    text, behind = _AFTER_UNIT.subn(r" \g<unit>", _NO_CENTS.sub(_whole, text))
    outer, sign = ("-", text[1:]) if text[:1] == "-" else ("", text)
    match = _SYMBOL.match(sign)
    before, inner, after = match.groups() if match else (None, sign, None)
    signed = _SIGNED.match(outer + inner)
    if not signed or bool(signed["open"]) != bool(signed["close"]):
        raise BadValue(EXPECTED)
    figures = signed["figures"]
    if not figures and not (signed["sign"] or signed["after"]):
        raise BadValue(EXPECTED)
    if " " in figures and not _SPACED.match(figures):
        raise BadValue(EXPECTED)
    if bracketed and (signed["open"] or signed["sign"] or signed["after"]):
        raise BadValue(EXPECTED)
    minus = bool(signed["open"]) or signed["sign"] == "-" or bool(signed["after"] or behind) or bracketed
    minus = minus or bool(side and side["credit"])
    return figures.replace(" ", ""), minus, _currency(before, after)


def _whole(written: re.Match[str]) -> str:
    """Return an amount without the dash for its cents: what parts its figures then parts thousands."""
    whole = written["whole"]
    plain = re.sub("[.,]", "", whole) if _GROUPED.match(whole) else whole
    return f"{plain if _DIGITS.match(plain) or ' ' in plain else '?'}{written['rest']}"


def _point(figures: str) -> str | None:
    """Return the decimal sign that `figures` alone prove: `.`, `,`, or None when there is no telling."""
    dots, commas = figures.count("."), figures.count(",")
    if dots and commas:
        return "." if figures.rfind(".") > figures.rfind(",") else ","
    if dots + commas == 0:
        return None
    sign = "." if dots else ","
    if dots + commas > 1:  # 1.234.567: what comes twice parts thousands
        return "," if sign == "." else "."
    return None if _GROUPED.match(figures) else sign


def settle(cells: Iterable[Cell]) -> str | None:
    """Return the decimal sign of a whole column: `.` or `,` when its cells prove one and only one."""
    proven: set[str] = set()
    for cell in cells:
        if isinstance(cell, str) and ("." in cell or "," in cell):
            proven |= prove(cell)
    return proven.pop() if len(proven) == 1 else None


def prove(text: str) -> set[str]:
    """Return the decimal sign that one cell proves, if any."""
    try:
        sign = _point(_bare(text)[0])
    except BadValue:
        return set()
    return {sign} if sign else set()


def unclear(text: str) -> str | None:
    """Return the sign of an amount of which nothing says whether it parts thousands or decimals."""
    try:
        figures = _bare(text)[0]
    except BadValue:
        return None
    match = _GROUPED.match(figures)
    return match["sign"] if match and _point(figures) is None else None


def _plain(figures: str, settled: str | None) -> str:
    """Return `figures` as Python writes a decimal number."""
    if _DIGITS.match(figures) or not figures:
        return figures or "0"
    point = _point(figures) or settled
    if point is None and ("." in figures or "," in figures):
        raise BadValue(AMBIGUOUS)
    whole, _, cents = figures.rpartition(point) if point and point in figures else (figures, "", "")
    thousands = "," if point == "." else "."
    if thousands in whole and not (_GROUPED.match(whole) or _INDIAN.match(whole)):
        raise BadValue(EXPECTED)
    whole = whole.replace(thousands, "") or "0"
    if not _DIGITS.match(whole) or (cents and not _DIGITS.match(cents)):
        raise BadValue(EXPECTED)
    return f"{whole}.{cents or '0'}"


def _cents(amount: Decimal) -> Decimal:
    if not amount.is_finite() or abs(amount) >= LARGEST:
        raise BadValue(TOO_LARGE)
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def read_amount(cell: Cell, settled: str | None = None) -> tuple[Decimal, str | None]:
    """Return the amount of a cell, rounded to the cent, and its currency when one is written.

    `settled` is the decimal sign that the column as a whole proves. Raises BadValue.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _cents(Decimal(repr(cell))), None
    if not isinstance(cell, str) or len(cell) > 60:
        raise BadValue(EXPECTED)
    figures, minus, currency = _bare(cell)
    try:
        amount = _cents(Decimal(_plain(figures, settled)))
    except InvalidOperation as error:
        raise BadValue(EXPECTED) from error
    return (-amount if minus else amount), currency
