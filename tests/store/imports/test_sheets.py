"""A workbook of several sheets: those that were not read are told by name."""

from datetime import date
from pathlib import Path

import openpyxl

from receivables.company import Company
from store.db.engine import Database
from store.imports.apply import bring_in
from tests.store.imports.test_columns import AT


def test_sheets_that_are_not_read_are_told(database: Database, company: Company, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, number in (("Septembre", "F-1"), ("Octobre", "F-2")):
        sheet = book.create_sheet(name)
        sheet.append(["Client", "N° facture", "Date", "Échéance", "Montant TTC"])
        sheet.append(["Garage Moreau", number, date(2026, 9, 3), date(2026, 10, 3), 100.0])
    book.create_sheet("Vide")
    book.save(tmp_path / "factures.xlsx")
    report = bring_in(database, company, tmp_path / "factures.xlsx", at=AT)
    assert report.new == ["F-1"]
    assert [(each.kind, each.values) for each in report.warnings] == [("sheets_unread", ["Octobre"])]
