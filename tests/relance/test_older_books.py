"""A database that the code of November 2026 wrote: it opens, checks clean, and answers as that code did.

`tests/fixtures/books_2026_11` holds the database and what that code answered (`answers.json`).
"""

import gzip
import io
import json
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from correspondence.case_file.make import make
from message_templates.catalogue import keys
from receivables.acts import Act
from receivables.company import Company
from receivables.errors import Refused
from receivables.language import Language
from relance.demo.company_data import company as demo_company
from relance.demo.slack_standin import SlackStandin
from store.books import Books, open_books, read_books
from store.db.engine import Database
from store.db.tables import JournalLine
from store.db.upgrade import upgrade
from store.journal import data_of
from store.traces.codec import to_json
from store.undo import ACTS, Never, undo
from tests.refusals import told
from tests.relance.conftest import Run

OLD = Path(__file__).parents[1] / "fixtures" / "books_2026_11"
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
"""Monday, ten o'clock in Paris: the morning's mails are planned, none has left."""
SOME = (
    "select number from invoices where outstanding > 0 and due_date < '2026-12-01' or id % 20 = 0 order by id"
)
"""The invoices that are asked about: all that are late, and some of the others."""
DRAWN_NEVER = ("announcement_not_drawn", "announcement_refused")


def unpacked(folder: Path) -> Path:
    """Write the old database into a folder; return its path."""
    path = folder / "relance.db"
    path.write_bytes(gzip.decompress((OLD / "books.sqlite.gz").read_bytes()))
    return path


@pytest.fixture
def old(run: Run, folder: Path) -> Iterator[Run]:
    """The command line before the old books, on their morning."""
    unpacked(folder)
    for name in ("relance.toml", "factures.csv", "factures_fausses.csv"):
        (folder / name).write_bytes((OLD / name).read_bytes())
    with time_machine.travel(NOW, tick=False):
        yield run


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The old books, their schema brought up to date."""
    opened = Database(f"sqlite:///{unpacked(tmp_path)}")
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def company() -> Company:
    """The company of the old books."""
    return demo_company()


def rows(database: Path, query: str) -> list[Any]:
    """Ask the file itself."""
    with sqlite3.connect(database) as db:
        return [row[0] for row in db.execute(query)]


def answers(run: Run, folder: Path) -> dict[str, Any]:
    """Return what the command line answers about the old books, then of what it does to them."""
    numbers = rows(folder / "relance.db", SOME)
    said: dict[str, Any] = {"outbox": run("outbox", "--json").json}
    for day in ("2026-11-30", "2026-12-01", "2026-12-15"):
        said[f"plan {day}"] = run("plan", "--on", day, "--json").json
    said["why"] = [run("why", number, "--json").json for number in numbers]
    said["import refused"] = run("import", "factures_fausses.csv", "--json").json
    said["import"] = run("import", "factures.csv", "--json").json
    said["tick"] = run("tick", "--at", "2026-11-30T10:30", "--json").json
    said["outbox after"] = [
        {name: value for name, value in one.items() if name != "message_id"}
        for one in run("outbox", "--json").json
    ]
    return said


def lost(before: Any, now: Any, where: str = "") -> Iterator[str]:
    """Yield what was answered before and is not now: fields may be added, nothing else changes."""
    if isinstance(before, dict) and isinstance(now, dict):
        for name, value in before.items():
            if name not in now:
                yield f"{where}.{name} is gone"
            else:
                yield from lost(value, now[name], f"{where}.{name}")
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for rank, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from lost(one, other, f"{where}[{rank}]")
    elif before != now:
        yield f"{where}: {before!r} became {now!r}"


def test_the_old_books_check_clean(old: Run) -> None:
    assert old("db", "upgrade").status == 0
    said = old("db", "check")
    assert (said.status, said.err) == (0, "")


def test_the_command_line_answers_as_it_did(old: Run, folder: Path) -> None:
    before = json.loads((OLD / "answers.json").read_text(encoding="utf-8"))
    now = answers(old, folder)
    assert list(lost(before, now)) == []


def test_a_value_that_changes_or_a_field_that_goes_is_seen() -> None:
    before = {"a": [{"b": 1, "c": None}]}
    assert list(lost(before, {"a": [{"b": 1, "c": None, "d": 2}], "e": 3})) == []
    assert list(lost(before, {"a": [{"b": 2}]})) == [".a[0].b: 1 became 2", ".a[0].c is gone"]
    assert list(lost(before, {"a": []})) != []


def test_every_announcement_of_the_old_books_can_be_drawn(
    database: Database, company: Company, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """All are said again, to an empty channel that refuses what Slack would."""
    again = "update announcements set state='waiting', ts=null, attempts=0, redraw_at=null, due_at=created_at"
    with sqlite3.connect(tmp_path / "relance.db") as db:
        db.execute(again)
    kinds = Counter(rows(tmp_path / "relance.db", "select kind from announcements"))
    assert len(kinds) >= 8
    with SlackStandin(lambda: NOW) as slack:
        client = WebClient(token=slack.token, base_url=slack.url)
        assert post_waiting(database, {company.key: company}, client, now=lambda: NOW) > 20
    assert [one.getMessage() for one in caplog.records if one.getMessage() in DRAWN_NEVER] == []
    left = rows(tmp_path / "relance.db", "select kind from announcements where state <> 'posted'")
    assert left == []


def test_every_line_of_the_old_journal_can_be_told(database: Database, company: Company) -> None:
    """A customer's file tells all that was done, in words: no code is left."""
    with read_books(database, company) as b:
        files = [zipfile.ZipFile(io.BytesIO(make(b, each, at=NOW).data)) for each in range(1, 41)]
    pages = [file.read("historique.html").decode() for file in files]
    assert sum(page.count("<tr") for page in pages) > 500
    assert {code for code in Act for page in pages if f">{code}<" in page} == set()


