"""The cards of the morning: read, taken out, put off, written anew, sent at once, taken back."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from bot.digest import mail_card as drawing
from bot.digest import mail_list
from receivables.acts import Act
from receivables.codes.messages import MessageState
from receivables.company import Company, Mode
from receivables.people import Automaton
from relance.demo.slack_standin import SlackStandin
from scheduler.plan import make_plan
from store import journal
from store.accounts import facts as accounts
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Incoming, JournalLine, Reminder, ReminderItem
from store.disputes import acts as disputes
from store.morning import cards
from store.payments import acts as payments
from store.traces.inbox import MailTaken
from tests.bot import limits
from tests.bot.conftest import Clock, Office, Seen, open_office, plain

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
"""08:30 in Paris, the day of `conftest.NOW`."""
TODAY = date(2026, 11, 23)


def morning(office: Office, *, at: datetime = MORNING) -> None:
    """Make the day's plan and have it said."""
    office.clock.at = at
    with open_books(office.database, office.company) as b:
        make_plan(b, at=at)
    say(office)


def say(office: Office) -> None:
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    post_waiting(office.database, {office.company.key: office.company}, client, now=office.clock)


def shown(office: Office) -> list[dict[str, Any]]:
    """Return the messages of cards."""
    return [m for m in office.slack.messages() if m["text"].startswith("Relances du jour")]


def pick(office: Office, what: str, user: str = "U0MARIE", holder: Any = None) -> Seen:
    """Choose in the menu of the first line that offers it, or press its button."""
    holder = holder or shown(office)[0]
    for block in holder["blocks"]:
        element = block.get("accessory") or {}
        for option in element.get("options", ()):
            if option["value"].startswith(f"{what}|"):
                return office.clicks(holder, element["action_id"], option["value"], user=user)
        if element.get("action_id") == drawing.ACTIONS[what]:
            return office.clicks(holder, element["action_id"], user=user)
    raise AssertionError(f"nobody is offered {what!r}")


def offered(office: Office) -> list[list[str]]:
    """Return what each line offers, in the words of its menu or its button."""
    found = []
    for block in shown(office)[0]["blocks"]:
        element = block.get("accessory")
        if element:
            options = element.get("options") or [element]
            found.append([each["text"]["text"] for each in options])
    return found


def text(office: Office) -> str:
    return plain("\n".join("\n".join(limits.texts(m["blocks"])) for m in shown(office)))


def reminder(office: Office) -> Reminder:
    with read_books(office.database, office.company) as b:
        row = b.session.query(Reminder).order_by(Reminder.id.desc()).first()
        assert row is not None
        b.session.expunge(row)
    return row


def acts(office: Office) -> list[tuple[str, str]]:
    with read_books(office.database, office.company) as b:
        return [(line.act, line.by) for line in b.session.query(JournalLine).order_by(JournalLine.id)]


def test_one_card_says_what_leaves_to_whom_and_when(office: Office) -> None:
    office.add_invoice()
    morning(office)
    parent = office.slack.messages()[0]
    (message,) = shown(office)
    assert message["thread_ts"] == parent["ts"]
    assert "*Garage Martin* · relance ferme · *1 200,00 €* · FAC-123" in text(office)
    assert "Si vous ne faites rien, chaque message part à partir de 10:00." in text(office)
    assert offered(office) == [
        ["Voir le texte", "Retirer", "Reporter", "Modifier le texte", "Envoyer maintenant"]
    ]


@pytest.mark.parametrize(("count", "messages"), [(1, 1), (12, 1), (40, 1), (41, 2), (200, 5), (250, 6)])
def test_slack_takes_the_cards_at_every_size(office: Office, count: int, messages: int) -> None:
    nasty = "<!channel> & *Société* des Très Longs Noms " * 3
    for number in range(count):
        office.add_invoice(f"FAC-{number}", f"{nasty}{number}", amount=str(1000 + number))
    morning(office)
    found = shown(office)
    assert len(found) == messages
    for message in found:
        limits.check([{k: v for k, v in block.items() if k != "block_id"} for block in message["blocks"]])
    assert "<!channel>" not in "".join(
        block["text"]["text"] for m in found for block in m["blocks"] if block["type"] == "section"
    )
    assert text(office).count("relance ferme") == min(count, cards.MOST)
    if count > cards.MOST:
        assert "10 autres relances, de moindre montant" in text(office)


