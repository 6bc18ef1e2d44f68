"""Names of customers and several invoices in one line are understood by every command, not by /paye alone."""

import pytest

from store.books import read_books
from store.db.tables import Call, Promise
from tests.bot.conftest import Office, labels, plain


@pytest.fixture
def town(office: Office) -> Office:
    """A customer of one invoice, one of two, and one whose name has a day in it."""
    office.add_invoice("FAC-12", name="Hôtel de la Plage", amount="2831.66")
    office.add_invoice("FAC-142", name="Garage Martin", amount="3916.76")
    office.add_invoice("FAC-143", name="Garage Martin", amount="1557.23")
    office.add_invoice("FAC-21", name="Restaurant Le 12", amount="700.00")
    return office


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/appel hotel de la plage répondeur", "au sujet de *FAC-12* : message laissé sur le répondeur"),
        ("/appel Hôtel de la Plage promet 500 le 15/12", "*FAC-12* : promesse de *500,00 €*"),
        (
            "/appel Restaurant Le 12 promet 500 le 15/12",
            "*FAC-21* : promesse de *500,00 €* pour le *mardi 15",
        ),
        ("/escalade hotel de la plage", "*FAC-12*"),
        ("/relances hotel de la plage", "*FAC-12* (Hôtel de la Plage)"),
        ("/relances pourquoi Restaurant Le 12", "*FAC-21*"),
        ("/relances promesse hotel de la plage 500 le 15/12", "*500,00 €* pour le *mardi 15 décembre 2026*"),
        (
            "/relances promesse Restaurant Le 12 le 15/12",
            "*700,00 €* pour le *mardi 15 décembre 2026* sur *FAC-21*",
        ),
        ("/relances promesse 500 € Restaurant Le 12 le 20", "*500,00 €* pour le *dimanche 20 décembre 2026*"),
        (
            "/relances pause Restaurant Le 12 jusqu’au 15/12 congés",
            "*Restaurant Le 12* jusqu’au *mardi 15 décembre",
        ),
        ("/relances penalites Hotel de la Plage", "*FAC-12* · Hôtel de la Plage"),
        ("/relances escompte hotel de la plage 2 % 10 jours", "à *Hôtel de la Plage* un escompte de 2,00 %"),
        ("/relances avoir Restaurant Le 12 120 AV-1", "*AV-1* de *120,00 €* pour *Restaurant Le 12*"),
    ],
)
def test_a_customer_of_one_invoice_is_as_good_as_its_number(town: Office, line: str, said: str) -> None:
    seen = town.types(line)
    assert said in seen.public + seen.private


@pytest.mark.parametrize(
    "line",
    [
        "/appel Garage Martin répondeur",
        "/appel Garage Martin promet le 15/12",
        "/escalade garage martin",
        "/relances garage",
        "/relances promesse garage martin le 15/12",
        "/relances litige Garage Martin colis abîmé",
        "/relances penalites Garage Martin",
    ],
)
def test_a_customer_of_several_is_asked_about(town: Office, line: str) -> None:
    asked = town.types(line)
    assert asked.private == "Garage Martin a 2 factures ouvertes, 5 473,99 € : laquelle ?"
    assert {"FAC-142 (reste 3 916,76 €)", "FAC-143 (reste 1 557,23 €)"} <= set(labels(asked))


@pytest.mark.parametrize("line", ["/relances FAC-142, FAC-143", "/relances penalites FAC-142 et FAC-143"])
def test_where_one_is_needed_several_are_asked_back(town: Office, line: str) -> None:
    asked = town.types(line)
    assert (
        "FAC-142 (3 916,76 €) et FAC-143 (1 557,23 €) : une seule à la fois ici. Laquelle ?" in asked.private
    )
    seen = town.clicks(asked.whispers[0], "again:1")
    assert "FAC-143" in plain(f"{seen.private}{town.person().view}")


