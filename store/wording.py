"""Amounts, days and names as the refusals of the books say them, in French."""

from datetime import date
from decimal import Decimal

_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_NARROW = "\u202f"
_SPACE = "\u00a0"


def amount(value: Decimal, currency: str) -> str:
    """Return 1234.5 EUR as « 1 234,50 € »."""
    figures = f"{value:,.2f}".replace(",", _NARROW).replace(".", ",")
    return f"{figures}{_SPACE}{_SIGNS.get(currency, currency)}"


def day(value: date) -> str:
    """Return a day as 15/12/2026."""
    return f"{value:%d/%m/}{value.year:04}"


def who(by: str) -> str:
    """Name the author of a journal line: a Slack user id as it stands, the clock and others in words."""
    return {"import": "l’import", "horloge": "l’horloge", "console": "la ligne de commande"}.get(by, by)


def first_line(text: str, limit: int = 200) -> str:
    """Return the first line of a text, cut."""
    return text.strip().partition("\n")[0][:limit]


def quoted(text: str, limit: int = 40) -> str:
    """Return typed text on one line, cut, between « and »."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: limit * 2]).split())
    cut = line if len(line) <= limit else line[: limit - 1] + "…"
    return f"«{_SPACE}{cut}{_SPACE}»"
