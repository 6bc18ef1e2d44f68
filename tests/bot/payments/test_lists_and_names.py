"""Lists beside a name, figures that end several numbers, names with a legal form: what /paye does."""

from decimal import Decimal

import pytest

from tests.bot.conftest import Office, labels


@pytest.fixture
def town(office: Office) -> Office:
    """Two customers with several invoices, and numbers that end alike."""
    for number, name, amount in (
        ("FAC-12", "Hôtel de la Plage", "2831.66"),
        ("2026-0012", "Atelier Roux", "450.00"),
        ("FAC-140", "Garage Martin", "100.00"),
        ("FAC-142", "Garage Martin", "3916.76"),
        ("FAC-143", "Garage Martin", "1557.23"),
        ("FAC-31", "Garage Martin", "60.00"),
        ("FAC-90", "SARL Lenoir Frères", "75.00"),
        ("FAC-91", "S.A.S. Petit", "80.00"),
    ):
        office.add_invoice(number, name=name, amount=Decimal(amount))
    office.types("/paye FAC-31")
    return office


@pytest.mark.parametrize(
    ("line", "choices"),
    [
        ("/paye 143 12", {"FAC-143 et FAC-12", "FAC-143 et 2026-0012", "FAC-143 12,00 €"}),
        ("/paye FAC-143 12", {"FAC-143 et FAC-12", "FAC-143 et 2026-0012", "FAC-143 12,00 €"}),
        ("/paye FAC-142, FAC-31 et FAC-140", {"Garage Martin : FAC-142 et FAC-140"}),
        ("/paye Garage Martin 142 143", {"Noter les deux", "FAC-142 143,00 €", "Garage Martin 142 143,00 €"}),
        ("/paye facture 12 de 500", {"FAC-12", "2026-0012"}),
    ],
)
def test_every_reading_is_shown(town: Office, line: str, choices: set[str]) -> None:
    seen = town.types(line)
    assert set(labels(seen)) == choices
    assert not seen.messages


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/paye Garage Martin FAC-142, FAC-143", "*5 473,99 €* reçus le 23/11/2026 pour Garage Martin"),
        ("/paye Garage Martin 142 et 143", "*5 473,99 €* reçus le 23/11/2026 pour Garage Martin"),
        ("/paye FAC-142/143", "*5 473,99 €* reçus le 23/11/2026 pour Garage Martin"),
        ("/paye FAC-142/FAC-143 hier", "*5 473,99 €* reçus le 22/11/2026 pour Garage Martin"),
        ("/paye factures FAC-142 et FAC-143 de Garage Martin", "*5 473,99 €* reçus le 23/11/2026 pour"),
        ("/paye HOTEL DE LA PLAGE SARL 500", "*500,00 €* reçus le 23/11/2026 pour *FAC-12*"),
        ("/paye S.A.R.L. Hôtel de la Plage 500", "*500,00 €* reçus le 23/11/2026 pour *FAC-12*"),
        ("/paye lenoir freres 75", "*75,00 €* reçus le 23/11/2026 pour *FAC-90*"),
        ("/paye Lenoir Frères SAS 75", "*75,00 €* reçus le 23/11/2026 pour *FAC-90*"),
        ("/paye petit", "*80,00 €* reçus le 23/11/2026 pour *FAC-91*"),
        ("/paye acompte FAC-12 500", "*500,00 €* reçus le 23/11/2026 (acompte) pour *FAC-12*"),
        ("/paye acompte hotel de la plage 500", "*500,00 €* reçus le 23/11/2026 (acompte) pour *FAC-12*"),
    ],
)
def test_what_is_clear_is_noted(town: Office, line: str, said: str) -> None:
    assert said in town.types(line).public


def test_the_settled_one_of_a_list_is_named_and_the_others_are_noted_by_a_button(town: Office) -> None:
    asked = town.types("/paye FAC-142, FAC-31 et FAC-140 hier")
    assert "FAC-31 est déjà soldée. Noter pour FAC-142 (3 916,76 €) et FAC-140 (100,00 €) ?" in asked.private
    done = town.clicks(asked.whispers[0], "again:0")
    assert "*4 016,76 €* reçus le 22/11/2026" in done.public


@pytest.mark.parametrize(
    "line",
    [
        "/paye FAC-142 500 et FAC-143 300",
        "/paye FAC-142 500, FAC-143 300 hier par virement",
        "/paye 142 500,50 puis 143 1 300,00",
        "/relances promesse FAC-142 500 et FAC-143 300 le 15/12",
    ],
)
def test_an_amount_for_each_invoice_is_a_line_for_each(town: Office, line: str) -> None:
    seen = town.types(line)
    assert "notez-les l’une après l’autre" in seen.private
    assert not seen.messages
    assert town.outstanding("FAC-142") == "3916.76"


def test_the_only_invoice_in_the_currency_that_was_said_is_meant(office: Office) -> None:
    office.add_invoice("FAC-801", name="Smith Ltd")
    office.add_invoice("FAC-802", name="Smith Ltd", amount=Decimal(800), currency="USD")
    assert "*200,00 USD* reçus le 23/11/2026 pour *FAC-802*" in office.types("/paye Smith Ltd 200 $").public


def test_only_words_of_how_much_ask_for_which_invoice(office: Office) -> None:
    office.add_invoice()
    assert "Il manque le numéro de la facture." in office.types("/paye la moitié").private