def test_the_text_is_one_click_away(office: Office) -> None:
    office.add_invoice()
    morning(office)
    pick(office, "text")
    (view,) = office.slack.views
    read = plain("\n".join(limits.texts(view["blocks"])))
    assert "*À* : compta@client.example" in read
    assert "*Objet* : Rappel : facture FAC-123 échue le 2 novembre, 1 200,00 €" in read
    assert "Sauf erreur de notre part, notre facture FAC-123" in read
    assert "FR76" in read


def test_taking_out_lasts_until_the_next_open_day_and_is_taken_back(office: Office) -> None:
    office.add_invoice()
    morning(office)
    pick(office, "remove")
    assert "Retiré par <@U0MARIE> : rien ne part avant le mardi 24 novembre 2026." in text(office)
    assert reminder(office).state == "cancelled"
    assert acts(office)[-1] == ("message.removed", "U0MARIE")
    assert "retirée ou reportée par <@U0MARIE>" in office.types("/relances pourquoi FAC-123").private
    pick(office, "undo")
    assert "Retiré" not in text(office)
    assert reminder(office).state == "planned"
    assert acts(office)[-1] == ("message.undone", "U0MARIE")


def test_what_was_taken_out_is_planned_anew_the_next_open_day(office: Office) -> None:
    office.add_invoice()
    morning(office)
    pick(office, "remove")
    morning(office, at=MORNING + timedelta(days=1))
    assert (reminder(office).day, reminder(office).state) == (TODAY + timedelta(days=1), "planned")


def test_a_message_that_is_tried_again_says_so_and_not_that_it_leaves_at_ten(office: Office) -> None:
    office.add_invoice(due=TODAY - timedelta(days=7))
    office.add_invoice("FAC-124", name="Bois du Nord", due=TODAY - timedelta(days=7))
    morning(office)
    office.clock.at = MORNING + timedelta(hours=2)
    with open_books(office.database, office.company) as b:
        sent, tried = b.session.query(Reminder).order_by(Reminder.id).all()
        sent.state, sent.sent_at, sent.attempts = MessageState.SENT, office.clock.at, 1
        tried.attempts, tried.due_at = 1, MORNING + timedelta(hours=2, minutes=15)
        data = {"day": str(TODAY), "reminders": [sent.id, tried.id], "now": office.clock.at.isoformat()}
        drawn = mail_list.draw(b, data | {"rest": 0, "first": 1, "of": 2, "late": False})
    assert drawn is not None
    told = plain(json.dumps(drawn.blocks, ensure_ascii=False))
    assert "1 message est parti." in told
    assert "N’a pas pu partir pour une raison passagère : nouvel essai à partir de 10:45." in told
    assert "Si vous ne faites rien" not in told


def test_what_is_planned_anew_in_a_message_has_not_left_it(office: Office) -> None:
    office.add_invoice(due=TODAY - timedelta(days=7))
    morning(office)
    with open_books(office.database, office.company) as b:
        (item,) = b.session.query(ReminderItem).all()
        kept = {c.name: getattr(item, c.name) for c in ReminderItem.__table__.columns if c.name != "id"}
        item.dropped = "replanned"
        b.session.flush()
        b.session.add(ReminderItem(**(kept | {"round": 2})))
        b.session.flush()
        (card,) = cards.deck(b, TODAY, [item.reminder_id], now=office.clock.at).cards
    assert (card.numbers, card.dropped) == (("FAC-123",), ())


def test_putting_off_asks_for_a_day_to_come(office: Office) -> None:
    office.add_invoice()
    morning(office)
    pick(office, "postpone")
    refused = office.sends({"until": "2026-11-23", "reason": None})
    assert "Choisissez un jour apr" in refused.answer.body
    office.sends({"until": "2026-12-04", "reason": "Salon cette semaine"})
    assert "Reporté par <@U0MARIE> au vendredi 4 décembre 2026. Motif : Salon cette semaine." in text(office)
    morning(office, at=MORNING + timedelta(days=10))
    assert reminder(office).day == TODAY
    morning(office, at=datetime(2026, 12, 4, 7, 30, tzinfo=UTC))
    assert reminder(office).day == date(2026, 12, 4)


def test_own_words_are_read_in_the_mail_and_taken_back(office: Office) -> None:
    office.add_invoice()
    morning(office)
    pick(office, "edit")
    (view,) = office.slack.views
    assert "notre facture FAC-123" in plain(str(view["blocks"]))
    office.sends(
        {"subject": "Votre facture <FAC-123>", "text": "Bonjour Léa,\nsuite à notre appel & à demain."}
    )
    assert "Texte modifié par <@U0MARIE>." in text(office)
    pick(office, "text")
    read = plain("\n".join(limits.texts(office.slack.views[-1]["blocks"])))
    assert "*Objet* : Votre facture &lt;FAC-123&gt;" in read
    assert "suite à notre appel & à demain." in read
    assert "1 200,00 €" in read


