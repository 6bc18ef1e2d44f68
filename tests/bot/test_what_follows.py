"""Whatever somebody notes that changes what comes next, the answer ends with it, in one post."""

from datetime import date

import pytest

from receivables.codes.payments import Means
from tests.bot.conftest import Office

TODAY = "Prochaine relance : aujourd’hui (relance ferme)."


@pytest.mark.parametrize(
    ("line", "fields", "ending"),
    [
        ("/paye FAC-123 500", None, TODAY),
        (
            "/relances pause FAC-123 jusqu’au 15/12",
            None,
            "Prochaine relance : le mardi 15 décembre 2026 (relance ferme).",
        ),
        (
            "/relances pause Garage Martin jusqu’au 13/12",  # a Sunday
            None,
            "Prochaine relance : le lundi 14 décembre 2026 (relance ferme).",
        ),
        (
            "/relances litige FAC-123",
            {"kind": "price", "released": "yes", "disputed": "200"},
            f"Le reste continue d’être relancé. {TODAY}",
        ),
        ("/relances litige FAC-123", {"kind": "price"}, "n’est plus relancée tant qu’il n’est pas réglé."),
        ("/relances rejet FAC-125", {"on": "2026-11-16"}, TODAY),
        (
            "/relances rejet FAC-125",
            {"on": "2026-11-16", "again_on": "2026-12-01"},  # held through Thursday 3
            "Prochaine relance : le vendredi 4 décembre 2026 (relance ferme).",
        ),
        ("/relances moyen FAC-125 virement", None, TODAY),
        ("/relances moyen FAC-125 fichier", None, TODAY),
        ("/relances moyen FAC-123 prélèvement", None, "Pas de relance tant qu’aucun rejet n’est noté."),
        ("/relances moyen Garage Martin virement", None, TODAY),
        ("/relances reconnaissance FAC-123 le 16/11", None, TODAY),
        (
            "/relances reconnaissance VIEUX le 16/11",
            None,
            "Rien ne part pour l’instant : créance peut-être prescrite.",
        ),
    ],
)
def test_the_answer_ends_with_what_follows(
    office: Office, line: str, fields: dict[str, str | None] | None, ending: str
) -> None:
    office.add_invoice()
    office.add_invoice("FAC-124", due=date(2026, 11, 5))
    office.add_invoice("FAC-125", name="Tôlerie Brun", means_said=Means.DIRECT_DEBIT)
    office.add_invoice("VIEUX", name="Mme Petit", due=date(2020, 11, 2))
    seen = office.types(line)
    if fields is not None:
        seen = office.sends(fields)
    assert len(seen.messages) == 1
    assert seen.public.endswith(ending)


def test_a_pause_that_is_lifted_says_what_follows(office: Office) -> None:
    office.add_invoice()
    office.types("/relances pause FAC-123 jusqu’au 15/12")
    assert office.types("/relances reprendre FAC-123").public.endswith(TODAY)


def test_an_invoice_that_is_taken_up_again_says_what_follows(office: Office) -> None:
    office.add_invoice()
    office.types("/relances annuler FAC-123")
    office.sends({"reason": "doublon"})
    office.types("/relances rouvrir FAC-123")
    seen = office.sends({})
    # the third open day after Monday 23
    assert seen.public.endswith("Prochaine relance : le jeudi 26 novembre 2026 (relance ferme).")


def test_a_customer_with_many_invoices_is_told_what_follows_too(office: Office) -> None:
    for number in range(30):
        office.add_invoice(f"FAC-{number}")
    assert office.types("/relances pause Garage Martin jusqu’au 15/12").public.endswith(
        "Prochaine relance : le mardi 15 décembre 2026 (relance ferme)."
    )


def test_what_is_settled_is_followed_by_nothing(office: Office) -> None:
    office.add_invoice()
    assert "relance" not in office.types("/paye FAC-123 1200").public.replace("Relance", "")
