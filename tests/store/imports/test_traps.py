"""Files from outside that are traps: what never ends, and what would not fit in memory."""

import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from receivables.company import Company
from store.db.engine import Database
from store.imports.apply import bring_in
from store.imports.tables import cells
from store.imports.tables.apart import table_apart
from store.imports.tables.files import MAX_CELLS, Row, Unreadable
from tests.refusals import refused

NOW = datetime(2026, 4, 9, 8, tzinfo=UTC)
TITLES = ("Nom du client", "N° facture", "Date de facture", "Échéance", "Montant TTC")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OF = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
PARTS = {
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OF}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OF}"><sheets><sheet name="Factures" sheetId="1" '
    'r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
    f'Type="{OF}/worksheet" Target="factures.xml"/><Relationship Id="r2" Type="{OF}/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>',
}
"""A workbook whose sheet is called as no sheet is."""


def workbook(path: Path, *, rows: bytes = b"", texts: bytes = b"", times: int = 1) -> Path:
    """Write a workbook with the titles, then rows and shared texts so many times."""
    titles = "".join(f'<c t="inlineStr"><is><t>{title}</t></is></c>' for title in TITLES)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row>{titles}</row>'.encode()
        archive.writestr("xl/factures.xml", sheet + rows * times + b"</sheetData></worksheet>")
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">'.encode() + texts * times + b"</sst>")
    return path


def opened(path: Path) -> list[tuple[int, Row]]:
    with table_apart(path) as (table, _):
        return list(table.rows())


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Path]:
    """A pipe that somebody holds open, and writes nothing to."""
    path = tmp_path / "factures.csv"
    os.mkfifo(path)
    held = os.open(path, os.O_RDWR)
    yield path
    os.close(held)


def test_a_pipe_is_refused_at_once(pipe: Path) -> None:
    with refused(Unreadable, match="périphérique ou à un tube"):
        opened(pipe)


def test_a_pipe_that_nobody_writes_to_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "factures.csv")
    with refused(Unreadable, match="périphérique ou à un tube"):
        opened(tmp_path / "factures.csv")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused_as_a_sentence_of_the_report(
    database: Database, company: Company, tmp_path: Path, device: str
) -> None:
    (tmp_path / "factures.csv").symlink_to(device)
    report = bring_in(database, company, tmp_path / "factures.csv", at=NOW)
    assert [bad.expected.code for bad in report.refused] == ["imports.not_a_file"]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with refused(Unreadable, match="introuvable"):
        opened(tmp_path)


def test_shared_texts_are_counted_before_they_are_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", texts=b"<si><t/></si>" * 1_000, times=3_001)
    assert path.stat().st_size < 200_000
    with refused(Unreadable, match="trop grand"):
        opened(path)


def test_few_shared_texts_of_a_great_size_are_refused_too(tmp_path: Path) -> None:
    texts = b"<si>" + b"<r><t>" + b"a" * 1_000_000 + b"</t></r>" + b"</si>"
    with refused(Unreadable, match="trop grand"):
        opened(workbook(tmp_path / "f.xlsx", texts=texts, times=251))


@pytest.mark.parametrize("cell", [b"<c/>", b'<c r="A3"/>', b"<x:c/>"])
def test_cells_are_counted_wherever_they_say_they_stand(tmp_path: Path, cell: bytes) -> None:
    path = workbook(tmp_path / "f.xlsx", rows=b"<row>" + cell * 400_000 + b"</row>", times=31)
    with refused(Unreadable, match="12000000 cases"):
        opened(path)


def test_cells_of_a_text_are_counted_too(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(";".join(TITLES) + "\n" + (";" * 499 + "\n") * (MAX_CELLS // 500 + 1), "utf-8")
    with refused(Unreadable, match="12000000 cases"):
        opened(path)


@pytest.mark.soak
def test_a_trap_that_no_count_shows_costs_its_own_process_alone(tmp_path: Path) -> None:
    rows = (b"<row>" + b'<c t="s"><v>0</v></c>' * 100 + b"</row>") * 5_000
    path = workbook(tmp_path / "f.xlsx", rows=rows, texts=b"<si><t>" + b"a" * 9_999 + b"</t></si>")
    with refused(Unreadable, match="trop de temps ou de mémoire"):
        opened(path)


def test_what_is_wrong_is_told_in_the_order_of_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f"{';'.join(TITLES)}\nMartin;1;2;3;4\nMartin;{'x' * 10_001};2;3;4\n", "utf-8")
    with table_apart(path) as (table, _):
        rows = table.rows()
        assert [next(rows)[0], next(rows)[0]] == [1, 2]
        with refused(Unreadable, match="Ligne 3"):
            next(rows)


def test_cells_are_handed_over_as_they_are() -> None:
    rows: list[tuple[int, Row]] = [
        (1, ["é\n\u2028", "", 1.5, float("inf"), True]),
        (
            3,
            [
                date(2026, 3, 1),
                datetime(2026, 3, 1, 8, 5, 0, 7),  # noqa: DTZ001 - cells have no zone
                time(8, 5),
                timedelta(days=-1, microseconds=3),
            ],
        ),
        (4, ["x" * 3_000_000]),
    ]
    with TemporaryFile() as file:
        assert cells.write_rows(rows, file.fileno()) is None
        for _ in range(2):
            found = list(cells.read_rows(file.fileno()))
            assert found == rows
            assert [[type(cell) for cell in row] for _, row in found] == [
                [type(c) for c in row] for _, row in rows
            ]
