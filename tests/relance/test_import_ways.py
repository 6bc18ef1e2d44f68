"""`relance import`: many files, the lists of a folder, what comes on the standard input."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.relance.conftest import Run

LIST = "Numéro;Client;Échéance;Montant TTC\n{number};Garage Martin;31/10/2026;1200\n"


def reports(out: str) -> list[dict[str, object]]:
    """Return what `--json` printed, a report a file."""
    decoder, found, rest = json.JSONDecoder(), [], out.strip()
    while rest:
        told, end = decoder.raw_decode(rest)
        found.append(told)
        rest = rest[end:].strip()
    return found


def test_a_folder_is_all_its_lists_in_order(folder: Path, run: Run) -> None:
    lists = folder / "exports"
    lists.mkdir()
    for number in ("B", "A"):
        (lists / f"{number}.csv").write_text(LIST.format(number=number), encoding="utf-8")
    (lists / "photo.png").write_bytes(b"\x89PNG")
    said = run("import", str(lists), "--json")
    assert said.status == 0
    assert [each["new"] for each in reports(said.out)] == [["A"], ["B"]]


def test_a_folder_without_a_list_is_refused_in_a_sentence(folder: Path, run: Run) -> None:
    (folder / "vide").mkdir()
    said = run("import", str(folder / "vide"))
    assert said.status != 0
    assert "Aucune liste dans le dossier" in said.err


def test_a_dash_is_the_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    came = io.BytesIO(LIST.format(number="S-1").encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(came))
    said = run("import", "-", "--json")
    assert said.status == 0
    assert [each["new"] for each in reports(said.out)] == [["S-1"]]
