"""`relance penalties` and `relance rates`: shapes for scripts, tables for people, rates confirmed once."""

import unicodedata
from pathlib import Path

import pytest

from tests.relance.conftest import Run

INVOICES = """Client;Facture;Montant TTC;Reste dû;Date;Échéance;Type client
Garage Martin;FAC-1;10 000,00;10 000,00;31/08/2024;30/09/2024;entreprise
Léa Petit;FAC-2;500,00;500,00;01/05/2026;31/05/2026;particulier
Mairie de Nantes;FAC-3;1 000,00;1 000,00;01/06/2026;30/06/2026;mairie
"""
SHAPE = ["principal", "slices", "interest", "indemnity", "total", "rule"]


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("’", "'")


@pytest.fixture
def filled(run: Run, folder: Path) -> Run:
    """The command line, with an invoice of each kind of customer in the books."""
    (folder / "factures.csv").write_text(INVOICES, encoding="utf-8")
    assert run("import", "factures.csv", "--at", "2026-06-01").status == 0
    return run


def test_the_json_of_the_worked_example(filled: Run) -> None:
    found = filled("penalties", "FAC-1", "--on", "2025-02-15", "--json").json
    assert list(found)[:6] == SHAPE
    assert found["slices"] == [
        {
            "from": "2024-10-01",
            "to": "2024-12-31",
            "days": 92,
            "rate": "14.25",
            "base": "10000.00",
            "amount": "359.18",
        },
        {
            "from": "2025-01-01",
            "to": "2025-02-15",
            "days": 46,
            "rate": "13.15",
            "base": "10000.00",
            "amount": "165.73",
        },
    ]
    figures = {name: found[name] for name in SHAPE if name != "slices"}
    assert figures == {
        "principal": "10000.00",
        "interest": "524.91",
        "indemnity": "40.00",
        "total": "10564.91",
        "rule": "business",
    }
    assert found["to_confirm"] == []


def test_people_get_a_table(filled: Run) -> None:
    said = plain(filled("penalties", "fac 1", "--on", "15/02/2025").out)
    assert "FAC-1 (Garage Martin)" in said
    assert "01/10/2024   31/12/2024      92   10 000,00 €   14,25 %   359,18 €" in said
    assert "Pénalités de retard : 524,91 €" in said
    assert "Indemnité forfaitaire : 40,00 €" in said


def test_a_half_year_to_confirm_is_null_until_it_is_confirmed(filled: Run) -> None:
    asked = ("penalties", "FAC-1", "--on", "2026-07-10")
    found = filled(*asked, "--json").json
    assert (found["interest"], found["total"], found["to_confirm"]) == (None, None, ["2026-S2"])
    assert (found["slices"][-1]["rate"], found["slices"][-1]["amount"]) == (None, None)
    said = plain(filled(*asked).out)
    assert "Le taux du semestre 2026-S2 n'est pas confirmé : rien n'est calculé pour ces jours-là." in said
    assert "relance rates confirm 2026-S2" in said
    done = filled("rates", "confirm", "2026-S2", "--refi", "2.40", "--legal", "2.75", "--json").json
    assert (done["semester"], done["refinancing"], done["legal"]) == ("2026-S2", "2.40", "2.75")
    found = filled(*asked, "--json").json
    assert (found["interest"], found["slices"][-1]["rate"], found["to_confirm"]) == ("2260.25", "12.40", [])
    again = filled("rates", "confirm", "2026-S2", "--refi", "2,40 %", "--legal", "2,75")
    assert (again.status, again.out) == (1, "")
    assert "déjà confirmés par la ligne de commande" in plain(again.err)


def test_consumers_owe_nothing_and_public_bodies_their_own_rate(filled: Run) -> None:
    found = filled("penalties", "FAC-2", "--on", "2026-06-30", "--json").json
    assert (found["interest"], found["indemnity"], found["rule"]) == ("0.00", "0.00", "consumer")
    assert "ni pénalités de retard ni indemnité" in plain(filled("penalties", "FAC-2").out)
    found = filled("penalties", "FAC-3", "--on", "2026-06-30", "--json").json
    assert (found["slices"], found["rule"]) == ([], "public")
    assert filled("penalties", "FAC-3", "--on", "2026-07-02", "--json").json["to_confirm"] == ["2026-S2"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("penalties", "FAC-9"), 1, "FAC-9"),
        (("penalties", "FAC-1", "--on", "hier"), 2, "attendu 2026-04-01"),
        (("penalties",), 2, ""),
        (("rates", "confirm", "2026-S9", "--refi", "2"), 1, "n'est pas un semestre"),
        (("rates", "confirm", "2026-S2"), 2, "refi"),
        (("rates", "confirm", "2026-S2", "--refi", "deux"), 2, "n'est pas un taux"),
        (("rates", "confirm", "2026-S2", "--refi", "24"), 1, "dépasse 20"),
        (("rates", "confirm", "2026-S1", "--refi", "2.15"), 1, "déjà connus"),
        (("rates", "confirm", "2126-S1", "--refi", "2.15"), 1, "ne commence que le"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(
    filled: Run, arguments: tuple[str, ...], status: int, said: str
) -> None:
    answer = filled(*arguments)
    assert (answer.status, answer.out) == (status, "")
    assert said in plain(answer.err)


def test_a_refusal_keeps_the_shape(filled: Run) -> None:
    found = filled("penalties", "FAC-9", "--json").json
    assert {name: found[name] for name in SHAPE} == dict.fromkeys(SHAPE)
    assert "FAC-9" in found["error"]


def test_the_rates_are_listed(filled: Run) -> None:
    rows = {row["semester"]: row for row in filled("rates", "--json").json}
    assert rows["2025-S1"]["business"] == "13.15"
    assert (rows["2026-S2"]["state"], rows["2026-S1"]["state"]) == ("to_confirm", "known")
    said = plain(filled("rates").out)
    assert "2025-S1" in said
    assert "11,13 %" in said
