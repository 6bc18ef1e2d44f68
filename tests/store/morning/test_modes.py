"""A change of mode is told to the team, once."""

from dataclasses import replace
from datetime import date

from receivables.company import Company, Mode
from store import announcements
from store.books import open_books
from store.db.engine import Database
from store.morning import modes
from tests.builders import at

DAY = date(2026, 4, 8)


def kinds(database: Database, company: Company) -> list[tuple[str, object]]:
    with open_books(database, company) as b:
        return [(one.kind, one.data) for one in announcements.claim(b, at=at(DAY, 20))]


def test_the_first_mode_is_only_written_down_and_a_change_is_announced_once(
    database: Database, company: Company
) -> None:
    draft = replace(company, mode=Mode.DRAFT)
    for hour, one in ((8, draft), (9, draft), (10, company), (11, company)):
        with open_books(database, one) as b:
            assert modes.notice(b, at=at(DAY, hour)) is (hour == 10)
    assert kinds(database, company) == [("mode_changed", {"from": "draft", "to": "live"})]
