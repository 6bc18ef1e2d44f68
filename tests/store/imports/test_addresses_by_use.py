"""What people see: reminders go to the nearest address of a file; the others are kept, each with its use."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from receivables.company import Company
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Contact
from store.imports.apply import bring_in
from store.imports.report import ImportReport

AT = datetime(2026, 11, 6, 8, tzinfo=UTC)


def bring(database: Database, company: Company, folder: Path, titles: str, *rows: str) -> ImportReport:
    path = folder / "f.csv"
    lines = [f"Alpha;F-{at};100,00;12/11/2026;{row}" for at, row in enumerate(rows)]
    path.write_text(
        "\n".join([f"Client;Facture;Montant TTC;Échéance;{titles}", *lines, ""]), encoding="utf-8"
    )
    return bring_in(database, company, path, at=AT)


def uses(database: Database, company: Company) -> set[tuple[str | None, str]]:
    with read_books(database, company) as b:
        return {(row.email, row.role.value) for row in b.session.scalars(select(Contact))}


@pytest.mark.parametrize(
    ("titles", "cells", "kept"),
    [
        (
            "E-mail facturation;E-mail relance;E-mail",
            "fact@a.example;relance@a.example;info@a.example",
            "relance@a.example=billing fact@a.example=accounting info@a.example=general",
        ),
        (
            "E-mail facturation;E-mail",
            "fact@a.example;info@a.example",
            "fact@a.example=billing info@a.example=general",
        ),
        ("E-mail relance;E-mail", ";info@a.example", "info@a.example=billing"),
        ("E-mail", "info@a.example, compta@a.example", "compta@a.example=billing info@a.example=general"),
        (
            "E-mail",
            "compta@a.example, relances@a.example, marie@a.example",
            "relances@a.example=billing marie@a.example=billing compta@a.example=accounting",
        ),
        ("E-mail", "un@a.example, deux@a.example", "un@a.example=billing deux@a.example=billing"),
    ],
)
def test_each_address_is_kept_with_its_use(
    database: Database, company: Company, tmp_path: Path, titles: str, cells: str, kept: str
) -> None:
    report = bring(database, company, tmp_path, titles, cells)
    wanted = {(each.partition("=")[0], each.partition("=")[2]) for each in kept.split()}
    assert uses(database, company) == wanted
    several = any(use != "billing" for _, use in wanted)
    assert ("other_addresses" in {each.kind for each in report.warnings}) is several


def test_rows_of_one_customer_are_taken_together_and_a_file_again_changes_nothing(
    database: Database, company: Company, tmp_path: Path
) -> None:
    titles, rows = "E-mail relance;E-mail", (";info@a.example", "relance@a.example;info@a.example")
    for _ in range(2):
        bring(database, company, tmp_path, titles, *rows)
        assert uses(database, company) == {("relance@a.example", "billing"), ("info@a.example", "general")}
