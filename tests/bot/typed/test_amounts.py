"""Amounts and texts as people type them."""

from decimal import Decimal

import pytest

from bot.typed.amounts import read_amount
from bot.typed.words import clean, cut
from receivables.errors import Refused
from tests.refusals import refused


@pytest.mark.parametrize(
    ("typed", "amount", "currency"),
    [
        ("500", "500.00", None),
        ("12", "12.00", None),
        ("1 200", "1200.00", None),
        ("1\u202f200,50\u00a0€", "1200.50", "EUR"),
        ("1200.50", "1200.50", None),
        ("1.234,56", "1234.56", None),
        ("1,234.56", "1234.56", None),
        ("1.234.567", "1234567.00", None),
        ("1'200.50", "1200.50", None),
        ("12€50", "12.50", "EUR"),
        ("€ 500", "500.00", "EUR"),
        ("500 euros", "500.00", "EUR"),
        ("500 usd", "500.00", "USD"),
    ],
)
def test_an_amount_is_understood(typed: str, amount: str, currency: str | None) -> None:
    read = read_amount(typed)
    assert (read.amount, read.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("1.234", "est-ce 1\u202f234,00"),
        ("1,234", "est-ce 1\u202f234,00"),
        ("1,2k", "en entier"),
        ("12 34", "par trois"),
        ("1.234.5", "par trois"),
        ("1,234,56", "par trois"),
        ("1.234.56 €", "par trois"),
        ("1200,555", "plus de deux décimales"),
        ("0", "zéro"),
        ("-5", "en positif"),
        ("99999999999", "trop grand"),
        ("cent", "pas compris"),
        ("٣٣", "pas compris"),
    ],
)
def test_what_could_be_two_amounts_is_asked(typed: str, question: str) -> None:
    with refused(Refused, match=question):
        read_amount(typed)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("FAC–123\u00a0 500", "FAC-123 500"),
        ("d’ici « demain »", 'd\'ici " demain "'),
        ("<mailto:a@b.example|a@b.example> &amp; co", "a@b.example & co"),
        ("<https://x.example|FAC-1> \u200b\x00fin", "FAC-1 fin"),
    ],
)
def test_slack_s_ways_of_writing_are_undone(typed: str, plain: str) -> None:
    assert clean(typed) == plain


def test_a_long_text_is_cut_with_a_sign() -> None:
    assert cut("a" * 10, 5) == "aaaa…"
    assert cut("court", 5) == "court"