def test_own_words_are_left_aside_once_an_amount_has_changed(office: Office) -> None:
    id_ = office.add_invoice()
    morning(office)
    pick(office, "edit")
    office.sends({"subject": "Coucou", "text": "Les 1 200 € nous manquent."})
    with open_books(office.database, office.company) as b:
        payments.record(b, id_, amount=Decimal(200), received_on=TODAY, by="U0PAUL", at=MORNING)
    say(office)
    assert "Le texte de <@U0MARIE> est laissé de côté" in text(office)
    assert "*1 000,00 €* · FAC-123" in text(office)
    pick(office, "text")
    assert "nous manquent" not in str(office.slack.views[-1]["blocks"])


def test_a_payment_makes_the_card_void(office: Office) -> None:
    office.add_invoice()
    morning(office)
    office.types("/paye FAC-123")
    say(office)
    assert "*Annulé*, rien ne part : FAC-123, réglée." in text(office)
    assert "Voir le texte" not in text(office)


def test_many_reasons_are_told_by_the_first_ones_and_how_many_more(office: Office) -> None:
    for rank in range(1, 7):
        office.add_invoice(f"FAC-{rank}")
    morning(office)
    for rank in range(1, 7):
        office.types(f"/paye FAC-{rank}")
    say(office)
    assert "FAC-1, réglée ; FAC-2, réglée ; FAC-3, réglée ; FAC-4, réglée et 2 autres." in text(office)


def test_one_invoice_of_two_disputed_leaves_the_message(office: Office) -> None:
    id_ = office.add_invoice()
    office.add_invoice("FAC-124", amount="50.00")
    morning(office)
    with open_books(office.database, office.company) as b:
        disputes.open_dispute(b, id_, kind="quality", disputed=None, released=False, by="U0PAUL", at=MORNING)
    say(office)
    assert "*50,00 €* · FAC-124" in text(office)
    assert "Sorti du message : FAC-123, en litige." in text(office)


def test_sending_now_makes_it_a_row_due_now_and_can_be_taken_back_until_it_leaves(office: Office) -> None:
    office.add_invoice()
    morning(office)
    pick(office, "send")
    (asked,) = office.slack.views
    assert "Envoyer maintenant à *Garage Martin* ?" in plain(asked["blocks"][0]["text"]["text"])
    assert reminder(office).origin == "clock"
    seen = office.clicks(asked, "card_send")
    assert seen.messages == seen.whispers == []
    assert "Envoyé par <@U0MARIE> : part dans la minute." in plain(
        "\n".join(limits.texts(office.slack.views[0]["blocks"]))
    )
    row = reminder(office)
    assert (row.state, row.origin, row.by, row.due_at) == ("planned", "hand", "U0MARIE", office.clock.at)
    assert "Envoyé par <@U0MARIE> : part dans la minute." in text(office)
    pick(office, "undo")
    row = reminder(office)
    assert (row.origin, row.by) == ("clock", "horloge")
    assert "Envoyé par" not in text(office)


def test_what_a_person_is_sending_already_names_them_by_a_mention(office: Office) -> None:
    office.add_invoice()
    morning(office)
    old = copy.deepcopy(shown(office)[0])
    pick(office, "send")
    office.clicks(office.slack.views[0], "card_send")
    late = pick(office, "remove", "U0SOPHIE", old)
    assert "Ce message est déjà envoyé par <@U0MARIE>" in late.private


def roles(company: Company) -> Company:
    return replace(
        company,
        roles={
            "commercial": ("U0SOPHIE", "U0KARIM"), "finance": ("U0MARIE",), "responsable": ("U0PAUL",),
        },
    )  # fmt: skip


