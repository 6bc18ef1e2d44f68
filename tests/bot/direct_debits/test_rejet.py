"""Conversations about direct debits: they came back, they are presented again, they are none."""

from datetime import date

import pytest

from receivables.codes.payments import Means
from scheduler.jobs import remind_people
from store.books import read_books
from store.tasks import acts as tasks
from tests.bot.conftest import NOW, Office


def why(office: Office, number: str = "FAC-123") -> str:
    return office.types(f"/relances pourquoi {number}").private


def test_a_direct_debit_waits_and_its_rejection_starts_the_ladder(office: Office) -> None:
    office.add_invoice(means=Means.DIRECT_DEBIT)
    assert "se règle par prélèvement : elle n’est pas relancée tant qu’aucun rejet n’est noté" in why(office)
    office.types("/relances rejet FAC-123")
    seen = office.sends({"on": "2026-11-16", "note": "Provision insuffisante"})
    assert seen.public == (
        "<@U0MARIE> note le rejet du prélèvement de *FAC-123* (Garage Martin), le lundi 16 novembre 2026. "
        "Ses relances commencent, à compter de ce jour ou de l’échéance si elle vient après. "
        "Prochaine relance : aujourd’hui (relance ferme).\n"
        "Motif : Provision insuffisante"
    )
    # seven days from the bank's day: today
    assert "relance ferme » part aujourd’hui" in why(office)
    office.clicks(seen.messages[0], "undo")
    assert "aucun rejet n’est noté" in why(office)


@pytest.mark.parametrize(
    "line",
    [
        "/relances rejet FAC-123 le 16/11 provision insuffisante",
        "/relances rejet FAC-123 provision insuffisante le 16/11",
        "/relances rejet Garage Martin lundi dernier provision insuffisante",
    ],
)
def test_the_day_and_the_reason_that_were_typed_are_in_the_form(office: Office, line: str) -> None:
    office.add_invoice(means=Means.DIRECT_DEBIT)
    office.types(line)
    seen = office.sends({})
    assert "(Garage Martin), le lundi 16 novembre 2026." in seen.public
    assert "Motif : provision insuffisante" in seen.public


def test_the_days_of_the_form_are_checked_under_their_fields(office: Office) -> None:
    office.add_invoice(means=Means.DRAFT)
    office.types("/relances rejet FAC-123")
    seen = office.sends({"on": "2026-11-24"})
    assert seen.answer.data["errors"] == {"on": "Ce jour n’est pas encore passé."}
    seen = office.sends({"on": "2026-11-16", "again_on": "2026-11-16"})
    assert seen.answer.data["errors"] == {"again_on": "Ce jour doit venir après celui du rejet."}
    seen = office.sends({"on": "2026-11-16", "again_on": "2026-12-01"})
    assert "présenté de nouveau le mardi 1er décembre 2026 : pas de relance jusque-là" in seen.public
    assert "pas de relance jusqu’au jeudi 3 décembre 2026 inclus" in why(office)


def test_it_may_be_presented_again_later_on(office: Office) -> None:
    office.add_invoice(means=Means.DIRECT_DEBIT)
    seen = office.types("/relances represente FAC-123 le 01/12")
    assert seen.private == "Aucun rejet n’est noté sur FAC-123."
    office.types("/relances rejet FAC-123")
    first = office.sends({"on": "2026-11-16"})
    seen = office.types("/relances represente FAC-123 le 01/12")
    assert "est présenté de nouveau le mardi 1er décembre 2026" in seen.public
    refused = office.clicks(first.messages[0], "undo")
    assert "Annulez d’abord la nouvelle présentation du prélèvement" in refused.private
    office.clicks(seen.messages[0], "undo")
    assert "part aujourd’hui" in why(office)
    assert "Quel jour" in office.types("/relances represente FAC-123").private


