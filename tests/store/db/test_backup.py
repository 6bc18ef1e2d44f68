"""A copy of the books is whole, made while they are in use, and never overwrites another."""

from pathlib import Path

import pytest

from receivables.company import Company
from receivables.errors import Refused, RelanceError
from store.books import open_books, read_books
from store.db.backup import backup
from store.db.engine import Database
from store.invoices.acts import find
from tests.builders import customer, invoice
from tests.refusals import refused


def test_a_copy_holds_what_was_committed_even_while_someone_writes(
    database: Database, company: Company, tmp_path: Path
) -> None:
    if not database.sqlite:
        pytest.skip("PostgreSQL has pg_dump")
    with open_books(database, company) as b:
        invoice(b, customer(b), "FAC-1")
    target = tmp_path / "copie.db"
    with open_books(database, company) as b:
        invoice(b, customer(b, "Autre"), "FAC-2")
        backup(database, target)
    copy = Database(f"sqlite:///{target}")
    with read_books(copy, company) as b:
        assert find(b, "FAC-1").number == "FAC-1"
        with refused(RelanceError):
            find(b, "FAC-2")
    copy.close()
    assert not list(tmp_path.glob("copie.db.part*"))


def test_postgresql_names_the_tool_that_copies(database: Database, tmp_path: Path) -> None:
    if database.sqlite:
        pytest.skip("for PostgreSQL")
    with refused(Refused, match="pg_dump"):
        backup(database, tmp_path / "copie.db")


def test_a_copy_never_overwrites(tmp_path: Path, sqlite_template: Path) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    target = tmp_path / "copie.db"
    target.write_text("précieux", encoding="utf-8")
    with refused(Refused, match="existe déjà"):
        backup(database, target)
    assert target.read_text(encoding="utf-8") == "précieux"
    database.close()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, sqlite_template: Path) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    with refused(RelanceError, match="échoué"):
        backup(database, tmp_path / "absent" / "copie.db")
    database.close()


def test_without_books_there_is_nothing_to_copy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'absent.db'}")
    with refused(RelanceError, match="pas encore de base"):
        backup(database, tmp_path / "copie.db")
    database.close()
