"""Codes in the tables: members in code, text in the database, and texts of other versions as they are."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Enum, text

from receivables.codes.announcements import AnnouncementKind, AnnouncementState
from store.books import Books
from store.db.tables import Announcement, Base

NOW = datetime(2026, 4, 8, 7, tzinfo=UTC)


def announcement(b: Books, kind: str) -> Announcement:
    told = {"company_id": b.company_id, "key": kind, "kind": kind, "channel": "C0", "data": {}}
    row = Announcement(**told, created_at=NOW, due_at=NOW)
    b.session.add(row)
    b.session.flush()
    return row


def test_a_code_is_a_member_in_code_and_its_text_in_the_database(books: Books) -> None:
    row = announcement(books, AnnouncementKind.TASK)
    stored = books.session.execute(text("SELECT kind, state FROM announcements")).one()
    assert tuple(stored) == ("task", "waiting")
    assert all(type(each) is str for each in stored)
    books.session.refresh(row)
    assert row.kind is AnnouncementKind.TASK
    assert row.state is AnnouncementState.WAITING


def test_a_text_that_no_member_has_is_read_as_it_is_and_kept(books: Books) -> None:
    row = announcement(books, "of_tomorrow")
    books.session.refresh(row)
    assert row.kind == "of_tomorrow"
    row.ts = "1.1"
    books.session.flush()
    assert books.session.scalar(text("SELECT kind FROM announcements")) == "of_tomorrow"


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_no_column_writes_the_names_of_members(table: object) -> None:
    """A code forgotten in `CODED` would be stored by its name, in capitals: SQLAlchemy's own type does."""
    assert [column for column in table.columns if isinstance(column.type, Enum)] == []  # type: ignore[attr-defined]
