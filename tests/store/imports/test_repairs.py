"""What people see: a text that other tools spoilt is put right where that is certain, else refused."""

from pathlib import Path

import pytest

from store.imports.tables.apart import table_apart
from store.imports.tables.files import Unreadable
from tests.refusals import refused

HEADER = "N° facture;Client;Date facture;Échéance;Montant TTC"
ROW = "F-1;Crêperie Éloïse;01/09/2026;01/10/2026;1200,00"
WHOLE = f"{HEADER}\n{ROW}\n"


def read(folder: Path, data: bytes) -> list[str]:
    """Return each row as the text that it makes."""
    path = folder / "f.csv"
    path.write_bytes(data)
    with table_apart(path) as (table, _):
        return [";".join(map(str, row)) for _, row in table.rows()]


def _twice(text: str) -> bytes:
    return text.encode().decode("cp1252").encode()


@pytest.mark.parametrize(
    "data",
    [
        WHOLE.encode("utf-16"),
        WHOLE.encode("utf-16-le"),
        WHOLE.encode("utf-16-be"),
        WHOLE.encode("cp850"),
        WHOLE.replace("\n", "\r").encode("mac-roman"),
        WHOLE.replace("\n", "\r").encode("utf-8"),
        _twice(WHOLE),
        f"{HEADER}\n".encode() + f"{ROW}\n".encode("cp1252"),
        f"{HEADER}\n".encode() + f"{ROW}\n".encode("cp850"),
        f"{HEADER}\n".encode() + _twice(f"{ROW}\n"),
        WHOLE.replace("F-1", "F-\u200f1").replace("rie", "\u202erie").encode(),
        WHOLE.replace("F-1", "\ufeffF-1").replace("1200", "12\u200b00").encode(),
        WHOLE.replace("rie", "r\x00ie").encode(),
    ],
)
def test_a_spoilt_text_is_put_right(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data) == [HEADER, ROW]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (WHOLE.encode() + b"F-2;Cr\x81\x8dperie;01/09/2026;01/10/2026;5\n", "Deux encodages.*ligne 3"),
        (
            _twice(WHOLE) + "F-2;Crê;;;\n".encode().decode("cp1252").replace("ª", " ").encode(),
            "deux fois.*ligne 3",
        ),
        (WHOLE.replace("1200", "12\x0000").encode(), "nuls.*ligne 2"),
    ],
)
def test_what_cannot_be_put_right_for_certain_is_refused_with_its_lines(
    tmp_path: Path, data: bytes, says: str
) -> None:
    with refused(Unreadable, match=says):
        read(tmp_path, data)


@pytest.mark.parametrize("text", ["SÃO PAULO;JOÃO", "Ville d’Âge;Île", "№ 12;Ærø"])
def test_what_is_right_stays_as_it_is(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, f"{HEADER}\n{text}\n".encode())[1] == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="00012"', "00012"),
        ("'00012", "00012"),
        ('"=""00012"""', "00012"),
        ("'t Hooft", "'t Hooft"),
        ("=1+1", "=1+1"),
    ],
)
def test_what_keeps_figures_as_text_is_no_part_of_them(tmp_path: Path, cell: str, text: str) -> None:
    assert read(tmp_path, f"{HEADER}\n{cell};x\n".encode())[1] == f"{text};x"
