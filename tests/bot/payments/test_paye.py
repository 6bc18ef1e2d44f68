"""Conversations with /paye, as people in the channel see them."""

import pytest

from tests.bot.conftest import Office, plain


def test_paid_in_full_is_said_in_the_channel_with_a_way_back(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/paye FAC-123")
    assert seen.answer.status == 200
    assert seen.public == (
        "<@U0MARIE> a noté *1 200,00 €* reçus le 23/11/2026 pour *FAC-123* (Garage Martin). "
        "La facture est soldée."
    )
    assert office.outstanding() == "0.00"
    undone = office.clicks(seen.messages[0], "undo")
    assert undone.private == ""
    assert office.outstanding() == "1200.00"
    shown = office.slack.messages()[-1]
    assert "Annulé par <@U0MARIE> le 23/11/2026" in shown["text"].replace("\u00a0", " ")
    assert [block["type"] for block in shown["blocks"]] == ["section", "context"]


@pytest.mark.parametrize(
    ("line", "said", "left"),
    [
        ("/paye FAC-123 500", "*500,00 €* reçus le 23/11/2026 pour *FAC-123*", "700.00"),
        ("/paye fac 123 1 200,00 € le 15/11 par virement", "reçus le 15/11/2026 par virement", "0.00"),
        (
            "/paye FAC–123 de 200,50 € reçu hier en espèces",
            "*200,50 €* reçus le 22/11/2026 en espèces",
            "999.50",
        ),
        ("/paye facture FAC123 solde", "*1 200,00 €* reçus le 23/11/2026", "0.00"),
        ("/paye FAC-123 1300", "les 100,00 € de trop restent au crédit du client", "0.00"),
    ],
)
def test_what_was_understood_is_echoed(office: Office, line: str, said: str, left: str) -> None:
    office.add_invoice()
    assert said in office.types(line).public
    assert office.outstanding() == left


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/paye FAC-123 1.234", "« 1.234 », est-ce 1 234,00 € ou 1,234 ?"),
        ("/paye FAC-123 le 03/04/05", "« 03/04/05 » peut se lire de plusieurs façons"),
        ("/paye FAC-123 500 le 15/12", "« 15/12 », de quelle année ?"),
        ("/paye FAC-123 500 le 24/11/2026", "n’est pas encore passé"),
        ("/paye FAC-123 0", "Un montant de zéro ne dit rien"),
        ("/paye FAC-123 -5", "Un montant se donne en positif"),
        ("/paye FAC-123 bien", "Je n’ai pas compris « bien »"),
        ("/paye FAC-123 500 $", "FAC-123 est en EUR et vous avez écrit USD"),
        ("/paye FAC-123 hier avant-hier", "J’ai lu deux dates"),
    ],
)
def test_what_is_unclear_is_asked_and_nothing_changes(office: Office, line: str, sentence: str) -> None:
    office.add_invoice()
    seen = office.types(line)
    assert sentence in seen.private
    assert not seen.messages
    assert office.outstanding() == "1200.00"


def test_two_readings_that_both_exist_are_asked(office: Office) -> None:
    office.add_invoice("FAC-123")
    office.add_invoice("FAC-12")
    seen = office.types("/paye FAC-12 3")
    assert "« FAC-123 » ou « FAC-12 3 »" in seen.private
    assert "« FAC-12 3,00 € »" in seen.private
    assert office.types("/paye FAC-12 3,00 €").public.startswith("<@U0MARIE> a noté *3,00 €*")
    assert (office.outstanding("FAC-123"), office.outstanding("FAC-12")) == ("1200.00", "1197.00")


def test_an_unknown_number_gets_the_closest_as_buttons(office: Office) -> None:
    for number in ("FAC-124", "FAC-125", "FAC-126"):
        office.add_invoice(number)
    seen = office.types("/paye FAC-127 500 par chèque")
    assert "Aucune facture « FAC-127 »" in seen.private
    choices = seen.whispers[0]["blocks"][1]["elements"]
    assert [choice["text"]["text"] for choice in choices] == ["FAC-124", "FAC-125", "FAC-126"]
    done = office.clicks(seen.whispers[0], "again:1")
    assert "*500,00 €* reçus le 23/11/2026 par chèque pour *FAC-125*" in done.public


def test_already_paid_says_by_whom_and_when_and_does_nothing(office: Office) -> None:
    office.add_invoice()
    office.types("/paye FAC-123 le 20/11", user="U0SOPHIE")
    seen = office.types("/paye FAC-123")
    assert seen.private == (
        "FAC-123 est déjà soldée depuis le 20/11/2026, noté par <@U0SOPHIE>. Rien n’a été changé."
    )
    assert not seen.messages


def test_without_text_a_form_opens(office: Office) -> None:
    office.add_invoice()
    office.types("/paye")
    seen = office.sends(
        {"number": "fac123", "amount": "300,50", "received_on": "2026-11-20", "means": "cheque"}
    )
    assert "*300,50 €* reçus le 20/11/2026 par chèque pour *FAC-123*" in seen.public


def test_the_form_says_under_the_field_what_is_wrong(office: Office) -> None:
    office.types("/paye")
    seen = office.sends({"number": " ", "amount": "1.234", "received_on": "2026-12-24"})
    assert set(seen.answer.data["errors"]) == {"number", "amount", "received_on"}
    assert office.person().view is not None


def test_typed_elsewhere_the_fact_is_still_told_in_the_channel(office: Office) -> None:
    office.add_invoice()
    office.slack.world.direct("U0MARIE")
    seen = office.types("/paye FAC-123", channel="D0MARIE")
    assert "a noté *1 200,00 €*" in seen.public
    assert "a noté *1 200,00 €*" in seen.private


def test_when_slack_refuses_the_message_the_person_is_told_the_fact(office: Office) -> None:
    office.add_invoice()
    office.slack.fail("chat.postMessage", "not_in_channel")
    seen = office.types("/paye FAC-123")
    assert "La facture est soldée" in seen.private
    assert "je n’ai pas pu l’écrire dans le canal" in seen.private
    assert office.outstanding() == "0.00"


def test_two_amounts_are_not_read_as_one_larger_than_what_is_left(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/paye FAC-123 500 600")
    assert "écrivez-le sans espace" in seen.private
    assert office.outstanding() == "1200.00"


def test_a_part_payment_taken_back_says_what_is_owed(office: Office) -> None:
    office.add_invoice()
    office.types("/paye FAC-123 200")
    seen = office.types("/paye FAC-123 300")
    office.clicks(seen.messages[0], "undo")
    shown = plain(office.slack.messages()[-1]["text"])
    assert "Il reste 1 000,00 € à payer ; ses relances reprennent à partir du 26/11/2026." in shown


def test_money_dated_before_the_invoice_is_warned_of(office: Office) -> None:
    office.add_invoice()
    assert "Attention : ce règlement est daté d’avant la facture, émise le 03/10/2026" in (
        office.types("/paye FAC-123 100 le 15/09/2026").public
    )


def test_settled_since_the_day_of_the_latest_money(office: Office) -> None:
    office.add_invoice()
    office.types("/paye FAC-123 200 le 20/11")
    office.types("/paye FAC-123 1000 le 10/11")
    assert "déjà soldée depuis le 20/11/2026" in office.types("/paye FAC-123").private
