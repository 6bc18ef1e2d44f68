"""Conversations about customers' replies: cards, buttons, forms, lists, filing, addresses."""

import copy
from datetime import date, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from receivables.codes.announcements import AnnouncementKind
from store import announcements
from store.accounts import facts as accounts
from store.books import open_books, read_books
from store.db.tables import Contact, Customer, Promise
from store.post_room import bounced, bursts
from store.post_room.bounced import Dead
from store.replies import acts as incoming
from store.replies import news as incoming_nudges
from store.replies.acts import Arrived
from store.tasks import acts as tasks
from tests import builders
from tests.bot.conftest import NOW, TODAY, Office, plain
from tests.bot.limits import check
from tests.bot.tasks.test_taches import digest, opened_page

PROMISE: dict[str, Any] = {
    "kind": "promise", "quote": "Nous réglerons vendredi.", "date": "2026-11-27", "amount": None,
    "currency": None, "dispute": None, "numbers": [],
}  # fmt: skip


def arrive(office: Office, text: str = "Nous réglerons vendredi.", **columns: Any) -> int:
    """Have a reply of Garage Martin taken in, and posted."""
    with open_books(office.database, office.company) as b:
        customer = b.session.query(Customer).filter_by(name="Garage Martin").one_or_none()
        facts: dict[str, Any] = {
            "key": f"<{len(text)}-{columns.get('sender', '')}@client.example>",
            "digest": "d",
            "received_at": NOW - timedelta(minutes=5),
            "kind": "reply",
            "sender": "compta@client.example",
            "sender_name": "Mme Roux",
            "subject": "Re: Votre facture",
            "text": text,
            "raw": b"",
            "customer_id": customer.id if customer else None,
        }
        incoming_id = incoming.take_in(b, Arrived(**{**facts, **columns}), at=NOW)
        assert incoming_id is not None
    post(office)
    return incoming_id


def post(office: Office) -> None:
    """Have the announcer say, and draw anew, what waits."""
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    post_waiting(office.database, {office.company.key: office.company}, client, now=office.clock)


def card(office: Office) -> Any:
    """Return the last message of the channel, checked against Slack's limits."""
    message = office.slack.messages()[-1]
    check(message["blocks"])
    return message


def words(message: Any) -> str:
    """Return all the words of a message."""
    found = [message.get("text", "")]
    for block in message["blocks"]:
        found.append((block.get("text") or {}).get("text", ""))
        found += [
            element.get("text")
            for element in block.get("elements", ())
            if block["type"] == "context"
            for element in [element]
        ]
    return plain("\n".join(str(one) for one in found))


