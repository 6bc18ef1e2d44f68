"""When a temporary failure is tried again: a table."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from receivables.company import Company
from scheduler.post_room.retry import next_attempt

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("failed", "attempts", "again"),
    [
        ("2026-04-08 10:00", 1, "2026-04-08 10:05"),
        ("2026-04-08 10:05", 2, "2026-04-08 10:20"),
        ("2026-04-08 10:20", 3, "2026-04-08 11:05"),
        ("2026-04-08 11:05", 4, "2026-04-08 13:20"),
        ("2026-04-08 13:20", 5, "2026-04-08 17:20"),
        ("2026-04-08 17:20", 6, "2026-04-09 10:00"),
        ("2026-04-10 17:26", 1, "2026-04-13 10:00"),  # a Friday
        ("2026-04-03 17:26", 1, "2026-04-07 10:00"),  # before Easter Monday
        ("2026-04-06 12:00", 1, "2026-04-07 10:00"),  # on Easter Monday itself
    ],
)
def test_the_same_day_with_back_off_then_the_next_open_day(
    company: Company, failed: str, attempts: int, again: str
) -> None:
    at = datetime.fromisoformat(failed).replace(tzinfo=PARIS)
    assert next_attempt(company, at, attempts) == datetime.fromisoformat(again).replace(tzinfo=PARIS)
