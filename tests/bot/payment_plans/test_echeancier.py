"""Conversations about paying in several times: asked, shown, corrected, noted, taken back."""

from datetime import date

import pytest
from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from store.books import open_books
from store.promises import news as promise_news
from tests.bot.conftest import Office, plain


def shown(office: Office) -> str:
    """Return the texts of the form before Marie's eyes."""
    view = office.person().view
    assert view is not None
    return plain("\n".join(block["text"]["text"] for block in view["blocks"] if block["type"] == "section"))


def lines(office: Office) -> tuple[str, str]:
    """Return the name and the text of the lines that may be corrected."""
    view = office.person().view
    assert view is not None
    [block] = [block for block in view["blocks"] if block["type"] == "input"]
    return block["block_id"], plain(block["element"]["initial_value"])


def test_a_plan_is_shown_before_it_is_noted_and_can_be_taken_back(office: Office) -> None:
    office.add_invoice("FAC-123", amount="700.00")
    office.add_invoice("FAC-124", amount="500.01")
    office.types("/relances echeancier FAC-123 fac124")
    assert "FAC-123 et FAC-124 · reste 1 200,01 €" in shown(office)
    seen = office.sends({"count": "3", "first": "2026-12-31", "rhythm": "monthly", "note": "Vu avec Léa"})
    assert not seen.messages
    assert "*3 échéances, 1 200,01 € en tout*" in shown(office)
    assert "• dimanche 31 janvier 2027 : *400,00 €*" in shown(office)
    assert lines(office)[1] == "31/12/2026 400,00\n31/01/2027 400,00\n28/02/2027 400,01"
    seen = office.sends({})
    assert seen.public == (
        "<@U0MARIE> a noté un échéancier avec *Garage Martin* : *1 200,01 €* en 3 fois, du 31/12/2026 au "
        "28/02/2027, pour FAC-123 et FAC-124. Les relances de ces factures attendent tant qu’il est tenu ; "
        "chaque échéance est suivie à sa date. "
        "Prochaine relance : le mercredi 6 janvier 2027 (relance ferme)."
    )
    assert "Un échéancier est en cours" in office.types("/relances pourquoi FAC-124").private
    office.clicks(seen.messages[0], "undo")
    assert "Un échéancier" not in office.types("/relances pourquoi FAC-124").private


def test_corrected_lines_are_shown_again_before_they_are_noted(office: Office) -> None:
    office.add_invoice()
    office.types("/relances echeancier FAC-123")
    office.sends({"rhythm": "free", "first": "2026-12-15"})
    name, text = lines(office)
    assert text == "15/12/2026 1 200,00"
    seen = office.sends({name: "15/12/2026 : 200\n\n15 janvier 2027 ; 1 000,00 €"})
    assert not seen.messages
    assert "*2 échéances, 1 200,00 € en tout*" in shown(office)
    assert "en 2 fois, du 15/12/2026 au 15/01/2027" in office.sends({}).public


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("15/12/2026", "Je n’ai pas compris la ligne « 15/12/2026 »"),
        ("bientôt 400", "est trop vague pour une date"),
        ("15/12/2026 400\n15/12/2026 500", "Deux échéances tombent le 15/12/2026"),
        ("15/12/2026 1400", "Les échéances font 1 400,00 € et il ne reste que 1 200,00 €"),
        ("15/11/2026 400", "15/11/2026 est passé"),
        (
            "\n".join(f"{day:02}/{month:02}/2027 1" for month in (1, 2, 3) for day in range(1, 25)),
            "60 échéances",
        ),
    ],
)
def test_lines_that_cannot_be_are_said_under_the_field(office: Office, text: str, sentence: str) -> None:
    office.add_invoice()
    office.types("/relances echeancier FAC-123")
    office.sends({})
    name, _ = lines(office)
    seen = office.sends({name: text})
    assert sentence in plain(seen.answer.data["errors"][name])


def test_the_first_page_says_what_is_wrong(office: Office) -> None:
    office.add_invoice()
    office.types("/relances echeancier FAC-123")
    seen = office.sends({"count": "0", "first": "2026-11-20"})
    assert set(seen.answer.data["errors"]) == {"count", "first"}


