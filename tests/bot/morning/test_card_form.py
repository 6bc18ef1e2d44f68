"""The card as a form on top of the list: read, acted on, drawn anew where it stands."""

from datetime import UTC, datetime

from store.books import open_books
from tests.bot import limits
from tests.bot.conftest import Office, plain
from tests.bot.morning.test_cards import morning, pick, reminder, say, shown, text


def opened(office: Office) -> str:
    """Return what the modal before the person's eyes says."""
    view = office.person().view
    assert view is not None
    limits.check([{k: v for k, v in each.items() if k != "block_id"} for each in view["blocks"]])
    return plain("\n".join(limits.texts(view["blocks"])))


def press(office: Office, what: str) -> None:
    view = office.person().view
    seen = office.clicks(view, f"card_{what}")
    assert seen.messages == seen.whispers == [], "a click in a form posts nothing"


def test_the_card_opens_with_its_text_and_all_that_may_be_done(office: Office) -> None:
    office.add_invoice()
    morning(office)
    seen = pick(office, "text")
    assert seen.messages == seen.whispers == []
    read = opened(office)
    assert "*Garage Martin* · sans responsable · relance ferme" in read
    assert "FAC-123 · *1 200,00 €* · à compta@client.example" in read
    assert "Part à partir de 10:00." in read
    assert "Sauf erreur de notre part, notre facture FAC-123" in read
    assert "Retirer\nReporter\nModifier le texte\nEnvoyer maintenant" in read


def test_taking_out_in_the_form_redraws_the_form_and_the_list(office: Office) -> None:
    office.add_invoice()
    morning(office)
    pick(office, "text")
    press(office, "remove")
    assert "Retiré par <@U0MARIE>" in opened(office)
    assert "Retiré par <@U0MARIE>" in text(office)
    press(office, "undo")
    assert "Part à partir de 10:00." in opened(office)
    assert "Retiré" not in text(office)


def test_own_words_are_written_on_top_of_the_card_and_read_in_it_afterwards(office: Office) -> None:
    office.add_invoice()
    morning(office)
    pick(office, "text")
    press(office, "edit")
    office.sends({"subject": "Votre facture", "text": "Bonjour Léa,\nsuite à notre appel."})
    read = opened(office)
    assert "Texte modifié par <@U0MARIE>." in read
    assert "*Objet* : Votre facture" in read
    assert "suite à notre appel." in read
    press(office, "undo")
    assert "Sauf erreur de notre part, notre facture FAC-123" in opened(office)
    assert "Texte modifié" not in text(office)


def test_putting_off_on_top_of_the_card(office: Office) -> None:
    office.add_invoice()
    morning(office)
    pick(office, "text")
    press(office, "postpone")
    office.sends({"until": "2026-12-04", "reason": "Salon"})
    assert "Reporté par <@U0MARIE> au vendredi 4 décembre 2026. Motif : Salon." in opened(office)


def test_a_card_that_was_closed_meanwhile_stops_nothing(office: Office) -> None:
    office.add_invoice()
    morning(office)
    pick(office, "text")
    view = office.person().view
    office.slack.world.close_views("U0MARIE")
    office.clicks(view, "card_remove")
    assert reminder(office).state == "cancelled"


def test_what_has_left_is_counted_at_the_top_and_nothing_more_is_announced(office: Office) -> None:
    office.add_invoice()
    morning(office)
    with open_books(office.database, office.company) as b:
        row = b.session.query(type(reminder(office))).one()
        row.state, row.sent_at = "sent", datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    office.clock.at = datetime(2026, 11, 23, 10, 1, tzinfo=UTC)
    with open_books(office.database, office.company) as b:
        from store.reminders import card_marks

        card_marks.of_messages(b, [row.id])
    say(office)
    assert "1 message est parti. Plus rien ne part de cette liste." in text(office)
    assert "Parti à 11:00." in text(office)
    assert "Si vous ne faites rien" not in text(office)


def test_what_is_approved_later_joins_the_list_that_stands(office: Office) -> None:
    from datetime import date

    from store.morning import cards

    for rank in (1, 2):
        office.add_invoice(f"FAC-{rank}", f"Client {rank}")
    morning(office)
    with open_books(office.database, office.company) as b:
        told = b.session.query(cards.Announcement).filter_by(kind="cards").one()
        first, second = told.data["reminders"]
        told.data = told.data | {"reminders": [first], "of": 1}
    with open_books(office.database, office.company) as b:
        cards.announce(b, date(2026, 11, 23), at=office.clock.at, only=[second], name="approved")
    before = len(office.slack.messages())
    say(office)
    assert len(office.slack.messages()) == before
    (message,) = shown(office)
    assert "Client 1" in str(message["blocks"])
    assert "Client 2" in str(message["blocks"])