@pytest.fixture
def ranked(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Any:
    yield from open_office(sqlite_books, roles(company), slack, clock)


def own(office: Office, user: str | None) -> Callable[[], str]:
    with open_books(office.database, office.company) as b:
        from store.db.tables import Customer

        b.session.query(Customer).update({"owner": user})
    return lambda: reminder(office).state


def test_salespeople_act_for_their_own_customers_only(ranked: Office) -> None:
    ranked.add_invoice()
    state = own(ranked, "U0SOPHIE")
    morning(ranked)
    assert "être son responsable" in pick(ranked, "remove", "U0KARIM").private
    assert state() == "planned"
    pick(ranked, "remove", "U0SOPHIE")
    assert state() == "cancelled"
    pick(ranked, "undo", "U0MARIE")
    assert state() == "planned"


def test_who_is_refused_a_customer_of_nobody_is_not_told_that_another_looks_after_it(ranked: Office) -> None:
    ranked.add_invoice()
    morning(ranked)
    seen = pick(ranked, "remove", "U0KARIM").private
    assert seen.startswith("Ce client n’est pas le vôtre : il faut être son responsable, ou avoir le rôle")


def test_in_draft_a_card_is_only_read(
    sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock
) -> None:
    for office in open_office(sqlite_books, replace(company, mode=Mode.DRAFT), slack, clock):
        office.add_invoice()
        morning(office)
        assert "Mode brouillon : rien ne part." in text(office)
        assert offered(office) == [["Voir le texte"]]


def test_the_next_day_a_card_has_no_buttons(office: Office) -> None:
    office.add_invoice()
    morning(office)
    first = copy.deepcopy(shown(office)[0])
    morning(office, at=MORNING + timedelta(days=1))
    assert "La journée est finie" in plain(str(limits.texts(shown(office)[0]["blocks"])))
    assert offered(office) == []
    assert "Si vous ne faites rien" not in plain(str(shown(office)[0]["blocks"]))
    seen = pick(office, "remove", holder=first)
    assert "annulé" in seen.private


def reply(office: Office) -> None:
    """Have a mail of the customer's arrive, which nobody has read."""
    with open_books(office.database, office.company) as b:
        b.session.add(
            Incoming(
                company_id=b.company_id, key="<1@client.example>", received_at=MORNING, taken_at=MORNING,
                kind="reply", sender="compta@client.example", subject="Re:", text="Nous payons vendredi.",
                customer_id=1, state="unread",
            )
        )  # fmt: skip
        told = MailTaken(incoming_id=1)
        journal.write(b, Act.REPLY_RECEIVED, told, by=Automaton.CLOCK, at=MORNING, customer_id=1)
        accounts.touch(b, 1)


def test_an_unread_reply_makes_the_card_void_until_it_is_read(office: Office) -> None:
    office.add_invoice()
    morning(office)
    reply(office)
    say(office)
    assert "*Annulé*, rien ne part : FAC-123, une réponse du client est à lire." in text(office)
    with open_books(office.database, office.company) as b:
        b.session.query(Incoming).update({"state": "handled"})
        accounts.touch(b, 1)
    say(office)
    assert "Annulé" not in text(office)


def test_sending_what_is_held_back_asks_a_second_time(office: Office) -> None:
    office.add_invoice()
    morning(office)
    reply(office)
    say(office)
    seen = pick(office, "send")
    assert seen.messages == seen.whispers == []
    (asked,) = office.slack.views
    assert "une réponse du client n’a pas été lue" in asked["blocks"][0]["text"]["text"]
    assert "Une seconde confirmation est nécessaire." in asked["blocks"][0]["text"]["text"]
    assert reminder(office).origin == "clock"
    office.clicks(asked, "card_send_anyway")
    assert reminder(office).origin == "hand"


def test_a_void_card_leads_to_escalating(office: Office) -> None:
    id_ = office.add_invoice()
    morning(office)
    before = copy.deepcopy(shown(office)[0])
    with open_books(office.database, office.company) as b:
        disputes.open_dispute(b, id_, kind="quality", disputed=None, released=False, by="U0PAUL", at=MORNING)
    seen = pick(office, "send", holder=before)
    assert "Ce message est annulé." in seen.private
    assert "la facture est en litige" in seen.private
    assert reminder(office).state == "cancelled"


def test_the_card_of_one_customer_is_asked_for_by_name(office: Office) -> None:
    office.add_invoice()
    assert "Aucune relance n’est prévue" in office.types("/relances carte garage martin").private
    assert "De quel client" in office.types("/relances carte").private
    morning(office)
    seen = office.types("/relances carte garage martin")
    assert "relance ferme" in plain("\n".join(limits.texts(seen.whispers[0]["blocks"])))
    office.clicks(seen.whispers[0], "card_remove")
    assert "Retiré par <@U0MARIE>" in text(office)


def test_an_approved_message_keeps_its_text(office: Office) -> None:
    office.add_invoice()
    morning(office)
    with open_books(office.database, office.company) as b:
        b.session.query(Reminder).update({"approved_by": "U0PAUL"})
    pick(office, "edit")
    seen = office.sends({"subject": "Autre", "text": "Autre chose."})
    assert "Ce message a été approuvé tel quel" in seen.private