def test_a_customer_s_name_stands_for_all_that_is_late(office: Office) -> None:
    office.add_invoice("FAC-1", amount="100.00")
    office.add_invoice("FAC-2", amount="200.00")
    office.types("/relances echeancier garage martin")
    assert "FAC-1 et FAC-2 · reste 300,00 €" in shown(office)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("FAC-1 FAC-3", "FAC-3 n’est pas une facture du même client que FAC-1"),
        ("FAC-9", "Aucune facture « FAC-9 »"),
        ("Inconnu", "Aucun client « Inconnu »"),
        ("Autre", "Autre n’a aucune facture en retard"),
        ("aide", "un paiement en plusieurs fois"),
        ("", "un paiement en plusieurs fois"),
    ],
)
def test_what_cannot_be_a_plan_is_explained(office: Office, line: str, sentence: str) -> None:
    office.add_invoice("FAC-1")
    office.add_invoice("FAC-3", "Autre", due=date(2026, 12, 24))
    assert sentence in office.types(f"/relances echeancier {line}").private
    assert office.person().view is None


def test_a_promise_shows_the_customer_s_record_and_the_second_postponement(office: Office) -> None:
    office.add_invoice()
    first = office.types("/relances promesse FAC-123 1 200 le 1er décembre")
    assert "*1 200,00 €* pour le *mardi 1 décembre 2026*" in first.public.replace("1er", "1")
    assert "C’est sa première promesse." in first.public
    second = office.types("/relances promesse FAC-123 le 8/12/2026", user="U0KARIM").public
    assert "La promesse du 01/12/2026 est reportée." in second
    assert "Ses promesses jusqu’ici : 0 tenue sur 1, dont 1 reportée." in second
    third = office.types("/relances promesse FAC-123 le 15/12/2026", user="U0PAUL").public
    assert "*c’est le 2e report d’affilée*" in third
    listed = office.types("/relances promesses")
    text = plain(listed.whispers[0]["blocks"][1]["text"]["text"])
    assert text == "*Garage Martin* · FAC-123 · 1 200,00 € pour le 15/12/2026"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("FAC-123", "Pour quelle date la promesse ?"),
        ("FAC-123 500 $ le 15/12", "FAC-123 est en EUR et vous avez écrit USD"),
        ("FAC-123 5000 le 15/12", "Il ne reste que 1 200,00 €"),
        ("", "note ce qu’un client s’engage à payer"),
    ],
)
def test_a_promise_that_is_unclear_is_asked(office: Office, line: str, sentence: str) -> None:
    office.add_invoice()
    seen = office.types(f"/relances promesse {line}")
    assert sentence in seen.private
    assert not seen.messages


def test_an_instalment_that_came_is_noted_on_the_plan_s_invoices(office: Office) -> None:
    office.add_invoice("FAC-123", amount="700.00")
    office.add_invoice("FAC-124", amount="500.00")
    office.types("/relances echeancier FAC-123 FAC-124")
    office.sends({"count": "2", "first": "2026-11-23"})
    office.sends({})
    with open_books(office.database, office.company) as b:
        promise_news.announce_promise_news(b, at=office.clock())
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    seen = office.after(
        lambda: post_waiting(office.database, {"durand": office.company}, client, now=office.clock)
    )
    assert seen.public == (
        "*Échéance attendue* · Garage Martin · sans responsable\nÉchéancier sur FAC-123 et FAC-124 : "
        "*600,00 €* le 23/11/2026 (1 sur 2). Sans ce règlement d’ici le 25/11/2026, l’échéancier est rompu."
    )
    office.clicks(seen.messages[0], "instalment_received")
    told = office.sends({"amount": "800", "means": "transfer"})
    assert told.public == (
        "<@U0MARIE> a noté *800,00 €* reçus le 23/11/2026 par virement pour l’échéancier de *Garage Martin* "
        "(FAC-123 et FAC-124). 1 échéance réglée sur 2 ; prochaine : 400,00 € le 23/12/2026. "
        "Prochaine relance : le mardi 29 décembre 2026 (relance ferme)."
    )
    assert (office.outstanding("FAC-123"), office.outstanding("FAC-124")) == ("0.00", "400.00")
    office.clicks(told.messages[0], "undo")
    assert (office.outstanding("FAC-123"), office.outstanding("FAC-124")) == ("700.00", "500.00")
