"""Conversations about disputes: opened, followed, settled, and asked about when money comes."""

from datetime import timedelta

import pytest
from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from store.books import open_books
from store.disputes import news as dispute_news
from tests.bot.conftest import Office, plain


def open_one(office: Office, **fields: str | None) -> str:
    office.types("/relances litige FAC-123")
    return office.sends({"kind": "quality", **fields}).public


def test_a_dispute_has_a_nature_a_resolver_and_a_day(office: Office) -> None:
    office.add_invoice()
    said = open_one(office, resolver="U0PAUL", note="Peinture <écaillée>")
    assert said == (
        "<@U0MARIE> a ouvert un litige sur *FAC-123* (Garage Martin), *sur la qualité*. <@U0PAUL> s’en "
        "occupe ; le point sera fait le lundi 7 décembre 2026. La facture n’est plus relancée "
        "tant qu’il n’est pas réglé.\n"
        "Note : Peinture &lt;écaillée&gt;"
    )
    assert "Un litige" in office.types("/relances pourquoi FAC-123").private


def test_a_part_may_be_contested_and_the_rest_chased(office: Office) -> None:
    office.add_invoice()
    office.types("/relances litige FAC-123")
    seen = office.sends({"kind": "price", "released": "yes"})
    assert "Indiquez le montant contesté" in seen.answer.data["errors"]["disputed"]
    seen = office.sends({"disputed": "1 300"})
    assert "ne peut pas dépasser ce reste" in plain(seen.answer.data["errors"]["disputed"])
    seen = office.sends({"disputed": "200"})
    assert "200,00 € contestés sur 1 200,00 €" in seen.public
    assert "Le reste continue d’être relancé." in seen.public


def test_open_disputes_are_listed_with_age_resolver_and_day(office: Office) -> None:
    assert office.types("/relances litiges").private == "Aucun litige ouvert."
    office.add_invoice()
    open_one(office)
    seen = office.types("/relances litiges")
    assert seen.private == "*1 litige ouvert* · 1 200,00 € contestés"
    assert plain(seen.whispers[0]["blocks"][1]["text"]["text"]) == (
        "*FAC-123* · Garage Martin · sur la qualité · 1 200,00 €\n"
        "_ouvert depuis 0 jour · <@U0MARIE> · point le 07/12_"
    )


def test_in_our_favour_it_is_settled_and_the_ladder_goes_on(office: Office) -> None:
    office.add_invoice()
    open_one(office)
    card = office.types("/relances litige FAC-123").whispers[0]
    office.clicks(card, "dispute_settle")
    seen = office.sends({"how": "ours"})
    assert seen.public == (
        "<@U0MARIE> a réglé le litige sur *FAC-123* (Garage Martin) : en notre faveur, la facture est due en "
        "entier. Il reste 1 200,00 € à payer ; les relances reprennent où elles en étaient, "
        "à partir du 26/11/2026. Prochaine relance : le jeudi 26 novembre 2026 (relance ferme)."
    )
    office.clicks(seen.messages[0], "undo")
    assert office.types("/relances litiges").private.startswith("*1 litige ouvert*")


def test_the_customer_is_right_and_the_credit_note_is_set_against_the_invoice(office: Office) -> None:
    office.add_invoice()
    open_one(office)
    menu = office.types("/relances litiges").whispers[0]
    office.clicks(menu, "dispute_menu", "dispute_settle|durand:1")
    seen = office.sends({"how": "theirs"})
    assert set(seen.answer.data["errors"]) == {"number", "amount"}
    seen = office.sends({"number": "AV-12", "amount": "200"})
    assert "L’avoir AV-12 de 200,00 € est déduit de la facture." in seen.public
    assert office.outstanding() == "1000.00"
    office.clicks(seen.messages[0], "undo")
    assert office.outstanding() == "1200.00"


