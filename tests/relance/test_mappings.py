"""What was said of a file's columns serves next month, can be seen, removed, and taken elsewhere."""

from pathlib import Path

from tests.relance.conftest import Run

HEADER = "Ref;Client;Date facture;Montant TTC;Acomptes chantier"
ROW = "F-{0};Garage Moreau;01/09/2026;1 200,00;500,00"
ANSWERS = ("--map", "Ref=number", "--answer", "column:acomptes-chantier=paid")


def _file(folder: Path, *numbers: int) -> str:
    path = folder / "export.csv"
    path.write_text("\n".join([HEADER, *(ROW.format(each) for each in numbers)]) + "\n", encoding="utf-8")
    return str(path)


def test_a_question_tells_how_to_answer_it(folder: Path, run: Run) -> None:
    said = run("import", _file(folder, 1)).err
    assert '--answer "column:acomptes-chantier=paid" (le montant payé)' in said
    assert "personne n’est relancé pour elles" in said
    (asked,) = run("import", _file(folder, 1), "--json").json["questions"]
    assert (asked["id"], asked["default"], asked["rows"]) == ("column:acomptes-chantier", "held", [2])
    assert asked["choices"] == ["paid", "paid_on", "status", "-"]


def test_what_was_said_serves_the_next_file(folder: Path, run: Run) -> None:
    first = run("import", _file(folder, 1), *ANSWERS, "--json").json
    assert (first["new"], first["questions"], first["sums"][0]["outstanding"]) == (["F-1"], [], "700.00")
    again = run("import", _file(folder, 1, 2), "--json").json
    assert (again["new"], again["unchanged"], again["questions"]) == (["F-2"], 1, [])
    assert again["columns"]["number"] == "Ref"


def test_it_is_shown_and_forgotten(folder: Path, run: Run) -> None:
    assert "Rien n’est encore retenu" in run("mappings").out
    run("import", _file(folder, 1), *ANSWERS)
    shown = run("mappings").out
    assert "export.csv" in shown
    assert "« Ref » → le numéro de facture" in shown.replace("\u00a0", " ")
    assert "column:acomptes-chantier" in shown
    run("mappings", "remove", "1")
    assert run("mappings", "--json").json == []
    gone = run("mappings", "remove", "1")
    assert (gone.status, "n° 1" in gone.err.replace("\u00a0", " ")) == (1, True)


def test_it_is_taken_elsewhere(folder: Path, run: Run) -> None:
    run("import", _file(folder, 1), *ANSWERS)
    before = run("mappings", "--json").json[0]
    run("mappings", "export", "known.toml")
    run("mappings", "remove", "1")
    run("mappings", "import", "known.toml")
    after = run("mappings", "--json").json[0]
    told = ("shape", "file", "titles", "columns", "answers")
    assert {name: after[name] for name in told} == {name: before[name] for name in told}
    assert run("import", _file(folder, 1), "--json").json["questions"] == []


def test_what_cannot_be_understood_is_wrong_usage(folder: Path, run: Run) -> None:
    assert run("import", _file(folder, 1), "--map", "Ref").status == 2
    assert run("import", _file(folder, 1), "--map", "Ref=zorglub").status == 2
    assert run("import", _file(folder, 1), "--answer", "oui").status == 2
    assert run("mappings", "import", "absent.toml").status == 2
