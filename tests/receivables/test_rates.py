"""Rates are data, half-year by half-year: never carried forward, and the floor of a contract's rate."""

from datetime import date
from decimal import Decimal

import pytest

from receivables.errors import Refused
from receivables.rates import (
    HalfYear,
    Semester,
    check_contract_rate,
    cut,
    parse_semester,
    semester_of,
    shipped_rates,
)
from tests.refusals import refused, told

TABLE = {  # business (refinancing + 10), public (+ 8), floor (3 x legal)
    "2024-S1": ("14.50", "12.50", "15.21"),
    "2024-S2": ("14.25", "12.25", "14.76"),
    "2025-S1": ("13.15", "11.15", "11.13"),
    "2025-S2": ("12.15", "10.15", "8.28"),
    "2026-S1": ("12.15", "10.15", "7.86"),
}


@pytest.mark.parametrize(("name", "expected"), TABLE.items())
def test_the_published_table(name: str, expected: tuple[str, str, str]) -> None:
    rates, semester = shipped_rates(), parse_semester(name)
    refinancing = rates.refinancing(semester)
    assert refinancing is not None
    assert (refinancing + 10, refinancing + 8, rates.floor(semester)) == tuple(map(Decimal, expected))


def test_the_second_half_of_2026_waits_for_the_company() -> None:
    rates, semester = shipped_rates(), Semester(2026, 2)
    assert rates.known[semester].to_confirm
    assert (rates.refinancing(semester), rates.legal(semester), rates.floor(semester)) == (None, None, None)
    told = rates.confirmed(HalfYear(semester, Decimal("2.40"), Decimal("2.75")))
    assert (told.refinancing(semester), told.floor(semester)) == (Decimal("2.40"), Decimal("8.25"))
    assert shipped_rates().refinancing(semester) is None


@pytest.mark.parametrize("name", ["2020-S2", "2027-S1", "2050-S1"])
def test_no_rate_is_carried_to_another_half_year(name: str) -> None:
    assert shipped_rates().refinancing(parse_semester(name)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-S2", (2026, 2)), (" 2026-s1 ", (2026, 1)), ("2026S2", (2026, 2)), ("2026 S2", (2026, 2))],
)
def test_a_half_year_as_people_write_it(text: str, expected: tuple[int, int]) -> None:
    assert parse_semester(text) == expected


@pytest.mark.parametrize("text", ["", "2026", "2026-S3", "S2-2026", "26-S2", "9999-S1", "0001-S1", "x" * 500])
def test_what_is_no_half_year_is_refused(text: str) -> None:
    with refused(Refused, match="2026-S2"):
        parse_semester(text)


def test_days_are_cut_at_the_half_years() -> None:
    days = list(cut(date(2025, 12, 30), date(2026, 7, 1)))
    assert days == [
        (date(2025, 12, 30), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 7, 1)),
    ]
    assert list(cut(date(2026, 2, 2), date(2026, 2, 1))) == []
    assert [str(semester_of(first)) for first, _ in days] == ["2025-S2", "2026-S1", "2026-S2"]


@pytest.mark.parametrize(
    ("rate", "day"), [("7.86", "2026-01-01"), ("8.28", "2025-12-31"), ("12", "2026-06-30")]
)
def test_a_contract_rate_at_or_above_the_floor_is_taken(rate: str, day: str) -> None:
    assert check_contract_rate(Decimal(rate), shipped_rates(), date.fromisoformat(day)) == Decimal(rate)


def test_a_contract_rate_below_the_floor_names_the_floor_and_the_half_year() -> None:
    with refused(Refused) as caught:
        check_contract_rate(Decimal("7.85"), shipped_rates(), date(2026, 6, 30))
    assert "7,86\u00a0%" in told(caught.value)
    assert "2026-S1" in told(caught.value)


def test_a_contract_rate_waits_for_a_floor_that_is_not_known() -> None:
    with refused(Refused, match="2026-S2 n’est pas connu"):
        check_contract_rate(Decimal(15), shipped_rates(), date(2026, 7, 1))


@pytest.mark.parametrize("rate", ["-1", "NaN", "Infinity", "100.01", "12.155"])
def test_what_is_no_rate_is_refused(rate: str) -> None:
    with refused(Refused, match="Le taux de pénalité"):
        check_contract_rate(Decimal(rate), shipped_rates(), date(2026, 1, 1))
