"""What people see: dates are day first, unless the whole column proves otherwise."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.imports.tables.files import Cell
from store.imports.values.amounts import BadValue
from store.imports.values.days import EXPECTED, OUT_OF_RANGE, offset_of, prove, read_day

JAN_3 = date(2025, 1, 3)
NOV_30 = date(2026, 11, 30)
PARIS, FORT_DE_FRANCE = ZoneInfo("Europe/Paris"), ZoneInfo("America/Martinique")


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


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-29T23:00:00.000Z",
        "2026-11-29T23:00:00Z",
        "2026-11-29 23:00:00 UTC",
        "2026-11-29 23:30 +0000",
        "2026-11-30T00:00:00+01:00",
        "2026-11-29T18:00:00-05:00",
        "2026-11-30T05:00:00+0600",
        "20261129T230000Z",
        "29/11/2026 23:00 GMT",
        "29/11/2026 11:00 PM UTC",
        "Sun, 29 Nov 2026 23:00:00 +0000",
        "Mon Nov 30 2026 00:00:00 GMT+0100 (CET)",
        "2026-11-30 00:00:00",
        "2026-11-30T23:59:00",
        "30/11/2026 23:30",
        datetime(2026, 11, 29, 23, tzinfo=UTC),
        datetime(2026, 11, 30, 5, tzinfo=timezone(timedelta(hours=6))),
    ],
)
def test_an_instant_with_an_offset_is_the_day_that_it_is_where_the_company_is(cell: Cell) -> None:
    assert read_day(cell, zone=PARIS) == NOV_30


def test_west_of_greenwich_the_day_is_the_one_before() -> None:
    assert read_day("2026-12-01T02:00:00Z", zone=FORT_DE_FRANCE) == NOV_30
    assert read_day("2026-12-01T02:00:00Z", zone=PARIS) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("title", "cell", "day"),
    [
        ("Due Date (UTC)", "2026-11-29 23:00", NOV_30),
        ("Échéance GMT", datetime(2026, 11, 29, 23), NOV_30),  # noqa: DTZ001 - as spreadsheets give it
        ("Due Date (UTC)", "2026-11-29", date(2026, 11, 29)),
        ("Due Date (UTC)", "29 novembre 2026", date(2026, 11, 29)),
        ("Due Date (UTC)", "2026-11-30T00:00:00+01:00", NOV_30),
        ("Échéance", "2026-11-29 23:00", date(2026, 11, 29)),
        ("Échéance (GMT+1)", "2026-11-29 23:00", date(2026, 11, 29)),
    ],
)
def test_a_title_says_the_offset_of_the_times_below_it(title: str, cell: Cell, day: date) -> None:
    assert read_day(cell, zone=PARIS, offset=offset_of(title)) == day


@given(
    st.datetimes(datetime(1991, 1, 1), datetime(2098, 1, 1)),  # noqa: DTZ001 - a wall clock
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M %z", "%d/%m/%Y %H:%M:%S %z", "%Y%m%dT%H%M%S%z"]),
)
def test_however_an_instant_is_written_its_local_day_is_read(
    wall: datetime, minutes: int, written: str
) -> None:
    instant = wall.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    for zone in (PARIS, FORT_DE_FRANCE):
        assert read_day(instant.strftime(written), zone=zone) == instant.astimezone(zone).date()


@pytest.mark.parametrize("cell", ["2026-11-29T25:00:00Z", "2026-11-31T23:00:00Z", "2026-11-29T10:00+99:00"])
def test_an_instant_that_cannot_be_is_refused(cell: str) -> None:
    with pytest.raises(BadValue):
        read_day(cell, zone=PARIS)
