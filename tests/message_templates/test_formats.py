"""Tables: what is written for an amount, a date, a count."""

from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import format_currency

from message_templates import formats


@pytest.mark.parametrize(
    ("value", "currency", "written"),
    [
        ("0", "EUR", "0,00\u00a0€"),
        ("5", "EUR", "5,00\u00a0€"),
        ("1234.5", "EUR", "1\u202f234,50\u00a0€"),
        ("-1234.5", "EUR", "\u2212\u00a01\u202f234,50\u00a0€"),
        ("-0.001", "EUR", "0,00\u00a0€"),
        ("1234567.89", "USD", "1\u202f234\u202f567,89\u00a0USD"),
        ("1237.5", "GBP", "1\u202f237,50\u00a0GBP"),
        ("1.005", "EUR", "1,01\u00a0€"),
        ("2.5", "JPY", "3\u00a0JPY"),
        ("1.5", "ZZZ", "1,50\u00a0ZZZ"),
        ("1.5", "XXX", "1,50\u00a0XXX"),
    ],
)
def test_an_amount_is_written_the_french_way_and_rounded_half_up(value, currency, written):
    assert formats.amount(Decimal(value), currency) == written


@pytest.mark.parametrize("currency", ["EUR", "USD", "GBP", "CHF", "CAD", "TND", "JPY"])
@pytest.mark.parametrize("value", ["0", "0.01", "-7", "999", "1000", "123456789.99"])
def test_amounts_are_those_of_babel_by_the_code_of_the_currency_when_there_is_nothing_to_round(
    value, currency
):
    whole = Decimal(value) if currency != "JPY" else Decimal(value).quantize(Decimal(1))
    figures = format_currency(abs(whole), currency, "#,##0.00\u00a0¤¤", locale="fr_FR")
    sign = "\u2212\u00a0" if whole < 0 else ""
    assert formats.amount(whole, currency) == sign + figures.replace("EUR", "€")


def test_several_currencies_are_listed_euros_first():
    totals = {"CHF": Decimal(10), "EUR": Decimal(1200), "USD": Decimal(3)}
    assert formats.amounts(totals) == "1\u202f200,00\u00a0€, 10,00\u00a0CHF et 3,00\u00a0USD"


@pytest.mark.parametrize(
    ("value", "figures", "words"),
    [
        (date(2026, 12, 15), "15/12/2026", "mardi 15\u00a0décembre 2026"),
        (date(2026, 9, 1), "01/09/2026", "mardi 1er\u00a0septembre 2026"),
        (date(2026, 2, 11), "11/02/2026", "mercredi 11\u00a0février 2026"),
    ],
)
def test_days_in_figures_and_in_words(value, figures, words):
    assert formats.day(value) == figures
    assert formats.long_day(value) == words
    assert words.endswith(formats.short_day(value))


@pytest.mark.parametrize(
    ("count", "word"), [(0, "facture"), (1, "facture"), (Decimal("1.5"), "facture"), (2, "factures")]
)
def test_zero_and_one_and_a_half_are_singular(count, word):
    assert formats.plural(count, "facture") == word


def test_every_word_agrees_with_the_count():
    assert formats.counted(1, "facture échue") == "1\u00a0facture échue"
    assert formats.counted(1200, "facture échue") == "1\u202f200\u00a0factures échues"
    assert formats.counted(2, "avoir reçu", "avoirs reçus") == "2\u00a0avoirs reçus"


@pytest.mark.parametrize(
    ("share", "written"), [("0.1215", "12,15\u00a0%"), ("0", "0,00\u00a0%"), ("0.00005", "0,01\u00a0%")]
)
def test_percentages_keep_their_decimals(share, written):
    assert formats.percent(Decimal(share)) == written


@pytest.mark.parametrize(
    ("value", "near", "month", "rank", "ordinal"),
    [
        (date(2026, 12, 7), "lundi 7\u00a0décembre", "7\u00a0décembre", 1, "1re"),
        (date(2026, 12, 1), "mardi 1er\u00a0décembre", "1er\u00a0décembre", 3, "3e"),
    ],
)
def test_near_days_go_without_their_year_and_ranks_are_feminine(value, near, month, rank, ordinal):
    assert formats.near_day(value) == near
    assert formats.month_day(value) == month
    assert formats.ordinal(rank) == ordinal


def test_ibans_go_by_four_and_sirens_by_three():
    assert formats.iban("fr76 30006000011234567890189") == "FR76 3000 6000 0112 3456 7890 189"
    assert formats.siren("732829320") == "732\u00a0829\u00a0320"


@pytest.mark.parametrize(
    ("words", "written"), [([], ""), (["A"], "A"), (["A", "B"], "A et B"), (["A", "B", "C"], "A, B et C")]
)
def test_words_are_listed(words, written):
    assert formats.listed(words) == written


@pytest.mark.parametrize(
    ("words", "rest", "written"),
    [
        ([], "2 autres", "2 autres"),
        (["A"], "1 autre", "A et 1 autre"),
        (["A", "B"], "2 autres", "A, B et 2 autres"),
    ],
)
def test_how_many_more_there_are_is_the_last_of_a_list(words, rest, written):
    assert formats.listed(words, rest) == written
    assert formats.listed(words, 0) == formats.listed(words)