def buttons(message: Any) -> list[str]:
    """Return the labels of a message's buttons."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [plain(button["text"]["text"]) for row in rows for button in row]


def unread(office: Office) -> bool:
    """Whether a reply holds the reminders of Garage Martin."""
    with read_books(office.database, office.company) as b:
        customer = b.session.query(Customer).filter_by(name="Garage Martin").one()
        account = accounts.account(b, customer.id, today=TODAY, now=NOW)
        assert account is not None
        return account.reply_unread


def test_a_reply_is_shown_with_its_words_and_what_it_seems_to_say(office: Office) -> None:
    office.add_invoice()
    arrive(office, "Bonjour,\nnous réglerons vendredi <!channel>.", proposal=PROMISE)
    shown = card(office)
    assert "*Réponse de Garage Martin*" in words(shown)
    assert "De Mme Roux (compta@client.example) · le 23/11/2026 à 09:55" in words(shown)
    assert "&lt;!channel&gt;" in words(shown)
    assert "Lecture proposée : promesse de paiement pour le vendredi 27 novembre 2026" in words(shown)
    assert "« Nous réglerons vendredi. »" in words(shown)
    assert buttons(shown) == ["Promesse", "Litige", "Déjà payé", "Paiement parti", "Répondu", "Ignorer"]
    assert unread(office)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "(trop long pour que je le lise : le message, gardé tel quel, est à ouvrir"),
        ("Bonjour,", "trop long pour que je le lise en entier : seul son début est montré"),
    ],
)
def test_a_mail_too_long_to_read_is_said_to_be(office: Office, text: str, sentence: str) -> None:
    office.add_invoice()
    arrive(office, text, proposal={"too_long": True})
    shown = words(card(office))
    assert sentence in shown
    assert "rien d’écrit" not in shown
    assert ("> Bonjour," in shown) is bool(text)
    assert unread(office)


def test_accepting_a_promise_takes_two_clicks_and_is_taken_back_in_one(office: Office) -> None:
    office.add_invoice()
    office.add_invoice("FAC-124", due=date(2026, 12, 20))
    arrive(office, proposal=PROMISE)
    office.clicks(card(office), "reply_promise")
    assert office.person().view is not None
    seen = office.sends({})
    assert "promesse de *Garage Martin*" in seen.public
    assert "*1 200,00 €* de *FAC-123* pour le *vendredi 27 novembre 2026*" in seen.public
    assert "Les relances attendent jusqu’au 01/12/2026." in seen.public
    assert not unread(office)
    post(office)
    first = office.slack.messages()[0]
    assert "Promesse notée par <@U0MARIE> le 23/11/2026." in words(first)
    assert buttons(first) == ["Annuler"]
    office.clicks(seen.messages[0], "undo")
    with read_books(office.database, office.company) as b:
        assert b.session.query(Promise).one().ended_how == "undone"
    assert unread(office)
    post(office)
    assert "Promesse" in buttons(office.slack.messages()[0])


def test_an_amount_is_spread_over_the_invoices_chosen_the_oldest_first(office: Office) -> None:
    first = office.add_invoice()
    second = office.add_invoice("FAC-124", due=date(2026, 11, 5))
    arrive(office)
    office.clicks(card(office), "reply_promise")
    fields: dict[str, str | None] = {"invoices": f"{first},{second}", "amount": "1500", "date": "2026-12-01"}
    seen = office.sends(fields)
    assert "*1 500,00 €* de *FAC-123 et FAC-124* pour le *mardi 1er décembre 2026*" in plain(seen.public)
    assert plain(seen.public).endswith("Prochaine relance : le vendredi 4 décembre 2026 (relance ferme).")
    with read_books(office.database, office.company) as b:
        assert [str(row.amount) for row in b.session.query(Promise)] == ["1200.00", "300.00"]


@pytest.mark.parametrize(
    ("action", "fields", "said"),
    [
        ("reply_dispute", {"kind": "quality"}, "ouvre un litige chez *Garage Martin*"),
        ("reply_paid", {"amount": "200"}, "*200,00 €* de *FAC-123* (reste 1 000,00 €)"),
        ("reply_paid", {}, "*1 200,00 €* de *FAC-123*."),
    ],
)
def test_each_form_does_the_ordinary_act(
    office: Office, action: str, fields: dict[str, str | None], said: str
) -> None:
    office.add_invoice()
    arrive(office)
    office.clicks(card(office), action)
    seen = office.sends(fields)
    assert said in seen.public
    assert not unread(office)
    office.clicks(seen.messages[0], "undo")
    assert office.outstanding() == "1200.00"
    assert unread(office)


def test_a_payment_that_has_left_is_waited_for_and_never_noted(office: Office) -> None:
    office.add_invoice()
    office.add_invoice("FAC-124", due=date(2026, 11, 5))
    told = {**PROMISE, "kind": "payment_left", "quote": "Le virement est parti hier.", "date": "2026-11-22"}
    arrive(office, "Le virement est parti hier.", proposal=told)
    assert "Lecture proposée : le paiement est parti, le 22/11/2026" in words(card(office))
    office.clicks(card(office), "reply_payment_left")
    assert "Aucun paiement n’est noté avant d’être arrivé." in plain(str(office.person().view))
    before = len(office.slack.messages())
    seen = office.sends({})
    assert len(office.slack.messages()) == before + 1
    assert plain(seen.public) == (
        "<@U0MARIE> note que le paiement de *Garage Martin* est parti, d’après sa réponse : "
        "*FAC-123 et FAC-124*. Les relances attendent jusqu’au 30/11/2026. "
        "Prochaine relance : le mardi 1er décembre 2026 (relance ferme)."
    )
    assert office.outstanding() == "1200.00"
    assert not unread(office)
    post(office)
    assert "Paiement annoncé parti par <@U0MARIE> le 23/11/2026." in words(office.slack.messages()[0])
    office.clicks(seen.messages[0], "undo")
    with read_books(office.database, office.company) as b:
        assert {row.ended_how for row in b.session.query(Promise)} == {"undone"}
    assert unread(office)


def test_said_again_without_money_it_holds_no_more_and_its_task_goes_with_its_undo(office: Office) -> None:
    office.add_invoice()
    seen: Any = None
    for text in ("Le virement est parti.", "Le virement est parti, je vous assure."):
        arrive(office, text)
        office.clicks(card(office), "reply_payment_left")
        seen = office.sends({})
    assert "C’est la deuxième fois sans règlement reçu (FAC-123)" in seen.public
    with read_books(office.database, office.company) as b:
        assert [task.kind for task in tasks.open_tasks(b)] == ["transfer_order"]
    office.clicks(seen.messages[0], "undo")
    with read_books(office.database, office.company) as b:
        assert tasks.open_tasks(b) == []
        assert [row.ended_how for row in b.session.query(Promise).order_by(Promise.id)] == [None, "undone"]
    assert unread(office)


@pytest.mark.parametrize(("action", "how"), [("reply_answered", "Répondu"), ("reply_ignored", "Ignoré")])
def test_a_reply_is_answered_or_ignored_in_one_click_and_back(office: Office, action: str, how: str) -> None:
    office.add_invoice()
    arrive(office)
    office.clicks(card(office), action)
    assert not unread(office)
    assert f"{how} par <@U0MARIE> le 23/11/2026." in words(card(office))
    office.clicks(card(office), "reply_undo")
    assert unread(office)
    assert len(buttons(card(office))) == 6


def test_a_reply_that_says_two_things_is_acted_on_twice(office: Office) -> None:
    office.add_invoice()
    office.add_invoice("FAC-124", due=date(2026, 11, 5))
    dispute = {**PROMISE, "kind": "dispute", "dispute": "quality", "quote": "FAC-124 est contestée."}
    dispute["numbers"] = ["FAC-124"]
    arrive(office, proposal={**PROMISE, "more": [dispute]})
    office.clicks(card(office), "reply_promise")
    assert "de *FAC-123* pour" in office.sends({}).public
    post(office)
    first = office.slack.messages()[0]
    assert "FAC-124 est contestée" in words(first)
    assert "réglerons" not in words({**first, "text": "", "blocks": first["blocks"][2:]})
    assert buttons(first) == ["Litige", "Annuler"]
    office.clicks(first, "reply_dispute")
    assert "d’après sa réponse : *FAC-124*." in office.sends({}).public
    post(office)
    assert buttons(office.slack.messages()[0]) == ["Annuler"]
    office.clicks(office.slack.messages()[0], "reply_undo")  # the dispute
    assert buttons(office.slack.messages()[0]) == ["Litige", "Annuler"]
    office.clicks(office.slack.messages()[0], "reply_undo")  # then the promise
    assert unread(office)
    with read_books(office.database, office.company) as b:
        assert b.session.query(Promise).one().ended_how == "undone"


def test_a_mail_of_nobody_that_was_ignored_waits_again_when_taken_back(office: Office) -> None:
    arrive(office, "Publicité", sender="pub@ailleurs.example")
    office.clicks(card(office), "reply_ignored")
    assert buttons(card(office)) == ["Annuler"]
    office.clicks(card(office), "reply_undo")
    assert buttons(card(office)) == ["Chercher le client", "Ignorer"]


def test_a_report_of_an_unknown_bounce_is_filed_and_stops_the_address(office: Office) -> None:
    office.add_invoice()
    with open_books(office.database, office.company) as b:
        report = Arrived(
            key="<b@x>", digest="b", received_at=NOW, kind="bounce", sender="mailer-daemon@x.example",
            sender_name=None, subject="", text="5.1.1 compta@client.example No such user", raw=b"",
        )  # fmt: skip
        bounced.take_in(b, report, [Dead("compta@client.example", "5.1.1")], at=NOW)
    post(office)
    assert "*E-mail refusé, à classer*" in words(card(office))
    before = copy.deepcopy(card(office))
    office.clicks(before, "reply_file_to_0")
    with read_books(office.database, office.company) as b:
        assert b.session.query(Contact).one().bounce_reason == "5.1.1 compta@client.example No such user"
    assert "Adresse suspendue par <@U0MARIE>" in words(office.slack.messages()[0])
    office.clicks(office.slack.messages()[0], "reply_undo")
    with read_books(office.database, office.company) as b:
        assert b.session.query(Contact).one().bounced_at is None
    assert buttons(office.slack.messages()[0]) == ["Garage Martin", "Chercher le client", "Ignorer"]


def test_the_second_of_two_people_is_told_that_it_is_done(office: Office) -> None:
    office.add_invoice()
    arrive(office)
    before = copy.deepcopy(card(office))
    office.clicks(before, "reply_answered")
    seen = office.clicks(before, "reply_ignored", user="U0PAUL")
    assert "a déjà été traité (répondu) par <@U0MARIE> le 23/11/2026" in seen.private


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"invoices": "", "date": "2026-12-01"}, "invoices"),
        ({"date": None}, "date"),
        ({"date": "2026-11-20"}, "date"),
        ({"date": "2026-12-01", "amount": "1.234"}, "amount"),
    ],
)
def test_the_form_says_what_does_not_fit(office: Office, fields: dict[str, str | None], wrong: str) -> None:
    office.add_invoice()
    arrive(office, "Bonjour")
    office.clicks(card(office), "reply_promise")
    assert list(office.sends(fields).answer.data["errors"]) == [wrong]


def test_a_guest_may_not_handle_a_reply(office: Office) -> None:
    office.add_invoice()
    arrive(office)
    office.slack.add_people([{**office.slack.world.people["U0SOPHIE"], "is_restricted": True}])
    seen = office.clicks(card(office), "reply_answered", user="U0SOPHIE")
    assert not seen.messages
    assert unread(office)


def test_a_mail_of_nobody_known_is_filed_with_the_customer_that_it_names(office: Office) -> None:
    office.add_invoice()
    arrive(office, "Au sujet de FAC-123", sender="inconnu@ailleurs.example", customer_id=None)
    shown = card(office)
    assert "*Message à classer*" in words(shown)
    assert buttons(shown) == ["Garage Martin", "Chercher le client", "Ignorer"]
    assert not unread(office)
    office.clicks(shown, "reply_file_to_0")
    assert unread(office)
    assert "*Réponse de Garage Martin*" in words(card(office))


def test_a_mail_of_nobody_known_is_filed_with_the_customer_typed(office: Office) -> None:
    office.add_invoice()
    arrive(office, "Bonjour", sender="inconnu@ailleurs.example", customer_id=None)
    office.clicks(card(office), "reply_file")
    assert "Aucun client" in office.sends({"customer": "Personne"}).private
    office.clicks(card(office), "reply_file")
    seen = office.sends({"customer": "garage martin"})
    assert "a classé le message chez *Garage Martin*" in seen.public
    assert unread(office)
    office.clicks(seen.messages[0], "undo")
    assert not unread(office)


def test_the_lists_show_what_waits(office: Office) -> None:
    assert "Aucune réponse" in office.types("/relances réponses").private
    assert "Aucun message" in office.types("/relances a-classer").private
    office.add_invoice()
    for rank in range(12):
        arrive(office, "x" * (rank + 400))
    arrive(office, "Bonjour", sender="inconnu@ailleurs.example", customer_id=None)
    seen = office.types("/relances réponses")
    assert "12 réponses attendent" in seen.private
    check(seen.whispers[0]["blocks"])
    assert "1 message attend d’être classé" in office.types("/relances a-classer").private
    office.clicks(seen.whispers[0], "reply_answered", value="durand:1")
    assert "11 réponses attendent" in office.types("/relances réponses").private


def test_an_address_that_bounced_is_put_right_from_its_task(office: Office) -> None:
    office.add_invoice()
    digest(office, "2026-11-23")
    with open_books(office.database, office.company) as b:
        customer = b.session.query(Customer).one()
        report = Arrived(
            key="<b@x>", digest="b", received_at=NOW, kind="bounce", sender="", sender_name=None, subject="",
            text="5.1.1", raw=b"", customer_id=customer.id,
        )  # fmt: skip
        bounced.take_in(b, report, [Dead("compta@client.example", "5.1.1 User unknown")], at=NOW)
        bursts.conclude(b, at=NOW)
    post(office)
    assert "Adresse e-mail à trouver" in words(card(office))
    shown = opened_page(office, "U0MARIE")
    assert "Adresse e-mail à trouver" in words(shown)
    assert "Adresse refusée : compta@client.example (5.1.1 User unknown)" in words(shown)
    office.clicks(shown, "address_correct")
    assert list(office.sends({"address": "pas une adresse"}).answer.data["errors"]) == ["address"]
    seen = office.sends({"address": "nouvelle@client.example"})
    assert "la nouvelle adresse de *Garage Martin* : nouvelle@client.example" in seen.public
    with read_books(office.database, office.company) as b:
        contact = b.session.query(Contact).one()
        assert (contact.email, contact.bounced_at) == ("nouvelle@client.example", None)
        assert not tasks.open_tasks(b)
    office.clicks(seen.messages[0], "undo")
    with read_books(office.database, office.company) as b:
        contact = b.session.query(Contact).one()
        assert contact.email == "compta@client.example"
        assert contact.bounced_at == NOW
        assert len(tasks.open_tasks(b)) == 1


def test_a_reply_that_waits_is_brought_up_again(office: Office) -> None:
    office.add_invoice()
    arrive(office)
    for days, count in ((1, 0), (2, 1), (3, 0), (7, 1), (8, 0)):
        with open_books(office.database, office.company) as b:
            at = builders.at(TODAY + timedelta(days=days))
            assert incoming_nudges.nudge(b, at=at) == count, days
    office.clock.at = builders.at(TODAY + timedelta(days=8))
    post(office)
    said = words(card(office))
    assert "À l’attention du responsable : cette réponse attend depuis le lundi 23 novembre" in said
    office.clicks(card(office), "reply_answered")
    assert "À l’attention" not in words(card(office))


def test_replies_that_wait_are_brought_up_again_in_one_list_under_the_digest(office: Office) -> None:
    for rank, name in enumerate(("Garage Martin", "Bois du Nord", "Hôtel de la Plage")):
        office.add_invoice(f"FAC-{rank}", name)
        with read_books(office.database, office.company) as b:
            customer_id = b.session.query(Customer).filter_by(name=name).one().id
        arrive(office, "Une question", key=f"<{rank}@x>", customer_id=customer_id)
    before = len(office.slack.messages())
    office.clock.at = builders.at(TODAY + timedelta(days=2))
    with open_books(office.database, office.company) as b:
        announcements.announce(
            b,
            key=f"digest:{office.clock.at.date()}",
            kind=AnnouncementKind.DIGEST,
            data={"day": office.clock.at.date().isoformat()},
            at=office.clock.at,
        )
        assert incoming_nudges.nudge(b, at=office.clock.at) == 3
        assert incoming_nudges.nudge(b, at=office.clock.at) == 0
    post(office)
    (told,) = [m for m in office.slack.messages()[before:] if "toujours d’être" in m["text"]]
    roots = [m for m in office.slack.messages()[before:] if not m.get("thread_ts")]
    assert (len(roots), told["thread_ts"]) == (1, roots[0]["ts"])
    check(told["blocks"])
    assert "*3 réponses attendent toujours d’être traitées*" in words(told)
    assert "• *Réponse de Bois du Nord* · " in words(told)
    assert words(told).count("depuis le lundi 23 novembre 2026") == 3
    office.clicks(office.slack.messages()[1], "reply_answered")
    post(office)
    (told,) = [m for m in office.slack.messages()[before:] if "toujours d’être" in m["text"]]
    assert "*2 réponses attendent toujours d’être traitées*" in words(told)
    assert "✅ *Réponse de Bois du Nord*" in words(told)


@pytest.mark.parametrize(
    "text", ["&" * 20_000, "<@U0PAUL>\n" * 3_000, "\n" * 500, "x" * 20_000, "*_~`\n> ligne"]
)
def test_any_text_fits_into_a_card_a_form_and_a_list(office: Office, text: str) -> None:
    office.add_invoice(name="<Étoile> & Fils " * 15)
    with open_books(office.database, office.company) as b:
        customer_id = b.session.query(Customer).one().id
    names = [text[:200]] * 5
    for rank in range(3):
        arrive(
            office, text, key=f"<{rank}@x>", customer_id=customer_id, subject=text[:300], sender=text[:300],
            sender_name=text[:150], proposal={**PROMISE, "quote": text[:600], "attachments": names},
        )  # fmt: skip
    shown = card(office)
    assert "<@U0PAUL>" not in words(shown)
    office.clicks(shown, "reply_promise")
    view = office.person().view
    assert view is not None
    check(view["blocks"][:1])
    check(office.types("/relances reponses").whispers[0]["blocks"])
