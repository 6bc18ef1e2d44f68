"""Conversations with /relances apercu: a step's own text, tried out on a customer."""

from datetime import date

import pytest
from sqlalchemy import update

from bot.preview import OTHER
from store.books import open_books
from store.db.tables import Customer
from tests.bot.conftest import Office, plain
from tests.bot.limits import check


def text_of(whisper: dict[str, object]) -> str:
    """Return all that a whispered message says, spaces plain."""
    blocks = whisper["blocks"]
    assert isinstance(blocks, list)
    said = [block["text"]["text"] for block in blocks if "text" in block]
    small = [part["text"] for block in blocks if block["type"] == "context" for part in block["elements"]]
    return plain("\n".join([*said, *small]))


def set_customer(office: Office, **columns: str) -> None:
    """Note something about the one customer."""
    with open_books(office.database, office.company) as b:
        b.session.execute(update(Customer).values(**columns))


def test_a_step_is_shown_with_the_customers_own_invoices(office: Office) -> None:
    office.add_invoice("FAC-1", "Garage Martin", amount="1234.50", due=date(2026, 11, 10))
    seen = office.types("/relances apercu ferme garage martin")
    said = text_of(seen.whispers[0])
    assert plain(seen.private) == "*relance ferme* pour *Garage Martin*, en français, avec « vous »"
    assert "notre facture FAC-1, échue le mardi 10 novembre 2026" in said.replace("\n", " ")
    assert "1 234,50 €" in said
    assert "le message prévu pour aujourd’hui" in said
    assert not seen.messages
    check(seen.whispers[0]["blocks"])


@pytest.mark.parametrize("line", ["apercu garage martin ferme", "aperçu FERME garage", "apercu firm FAC-1"])
def test_step_and_customer_come_in_either_order_and_by_any_of_their_names(office: Office, line: str) -> None:
    office.add_invoice("FAC-1", "Garage Martin", due=date(2026, 11, 10))
    assert "*relance ferme* pour *Garage Martin*" in office.types(f"/relances {line}").private


def test_another_step_is_one_choice_away(office: Office) -> None:
    office.add_invoice("FAC-1", "Garage Martin", due=date(2026, 11, 10))
    shown = office.types("/relances apercu ferme Garage Martin").whispers[0]
    menu = shown["blocks"][-1]["elements"][0]
    values = {plain(option["text"]["text"]): option["value"] for option in menu["options"]}
    assert set(values) == {"rappel amical", "rappel à l’échéance", "relance renforcée"}
    office.clicks(shown, OTHER, values["relance renforcée"])
    again = office.slack.ephemerals[-1]
    assert "*relance renforcée*" in text_of(again)
    assert "elle dirait de ce qu’il doit aujourd’hui" in text_of(again)
    office.clicks(again, OTHER, values["rappel amical"])
    assert "rempli avec une facture d’exemple" in text_of(office.slack.ephemerals[-1])
    assert len(office.slack.ephemerals) == 1


def test_without_a_step_the_next_one_is_shown(office: Office) -> None:
    office.add_invoice("FAC-1", "Garage Martin", due=date(2026, 11, 10))
    assert "*relance ferme*" in office.types("/relances apercu Garage Martin").private


def test_the_customers_language_and_form_are_those_of_the_mail(office: Office) -> None:
    office.add_invoice("FAC-1", "Garage Martin", due=date(2026, 11, 10))
    set_customer(office, address_form="tu")
    assert "avec « tu »" in plain(office.types("/relances apercu ferme Garage Martin").private)
    set_customer(office, language="en")
    seen = office.types("/relances apercu ferme Garage Martin")
    assert "en anglais" in seen.private
    assert "remains unpaid to date" in text_of(seen.whispers[0]).replace("\n", " ")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("apercu", "/relances apercu ferme Garage Martin"),
        ("apercu aide", "Rien ne part"),
        ("apercu ferme garege", "Garage Martin"),
        ("apercu garege", "Garage Martin"),
        ("apercu appel Garage Martin", "elle ouvre une tâche"),
    ],
)
def test_what_cannot_be_shown_is_explained(office: Office, line: str, said: str) -> None:
    office.add_invoice("FAC-1", "Garage Martin", due=date(2026, 11, 10))
    assert said in plain(office.types(f"/relances {line}").private)


def test_foreign_names_are_harmless(office: Office) -> None:
    office.add_invoice("FAC-1", "<!channel> & Fils", due=date(2026, 11, 10))
    seen = office.types("/relances apercu ferme FAC-1")
    assert "&lt;!channel&gt; &amp; Fils" in seen.private
    assert "<!channel>" not in seen.private
