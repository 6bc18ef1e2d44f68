"""What people see: dates are day first, unless the whole column proves otherwise."""

from datetime import date, datetime

import pytest

from store.imports.tables.files import Cell
from store.imports.values.amounts import BadValue
from store.imports.values.days import EXPECTED, OUT_OF_RANGE, prove, read_day

JAN_3 = date(2025, 1, 3)


@pytest.mark.parametrize(
    "cell",
    [
        "03/01/2025",
        "3/1/25",
        "03.01.2025",
        "03-01-2025",
        "03-01-2025 10:11:12",
        "2025-01-03",
        "2025-01-03T10:00:00Z",
        "20250103",
        "03-Jan-25",
        "3 janvier 2025",
        "vendredi 3 janvier 2025",
        "Jan 3, 2025",
        20250103.0,
        45660.0,
        date(2025, 1, 3),
        datetime(2025, 1, 3, 10, 11),  # noqa: DTZ001 - as spreadsheets give it
    ],
)
def test_a_date_is_read_as_written(cell: Cell) -> None:
    assert read_day(cell) == JAN_3


def test_french_words_have_accents_and_1er() -> None:
    assert read_day("1er août 2026") == date(2026, 8, 1)
    assert read_day("28 févr. 2026") == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("31/07/0098", OUT_OF_RANGE),
        (date(1898, 1, 1), OUT_OF_RANGE),
        ("31/02/2025", EXPECTED),
        ("01/25/2025", EXPECTED),
        ("030125", EXPECTED),
        ("45678", EXPECTED),
        ("demain", EXPECTED),
        (12.5e9, EXPECTED),
        (True, EXPECTED),
    ],
)
def test_what_is_no_date_is_refused_with_what_was_expected(cell: Cell, expected: str) -> None:
    with pytest.raises(BadValue) as refused:
        read_day(cell)
    assert refused.value.code == expected


@pytest.mark.parametrize(
    ("column", "proofs"),
    [
        (["1/2/2025", "1/25/2025"], {True}),
        (["1/2/2025", "25/1/2025"], {False}),
        (["1/2/2025"], set()),
        (["25/1/2025", "1/25/2025"], {True, False}),
    ],
)
def test_month_first_only_when_the_column_proves_it(column: list[str], proofs: set[bool]) -> None:
    assert {prove(cell) for cell in column} - {None} == proofs


def test_a_proven_column_is_read_month_first() -> None:
    assert read_day("1/3/2025", american=True) == JAN_3
