"""An invoice that has ended without money: paid on, given up twice, listed in a task, reopened."""

import pytest

from tests.bot.conftest import Office, plain
from tests.bot.ending.test_fins import office, view

__all__ = ["office"]


def ends(office: Office, word: str, number: str = "FAC-123") -> None:
    office.types(f"/relances {word} {number}", user="U0PAUL")
    office.sends({"reason": "Vu avec Paul"}, user="U0PAUL")


def test_what_was_given_up_after_a_hand_over_goes_back_to_who_collects_it(office: Office) -> None:
    office.add_invoice()
    ends(office, "recouvrement")
    ends(office, "perte")
    office.types("/relances rouvrir FAC-123", user="U0PAUL")
    assert "Elle est de nouveau due, et au recouvrement comme avant" in view(office)
    seen = office.sends({"reason": None}, user="U0PAUL")
    assert "1 200,00 € à payer, au recouvrement comme avant." in seen.public
    assert "remise au recouvrement" in office.types("/relances pourquoi FAC-123").private
    office.types("/relances rouvrir FAC-123", user="U0PAUL")
    assert "le troisième jour ouvré qui suit" in view(office)
    assert "comme avant" not in office.sends({"reason": None}, user="U0PAUL").public


@pytest.mark.parametrize("word", ["perte", "recouvrement"])
def test_what_is_paid_is_neither_given_up_nor_handed_over_and_no_form_opens(
    office: Office, word: str
) -> None:
    office.add_invoice()
    office.types("/paye FAC-123")
    seen = office.types(f"/relances {word} FAC-123", user="U0PAUL")
    assert "FAC-123 est déjà réglée" in seen.private
    assert office.slack.views == []


@pytest.mark.parametrize(
    ("first", "then", "said"),
    [
        ("perte", "perte", "déjà passée en perte"),
        ("perte", "recouvrement", "déjà passée en perte"),
        ("annuler", "perte", "déjà annulée"),
        ("recouvrement", "recouvrement", "déjà remise au recouvrement"),
    ],
)
def test_what_has_ended_already_opens_no_form(office: Office, first: str, then: str, said: str) -> None:
    office.add_invoice()
    ends(office, first)
    count = len(office.slack.views)
    assert said in office.types(f"/relances {then} FAC-123", user="U0PAUL").private
    assert len(office.slack.views) == count


def test_blanks_are_no_reason(office: Office) -> None:
    office.add_invoice()
    office.types("/relances perte FAC-123", user="U0PAUL")
    seen = office.sends({"reason": "   "}, user="U0PAUL")
    assert seen.answer.data["errors"] == {"reason": "Écrivez pourquoi, le motif reste dans l’historique."}
    assert seen.messages == []


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("perte", "Le reste, 1 000,00 €, est passé en perte et n’est pas demandé."),
        ("recouvrement", "Il reste 1 000,00 € à payer, au recouvrement."),
        (
            "annuler",
            "La facture est annulée : cet argent va au compte du client, une tâche attend la finance.",
        ),
    ],
)
def test_money_on_what_has_ended_is_told_as_what_it_is(office: Office, word: str, told: str) -> None:
    office.add_invoice()
    ends(office, word)
    seen = office.types("/paye FAC-123 200")
    assert told in seen.public
    assert ("à payer" in seen.public) == (word == "recouvrement")


def test_a_task_about_a_withdrawn_invoice_says_of_nothing_that_it_is_to_be_paid(office: Office) -> None:
    office.add_invoice()
    office.types("/paye FAC-123 200")
    ends(office, "annuler")
    listed = plain(str(office.types("/relances taches toutes").whispers))
    assert "Argent noté sur une facture annulée" in listed
    assert "à payer" not in listed
