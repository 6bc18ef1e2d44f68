"""/paye: a weekday beside figures, ranges that may be amounts, other scripts, numbers like dates."""

import pytest

from tests.bot.conftest import Office, labels


@pytest.fixture
def town(office: Office) -> Office:
    """Customers and invoices whose names and numbers are close to days, amounts and ranges."""
    for number, name, amount in (
        ("FAC-12", "Hôtel de la Plage", "2831.66"),
        ("FAC-125", "Café de la Poste", "500.00"),
        ("FAC-140", "Garage Martin", "100.00"),
        ("FAC-142", "Garage Martin", "3916.76"),
        ("FAC-143", "Garage Martin", "1557.23"),
        ("FAC-302", "Demain Sarl", "50.00"),
        ("FAC-313", "Vendredi 13", "1313.00"),
        ("2026-11-05", "Date et Compagnie", "333.00"),
        ("2026/0042", "Столовая", "420.00"),
    ):
        office.add_invoice(number, name=name, amount=amount)
    return office


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/paye FAC-12 500 vendredi 13", "*500,00 €* reçus le 13/11/2026 pour *FAC-12*"),
        ("/paye FAC-12 vendredi 13 500", "*500,00 €* reçus le 13/11/2026 pour *FAC-12*"),
        ("/paye FAC-12 500 vendredi 13/11", "*500,00 €* reçus le 13/11/2026 pour *FAC-12*"),
        ("/paye FAC-12 lundi 16 1 200,50", "*1 200,50 €* reçus le 16/11/2026 pour *FAC-12*"),
        ("/paye FAC-12 vendredi 50", "*50,00 €* reçus le 20/11/2026 pour *FAC-12*"),
        ("/paye FAC-12 vendredi 20 €", "*20,00 €* reçus le 20/11/2026 pour *FAC-12*"),
        ("/paye FAC-12 500 reçu le 15", "*500,00 €* reçus le 15/11/2026 pour *FAC-12*"),
        ("/paye Vendredi 13 100", "*100,00 €* reçus le 23/11/2026 pour *FAC-313*"),
        ("/paye Vendredi 13 100 vendredi 13", "*100,00 €* reçus le 13/11/2026 pour *FAC-313*"),
        ("/paye 2026-11-05 100 hier", "*100,00 €* reçus le 22/11/2026 pour *2026-11-05*"),
        ("/paye 2026-11-05 100 le 20/11", "*100,00 €* reçus le 20/11/2026 pour *2026-11-05*"),
        ("/paye Demain Sarl 20 hier", "*20,00 €* reçus le 22/11/2026 pour *FAC-302*"),
        ("/paye 2026:0042 100", "*100,00 €* reçus le 23/11/2026 pour *2026/0042*"),
    ],
)
def test_a_day_an_amount_and_a_name_side_by_side(town: Office, line: str, said: str) -> None:
    assert said in town.types(line).public


def test_a_weekday_beside_figures_alone_is_asked_with_both_readings(town: Office) -> None:
    seen = town.types("/paye FAC-12 vendredi 13")
    assert labels(seen) == ["FAC-12 le 13/11/2026", "FAC-12 13,00 € le 20/11/2026"]
    assert "Cela peut se lire de plusieurs façons" in seen.private
    assert town.outstanding("FAC-12") == "2831.66"


def test_a_number_that_could_be_two_is_asked_and_never_taken_for_an_amount(town: Office) -> None:
    town.add_invoice("A-12", name="Alpha", amount="40.00")
    seen = town.types("/paye 12 de 142 par virement")
    assert "« 12 » peut désigner" in seen.private
    assert not seen.messages


def test_an_answer_pressed_twice_is_noted_once(town: Office) -> None:
    asked = town.types("/paye Garage Martin 500").whispers[-1]
    value = next(block for block in asked["blocks"] if block["type"] == "actions")["elements"][1]["value"]
    assert "a noté *500,00 €*" in town.clicks(asked, "again:1", value).public
    left = [town.outstanding(number) for number in ("FAC-140", "FAC-142", "FAC-143")]
    again = town.clicks(asked, "again:1", value)
    assert "Cette question a déjà sa réponse : l’encaissement" in again.private
    assert not again.messages
    assert [town.outstanding(number) for number in ("FAC-140", "FAC-142", "FAC-143")] == left


@pytest.mark.parametrize("line", ["/paye FAC-12 à 500", "/paye FAC-12 - 500", "/paye FAC-140 à 144"])
def test_a_range_to_a_number_that_no_invoice_has_may_be_an_amount(town: Office, line: str) -> None:
    number, amount = line.split()[1], line.rsplit(maxsplit=1)[-1]
    seen = town.types(line)
    assert f"{number} {amount},00 €" in labels(seen)
    assert labels(seen)[0].startswith(f"{number}, ")
    assert not seen.messages


@pytest.mark.parametrize(
    "typed",
    [
        "FAC-12 ٣", "FAC-12 ٥٠٠", "FAC-12 五百", "FAC-12 пятьсот", "Hôtel de la Plage 五百", "FAC-12+5",
        "FAC-12=5", "FAC-12*5", "FAC-12:5", "FAC-12;5", "FAC-12(5)", "FAC-12 500 jeudi 13", "FAC-12 1,2 3",
        "FAC-12 1.2'3", "FAC-12 hier le 15/11", "Столовая пятьсот",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_never_left_out(town: Office, typed: str) -> None:
    seen = town.types(f"/paye {typed}")
    assert seen.private
    assert not seen.messages
