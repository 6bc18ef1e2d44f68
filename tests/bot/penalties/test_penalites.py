"""Conversations about penalties: the computation, claiming, waiving, and the rates behind it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Customer, JournalLine
from store.penalties import facts as penalties
from tests import builders
from tests.bot.conftest import Clock, Office, Seen, open_office, plain

JUNE = datetime(2026, 6, 30, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    """Tuesday 30 June 2026: every rate is known."""
    return Clock(JUNE)


def journal(office: Office) -> list[str]:
    with read_books(office.database, office.company) as b:
        return [line.act for line in b.session.query(JournalLine).order_by(JournalLine.id)]


def rate_of(office: Office) -> Decimal | None:
    with read_books(office.database, office.company) as b:
        return b.session.query(Customer).one().penalty_rate


def form_of(office: Office, _after: Seen) -> str:
    """Return the form that is open now, as it stands."""
    return plain(str(office.person().view))


def blocks_of(whisper: dict) -> list[str]:
    return [block["type"] for block in whisper["blocks"]]


def test_the_computation_is_a_table_with_its_sums_and_two_ways_on(office: Office) -> None:
    office.add_invoice(due=date(2025, 9, 30), amount="10000.00")
    seen = office.types("/relances pénalités FAC-123")
    assert not seen.messages
    lines = [" ".join(line.split()) for line in seen.private.splitlines()]
    assert "01/10 – 31/12/2025 92 10 000,00 € 12,15 % 306,25 €" in lines
    assert "01/01 – 30/06/2026 181 10 000,00 € 12,15 % 602,51 €```" in lines
    assert "Pénalités de retard : *908,76 €*" in seen.private
    assert "Indemnité forfaitaire : *40,00 €*" in seen.private
    assert "Total si tout était réclamé : *10 948,76 €*" in seen.private
    buttons = [button["text"]["text"] for button in seen.whispers[0]["blocks"][-2]["elements"]]
    assert buttons == ["Réclamer", "Renoncer"]


def test_a_long_history_shows_its_latest_lines(office: Office) -> None:
    invoice_id = office.add_invoice(due=date(2025, 9, 30), amount="9999999.99")
    with open_books(office.database, office.company) as b:
        row = b.session.get_one(builders.Invoice, invoice_id)
        for week in range(35):
            builders.payment(b, row, "1000.00", received_on=date(2025, 10, 1) + timedelta(7 * week))
    seen = office.types("/relances penalites FAC-123")
    assert "… et 12 lignes de plus" in seen.private
    assert "– 30/06/2026" in seen.private
    assert len(seen.whispers[0]["blocks"]) == 5


def test_claimed_it_is_said_and_can_be_taken_back(office: Office) -> None:
    office.add_invoice(due=date(2026, 5, 31), amount="1000.00")
    seen = office.types("/relances penalites FAC-123")
    claimed = office.clicks(seen.whispers[0], "penalties_claim")
    assert (
        "<@U0MARIE> réclame les pénalités de *FAC-123* (Garage Martin) : 9,99 € d’intérêts" in claimed.public
    )
    assert "40,00 € d’indemnité" in claimed.public
    assert office.outstanding() == "1000.00"
    again = office.types("/relances penalites FAC-123")
    assert "Réclamées le 30/06/2026 par <@U0MARIE>." in again.private
    office.clicks(claimed.messages[0], "undo_finance")
    assert "Réclamées" not in office.types("/relances penalites FAC-123").private
    assert journal(office) == ["penalties.claimed", "penalties.undone"]


def test_waiving_asks_why_and_a_later_claim_takes_its_place(office: Office) -> None:
    invoice_id = office.add_invoice(due=date(2026, 5, 31), amount="1000.00")
    seen = office.types("/relances penalites FAC-123")
    assert "9,99" in str(form_of(office, office.clicks(seen.whispers[0], "penalties_waive")))
    assert "Indiquez pourquoi" in str(office.sends({"reason": "  "}).answer)
    waived = office.sends({"reason": "Geste <!channel> & bonne entente"})
    assert "renonce aux pénalités de *FAC-123*" in waived.public
    assert "Geste &lt;!channel&gt; &amp; bonne entente" in waived.public
    again = office.types("/relances penalites FAC-123")
    assert "Abandonnées le 30/06/2026 par <@U0MARIE> : Geste" in again.private
    office.clicks(again.whispers[0], "penalties_claim")
    with read_books(office.database, office.company) as b:
        assert penalties.about(b, invoice_id, on=date(2026, 6, 30)).claimed
    blocked = office.clicks(waived.messages[0], "undo_finance")
    assert "Annulez d’abord la réclamation des pénalités sur FAC-123" in blocked.private


def test_the_decision_is_taken_back_from_where_it_is_shown(office: Office) -> None:
    office.add_invoice(due=date(2026, 5, 31))
    office.clicks(office.types("/relances penalites FAC-123").whispers[0], "penalties_claim")
    seen = office.types("/relances penalites FAC-123")
    back = office.clicks(seen.whispers[0], "penalties_undo")
    assert "revient sur la décision prise au sujet des pénalités de *FAC-123*" in back.public


def test_a_rate_to_confirm_is_said_and_confirmed_from_there(office: Office, clock: Clock) -> None:
    clock.at = datetime(2026, 7, 10, 9, tzinfo=UTC)
    office.add_invoice(due=date(2026, 5, 31), amount="1000.00")
    seen = office.types("/relances penalites FAC-123")
    assert "à confirmer" in seen.private
    assert "Le taux du semestre 2026-S2 n’est pas confirmé : rien n’est calculé" in seen.private
    assert "Total" not in seen.private
    form = form_of(office, office.clicks(seen.whispers[0], "rates_confirm"))
    assert "Proposition à vérifier : 2,40" in plain(str(form))
    assert "initial_value" not in str(form)
    assert "comme 2,40" in plain(str(office.sends({"refinancing": "deux", "legal": None}).answer))
    done = office.sends({"refinancing": "2,40 %", "legal": "2,75"})
    assert "a confirmé les taux de *2026-S2* : BCE 2,40 %, intérêt légal 2,75 %" in done.public
    assert "Pénalités de retard : *13,39 €*" in office.types("/relances penalites FAC-123").private
    office.clicks(done.messages[0], "undo_finance")
    assert "à confirmer" in office.types("/relances penalites FAC-123").private
    assert journal(office) == ["rates.confirmed", "rates.undone"]


def test_the_rates_are_listed_with_those_to_confirm_marked(office: Office, clock: Clock) -> None:
    clock.at = datetime(2026, 7, 10, 9, tzinfo=UTC)
    seen = office.types("/relances taux")
    lines = [" ".join(line.split()) for line in seen.private.splitlines()]
    assert "2026-S2 ? 2,40 % 12,40 % 10,40 % 8,25 %" in lines
    assert "2025-S2 2,15 % 12,15 % 10,15 % 8,28 %" in lines
    assert "confirmer les taux" in str(form_of(office, office.types("/relances taux 2026-S2"))).lower()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("taux 2027-S1", "ne commence que le 01/01/2027"),
        ("taux demain", "n’est pas un semestre : écrivez-le comme 2026-S2"),
        ("penalites", "jour par jour"),
        ("penalites aide", "jour par jour"),
        ("penalites FAC-999", "FAC-999"),
        ("penalites FAC-123 taux", "Il manque le taux"),
        ("penalites FAC-123 taux douze", "n’est pas un taux"),
        ("penalites FAC-123 taux -3", "n’est pas un taux"),
        ("penalites FAC-123 taux 5", "ne peut être inférieur à 7,86 %"),
        ("penalites FAC-123 taux 500", "dépasse 100 %"),
        ("escompte FAC-123", "Aucun escompte n’est prévu"),
        ("escompte FAC-123 2 %", "Indiquez le taux et le délai"),
        ("escompte FAC-123 30 % 10 jours", "dépasse 20 %"),
        ("escompte", "règlement anticipé"),
    ],
)
def test_what_cannot_be_is_told_to_the_person_alone(office: Office, typed: str, said: str) -> None:
    office.add_invoice(due=date(2026, 5, 31))
    seen = office.types(f"/relances {typed}")
    assert said in seen.private
    assert not seen.messages
    assert journal(office) == []


def test_a_contract_rate_is_set_for_the_customer(office: Office) -> None:
    office.add_invoice(due=date(2026, 5, 31), amount="1000.00")
    done = office.types("/relances penalites FAC-123 taux 9,5 %")
    assert "fixe le taux de pénalité de *Garage Martin* à 9,50 %" in done.public
    assert "taux prévu au contrat" in office.types("/relances penalites FAC-123").private
    legal = office.types("/relances penalites FAC-123 taux légal")
    assert "revient au taux légal" in legal.public
    office.clicks(legal.messages[0], "undo_finance")
    assert rate_of(office) == Decimal("9.50")


def test_consumers_and_unknown_customers_are_told_why_nothing_is_due(office: Office) -> None:
    office.add_invoice("FAC-1", "Léa Petit", due=date(2026, 5, 31))
    office.add_invoice("FAC-2", "Inconnu", due=date(2026, 5, 31))
    with open_books(office.database, office.company) as b:
        lea, unknown = b.session.query(Customer).order_by(Customer.id)
        lea.kind, unknown.kind = "consumer", None
    assert "C’est un particulier" in office.types("/relances penalites FAC-1").private
    seen = office.types("/relances penalites FAC-2")
    assert "On ne sait pas si ce client est une entreprise" in seen.private
    assert "actions" not in blocks_of(seen.whispers[0])


def test_sales_people_see_but_do_not_decide(
    sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock
) -> None:
    roles = {"commercial": ("U0KARIM",), "finance": ("U0MARIE",)}
    for office in open_office(sqlite_books, replace(company, roles=roles), slack, clock):
        office.add_invoice(due=date(2026, 5, 31))
        seen = office.types("/relances penalites FAC-123", user="U0KARIM")
        assert "Indemnité forfaitaire" in seen.private
        refused = office.clicks(seen.whispers[0], "penalties_claim", user="U0KARIM")
        assert not refused.messages
        assert "finance" in refused.private
        assert "finance" in office.types("/relances penalites FAC-123 taux 9,5", user="U0KARIM").private
        assert "finance" in office.types("/relances taux 2025-S1", user="U0KARIM").private
        assert journal(office) == []


# --- the early-payment discount -------------------------------------------------------------------------


def discounted(office: Office, **columns: object) -> None:
    office.add_invoice(amount="1200.00", issued=date(2026, 6, 22), due=date(2026, 7, 22), **columns)
    assert (
        "escompte de 2,00 % sous 10 jours" in office.types("/relances escompte FAC-123 2 % 10 jours").public
    )


def test_a_payment_of_the_discounted_amount_in_time_offers_to_write_the_rest_off(office: Office) -> None:
    discounted(office)
    seen = office.types("/relances escompte FAC-123")
    assert "soit 24,00 €, pour un règlement au plus tard le 02/07/2026" in seen.private
    assert "Il est encore temps" in seen.private
    paid = office.types("/paye FAC-123 1176")
    assert office.outstanding() == "24.00"
    assert "Accorder l’escompte" in str(paid.messages[0]["blocks"])
    granted = office.clicks(paid.messages[0], "discount_grant")
    assert (
        "accorde l’escompte sur *FAC-123* (Garage Martin) : 24,00 €, par l’avoir ESC-FAC-123"
        in granted.public
    )
    assert office.outstanding() == "0.00"
    office.clicks(granted.messages[0], "undo_finance")
    assert office.outstanding() == "24.00"
    assert "il ne reste que l’escompte" in office.types("/relances escompte FAC-123").private


def test_another_amount_or_another_day_offers_nothing(office: Office, clock: Clock) -> None:
    discounted(office)
    assert "Accorder" not in str(office.types("/paye FAC-123 1000").messages)
    clock.at = datetime(2026, 7, 6, 9, tzinfo=UTC)
    assert "Accorder" not in str(office.types("/paye FAC-123 176").messages)
    assert "Le délai est passé" in office.types("/relances escompte FAC-123").private


def test_a_discount_granted_twice_is_refused(office: Office) -> None:
    discounted(office)
    paid = office.types("/paye FAC-123 1176")
    office.clicks(paid.messages[0], "discount_grant")
    again = office.clicks(paid.messages[0], "discount_grant")
    assert "déjà réglée" in again.private
    assert not again.messages
