"""/relances releve: what people see before a statement leaves, and what leaves."""

from datetime import date

from sqlalchemy import select

from store.books import open_books, read_books
from store.db.tables import Customer, Reminder
from tests.bot.conftest import Office
from tests.bot.limits import check


def planned(office: Office) -> list[tuple[str, ...]]:
    with read_books(office.database, office.company) as b:
        rows = b.session.execute(select(Reminder.kind, Reminder.origin, Reminder.state))
        return [tuple(row) for row in rows]


def test_it_is_shown_then_sent_once_a_person_says_so(office: Office) -> None:
    office.add_invoice("FAC-123", due=date(2026, 11, 2))
    seen = office.types("/relances relevé garage martin")
    assert "Relevé de compte · Garage Martin" in seen.private
    assert "1 200,00 €" in seen.private
    assert not seen.messages
    check(seen.whispers[-1]["blocks"])
    assert planned(office) == []
    seen = office.clicks(seen.whispers[-1], "releve_send")
    assert "envoie son relevé de compte à *Garage Martin* (compta@client.example)" in seen.public
    assert planned(office) == [("statement", "hand", "planned")]
    office.clicks(seen.messages[-1], "undo_finance")
    assert planned(office) == [("statement", "hand", "cancelled")]


def test_what_speaks_against_it_is_said_first(office: Office) -> None:
    office.add_invoice()
    with open_books(office.database, office.company) as b:
        b.session.scalars(select(Customer)).one().insolvent_on = date(2026, 11, 1)
    seen = office.types("/relances releve FAC-123")
    texts = str(seen.whispers[-1]["blocks"])
    assert "procédure collective" in texts


def test_nothing_to_tell_no_address_and_draft_are_refused_with_a_reason(office: Office) -> None:
    with open_books(office.database, office.company) as b:
        from tests import builders

        builders.customer(b, "Client Neuf")
        mute = builders.customer(b, "Client Muet", email=None)
        builders.invoice(b, mute, "F-9")
    seen = office.types("/relances releve client neuf")
    assert "Rien n’est dû" in seen.private
    assert "il n’y a rien à relever" in str(seen.whispers[-1]["blocks"])
    seen = office.types("/relances releve client muet")
    assert "n’a pas d’adresse e-mail valable" in str(seen.whispers[-1]["blocks"])
    assert not any(block["type"] == "actions" for block in seen.whispers[-1]["blocks"])


def test_an_unknown_customer_gets_the_closest_and_help_explains(office: Office) -> None:
    office.add_invoice()
    assert "Garage Martin" in office.types("/relances releve garage marrtin").private
    assert "/relances releve CLIENT" in office.types("/relances releve").private


def test_a_long_account_stays_within_what_slack_takes(office: Office) -> None:
    for number in range(120):
        office.add_invoice(f"FAC-2026-{number:04d}")
    seen = office.types("/relances releve garage martin")
    check(seen.whispers[-1]["blocks"])
