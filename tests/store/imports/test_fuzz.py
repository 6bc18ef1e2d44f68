"""What people see: whatever file they drop, a report or a sentence; never a traceback, nothing half-done."""

import io
import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from receivables.company import Company
from receivables.errors import RelanceError
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Base, Invoice
from store.health.check import check
from store.imports.apply import bring_in
from store.imports.report import CellRefusal, ImportReport
from store.imports.tables.synonyms import SYNONYMS
from tests.refusals import told

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
TITLES = st.sampled_from([name for names in SYNONYMS.values() for name in names[:6]]) | st.text(max_size=12)
VALUES = st.sampled_from(
    ["Durand", "FAC-1", "FAC-2", "1.234", "12,50", "-3", "4 500 €", "03/01/2025", "1/25/2025", "2026-13-01",
     "Payé", "Avoir", "TOTAL", "", "a@b.example", "31/07/0098", "\ufffd", '"', "=1+1", "oui",
     "\u202e", "9" * 40]
)  # fmt: skip
CELLS = VALUES | st.text(max_size=20)
GRID = st.tuples(
    st.lists(TITLES, min_size=1, max_size=9),
    st.lists(st.lists(CELLS, max_size=10), max_size=8),
    st.lists(st.lists(CELLS, max_size=3), max_size=3),
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16", "latin-1"])


@st.composite
def _text_files(draw: st.DrawFn) -> bytes:
    """A table of text: often a real header, any cells, any encoding, separator and line ends."""
    titles, rows, preamble = draw(GRID)
    delimiter = draw(st.sampled_from([";", ",", "\t", "|"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r\r\n", "\r"]))
    text = end.join(delimiter.join(row) for row in [*preamble, titles, *rows])
    return text.encode(draw(ENCODINGS), "replace")


LIKELY = {
    "Client": st.sampled_from(["Durand", "Café Élodie", "Total SA", "?"]),
    "N° facture": st.sampled_from(["F1", "F2", "F3", "F4", ""]) | st.text(max_size=8),
    "Date": st.dates(date(2024, 1, 1), date(2026, 12, 31)).map(lambda day: f"{day:%d/%m/%Y}"),
    "Échéance": st.dates(date(2024, 1, 1), date(2026, 12, 31)).map(date.isoformat) | st.just(""),
    "Montant TTC": st.decimals(-100, 9999, places=2).map(str),
    "Reste dû": st.decimals(-10, 999, places=2).map(lambda amount: str(amount).replace(".", ","))
    | st.just(""),
    "Statut": st.sampled_from(["Payé", "En attente", "Retard", "Annulée", ""]),
    "Code client": st.sampled_from(["C1", "C2", ""]),
    "E-mail": st.sampled_from(["a@b.example", "pas une adresse", ""]),
}


@st.composite
def _likely_files(draw: st.DrawFn) -> bytes:
    """A list of invoices such as people have, its columns shuffled; now and then with a strange cell."""
    titles = draw(st.permutations(sorted(LIKELY)))
    rows = [[draw(LIKELY[title]) for title in titles] for _ in range(draw(st.integers(0, 5)))]
    if rows and draw(st.integers(0, 4)) == 0:
        rows[0][0] = draw(CELLS)
    lines = [";".join(cell.replace(";", "").replace("\n", "") for cell in row) for row in [titles, *rows]]
    return "\n".join(lines).encode(draw(ENCODINGS), "replace")


@st.composite
def _workbooks(draw: st.DrawFn) -> bytes:
    """A workbook with typed cells, perhaps cut or spoilt."""
    titles, rows, preamble = draw(GRID)
    typed: st.SearchStrategy[Any] = st.one_of(
        st.floats(), st.dates(date(1900, 3, 1)), st.booleans(), st.integers(-(10**12), 10**12)
    )
    with time_machine.travel(AT, tick=False):  # a workbook keeps the hour at which it was made
        book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in [*preamble, titles, *rows]:
        sheet.append([draw(typed) if draw(st.booleans()) else _writable(cell) for cell in row])
    out = io.BytesIO()
    with time_machine.travel(AT, tick=False):  # … and saved
        book.save(out)
    data = out.getvalue()
    return data[: draw(st.integers(4, len(data)))] if draw(st.integers(0, 3)) == 0 else data


def _writable(cell: str) -> str:
    return "".join(sign for sign in cell if sign.isprintable() and sign != "=")


FILES = st.one_of(
    _text_files(),
    _likely_files(),
    _likely_files(),
    _workbooks(),
    st.binary(max_size=300),
    st.binary(max_size=200).map(lambda data: b"PK\x03\x04" + data),
)


def _drop(database: Database, company: Company, path: Path, data: bytes) -> None:
    """Import `data`; check that the answer is a report and that the books agree with it."""
    path.write_bytes(data)
    before = _count(database)
    try:
        report = bring_in(database, company, path, at=AT, complete=len(data) % 2 == 0)
    except RelanceError as error:
        refused = [CellRefusal(None, None, None, error)]
        report = ImportReport(path.name, dry_run=False, refused=refused)
    if report.refused:
        assert all(told(bad.expected) for bad in report.refused)
        assert _count(database) == before
    with read_books(database, company) as b:
        assert check(b) == []


def _count(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
            if name != "companies"
        }


def _fuzz(examples: int, folder: Path, template: Path, company: Company) -> None:
    shutil.copy(template, folder / "fuzz.db")
    database = Database(f"sqlite:///{folder / 'fuzz.db'}")
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

    @settings(max_examples=examples, deadline=None, suppress_health_check=quiet, database=None)
    @given(FILES)
    def drop(data: bytes) -> None:
        _drop(database, company, folder / "fichier.csv", data)

    try:
        drop()
        assert _count(database)[Invoice.__tablename__] > 0, "some generated files must be taken"
    finally:
        database.close()


def test_two_hundred_generated_files_always_end_in_a_sentence(
    tmp_path: Path, sqlite_template: Path, company: Company
) -> None:
    _fuzz(int(os.environ.get("RELANCE_FUZZ_FILES", "200")), tmp_path, sqlite_template, company)


@pytest.mark.soak
def test_two_thousand_generated_files_always_end_in_a_sentence(
    tmp_path: Path, sqlite_template: Path, company: Company
) -> None:
    _fuzz(2_000, tmp_path, sqlite_template, company)
