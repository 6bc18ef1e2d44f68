"""What customers read of penalties and discounts, over real SMTP: claimed, waived, unconfirmed, offered."""

from datetime import date
from decimal import Decimal
from typing import Any

from receivables.company import Company
from receivables.rates import Semester
from store import rates
from store.books import open_books
from store.db.engine import Database
from store.penalties import acts as penalty_decisions
from tests import builders
from tests.builders import MARIE, at
from tests.flows.office import Office, open_office, text_of

APRIL = date(2026, 4, 1)


def add(office: Office, name: str, number: str, *, due: date = APRIL, learnt: date, **columns: Any) -> int:
    """Put a customer and its invoice of 10,000 € into the books; the mailbox bears the number."""
    with open_books(office.database, office.company) as b:
        policy = {"public": "public", "consumer": "particulier"}.get(str(columns.get("kind")))
        client = builders.customer(
            b, name, email=f"{number.lower()}@client.example", policy=policy, **columns
        )
        return builders.invoice(b, client, number, amount="10000.00", due=due, learnt_at=at(learnt)).id


def lives(office: Office, *days: date) -> dict[str, str]:
    """Have the clock live these mornings; return the last mail of each address, in words."""
    for day in days:
        office.tick(day, "08:30")
        office.tick(day, "10:05")
    return {
        envelope.rcpt_tos[0].partition("@")[0].upper(): text_of(mail)
        for envelope, mail in zip(office.mailbox.taken, office.mailbox.mails, strict=True)
    }


def test_stern_mails_say_what_lateness_comes_to_as_a_person_decided(
    database: Database, company: Company
) -> None:
    firm, strong, public = date(2026, 4, 8), date(2026, 4, 16), date(2026, 4, 20)
    with open_office(database, company) as office:
        add(office, "Possible", "FAC-1", learnt=firm)
        claimed = add(office, "Réclamé", "FAC-2", learnt=firm, language="en")
        waived = add(office, "Abandonné", "FAC-3", learnt=firm)
        add(office, "Contrat", "FAC-4", learnt=firm, penalty_rate=Decimal("9.00"))
        add(office, "Mairie", "FAC-5", learnt=firm, kind="public")
        add(office, "Particulier", "FAC-6", learnt=firm, kind="consumer")
        add(office, "Inconnu", "FAC-7", learnt=firm, kind=None)
        mild = lives(office, firm)
        assert not any("intérêts" in text or "interest" in text for text in mild.values())
        with open_books(database, company) as b:
            penalty_decisions.claim(b, claimed, by=MARIE, at=at(firm))
            penalty_decisions.waive(b, waived, reason="Geste", by=MARIE, at=at(firm))
        said = lives(office, strong, public)
    assert (
        "À ce jour, cela représente 49,93 € de pénalités de retard (au taux de 12,15 % l’an)" in said["FAC-1"]
    )
    assert "Nous ne vous les réclamons pas à ce stade, sans y renoncer." in said["FAC-1"]
    assert (
        "We claim, as of today, €49.93 in late-payment interest (at 12.15% a year) and €40.00"
        in said["FAC-2"]
    )
    assert "remains an option" not in said["FAC-2"]
    assert "pénalités" not in said["FAC-3"]
    assert "indemnité" not in said["FAC-3"]
    assert "36,99 € de pénalités de retard (au taux de 9,00 % l’an)" in said["FAC-4"]
    assert "52,84 € d’intérêts moratoires (au taux de 10,15 % l’an) et 40,00 €" in said["FAC-5"]
    for number in ("FAC-6", "FAC-7"):
        assert not any(word in said[number] for word in ("intérêt", "indemnité", "40,00", "L441"))
    for number in ("FAC-1", "FAC-3", "FAC-4"):
        assert "10 000,00 €" in said[number]


def test_of_a_rate_to_be_confirmed_the_debtor_is_told_nothing(database: Database, company: Company) -> None:
    firm, strong = date(2026, 7, 8), date(2026, 7, 16)
    with open_office(database, company) as office:
        add(office, "Un", "FAC-1", due=date(2026, 7, 1), learnt=firm)
        said = lives(office, firm, strong)
    assert "confirmer" not in said["FAC-1"]
    assert "€ de pénalités" not in said["FAC-1"]
    assert "40,00 € d’indemnité" in said["FAC-1"]


def test_once_confirmed_the_same_mail_gives_the_figure(database: Database, company: Company) -> None:
    firm, strong = date(2026, 7, 8), date(2026, 7, 16)
    with open_office(database, company) as office:
        add(office, "Un", "FAC-1", due=date(2026, 7, 1), learnt=firm)
        lives(office, firm)
        with open_books(database, company) as b:
            semester, refinancing = Semester(2026, 2), Decimal("2.40")
            rates.confirm(b, semester, refinancing=refinancing, legal=None, by=MARIE, at=at(firm))
        said = lives(office, strong)
    assert "50,96 € de pénalités de retard (au taux de 12,40 % l’an)" in said["FAC-1"]


def test_the_pre_reminder_offers_a_discount_that_can_still_be_had(
    database: Database, company: Company
) -> None:
    issued, due = date(2026, 3, 2), date(2026, 3, 16)
    with open_office(database, company) as office:
        for number, days in (("FAC-1", 10), ("FAC-2", 8), ("FAC-3", None)):
            with open_books(database, company) as b:
                terms = {"discount_rate": Decimal("2.00") if days else None, "discount_days": days}
                client = builders.customer(b, number, email=f"{number.lower()}@client.example", **terms)
                builders.invoice(b, client, number, amount="1200.00", due=due, issued=issued)
        said = lives(office, date(2026, 3, 11))
    assert (
        "escompte de 2 %, soit 24,00 €, pour un règlement au plus tard le jeudi 12 mars 2026" in said["FAC-1"]
    )
    assert "escompte" not in said["FAC-2"]  # its last day was the 10th
    assert "escompte" not in said["FAC-3"]
