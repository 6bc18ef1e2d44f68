"""What people see: amounts are read as written, and what could be read two ways is refused."""

from decimal import Decimal

import pytest

from receivables.money import THREE_DECIMALS
from store.imports.values.amounts import (
    AMBIGUOUS,
    EXPECTED,
    NO_THOUSANDTHS,
    TOO_LARGE,
    BadValue,
    read_amount,
    settle,
)

NBSP, NNBSP = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("4500 €", "4500.00", "EUR"),
        ("4 500,00 €", "4500.00", "EUR"),
        (f"4{NNBSP}500,00{NBSP}€", "4500.00", "EUR"),
        ("13500", "13500.00", None),
        ("8948,4", "8948.40", None),
        ("1.234,56", "1234.56", None),
        ("1,234.56", "1234.56", None),
        ("1.234.567", "1234567.00", None),
        ("1'234.50", "1234.50", None),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("$1,200.50", "1200.50", "USD"),
        ("+000000500,00", "500.00", None),
        ("0000000069,60", "69.60", None),
        ("-12,50", "-12.50", None),
        ("−12,50 €", "-12.50", "EUR"),
        ("12,50-", "-12.50", None),
        ("(12,50)", "-12.50", None),
        ("(12,50) €", "-12.50", "EUR"),
        ("1'500.–", "1500.00", None),
        ("1’500.—", "1500.00", None),
        ("500,-", "500.00", None),
        ("500,--", "500.00", None),
        ("500.-- CHF", "500.00", "CHF"),
        ("CHF 1'500.-", "1500.00", "CHF"),
        ("Fr. 500.–", "500.00", "CHF"),
        ("1.500,–", "1500.00", None),
        ("1.500.-", "1500.00", None),
        ("1 500,- €", "1500.00", "EUR"),
        ("-500.–", "-500.00", None),
        ("(500,-)", "-500.00", None),
        ("500,00-", "-500.00", None),
        ("500-", "-500.00", None),
        ("500–", "-500.00", None),
        ("1234,567", "1234.57", None),
        ("0.123", "0.12", None),
        (",50", "0.50", None),
        ("(400,00 €)", "-400.00", "EUR"),
        ("($400.00)", "-400.00", "USD"),
        ("400,00 € CR", "-400.00", "EUR"),
        ("400,00 CR", "-400.00", None),
        ("400,00 DB", "400.00", None),
        ("1 200,00 € TTC", "1200.00", "EUR"),
        ("1200 ttc", "1200.00", None),
        ("1200,00DH", "1200.00", "MAD"),
        ("1,18,000.00", "118000.00", None),
        ("1,18,000", "118000.00", None),
        ("400,00 €-", "-400.00", "EUR"),
        ("-", "0.00", None),
        (100.5, "100.50", None),
        (1001.0, "1001.00", None),
        (33.333333, "33.33", None),
    ],
)
def test_an_amount_is_read_as_written(cell: str | float, amount: str, currency: str | None) -> None:
    assert read_amount(cell) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.234", AMBIGUOUS),
        ("1,234", AMBIGUOUS),
        ("12 34", EXPECTED),
        ("1.23.4", EXPECTED),
        ("1,234,56", EXPECTED),
        ("--5", EXPECTED),
        ("douze", EXPECTED),
        ("1e5", EXPECTED),
        ("NaN", EXPECTED),
        ("€", EXPECTED),
        (",", EXPECTED),
        ("EUR 5 USD", EXPECTED),
        ("12.5,-", EXPECTED),
        ("500,00,-", EXPECTED),
        ("5,-5", EXPECTED),
        ("1 200,00 € HT", EXPECTED),
        ("(-5)", EXPECTED),
        (".-", EXPECTED),
        ("1234,567 TND", NO_THOUSANDTHS),
        ("KWD 12.500", NO_THOUSANDTHS),
        ("5 OMR", NO_THOUSANDTHS),
        (True, EXPECTED),
        ("9" * 61, EXPECTED),
        ("1000000000000", TOO_LARGE),
        (float("nan"), TOO_LARGE),
        (float("inf"), TOO_LARGE),
    ],
)
def test_what_is_no_amount_is_refused_with_what_was_expected(cell: str | float, expected: str) -> None:
    with pytest.raises(BadValue) as refused:
        read_amount(cell)
    assert refused.value.code == expected


@pytest.mark.parametrize(
    ("column", "sign"),
    [
        (["1.234", "12,50"], ","),
        (["1.234", "12.50"], "."),
        (["1.234", "1.234.567"], ","),
        (["1.234", "2.500"], None),
        (["12.50", "12,50", "1.234"], None),
        ([1.5, "", "x"], None),
        (["500.-", "1.234"], None),
        (["500,–", "1.234"], None),
    ],
)
def test_the_column_as_a_whole_settles_what_one_cell_cannot(
    column: list[str | float], sign: str | None
) -> None:
    assert settle(column) == sign


def test_a_settled_column_reads_its_ambiguous_cells() -> None:
    assert read_amount("1.234", ",")[0] == Decimal("1234.00")
    assert read_amount("1.234", ".")[0] == Decimal("1.23")


def test_a_currency_of_three_decimals_is_refused_by_its_name() -> None:
    for code in THREE_DECIMALS:
        with pytest.raises(BadValue) as refused:
            read_amount(f"1 234,567 {code.lower()}")
        assert (refused.value.code, refused.value.facts["currency"]) == (NO_THOUSANDTHS, code)
