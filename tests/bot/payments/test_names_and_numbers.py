"""/paye: names of customers, several invoices, digits, words of payment. What is typed is what happens."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from store.books import read_books
from store.db.tables import JournalLine, Payment
from tests.bot.conftest import Office, labels

FACTURES = (
    ("FAC-140", "Garage Martin", "100.00"),
    ("FAC-142", "Garage Martin", "3916.76"),
    ("FAC-143", "Garage Martin", "1557.23"),
    ("FAC-12", "Hôtel de la Plage", "2831.66"),
    ("FAC-21", "Restaurant Le 12", "700.00"),
    ("FAC-22", "Restaurant Le 21", "800.00"),
    ("FAC-31", "Le Bris Yann", "600.00"),
    ("FAC-41", "Carte Blanche", "900.00"),
)


@pytest.fixture
def town(office: Office) -> Office:
    """Customers whose names have fillers, figures, and words of payment in them."""
    for number, name, amount in FACTURES:
        office.add_invoice(number, name=name, amount=amount)
    return office


def acts(office: Office) -> int:
    with read_books(office.database, office.company) as b:
        return b.session.query(JournalLine).count()


def left(office: Office, *numbers: str) -> Sequence[str]:
    return [office.outstanding(number) for number in numbers]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/paye hotel de la plage", "*2 831,66 €* reçus le 23/11/2026 pour *FAC-12* (Hôtel de la Plage)"),
        ("/paye Hôtel de la Plage 500", "*500,00 €* reçus le 23/11/2026 pour *FAC-12*"),
        ("/paye hotel de la plage de 500 € reçu hier", "*500,00 €* reçus le 22/11/2026 pour *FAC-12*"),
        ("/paye 500 € hotel de la plage", "*500,00 €* reçus le 23/11/2026 pour *FAC-12*"),
        ("/paye hier hotel de la plage 500", "*500,00 €* reçus le 22/11/2026 pour *FAC-12*"),
        ("/paye FAC-12 Hôtel de la Plage 500", "*500,00 €* reçus le 23/11/2026 pour *FAC-12*"),
        ("/paye Hôtel de la Plage FAC-12 500", "*500,00 €* reçus le 23/11/2026 pour *FAC-12*"),
        ("/paye client hotel de la plage solde", "*2 831,66 €* reçus le 23/11/2026 pour *FAC-12*"),
        ("/paye Restaurant Le 12 500", "*500,00 €* reçus le 23/11/2026 pour *FAC-21* (Restaurant Le 12)"),
        ("/paye Restaurant Le 12 500 le 15/11", "*500,00 €* reçus le 15/11/2026 pour *FAC-21*"),
        ("/paye restaurant le 21 hier 50", "*50,00 €* reçus le 22/11/2026 pour *FAC-22*"),
        ("/paye Le Bris Yann 100", "*100,00 €* reçus le 23/11/2026 pour *FAC-31*"),
        ("/paye carte blanche 90 par carte", "*90,00 €* reçus le 23/11/2026 par carte pour *FAC-41*"),
        ("/paye Carte Blanche", "*900,00 €* reçus le 23/11/2026 pour *FAC-41*"),
        ("/paye hotel", "*2 831,66 €* reçus le 23/11/2026 pour *FAC-12*"),
        ("/paye FAC-12 le 25", "*2 831,66 €* reçus le 25/10/2026 pour *FAC-12*"),
    ],
)
def test_a_customer_who_owes_one_invoice_is_as_good_as_its_number(town: Office, line: str, said: str) -> None:
    assert said in town.types(line).public
    assert acts(town) == 1


def test_a_customer_of_several_invoices_is_asked_about_and_the_amount_is_not_forgotten(town: Office) -> None:
    """All of an invoice was settled, and the 500 forgotten, after its button."""
    asked = town.types("/paye Garage Martin 500 le 15/11 par virement")
    assert asked.private == "Garage Martin a 3 factures ouvertes, 5 573,99 € : laquelle ?"
    assert labels(asked) == [
        "Répartir, la plus ancienne d’abord",
        "FAC-140 (reste 100,00 €)",
        "FAC-142 (reste 3 916,76 €)",
        "FAC-143 (reste 1 557,23 €)",
    ]
    done = town.clicks(asked.whispers[0], "again:3")
    assert "*500,00 €* reçus le 15/11/2026 par virement pour *FAC-143*" in done.public
    assert left(town, "FAC-140", "FAC-142", "FAC-143") == ["100.00", "3916.76", "1057.23"]


def test_spread_the_oldest_first_says_on_which_and_is_undone_by_one_button(town: Office) -> None:
    asked = town.types("/paye 500 Garage Martin")
    done = town.clicks(asked.whispers[0], "again:0")
    assert done.public == (
        "<@U0MARIE> a noté *500,00 €* reçus le 23/11/2026 pour Garage Martin : 100,00 € sur *FAC-140*, "
        "400,00 € sur *FAC-142*. Il reste 3 516,76 € à payer sur *FAC-142*, "
        "1 557,23 € à payer sur *FAC-143*. Prochaine relance : aujourd’hui (relance ferme)."
    )
    town.clicks(done.messages[0], "undo")
    assert left(town, "FAC-140", "FAC-142", "FAC-143") == ["100.00", "3916.76", "1557.23"]


def test_without_an_amount_all_of_a_customer_is_one_choice(town: Office) -> None:
    asked = town.types("/paye garage martin")
    assert labels(asked)[0] == "Toutes : 5 573,99 €"
    assert "Les 3 factures sont soldées." in town.clicks(asked.whispers[0], "again:0").public
    assert "n’a aucune facture ouverte" in town.types("/paye garage martin 10").private


@pytest.mark.parametrize("line", ["/paye restaurant 500", "/paye Restaurant le 500"])
def test_several_customers_are_asked_about(town: Office, line: str) -> None:
    asked = town.types(line)
    assert labels(asked) == ["Restaurant Le 12 500,00 €", "Restaurant Le 21 500,00 €"]
    assert "*500,00 €* reçus le 23/11/2026 pour *FAC-22*" in town.clicks(asked.whispers[0], "again:1").public


def test_a_mistyped_name_is_offered_with_what_was_typed_beside_it_and_does_not_loop(town: Office) -> None:
    asked = town.types("/paye hotel de la plaje 500 le 15/11 par chèque n° 0012345")
    assert labels(asked) == ["Hôtel de la Plage"]
    done = town.clicks(asked.whispers[0], "again:0")
    assert "*500,00 €* reçus le 15/11/2026 par chèque (n° 0012345) pour *FAC-12*" in done.public


@pytest.mark.parametrize(
    "line", ["/paye 142 143", "/paye FAC-142 143", "/paye FAC-142 FAC-143", "/paye 142 fac143"]
)
def test_a_second_word_that_is_an_open_invoice_is_an_invoice(town: Office, line: str) -> None:
    asked = town.types(line)
    assert asked.private == "FAC-142 (3 916,76 €) et FAC-143 (1 557,23 €), 5 473,99 € : noter les deux ?"
    assert acts(town) == 0
    assert labels(asked)[0] == "Noter les deux"
    done = town.clicks(asked.whispers[0], "again:0")
    assert "*5 473,99 €* reçus le 23/11/2026 pour Garage Martin" in done.public
    assert left(town, "FAC-140", "FAC-142", "FAC-143") == ["100.00", "0.00", "0.00"]


def test_the_second_word_may_still_be_the_amount(town: Office) -> None:
    asked = town.types("/paye 142 143 hier")
    assert labels(asked) == ["Noter les deux", "FAC-142 143,00 €"]
    done = town.clicks(asked.whispers[0], "again:1")
    assert "*143,00 €* reçus le 22/11/2026 pour *FAC-142*" in done.public
    town.types("/paye FAC-143 1557,23")
    assert "*143,00 €* reçus" in town.types("/paye 142 143").public


def test_a_currency_between_two_figures_is_asked_about(town: Office) -> None:
    """« 21 € 12 »: 21 € on FAC-12, or 12 € on FAC-21."""
    assert labels(town.types("/paye 21 € 12")) == ["FAC-21 12,00 €", "FAC-12 21,00 €"]


@pytest.mark.parametrize("line", ["/paye 142 143,00", "/paye FAC-142 143 €", "/paye FAC-142 143 euros"])
def test_an_amount_with_cents_or_a_currency_is_an_amount(town: Office, line: str) -> None:
    assert "*143,00 €* reçus le 23/11/2026 pour *FAC-142*" in town.types(line).public


@pytest.mark.parametrize(
    "line",
    [
        "/paye FAC-142 et FAC-143",
        "/paye FAC-142, FAC-143",
        "/paye FAC-142,FAC-143",
        "/paye 142 et 143",
        "/paye 142 & 143",
        "/paye factures 142 et 143",
        "/paye FAC-142 et FAC-143 solde",
        "/paye FAC-142 et FAC-143 5 473,99 €",
    ],
)
def test_invoices_that_are_joined_are_noted_together(town: Office, line: str) -> None:
    done = town.types(line)
    assert done.public == (
        "<@U0MARIE> a noté *5 473,99 €* reçus le 23/11/2026 pour Garage Martin : 3 916,76 € sur *FAC-142*, "
        "1 557,23 € sur *FAC-143*. Les deux factures sont soldées."
    )
    with read_books(town.database, town.company) as b:
        assert b.session.query(Payment).one().amount == Decimal("5473.99")


def test_an_amount_beside_a_list_that_is_not_its_sum_is_asked_about(town: Office) -> None:
    asked = town.types("/paye FAC-142 et FAC-143 500,00")
    assert "« 500,00 € » va-t-il sur toutes, la plus ancienne d’abord, ou sur une seule ?" in asked.private
    assert labels(asked) == [
        "Répartir, la plus ancienne d’abord", "500,00 € sur FAC-142", "500,00 € sur FAC-143",
    ]  # fmt: skip
    assert "*500,00 €* reçus le 23/11/2026 pour *FAC-143*" in town.clicks(asked.whispers[0], "again:2").public


@pytest.mark.parametrize(
    "line", ["FAC-140 à 143", "FAC-140 à FAC-143", "140-143", "de FAC-140 à 143", "140 a 143"]
)
def test_a_range_is_asked_back_with_what_is_in_it(town: Office, line: str) -> None:
    asked = town.types(f"/paye {line}")
    assert asked.private == (
        "FAC-140 (100,00 €), FAC-142 (3 916,76 €) et FAC-143 (1 557,23 €), 5 573,99 € : noter les 3 ?"
    )
    assert labels(asked) == ["Noter les 3"]
    assert acts(town) == 0
    assert "Les 3 factures sont soldées." in town.clicks(asked.whispers[0], "again:0").public


def test_invoices_of_two_customers_are_asked_about_customer_by_customer(town: Office) -> None:
    asked = town.types("/paye FAC-142, FAC-143 et FAC-12")
    assert labels(asked) == ["Garage Martin : FAC-142 et FAC-143", "Hôtel de la Plage : FAC-12"]
    assert "Les deux factures sont soldées." in town.clicks(asked.whispers[0], "again:0").public
    assert left(town, "FAC-12") == ["2831.66"]


@pytest.mark.parametrize(
    ("line", "over"),
    [("/paye FAC-12 1000000", "997 168,34 €"), ("/paye hotel de la plage 2832", "0,34 €")],
)
def test_more_than_the_customer_owes_in_all_is_confirmed_first(town: Office, line: str, over: str) -> None:
    asked = town.types(line)
    assert "c’est plus que tout ce que Hôtel de la Plage doit (2 831,66 €)" in asked.private
    assert f"{over} resteraient à son crédit" in asked.private
    assert acts(town) == 0
    assert f"{over} de trop restent au crédit" in town.clicks(asked.whispers[0], "again:0").public


def test_more_than_an_invoice_but_not_than_all_is_credit_as_ever(town: Office) -> None:
    assert "50,00 € de trop restent au crédit du client" in town.types("/paye FAC-140 150").public


def test_more_than_several_invoices_owe_is_confirmed_too(town: Office) -> None:
    asked = town.types("/paye Garage Martin 6000")
    sure = town.clicks(asked.whispers[0], "again:0")
    assert "c’est plus que tout ce que Garage Martin doit (5 573,99 €)" in sure.private
    assert "426,01 € de trop restent au crédit" in town.clicks(sure.whispers[0], "again:0").public


def test_the_form_asks_for_a_confirmation_too_and_keeps_its_fields(town: Office) -> None:
    town.types("/paye")
    asked = town.sends(
        {"number": "hotel de la plage", "amount": "3000", "reference": "VIR 77", "means": "transfer"}
    )
    assert "c’est plus que tout ce que Hôtel de la Plage doit" in asked.private
    done = town.clicks(asked.whispers[0], "again:0")
    assert "*3 000,00 €* reçus le 23/11/2026 par virement (VIR 77) pour *FAC-12*" in done.public


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/paye FAC-12 par chèque n° 123", "reçus le 23/11/2026 par chèque (n° 123) pour"),
        ("/paye FAC-12 500 par chèque n°0012345", "*500,00 €* reçus le 23/11/2026 par chèque (n°0012345)"),
        ("/paye FAC-12 500 chèque 1234567", "*500,00 €* reçus le 23/11/2026 par chèque (1234567)"),
        ("/paye FAC-12 by card yesterday", "*2 831,66 €* reçus le 22/11/2026 par carte pour"),
        ("/paye FAC-12 500 by bank transfer", "*500,00 €* reçus le 23/11/2026 par virement pour"),
        ("/paye FAC-12 moitié", "*1 415,83 €* reçus le 23/11/2026 pour"),
        ("/paye FAC-12 la moitié par virement", "*1 415,83 €* reçus le 23/11/2026 par virement pour"),
        ("/paye FAC-12 le solde", "*2 831,66 €* reçus le 23/11/2026 pour"),
        ("/paye FAC-12 le reste hier", "*2 831,66 €* reçus le 22/11/2026 pour"),
        ("/paye FAC-12 acompte de 500", "*500,00 €* reçus le 23/11/2026 (acompte) pour"),
        ("/paye FAC-12 500 d’acompte", "*500,00 €* reçus le 23/11/2026 (d'acompte) pour"),
        ("/paye FAC-12 500 virement réf. SEPA-2026-11", "par virement (SEPA-2026-11) pour"),
        ("/paye FAC-12 500 libellé VIR HOTEL 12/11", "*500,00 €* reçus le 23/11/2026 (VIR HOTEL 12/11) pour"),
        ("/paye FAC-12 libellé « VIR 12/11 » 500 hier", "*500,00 €* reçus le 22/11/2026 (VIR 12/11) pour"),
    ],
)
def test_words_of_payment_and_references_are_understood_and_said_back(
    town: Office, line: str, said: str
) -> None:
    assert said in town.types(line).public


def test_a_reference_is_kept_with_the_payment(town: Office) -> None:
    town.types("/paye FAC-12 500 par chèque n° 123")
    with read_books(town.database, town.company) as b:
        assert b.session.query(Payment).one().reference == "n° 123"


def test_a_cheque_s_number_that_could_be_the_amount_is_asked_about(town: Office) -> None:
    asked = town.types("/paye FAC-12 chèque 1234567")
    assert labels(asked) == ["FAC-12", "FAC-12 1 234 567,00 €"]
    assert "par chèque (1234567)" in town.clicks(asked.whispers[0], "again:0").public


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/paye FAC-12 acompte", "De combien est l’acompte ?"),
        ("/paye FAC-12 500 bidule", "Je n’ai pas compris « bidule »"),
        ("/paye FAC-12 bidule machin", "Je n’ai pas compris « bidule machin »"),
        ("/paye hotel de la plage 500 bidule", "Je n’ai pas compris « bidule »"),
        ("/paye dso", "Je n’ai pas compris « dso ». La commande la plus proche est `/relances`"),
        (
            "/paye export",
            "Je n’ai pas compris « export ». La commande la plus proche est `/relances dossier`",
        ),
        ("/paye zzz", "Je n’ai pas compris « zzz » : aucune facture, aucun client de ce nom"),
        ("/paye ?", "*/paye* note de l’argent reçu"),
        ("/paye ??", "*/paye* note de l’argent reçu"),
        ("/paye FAC-12 500 le 12/11 hier", "J’ai lu deux dates"),
        ("/paye Le Bris Yann 100 $", "FAC-31 est en EUR et vous avez écrit USD"),
        ("/paye Garage Martin 1.234", "Garage Martin a 3 factures ouvertes"),
    ],
)
def test_what_is_not_understood_is_named_and_nothing_changes(town: Office, line: str, sentence: str) -> None:
    seen = town.types(line)
    assert sentence in seen.private
    assert acts(town) == 0


def test_a_settled_invoice_in_a_list_stops_the_list(town: Office) -> None:
    town.types("/paye FAC-142")
    assert "FAC-142 est déjà soldée" in town.types("/paye FAC-142 et FAC-143").private
    assert left(town, "FAC-143") == ["1557.23"]


def test_numbers_of_several_customers_are_asked_about_once_with_the_amount_among_the_answers(
    town: Office,
) -> None:
    """« 142 21 »: one payment cannot settle both, so « Noter les deux » would only ask again."""
    asked = town.types("/paye 142 21")
    assert "ces factures ne sont pas d’un même client" in asked.private
    assert labels(asked) == ["FAC-142 21,00 €", "Garage Martin : FAC-142", "Restaurant Le 12 : FAC-21"]
    assert acts(town) == 0
    done = town.clicks(asked.whispers[0], "again:0")
    assert "*21,00 €* reçus le 23/11/2026 pour *FAC-142*" in done.public
