"""What people see: files are read whatever their encoding, separator, line ends or sheet."""

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from store.imports.tables.charset import decode
from store.imports.tables.files import Row, Unreadable
from store.imports.tables.opening import open_table
from tests.refusals import refused

HEADER = "Nom du client;Date de facture;Montant;Date prévue;Statut"
LINE = "Café Élodie;03/01/2025;4500 €;02/02/2025;Payé"


def _rows(tmp_path: Path, data: bytes, name: str = "f.csv") -> list[tuple[int, Row]]:
    path = tmp_path / name
    path.write_bytes(data)
    return list(open_table(path)[0].rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "utf-16"])
def test_accents_survive_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    text = f"{HEADER}\n{LINE}\n".replace("€", "EUR")
    rows = _rows(tmp_path, text.encode(encoding))
    assert [cell for _, row in rows for cell in row] == [
        *text.split("\n")[0].split(";"),
        *text.split("\n")[1].split(";"),
    ]


def test_dos_number_sign_is_not_taken_for_windows_oe() -> None:
    assert decode("N° pièce".encode("cp850")) == ("N° pièce", "cp850")
    assert decode("N° pièce à régler".encode("cp1252")) == ("N° pièce à régler", "cp1252")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_separator_is_the_one_of_the_header(tmp_path: Path, delimiter: str) -> None:
    rows = _rows(tmp_path, f"{HEADER}\n{LINE}\n".replace(";", delimiter).encode())
    assert [len(row) for _, row in rows] == [5, 5]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n", "\r"])
def test_line_ends_and_their_numbers(tmp_path: Path, end: str) -> None:
    rows = _rows(tmp_path, f"{HEADER}{end}{LINE}{end}{LINE}{end}".encode())
    assert [(line, len(row)) for line, row in rows] == [(1, 5), (2, 5), (3, 5)]


def test_a_quoted_cell_may_hold_lines_and_unicode_separators_end_none(tmp_path: Path) -> None:
    text = f'{HEADER}\n"Café\nÉlodie";03/01/2025;"4;5";;a\u2028b\u0085c\n{LINE}\n'
    rows = _rows(tmp_path, text.encode())
    assert rows[1] == (2, ["Café\nÉlodie", "03/01/2025", "4;5", "", "a\u2028b\u0085c"])
    assert rows[2][0] == 4


def test_a_quote_left_open_is_refused_with_its_line(tmp_path: Path) -> None:
    with refused(Unreadable, match="Ligne 2"):
        _rows(tmp_path, f'{HEADER}\n"Café;1\n{LINE * 5000}\n'.encode())


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "vide"),
        (b"  \n ", "vide"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "mot de passe"),
        (b"<!DOCTYPE html><table>", "page web"),
        (b"PK\x03\x04garbage", "abîmé"),
        (bytes(range(256)) * 20, "ni un tableau"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(tmp_path: Path, data: bytes, says: str) -> None:
    with refused(Unreadable, match=says):
        _rows(tmp_path, data)


def test_a_missing_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with refused(Unreadable, match="introuvable"):
        open_table(tmp_path / "rien.csv")


def _workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_gives_typed_cells_from_the_sheet_with_the_best_header(tmp_path: Path) -> None:
    data = _workbook(
        {
            "Notes": [["Bonjour"]],
            "Factures": [
                [],
                ["Export"],
                ["Client", "Montant TTC", "Échéance"],
                ["Durand", 12.5, date(2026, 1, 3)],
            ],
        }
    )
    rows = _rows(tmp_path, data, "f.xlsx")
    assert rows[3] == (4, ["Durand", 12.5, date(2026, 1, 3)])


def test_a_workbook_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    assert _rows(tmp_path, _workbook({"F": [["Client"]]}), "f.csv") == [(1, ["Client"])]


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="F">%s</table:table></office:spreadsheet></office:body></office:document-content>"""
CELL = '<table:table-cell office:value-type="string"%s><text:p>Client</text:p></table:table-cell>'


def _ods(rows: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS % rows)
    return out.getvalue()


def test_an_ods_is_read(tmp_path: Path) -> None:
    day = '<table:table-cell office:value-type="date" office:date-value="2026-01-03"/>'
    rows = _rows(tmp_path, _ods(f"<table:table-row>{CELL % ''}{day}</table:table-row>"), "f.ods")
    assert rows == [(1, ["Client", date(2026, 1, 3)])]


def test_a_sheet_with_one_far_cell_is_refused_before_it_takes_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "Client"
    book.worksheets[0]["XFD1048576"] = "loin"
    out = io.BytesIO()
    book.save(out)
    with refused(Unreadable, match="trop étendue"):
        _rows(tmp_path, out.getvalue(), "f.xlsx")


def test_an_ods_that_repeats_a_row_a_million_times_is_refused(tmp_path: Path) -> None:
    cell = CELL % ' table:number-columns-repeated="200"'
    rows = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    with refused(Unreadable, match="trop étendue"):
        _rows(tmp_path, _ods(rows), "f.ods")
