"""Open days: a company's own closed days count as public holidays do."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from receivables.calendar.workdays import ONE_DAY, Calendar

SUMMER = [date(2026, 8, 3) + timedelta(days=number) for number in range(19)]


def test_own_closed_days_are_skipped_both_ways_with_the_week_ends_around_them() -> None:
    calendar = Calendar("FR", SUMMER)
    assert not calendar.is_open(date(2026, 8, 21))
    assert calendar.next_open(date(2026, 8, 1)) == date(2026, 8, 24)
    assert calendar.previous_open(date(2026, 8, 23)) == date(2026, 7, 31)
    assert calendar.add_open(date(2026, 7, 30), 2) == date(2026, 8, 24)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(days, st.sets(days, max_size=40), st.integers(0, 12))
def test_open_days_are_those_that_neither_the_state_nor_the_company_closes(
    day: date, closed: set[date], count: int
) -> None:
    own, public = Calendar("FR", closed), Calendar("FR")
    assert own.is_open(day) == (public.is_open(day) and day not in closed)
    after, before = own.next_open(day), own.previous_open(day)
    assert own.is_open(after)
    assert own.is_open(before)
    assert not any(own.is_open(day + ONE_DAY * n) for n in range((after - day).days))
    assert not any(own.is_open(day - ONE_DAY * n) for n in range((day - before).days))
    last = own.add_open(day, count)
    assert sum(own.is_open(day + ONE_DAY * (n + 1)) for n in range((last - day).days)) == count