def test_a_credit_note_to_come_keeps_it_open_for_that_much(office: Office) -> None:
    office.add_invoice()
    open_one(office)
    menu = office.types("/relances litiges").whispers[0]
    office.clicks(menu, "dispute_menu", "dispute_settle|durand:1")
    seen = office.sends({"how": "credit_coming", "amount": "200", "follow_up": "2026-12-01"})
    assert seen.public == (
        "<@U0MARIE> : un avoir de *200,00 €* est à venir pour *FAC-123* (Garage Martin) ; prochain point le "
        "mardi 1er décembre 2026. Le reste, 1 000,00 €, est de nouveau relancé à partir du 26/11/2026. "
        "Prochaine relance : le jeudi 26 novembre 2026 (relance ferme)."
    )
    text = plain(office.types("/relances litiges").whispers[0]["blocks"][1]["text"]["text"])
    assert "200,00 € sur 1 200,00 €" in text
    assert "avoir à venir" in text


@pytest.mark.parametrize(
    ("day", "sentence"), [("2026-11-23", "Choisissez un jour à venir"), ("2031-12-10", "plus d’un an")]
)
def test_a_follow_up_gone_by_or_too_far_is_said_in_the_form(office: Office, day: str, sentence: str) -> None:
    office.add_invoice()
    office.types("/relances litige FAC-123")
    refused = office.sends({"kind": "quality", "follow_up": day}).answer.data["errors"]
    assert sentence in plain(refused["follow_up"])
    assert office.types("/relances litiges").private == "Aucun litige ouvert."
    office.sends({"kind": "quality", "follow_up": "2026-12-10"})
    card = office.types("/relances litige FAC-123").whispers[0]
    office.clicks(card, "dispute_follow")
    assert sentence in plain(office.sends({"until": day}).answer.data["errors"]["until"])


def test_still_open_is_put_off_with_a_word(office: Office) -> None:
    office.add_invoice()
    open_one(office)
    card = office.types("/relances litige FAC-123").whispers[0]
    office.clicks(card, "dispute_follow")
    seen = office.sends({"until": "2026-12-10", "note": "Expert le 8"})
    assert "est toujours en cours, prochain point le jeudi 10 décembre 2026." in seen.public
    assert "Note : Expert le 8" in seen.public


def test_a_payment_that_covers_it_asks_and_closes_nothing_by_itself(office: Office) -> None:
    office.add_invoice()
    open_one(office)
    paid = office.types("/paye FAC-123")
    assert "La facture est soldée." in paid.public
    question = paid.messages[-1]
    assert "Ce paiement règle-t-il le litige ?" in plain(question["text"])
    assert office.types("/relances litiges").private.startswith("*1 litige ouvert*")
    assert "reste ouvert" in office.clicks(question, "dispute_paid_no").private
    seen = office.clicks(question, "dispute_paid_yes")
    assert (
        "a réglé le litige sur *FAC-123* (Garage Martin) : le client a payé. Il ne reste rien" in seen.public
    )
    assert office.types("/relances litiges").private == "Aucun litige ouvert."


def test_the_question_says_how_it_ended_once_somebody_settled_it(office: Office) -> None:
    office.add_invoice()
    open_one(office)
    office.clock.at += timedelta(days=14)
    client = WebClient(token=office.slack.token, base_url=office.slack.url)

    def morning() -> None:
        with open_books(office.database, office.company) as b:
            dispute_news.ask(b, at=office.clock())
        post_waiting(office.database, {"durand": office.company}, client, now=office.clock)

    asked = office.after(morning)
    assert "*Où en est ce litige ?* · <@U0MARIE>" in asked.public
    office.clicks(asked.messages[0], "dispute_settle")
    office.sends({"how": "ours"})
    office.after(morning)
    shown = next(each for each in office.slack.messages() if each["ts"] == asked.messages[0]["ts"])
    assert plain(shown["text"]) == (
        "*Litige réglé* · FAC-123 · Garage Martin : en notre faveur, la facture est due en entier."
    )
    assert [block["type"] for block in shown["blocks"]] == ["section"]
