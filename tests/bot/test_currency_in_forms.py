"""A currency typed in a field is heard: dollars are never counted as euros, in whichever form."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from store.books import read_books
from store.db.tables import JournalLine
from tests.bot.conftest import Office, plain
from tests.bot.replies.test_reponses import arrive, card

Fields = dict[str, str | None]


def credit(office: Office) -> None:
    office.types("/relances avoir Garage Martin 120 AV-12")
    shown = office.types("/relances avoirs Garage Martin").whispers[0]
    office.clicks(shown, "credit_allocate", "durand:1:credit_note:1")


def dispute(office: Office) -> None:
    office.types("/relances litige FAC-123")


def settlement(office: Office) -> None:
    office.types("/relances litige FAC-123")
    office.sends({"kind": "quality"})
    office.clicks(office.types("/relances litige FAC-123").whispers[0], "dispute_settle")


def plan(office: Office) -> None:
    office.types("/relances echeancier FAC-123")
    office.sends({"rhythm": "free", "first": "2026-12-15"})


def reply_promise(office: Office) -> None:
    arrive(office)
    office.clicks(card(office), "reply_promise")


def reply_paid(office: Office) -> None:
    arrive(office)
    office.clicks(card(office), "reply_paid")


FORMS: tuple[tuple[Callable[[Office], None], str, str, Fields], ...] = (
    (credit, "amount", "{}", {}),
    (dispute, "disputed", "{}", {"kind": "price"}),
    (settlement, "amount", "{}", {"how": "credit_coming"}),
    (plan, "lines0", "15/12/2026 {}", {}),
    (reply_promise, "amount", "{}", {"date": "2026-12-01"}),
    (reply_paid, "amount", "{}", {}),
)


def acts(office: Office) -> int:
    with read_books(office.database, office.company) as b:
        return b.session.query(JournalLine).count()


@pytest.mark.parametrize("typed", ["100 $", "$100", "100 usd", "100 CHF", "100,00 dollars"])
@pytest.mark.parametrize(("opened", "field", "shape", "fields"), FORMS)
def test_an_amount_in_another_currency_is_refused_under_its_field(
    office: Office, opened: Callable[[Office], None], field: str, shape: str, fields: Fields, typed: str
) -> None:
    office.add_invoice()
    opened(office)
    before = acts(office)
    seen = office.sends(fields | {field: shape.format(typed)})
    assert "Ce montant est en EUR et vous avez écrit" in plain(seen.answer.data["errors"][field])
    assert acts(office) == before
    assert office.person().view is not None


@pytest.mark.parametrize("typed", ["100", "100 €", "100,00 euros"])
@pytest.mark.parametrize(("opened", "field", "shape", "fields"), FORMS)
def test_an_amount_in_the_currency_of_the_invoice_is_taken(
    office: Office, opened: Callable[[Office], None], field: str, shape: str, fields: Fields, typed: str
) -> None:
    office.add_invoice()
    opened(office)
    seen = office.sends(fields | {field: shape.format(typed)})
    if field == "lines0":
        seen = office.sends({})
    assert "100,00 €" in seen.public


def test_dollars_are_dollars_where_the_invoice_is_in_dollars(office: Office) -> None:
    office.add_invoice(currency="USD", amount=Decimal("900.00"))
    office.types("/paye")
    seen = office.sends({"number": "FAC-123", "amount": "100 €", "received_on": "2026-11-20"})
    assert "FAC-123 est en USD et vous avez écrit EUR" in plain(seen.answer.data["errors"]["amount"])
    seen = office.sends({"number": "FAC-123", "amount": "100 $", "received_on": "2026-11-20"})
    assert "*100,00 USD*" in seen.public
