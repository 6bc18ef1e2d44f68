"""Conversations with /paye, as people in the channel see them."""

from datetime import timedelta
from typing import Any

import pytest

from tests.bot.conftest import Clock, Office, plain


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
        (
            "/paye FAC-123 500 le 15/12",
            "« 15/12 » n’est pas encore passé cette année. Était-ce le 15/12/2025 ?",
        ),
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
    office.add_invoice("FAC-12-3")
    office.add_invoice("FAC-12")
    seen = office.types("/paye FAC-12 3")
    assert "« FAC-12-3 » ou « FAC-12 3 »" in seen.private
    assert "« FAC-12 3,00 € »" in seen.private
    assert office.types("/paye FAC-12 3,00 €").public.startswith("<@U0MARIE> a noté *3,00 €*")
    assert (office.outstanding("FAC-12-3"), office.outstanding("FAC-12")) == ("1200.00", "1197.00")


@pytest.mark.parametrize(
    ("line", "number", "left"),
    [
        ("/paye 14 5", "FAC-14", "1195.00"),
        ("/paye FAC-14 5", "FAC-14", "1195.00"),
        ("/paye 15 0", "FAC-15", "1200.00"),
    ],
)
def test_digits_are_never_glued_over_spaces(office: Office, line: str, number: str, left: str) -> None:
    """« 14 5 » is five euros on FAC-14 and never FAC-145; « 15 0 » is an amount of zero, never FAC-150."""
    for each in ("FAC-14", "FAC-15", "FAC-145", "FAC-150"):
        office.add_invoice(each)
    office.types(line)
    others = {"FAC-14", "FAC-15", "FAC-145", "FAC-150"} - {number}
    assert office.outstanding(number) == left
    assert {office.outstanding(each) for each in others} == {"1200.00"}


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
    assert "il y sera publié dès que possible" in seen.private
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


def labels(whisper: Any) -> list[str]:
    """Return what the buttons of a whispered question say."""
    return [plain(one["text"]["text"]) for one in whisper["blocks"][1]["elements"]]


def test_all_that_was_typed_goes_with_the_button_of_the_closest_number(office: Office) -> None:
    office.add_invoice("FAC-124")
    asked = office.types("/paye FAC-127 500 le 15/11 par virement")
    assert "Aucune facture « FAC-127 »" in asked.private
    done = office.clicks(asked.whispers[0], "again:0")
    assert "*500,00 €* reçus le 15/11/2026 par virement pour *FAC-124*" in done.public
    assert office.outstanding("FAC-124") == "700.00"


def test_a_number_is_not_replaced_in_the_words_that_repeat_it(office: Office) -> None:
    """« 12 » is a number nobody knows, a part of the amount and of the date: only the number is changed."""
    office.add_invoice("FAC-124", amount="2000.00")
    asked = office.types("/paye FAC-12x 12 le 12/11/2026")
    done = office.clicks(asked.whispers[0], "again:0")
    assert "*12,00 €* reçus le 12/11/2026 pour *FAC-124*" in done.public


def test_readings_that_all_exist_are_buttons_that_keep_day_and_means(office: Office) -> None:
    office.add_invoice("FAC-12-3")
    office.add_invoice("FAC-12")
    asked = office.types("/paye FAC-12 3 le 15/11 par chèque")
    assert labels(asked.whispers[0]) == ["FAC-12-3", "FAC-12 3,00 €"]
    done = office.clicks(asked.whispers[0], "again:1")
    assert "*3,00 €* reçus le 15/11/2026 par chèque pour *FAC-12*" in done.public
    assert (office.outstanding("FAC-12-3"), office.outstanding("FAC-12")) == ("1200.00", "1197.00")


def test_a_day_not_yet_past_is_a_button_that_keeps_the_amount(office: Office) -> None:
    office.add_invoice()
    in_words = office.types("/paye FAC-123 500 le 15 décembre par virement")
    assert "« le 15 décembre » n’est pas encore passé cette année" in in_words.private
    asked = office.types("/paye FAC-123 500 le 15/12 par virement")
    assert labels(asked.whispers[0]) == ["15/12/2025"]
    done = office.clicks(asked.whispers[0], "again:0")
    assert "*500,00 €* reçus le 15/12/2025 par virement pour *FAC-123*" in done.public


def test_an_amount_of_three_decimals_is_asked_with_the_one_that_money_can_be(office: Office) -> None:
    office.add_invoice(amount="5000.00")
    asked = office.types("/paye FAC-123 1.234 le 15/11")
    assert labels(asked.whispers[0]) == ["1 234,00 €"]
    done = office.clicks(asked.whispers[0], "again:0")
    assert "*1 234,00 €* reçus le 15/11/2026" in done.public


