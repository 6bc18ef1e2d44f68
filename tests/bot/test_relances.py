"""Conversations with /relances, and the menus of its list."""

from datetime import date

import pytest

from bot.routes import WORDS
from tests.bot.conftest import Office, plain

ALIASES = {"penalite": "penalites", "tache": "taches"}


def test_the_list_comes_by_priority_with_a_menu_each(office: Office) -> None:
    office.add_invoice("FAC-1", "Petit", amount="10.00", due=date(2026, 11, 20))
    office.add_invoice("FAC-2", "Gros", amount="9000.00", due=date(2026, 10, 1))
    office.add_invoice("FAC-3", "Futur", due=date(2026, 12, 1))
    seen = office.types("/relances")
    assert seen.private == "2 factures en retard chez 2 clients, 9 010,00 €."
    texts = [plain(block["text"]["text"]) for block in seen.whispers[0]["blocks"][1:]]
    assert texts[0].startswith("*Gros* · sans responsable\n*FAC-2* · 9 000,00 € · 53 jours de retard\n")
    assert texts[1].startswith("*Petit*")
    assert "aucune action notée" in texts[1]


def test_nothing_late_is_a_sentence(office: Office) -> None:
    assert office.types("/relances").private == "Aucune facture en retard en ce moment."


def test_why_gives_the_reason(office: Office) -> None:
    office.add_invoice()
    office.types("/appel FAC-123 promet le 15/12")
    seen = office.types("/relances pourquoi fac 123")
    assert seen.private.startswith("*FAC-123* (Garage Martin), règlement promis : 1 200,00 € à payer")
    assert "15/12/2026" in seen.private or "15 décembre" in seen.private


@pytest.mark.parametrize("line", ["/relances aide", "/relances pourquoi", "/relances pourquoi FAC-999"])
def test_what_cannot_be_answered_is_explained(office: Office, line: str) -> None:
    office.add_invoice()
    assert office.types(line).private


def test_the_menu_leads_to_each_conversation(office: Office) -> None:
    id_ = office.add_invoice()
    shown = office.types("/relances").whispers[0]
    assert "*FAC-123*" in office.clicks(shown, "late_menu", f"pourquoi|durand:{id_}").private
    assert "Prochaine étape" in office.clicks(shown, "late_menu", f"escalade|durand:{id_}").private
    office.clicks(shown, "late_menu", f"appel|durand:{id_}")
    assert office.person().view is not None
    office.person().close()
    office.clicks(shown, "late_menu", f"paye|durand:{id_}")
    assert "*1 200,00 €*" in office.sends({}).public
    assert "déjà soldée" in office.clicks(shown, "late_menu", f"paye|durand:{id_}").private


def test_help_names_every_subject_and_stays_short(office: Office) -> None:
    told = office.types("/relances aide").private
    named = {word for word in WORDS if f"/relances {word}`" in told or f"/relances {word} " in told}
    assert named == WORDS.keys() - ALIASES.keys()
    assert all(WORDS[alias].run is WORDS[word].run for alias, word in ALIASES.items())
    assert "/relances pourquoi FAC-123" in told
    assert len(told) < 3000
