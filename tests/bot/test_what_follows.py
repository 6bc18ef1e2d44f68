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
    ],
)
def test_the_answer_ends_with_what_follows(
    office: Office, line: str, fields: dict[str, str | None] | None, ending: str
) -> None:
    office.add_invoice()
    office.add_invoice("FAC-124", due=date(2026, 11, 5))
    office.add_invoice("FAC-125", name="Tôlerie Brun", means=Means.DIRECT_DEBIT)
    seen = office.types(line)
    if fields is not None:
        seen = office.sends(fields)
    assert len(seen.messages) == 1
    assert seen.public.endswith(ending)


def test_a_pause_that_is_lifted_says_what_follows(office: Office) -> None:
    office.add_invoice()
    office.types("/relances pause FAC-123 jusqu’au 15/12")
    assert office.types("/relances reprendre FAC-123").public.endswith(TODAY)


def test_what_is_settled_is_followed_by_nothing(office: Office) -> None:
    office.add_invoice()
    assert "relance" not in office.types("/paye FAC-123 1200").public.replace("Relance", "")
