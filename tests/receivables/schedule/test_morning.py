"""Whether a morning waits for a person's go (SCHEDULE 18)."""

import pytest

from receivables.schedule.morning import needs_go
from tests.receivables.schedule.calendars import a_company


@pytest.mark.parametrize(
    ("reminders", "others", "invoices", "past", "waits"),
    [
        (20, 0, 0, [], False),
        (21, 0, 0, [], True),  # a first morning: over twenty
        (20, 1, 0, [], True),
        (20, 0, 170, [], False),  # invoices themselves surprise nobody
        (0, 0, 200, [], False),
        (0, 0, 201, [], True),  # they count against the most that may leave
        (30, 20, 151, [30], True),
        (60, 0, 0, [20], False),
        (61, 0, 0, [20], True),  # more than three times the largest
        (60, 0, 100, [20], False),
        (5, 190, 0, [1], False),
    ],
)
def test_a_morning_waits_when_it_is_large(
    reminders: int, others: int, invoices: int, past: list[int], waits: bool
) -> None:
    assert needs_go(a_company(), reminders, past, others, invoices) is waits
