"""Tables: what is written in English for an amount, a date, a count."""

from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import format_currency

from message_templates import formats, formats_en


@pytest.mark.parametrize(
    ("value", "currency", "written"),
    [
        ("1234.5", "EUR", "€1,234.50"),
        ("-1234.5", "EUR", "\u2212€1,234.50"),
        ("1234567.89", "USD", "US$1,234,567.89"),
        ("0.005", "GBP", "£0.01"),
        ("1200", "CHF", "CHF\u00a01,200.00"),
        ("2.5", "JPY", "JP¥3"),
        ("1.5", "ZZZ", "ZZZ\u00a01.50"),
        ("-0.001", "EUR", "€0.00"),
    ],
)
def test_an_amount_is_written_the_british_way_and_rounded_half_up(value, currency, written):
    assert formats_en.amount(Decimal(value), currency) == written


@pytest.mark.parametrize("currency", ["EUR", "USD", "GBP", "CHF", "CAD", "TND"])
@pytest.mark.parametrize("value", ["0", "0.01", "-7", "999", "1000", "123456789.99"])
def test_amounts_are_those_of_babel_but_for_the_space_after_letters(value, currency):
    written = formats_en.amount(Decimal(value), currency).replace("\u00a0", "").replace("\u2212", "-")
    assert written == format_currency(Decimal(value), currency, locale="en_GB")


def test_days_are_written_with_the_month_in_words():
    day = date(2026, 9, 1)
    assert formats_en.day(day) == "1\u00a0Sep\u00a02026"
    assert formats_en.short_day(day) == "1\u00a0September 2026"
    assert formats_en.long_day(day) == "Tuesday 1\u00a0September 2026"
    assert formats_en.day_month(day) == "1\u00a0Sep"
    assert formats_en.near_day(day) == "Tuesday 1\u00a0September"
    assert [formats_en.ordinal(rank) for rank in (1, 2, 3, 4, 11, 12, 21)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "21st",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "written"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (1200, "1,200 days")]
)
def test_only_one_is_singular(count, written):
    assert formats_en.counted(count, "day").replace("\u00a0", " ") == written


def test_shares_numbers_and_lists():
    assert formats_en.percent(Decimal("0.1215")) == "12.15%"
    assert formats_en.number(Decimal("1234.5"), 1) == "1,234.5"
    assert formats_en.listed(["A", "B", "C"]) == "A, B and C"
    assert formats_en.listed(["A", "B"], "2 others") == "A, B and 2 others"
    totals = {"USD": Decimal(3), "EUR": Decimal(1200)}
    assert formats_en.amounts(totals) == "€1,200.00 and US$3.00"


def test_both_languages_have_the_same_filters():
    assert set(formats_en.FILTERS) == set(formats.FILTERS)
