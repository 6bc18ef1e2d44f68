"""Conversations about credit notes, money to set against invoices, and pauses."""

from dataclasses import replace

import pytest

from tests.bot.conftest import Office, plain


def test_what_a_customer_has_to_its_credit_is_listed_and_set_against_an_invoice(office: Office) -> None:
    office.add_invoice("FAC-1", amount="100.00")
    office.add_invoice("FAC-2", amount="500.00")
    office.types("/paye FAC-1 130 par virement")
    office.types("/relances avoir Garage Martin 120 AV-12")
    seen = office.types("/relances avoirs garage")
    assert seen.private == "*Garage Martin* a 150,00 € à son crédit."
    texts = [plain(block["text"]["text"]) for block in seen.whispers[0]["blocks"][1:]]
    assert texts == [
        "Règlement du *23/11/2026* par virement · 30,00 € à lettrer sur 130,00 €",
        "Avoir *AV-12* du 23/11/2026 · 120,00 € à lettrer",
    ]
    late = plain(office.types("/relances").whispers[0]["blocks"][1]["text"]["text"])
    assert late.startswith("*Garage Martin* · sans responsable · 150,00 € de crédit à lettrer\n*FAC-2*")
    office.clicks(seen.whispers[0], "credit_allocate", "durand:1:credit_note:1")
    done = office.sends({})
    assert done.public == (
        "<@U0MARIE> a lettré *120,00 €* du crédit de *Garage Martin* sur *FAC-2*. Il reste 380,00 € à payer "
        "sur la facture. 30,00 € restent au crédit du client."
    )
    assert (
        "déjà lettré" in office.clicks(seen.whispers[0], "credit_allocate", "durand:1:credit_note:1").private
    )
    office.clicks(done.messages[0], "undo_finance")
    assert office.outstanding("FAC-2") == "500.00"


def test_a_credit_note_may_be_set_against_an_invoice_at_once(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/relances avoir garage martin 1 200,00 € AV-9 FAC-123")
    assert seen.public == (
        "<@U0MARIE> a noté l’avoir *AV-9* de *1 200,00 €* pour *Garage Martin*. 1 200,00 € en sont déduits "
        "de *FAC-123*. La facture est soldée."
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("avoirs", "ce qu’un client a à son crédit"),
        ("avoirs Garage", "n’a ni avoir ni règlement à lettrer"),
        ("avoirs Inconnu", "Aucun client « Inconnu »"),
        ("avoir Garage Martin", "Il manque le montant de l’avoir"),
        ("avoir Garage Martin 120", "Il manque le numéro de l’avoir"),
        ("avoir Garage Martin 120 avant-hier", "Il manque le numéro de l’avoir"),
        ("avoir Garage Martin 120 AV-1 123 €", "Je n’ai pas compris « € »"),
        ("avoir ∞ €€ 123 120 AV-1 FAC-123", "Aucun client « ∞ €€"),
        ("avoir Inconnu 120 AV-1", "Aucun client « Inconnu »"),
        ("avoir Garage Martin 120 AV-1 FAC-9", "Aucune facture « FAC-9 »"),
        ("pause", "suspend les relances"),
        ("pause FAC-123", "Jusqu’à quel jour ?"),
        ("pause FAC-9 jusqu'au 15/12", "Aucune facture « FAC-9 »"),
        ("pause Inconnu jusqu'au 15/12", "« Inconnu » : aucune facture, aucun client de ce nom"),
        ("reprendre FAC-123", "Aucune pause n’est en cours sur FAC-123"),
    ],
)
def test_what_is_unclear_is_asked_and_nothing_changes(office: Office, line: str, sentence: str) -> None:
    office.add_invoice()
    seen = office.types(f"/relances {line}")
    assert sentence in seen.private
    assert not seen.messages


def test_a_pause_is_set_for_an_invoice_or_a_customer_and_lifted(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/relances pause FAC-123 jusqu’au 15/12/2026 accord du directeur")
    assert seen.public == (
        "<@U0MARIE> a suspendu les relances de *FAC-123* (Garage Martin) jusqu’au *mardi 15 décembre 2026*, "
        "jour de la reprise. Prochaine relance : le mardi 15 décembre 2026 (relance ferme). "
        "Motif : accord du directeur"
    )
    assert "a levé la pause de *FAC-123*" in office.types("/relances reprendre FAC-123").public
    assert "relances de *Garage Martin* jusqu’au *mardi 1er décembre 2026*" in (
        office.types("/relances pause garage martin jusqu'au 1er décembre").public
    )


def test_somebody_else_s_customer_is_not_paused_by_a_salesperson(office: Office) -> None:
    office.add_invoice()
    roles = {"commercial": ("U0SOPHIE",), "finance": ("U0MARIE",)}
    object.__setattr__(office.company, "roles", replace(office.company, roles=roles).roles)
    with_owner = "UPDATE customers SET owner = 'U0PAUL'"
    from sqlalchemy import text

    with office.database.write() as session:
        session.execute(text(with_owner))
    seen = office.types("/relances pause FAC-123 jusqu’au 15/12/2026", user="U0SOPHIE")
    assert "est suivi par <@U0PAUL>" in seen.private
    assert "a suspendu" in office.types("/relances pause FAC-123 jusqu’au 15/12/2026").public