def test_figures_apart_that_would_be_too_much_are_confirmed_by_a_button(office: Office) -> None:
    office.add_invoice()
    asked = office.types("/paye FAC-123 500 600 le 15/11")
    assert labels(asked.whispers[0]) == ["500 600,00 €"]
    assert "*500 600,00 €* reçus le 15/11/2026" in office.clicks(asked.whispers[0], "again:0").public


def test_questions_follow_one_another_and_nothing_is_lost_between_them(office: Office) -> None:
    office.add_invoice("FAC-124", amount="5000.00")
    number = office.types("/paye FAC-127 1.234 le 15/12 par chèque n° 77")
    assert "Aucune facture « FAC-127 »" in number.private
    day = office.clicks(number.whispers[0], "again:0")
    assert "n’est pas encore passé cette année" in day.private
    amount = office.clicks(day.whispers[0], "again:0")
    assert "est-ce 1 234,00 € ou 1,234 ?" in amount.private
    done = office.clicks(amount.whispers[0], "again:0")
    assert "*1 234,00 €* reçus le 15/12/2025 par chèque (n° 77) pour *FAC-124*" in done.public


def test_a_question_about_an_amount_speaks_the_currency_of_the_invoice(office: Office) -> None:
    office.add_invoice("FAC-124", amount="5000.00", currency="USD")
    asked = office.types("/paye FAC-124 1.234")
    assert "est-ce 1 234,00 USD ou 1,234 ?" in asked.private
    assert labels(asked.whispers[0]) == ["1 234,00 USD"]


def test_a_day_that_was_not_said_is_the_day_of_typing_whenever_the_button_is_pressed(
    office: Office, clock: Clock
) -> None:
    office.add_invoice("FAC-124")
    asked = office.types("/paye FAC-127 500")
    clock.at += timedelta(days=2)
    assert "reçus le 23/11/2026" in office.clicks(asked.whispers[0], "again:0").public


def test_the_form_refuses_an_unknown_number_under_its_field_and_keeps_the_rest(
    office: Office,
) -> None:
    office.add_invoice("FAC-124")
    office.types("/paye")
    fields: dict[str, str | None] = {
        "number": "FAC-127", "amount": "300,50", "received_on": "2026-11-20", "means": "cash",
    }  # fmt: skip
    refused = office.sends(fields)
    assert "Les plus proches : FAC-124 (Garage Martin)." in plain(refused.answer.data["errors"]["number"])
    done = office.sends({"number": "FAC-124"})
    assert "*300,50 €* reçus le 20/11/2026 en espèces pour *FAC-124*" in done.public


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('["durand", "/paye", "FAC-123 500 le 15/11"]', "*500,00 €* reçus le 15/11/2026"),
        ('["durand", "/relances", "litiges"]', "Aucun litige"),
        ('["durand", "/encaisse", "FAC-123"]', "Ce bouton ne se lit plus"),
        ('["fermée", "/paye", "FAC-123"]', "Cette société n’est plus dans les réglages"),
        ('{"v":1,"k":"fermée","t":"paye"}', "Cette société n’est plus dans les réglages"),
        ('{"v":1,"k":"durand","t":"troc"}', "Ce bouton ne se lit plus"),
        (
            '{"v":1,"k":"durand","t":"paye","r":[[{"i":999},"",null,""]]}',
            "pas dans les comptes de cette société",
        ),
        (
            '{"v":1,"k":"durand","t":"paye","r":[[{"c":9},"",null,""]]}',
            "pas dans les comptes de cette société",
        ),
        ('{"v":1,"k":"durand","t":"paye","r":[[{"o":9},"",null,""]]}', "Ce bouton ne se lit plus"),
        ('{"v":1,"k":"durand","t":"fiche","r":[[{"i":1},"",null,""]]}', "Ce bouton ne se lit plus"),
        ('{"v":1,"k":"durand","t":"pause"}', "Il manque le numéro"),
        ('{"v":1,"k":"durand","t":"avoir","r":[["Garage Martin","AV-1",null,""]]}', "Il manque le montant"),
        ('{"v":2,"k":"durand","t":"paye"}', "Ce bouton ne se lit plus"),
        ("n’importe quoi", "Ce bouton ne se lit plus"),
    ],
)
def test_buttons_of_earlier_versions_still_work_and_strange_ones_get_a_sentence(
    office: Office, value: str, said: str
) -> None:
    office.add_invoice()
    holder = office.types("/paye FAC-124").whispers[0]
    holder["blocks"][1]["elements"][0]["value"] = value
    seen = office.clicks(holder, "again:0")
    assert said in seen.public + seen.private
