"""Writing off, withdrawing, handing over and taking up again, as people do it in Slack."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import JournalLine
from store.payments import acts as payments
from tests.bot import limits
from tests.bot.conftest import NOW, TODAY, Clock, Office, open_office, plain
from tests.bot.morning.test_cards import roles


@pytest.fixture
def office(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    team = roles(company)
    team = replace(team, roles={**team.roles, "responsable": ("U0PAUL",)})
    yield from open_office(sqlite_books, team, slack, clock)


def view(office: Office) -> str:
    shown = office.slack.views[-1]
    limits.check(shown["blocks"])
    return plain("\n".join(limits.texts(shown["blocks"])))


def acts(office: Office) -> list[str]:
    with read_books(office.database, office.company) as b:
        return [line.act for line in b.session.query(JournalLine).order_by(JournalLine.id)]


@pytest.mark.parametrize(
    ("word", "follows", "told", "act"),
    [
        (
            "perte",
            "Elle n’est plus relancée et sort des encours.",
            "<@U0PAUL> passe *FAC-123* (Garage Martin) en perte : 1 200,00 € ne sont plus demandés.",
            "invoice.written_off",
        ),
        (
            "annuler",
            "Elle n’est pas due",
            "<@U0PAUL> annule *FAC-123* (Garage Martin) : elle n’est pas due.",
            "invoice.withdrawn",
        ),
        (
            "recouvrement",
            "Relance n’écrit plus au client pour elle.",
            "<@U0PAUL> remet *FAC-123* (Garage Martin) au recouvrement : 1 200,00 €.",
            "invoice.handed_over",
        ),
    ],
)
def test_it_is_shown_confirmed_told_and_taken_back(
    office: Office, word: str, follows: str, told: str, act: str
) -> None:
    office.add_invoice()
    office.types(f"/relances {word} FAC-123 petit solde", user="U0PAUL")
    shown = view(office)
    assert (
        "*FAC-123* · Garage Martin\n*1 200,00 €* à payer · échéance le 02/11/2026, 21 jours de retard"
        in shown
    )
    assert follows in shown
    assert acts(office)[-1:] != [act]
    seen = office.sends({"reason": "Petit solde"}, user="U0PAUL")
    assert f"{told} Motif : Petit solde." in seen.public
    assert len(seen.messages) == 1
    assert acts(office)[-1] == act
    standing = office.types("/relances pourquoi FAC-123").private
    assert ("1 200,00 € à payer" in standing) == (word == "recouvrement")
    office.clicks(seen.messages[0], seen.messages[0]["blocks"][1]["elements"][0]["action_id"], user="U0PAUL")
    assert acts(office)[-1] == "invoice.undone"


def test_what_was_paid_on_what_is_withdrawn_is_announced_and_told(office: Office) -> None:
    id_ = office.add_invoice()
    with open_books(office.database, office.company) as b:
        payments.record(b, id_, amount=Decimal(200), received_on=TODAY, by="U0MARIE", at=NOW)
    office.types("/relances annuler FAC-123", user="U0MARIE")
    assert "Les 200,00 € notés sur elle reviennent au compte du client" in view(office)
    seen = office.sends({"reason": "Doublon"})
    assert "200,00 € reviennent au compte du client : une tâche attend la finance." in seen.public
    assert "Argent noté sur une facture annulée" in plain(
        str(office.types("/relances taches toutes").whispers)
    )


@pytest.mark.parametrize(
    ("user", "word", "may"),
    [
        ("U0SOPHIE", "perte", False),
        ("U0SOPHIE", "annuler", False),
        ("U0MARIE", "annuler", True),
        ("U0MARIE", "perte", False),
        ("U0MARIE", "recouvrement", False),
        ("U0PAUL", "perte", True),
        ("U0PAUL", "recouvrement", True),
    ],
)
def test_each_word_has_its_role(office: Office, user: str, word: str, may: bool) -> None:
    office.add_invoice()
    seen = office.types(f"/relances {word} FAC-123", user=user)
    assert bool(office.slack.views) is may
    assert ("Il faut le rôle" in seen.private) is not may


def test_who_withdrew_takes_up_again_and_only_a_responsable_the_rest(office: Office) -> None:
    office.add_invoice()
    office.types("/relances annuler FAC-123", user="U0MARIE")
    office.sends({"reason": "Doublon"})
    office.types("/relances rouvrir FAC-123", user="U0MARIE")
    assert "le troisième jour ouvré qui suit" in view(office)
    seen = office.sends({"reason": None})
    assert "<@U0MARIE> rouvre *FAC-123* (Garage Martin) : 1 200,00 € à payer." in seen.public
    office.types("/relances recouvrement FAC-123", user="U0PAUL")
    office.sends({"reason": "Agence"}, user="U0PAUL")
    count = len(office.slack.views)
    refused = office.types("/relances rouvrir FAC-123", user="U0MARIE")
    assert "Il faut le rôle « responsable »" in refused.private
    assert len(office.slack.views) == count
    office.types("/relances rouvrir FAC-123", user="U0PAUL")
    assert "rouvre *FAC-123*" in office.sends({"reason": None}, user="U0PAUL").public


def test_what_has_not_ended_is_not_reopened_and_help_says_how(office: Office) -> None:
    office.add_invoice()
    assert "il n’y a rien à rouvrir" in office.types("/relances rouvrir FAC-123", user="U0PAUL").private
    assert "/relances perte FAC-123" in office.types("/relances perte", user="U0PAUL").private