def test_every_line_of_the_old_journal_is_read_by_its_type_and_would_be_written_the_same(
    database: Database, company: Company
) -> None:
    with read_books(database, company) as b:
        lines = b.session.query(JournalLine).all()
        assert [(line.act, line.data) for line in lines] == [
            (line.act, to_json(data_of(line))) for line in lines
        ]
        assert len({line.act for line in lines}) > 40


def test_a_customers_file_has_words_for_every_act() -> None:
    known = keys("dossier", Language.FR, "texts")
    assert [act for act in Act if not act.is_undoing and f"dossier.act.{act}" not in known] == []


def test_every_act_of_the_old_journal_is_undone_or_refused_in_words(
    database: Database, company: Company, tmp_path: Path
) -> None:
    lines = "select id from journal where undoes_id is null order by id"
    undone = 0
    for entry_id in rows(tmp_path / "relance.db", lines):
        undone += _undone_for_a_moment(database, company, entry_id)
    assert undone > 40
    done = set(rows(tmp_path / "relance.db", "select distinct act from journal"))
    assert len([act for act, undoing in ACTS.items() if act in done and not isinstance(undoing, Never)]) > 30


class GivenUp(Exception):
    """A transaction that is not to be kept."""


def _undone_for_a_moment(database: Database, company: Company, entry_id: int) -> bool:
    """Undo an act in a transaction that is given up; False when that is refused, with a sentence."""
    with pytest.raises((GivenUp, Refused)) as ended, open_books(database, company) as b:
        _undo_and_give_up(b, entry_id)
    if isinstance(ended.value, Refused):
        assert told(ended.value).endswith(".")
    return isinstance(ended.value, GivenUp)


def _undo_and_give_up(b: Books, entry_id: int) -> None:
    undo(b, entry_id, by="U0PAUL", at=NOW)
    raise GivenUp
