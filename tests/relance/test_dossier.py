"""`relance dossier`: a customer's file written whole or not at all."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from tests.relance.conftest import Run


@pytest.fixture
def filled(run: Run) -> Run:
    """The command line, with the two invoices brought in."""
    run("import", "factures.csv")
    return run


def test_the_file_is_written_with_its_fingerprint(filled: Run, folder: Path) -> None:
    said = filled("dossier", "garage martin", "--out", "martin.zip", "--json")
    data = (folder / "martin.zip").read_bytes()
    assert (said.status, said.json["file"], said.json["customer"]) == (0, "martin.zip", "Garage Martin")
    assert (said.json["sha256"], said.json["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
    with zipfile.ZipFile(folder / "martin.zip") as file:
        index = json.loads(file.read("index.json"))
        assert len(index) == said.json["papers"]
        assert {entry["path"] for entry in index} == set(file.namelist()) - {"index.json"}
    assert [path.name for path in folder.glob(".*")] == []


def test_a_customer_is_meant_by_an_invoice_too_and_told_in_french(filled: Run) -> None:
    said = filled("dossier", "FAC-2", "--out", "lea.zip")
    assert said.status == 0
    assert "Dossier de Boulangerie Léa\u00a0:" in said.out


def test_an_unknown_customer_and_a_place_that_is_none_are_refused(filled: Run, folder: Path) -> None:
    said = filled("dossier", "Durandal", "--out", "x.zip", "--json")
    assert (said.status, said.json["sha256"]) == (1, None)
    assert "Aucun client" in said.err
    said = filled("dossier", "FAC-1", "--out", "nulle/part/x.zip")
    assert said.status == 1
    assert "choisissez un autre endroit" in said.err
    assert not list(folder.glob("*.zip"))