def test_a_rejection_is_refused_for_other_means_and_the_means_can_be_said(office: Office) -> None:
    office.add_invoice(means=Means.TRANSFER)
    office.types("/relances rejet FAC-123")
    seen = office.sends({"on": "2026-11-16"})
    assert "FAC-123 ne se règle pas par prélèvement (moyen noté : virement)" in seen.private
    seen = office.types("/relances moyen FAC-123 prélèvement")
    assert seen.public.startswith(
        "<@U0MARIE> : *FAC-123* (Garage Martin) se règle par prélèvement. Pas de relance"
    )
    assert "aucun rejet n’est noté" in why(office)
    office.clicks(seen.messages[0], "undo")
    assert "part aujourd’hui" in why(office)


def test_a_customer_has_means_of_its_own_and_an_invoice_wins_over_it(office: Office) -> None:
    office.add_invoice("FAC-1")
    office.add_invoice("FAC-2", means=Means.TRANSFER)
    seen = office.types("/relances moyen Garage Martin LCR")
    assert (
        "*Garage Martin* règle par effet de commerce, sauf mention contraire sur une facture." in seen.public
    )
    assert "se règle par effet de commerce" in why(office, "FAC-1")
    assert "part aujourd’hui" in why(office, "FAC-2")
    seen = office.types("/relances moyen Garage Martin LCR")
    assert seen.private == "C’est déjà noté ainsi : rien n’a changé."
    office.types("/relances moyen Garage Martin fichier")
    assert "part aujourd’hui" in why(office, "FAC-1")


def test_what_is_no_means_is_named_with_those_that_are(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/relances moyen FAC-123 pigeon")
    assert "« pigeon » n’est pas un moyen de paiement que je connais : prélèvement, effet" in seen.private
    assert "Aucune facture" in office.types("/relances moyen FAC-999 virement").private


def test_only_finance_may(office: Office) -> None:
    office.add_invoice(means=Means.DIRECT_DEBIT)
    office.types("/relances rejet FAC-123", user="U0SOPHIE")
    assert not office.slack.messages()


def test_finance_is_asked_once_about_debits_that_did_not_come_in(office: Office) -> None:
    # five open days after Monday 2 November, a week with the 11th closed: since Monday 9
    office.add_invoice("FAC-1", means=Means.DIRECT_DEBIT)
    office.add_invoice("FAC-2", means=Means.DIRECT_DEBIT)
    office.add_invoice("FAC-3", due=date(2026, 11, 17), means=Means.DIRECT_DEBIT)
    office.add_invoice("FAC-4")
    remind_people(office.database, office.company, at=NOW)
    remind_people(office.database, office.company, at=NOW)
    with read_books(office.database, office.company) as b:
        asked = tasks.open_tasks(b)
    assert [(task.kind, task.numbers) for task in asked] == [("debit_unpaid", ("FAC-1", "FAC-2"))]
    listed = office.types("/relances taches toutes").whispers[0]
    office.clicks(listed, "debit_rejected")
    office.sends({"invoice": str(asked[0].invoice_ids[0]), "on": "2026-11-09"})
    with read_books(office.database, office.company) as b:
        assert len(tasks.open_tasks(b)) == 1  # FAC-2 is still asked about
    office.types("/relances moyen FAC-2 virement")
    with read_books(office.database, office.company) as b:
        assert tasks.open_tasks(b) == []


def test_of_what_is_paid_the_payment_is_to_be_taken_back_first(office: Office) -> None:
    """A payment undone because the debit came back is a rejection (SCHEDULE 12, 27)."""
    office.add_invoice(means=Means.DIRECT_DEBIT)
    paid = office.types("/paye FAC-123 prélèvement 02/11")
    seen = office.types("/relances rejet FAC-123")
    assert "Si c’est ce règlement que la banque a rejeté, annulez-le d’abord" in seen.private
    assert office.slack.views == []
    office.clicks(paid.messages[0], "undo")
    office.types("/relances rejet FAC-123")
    assert "note le rejet du prélèvement" in office.sends({"on": "2026-11-16"}).public


def test_what_is_not_understood_beside_the_day_of_a_presentation_is_named(office: Office) -> None:
    office.add_invoice(means=Means.DIRECT_DEBIT)
    office.types("/relances rejet FAC-123")
    office.sends({"on": "2026-11-16"})
    seen = office.types("/relances represente FAC-123 le 01/12 ou le 8")
    assert "Je n’ai pas compris « ou le 8 »" in seen.private
    assert seen.messages == []