def test_the_note_after_a_name_goes_with_it(town: Office) -> None:
    town.types("/relances litige hotel de la plage colis abîmé")
    assert "colis abîmé" in str(town.person().view)
    town.person().close()
    asked = town.types("/relances litige Garage Martin colis abîmé")
    town.clicks(asked.whispers[0], "again:1")
    assert "colis abîmé" in str(town.person().view)


def test_a_call_and_a_promise_cover_all_invoices_of_the_line(town: Office) -> None:
    seen = town.types("/appel FAC-142 et FAC-143 promet 5000 le 15/12")
    assert "au sujet de *FAC-142 et FAC-143* : promesse de *5 000,00 €*" in seen.public
    seen = town.types("/relances promesse FAC-142, FAC-143 le 20/12")
    assert "*5 473,99 €* pour le *dimanche 20 décembre 2026* sur *FAC-142 et FAC-143*" in seen.public
    with read_books(town.database, town.company) as b:
        assert b.session.query(Call).count() == 1
        assert b.session.query(Promise).count() == 4


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("/relances dso", "`/relances`"),
        ("/relances export", "`/relances dossier`"),
        ("/relances litigs", "`/relances litiges`"),
        ("/relances promese FAC-12 le 15/12", "`/relances promesse`"),
    ],
)
def test_what_looks_like_a_command_gets_the_nearest_one(town: Office, line: str, near: str) -> None:
    assert f"La commande la plus proche est {near}" in town.types(line).private


def test_a_known_word_wins_over_a_customer_of_that_name_and_fiche_means_the_customer(town: Office) -> None:
    town.add_invoice("FAC-90", name="Litiges")
    assert town.types("/relances litiges").private == "Aucun litige ouvert."
    assert "Litiges" in town.types("/relances fiche litiges").private


def test_a_day_without_a_month_is_to_come_for_promises(town: Office) -> None:
    assert "*samedi 12 décembre 2026*" in town.types("/relances promesse FAC-12 le 12").public
    assert "*mercredi 25 novembre 2026*" in town.types("/appel FAC-12 promet le 25").public


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/relances avoir Hotel de la Plage 0 AV-1", "Un avoir de zéro ne dit rien"),
        ("/relances avoir Hotel de la Plage -5 AV-1", "s’écrit sans signe moins : « -5 »"),
        (
            "/relances avoir Hotel de la Plage 999 999 AV-1",
            "c’est plus que tout ce que Hôtel de la Plage doit",
        ),
        ("/relances penalites FAC-12 taux", "Il manque le taux"),
        ("/relances escompte FAC-12 2,005 % 10 jours", "« 2,005 » a plus de deux décimales"),
    ],
)
def test_each_command_refuses_in_its_own_words(town: Office, line: str, sentence: str) -> None:
    assert sentence in town.types(line).private


def test_a_credit_of_a_swiss_customer_is_in_francs(office: Office) -> None:
    office.add_invoice("FAC-1", name="Café Suisse", currency="CHF", amount="700.00")
    assert labels(office.types("/relances avoir Café Suisse 1.234 AV-1")) == ["1 234,00 CHF"]
    assert "*100,00 CHF*" in office.types("/relances avoir Café Suisse 100 AV-1").public


def test_a_credit_of_a_customer_of_two_currencies_is_asked_about(office: Office) -> None:
    office.add_invoice("FAC-1", name="Café Suisse", currency="CHF", amount="700.00")
    office.add_invoice("FAC-2", name="Café Suisse", amount="300.00")
    asked = office.types("/relances avoir Café Suisse 100 AV-1")
    assert labels(asked) == ["100,00 CHF", "100,00 €"]
    assert "*100,00 CHF*" in office.clicks(asked.whispers[0], "again:0").public


def test_a_credit_above_what_is_owed_is_noted_once_confirmed(town: Office) -> None:
    asked = town.types("/relances avoir Hotel de la Plage 3000 AV-1")
    assert labels(asked) == ["Noter 3 000,00 €"]
    assert "*3 000,00 €*" in town.clicks(asked.whispers[0], "again:0").public
