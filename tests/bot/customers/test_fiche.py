"""A customer's file: seen, put right, taken back."""

from datetime import date

from store.books import open_books, read_books
from store.db.tables import Customer, Invoice, Reminder
from tests.bot.conftest import Office, plain
from tests.builders import MARIE, at
from tests.scheduler.posting import planned


def stands(office: Office) -> tuple[str | None, str | None, str | None]:
    with read_books(office.database, office.company) as b:
        row = b.session.query(Customer).one()
        return row.policy, row.language, row.postal_address


def test_the_file_says_who_how_and_by_which_schedule(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/relances fiche garage martin")
    [whisper] = seen.whispers
    text = plain(whisper["blocks"][0]["text"]["text"])
    assert "Scénario : comme la société (standard)" in text
    assert "compta@client.example" in text
    assert "Langue : français" in text
    assert "Contacts : facturation, compta@client.example" in text
    assert "Adresse postale : –" in text


def test_the_form_changes_it_and_cancel_puts_it_back(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/relances fiche Garage Martin")
    office.clicks(seen.whispers[0], "client_file_edit")
    done = office.sends({"policy": "souple", "language": "en", "postal_address": "3 rue Haute\n44000 Nantes"})
    assert "Fiche de *Garage Martin* modifiée" in done.public
    assert stands(office) == ("souple", "en", "3 rue Haute\n44000 Nantes")
    office.clicks(done.messages[0], "undo")
    assert stands(office) == (None, None, None)


def test_what_was_planned_by_the_old_schedule_does_not_leave(office: Office) -> None:
    invoice_id = office.add_invoice(due=date(2026, 11, 10))
    with open_books(office.database, office.company) as b:
        item = b.session.get_one(Invoice, invoice_id)
        customer = b.session.get_one(Customer, item.customer_id)
        planned(b, customer, [item], at=at(date(2026, 11, 23), 7))
    seen = office.types("/relances fiche Garage Martin")
    office.clicks(seen.whispers[0], "client_file_edit")
    done = office.sends({"policy": "souple"})
    assert "1 message prévu est retiré" in done.public
    with read_books(office.database, office.company) as b:
        assert [row.state for row in b.session.query(Reminder)] == ["cancelled"]


def test_insolvency_stops_everything_and_is_not_in_the_future(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/relances fiche Garage Martin")
    office.clicks(seen.whispers[0], "client_file_edit")
    refused = office.sends({"insolvent_on": "2026-12-01"})
    assert "indiquez celle du jugement" in refused.answer.body
    office.sends({"insolvent_on": "2026-11-20"})
    why = office.types("/relances pourquoi FAC-123")
    assert "procédure collective" in why.private.lower()


def test_a_file_that_says_so_already_is_not_written_again(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/relances fiche Garage Martin", user=MARIE)
    office.clicks(seen.whispers[0], "client_file_edit")
    assert "Rien n’a changé" in office.sends({}).private
