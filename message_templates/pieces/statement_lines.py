"""What moved on an account, in words: its two ends for the mail, and each line between them for the page."""

from collections.abc import Sequence
from typing import Any

from message_templates.catalogue import tell
from message_templates.pieces.foreign import clean
from message_templates.writer import Writer, writer
from receivables.codes.payments import Entry
from receivables.language import Language
from receivables.money import ZERO
from receivables.statements import Balance, Movement, Received, Statement

SETTLED = 4
"""Invoices that the line of a payment names."""
LISTED = 3000
"""Lines that a page lists: of more it gives the sums."""


def accounts(statement: Statement, language: str) -> list[dict[str, Any]]:
    """Return each balance with the lines that lead from its beginning to its end."""
    write = writer(language)
    return [
        balance_of(balance, write) | {"lines": _lines_between(balance, statement, language)}
        for balance in statement.balances
    ]


def balance_of(balance: Balance, write: Writer) -> dict[str, Any]:
    """Return a balance in words: what it begins with, what moved, what it ends with."""
    code = balance.currency
    return {
        "currency": code,
        "opening": write.amount(balance.opening, code),
        "invoiced": write.amount(balance.invoiced, code),
        "received": write.amount(ZERO - balance.received, code) if balance.received else "",
        "credited": write.amount(ZERO - balance.credited, code) if balance.credited else "",
        "closing": write.amount(balance.closing, code),
        "in_credit": balance.closing < 0,
    }


def _lines_between(balance: Balance, statement: Statement, language: str) -> list[dict[str, str]]:
    """Return what moved, one by one; a sum of each kind where it is too much to read, or not told."""
    write, code = writer(language), balance.currency
    told = [line for line in statement.movements if line.currency == code]
    if told and len(told) <= LISTED:
        return [_movement(line, write, language) for line in told]
    sums = {
        Entry.INVOICE: balance.invoiced,
        Entry.PAYMENT: -balance.received,
        Entry.CREDIT_NOTE: -balance.credited,
    }
    return [
        {
            "day": "",
            "what": tell(f"statement.entries.{entry}", Language(language)),
            "means": "",
            "numbers": "",
            "amount": write.amount(amount, code),
        }
        for entry, amount in sums.items()
        if amount
    ]


def _movement(line: Movement, write: Writer, language: str) -> dict[str, str]:
    numbers = [clean(number) for number in line.numbers]
    return {
        "day": write.day(line.day) if line.day else "",
        "what": tell(f"statement.entry.{line.entry}", Language(language)),
        "means": tell(f"statement.means.{line.means}", Language(language)) if line.means else "",
        "numbers": ", ".join(numbers[:SETTLED]) + ("…" if len(numbers) > SETTLED else ""),
        "amount": write.amount(line.amount, line.currency),
    }


def received(payments: Sequence[Received], language: str) -> list[dict[str, str]]:
    """Return money that came in, each sum with its day and its means."""
    write = writer(language)
    return [
        {
            "day": write.day(each.day),
            "amount": write.amount(each.amount, each.currency),
            "means": tell(f"statement.means.{each.means}", Language(language)) if each.means else "",
        }
        for each in payments
    ]
