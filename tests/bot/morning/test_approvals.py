"""Two persons for what is large: asked by the clock or by one of them, approved or refused by the other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Approval, JournalLine, Reminder, Veto
from store.payments import acts as payments
from tests.bot import limits
from tests.bot.conftest import Clock, Office, open_office, plain
from tests.bot.morning.test_cards import MORNING, TODAY, morning, roles, say
from tests.bot.morning.test_cards import text as cards_text


@pytest.fixture
def office(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    strict = replace(roles(company), approval_above=Decimal(1000))
    strict = replace(strict, roles={**strict.roles, "responsable": ("U0PAUL", "U0MARIE")})
    yield from open_office(sqlite_books, strict, slack, clock)


def asked(office: Office) -> list[dict[str, Any]]:
    return [m for m in office.slack.messages() if m["text"].startswith("Accord demandé")]


def text(office: Office) -> str:
    return plain("\n".join("\n".join(limits.texts(m["blocks"])) for m in asked(office)))


def rows(office: Office) -> list[tuple[str, str, str | None]]:
    with read_books(office.database, office.company) as b:
        return [(r.state, r.by, r.approved_by) for r in b.session.query(Reminder).order_by(Reminder.id)]


def states(office: Office) -> list[str]:
    with read_books(office.database, office.company) as b:
        return [row.state for row in b.session.query(Approval).order_by(Approval.id)]


def test_a_large_amount_waits_while_the_others_leave(office: Office) -> None:
    office.add_invoice()
    office.add_invoice("FAC-900", "Petit Client", amount="900.00")
    morning(office)
    assert "*Accord demandé* · Garage Martin · sans responsable · relance ferme" in text(office)
    assert "FAC-123 · *1 200,00 €* · à compta@client.example" in text(office)
    assert "FAC-900" in cards_text(office)
    assert "FAC-123" not in cards_text(office)
    assert len(rows(office)) == 1
    for message in asked(office):
        limits.check([{k: v for k, v in block.items() if k != "block_id"} for block in message["blocks"]])


def test_the_text_to_approve_is_one_click_away(office: Office) -> None:
    office.add_invoice()
    morning(office)
    office.clicks(asked(office)[0], "approval_text", user="U0SOPHIE")
    (view,) = office.slack.views
    assert "notre facture FAC-123" in plain("\n".join(limits.texts(view["blocks"])))


def test_once_approved_it_leaves_that_day_with_both_names(office: Office) -> None:
    office.add_invoice()
    morning(office)
    seen = office.clicks(asked(office)[0], "approval_give", user="U0PAUL")
    assert "approuve l’envoi à *Garage Martin* : il part aujourd’hui" in seen.public
    assert rows(office) == [("planned", "horloge", "U0PAUL")]
    assert "Approuvé par <@U0PAUL>" in text(office)
    say(office)
    assert "Ajouté à la liste du jour" in cards_text(office)
    assert "Approuvé par <@U0PAUL>." in cards_text(office)
    with read_books(office.database, office.company) as b:
        line = b.session.query(JournalLine).filter_by(act="approval.given").one()
        assert (line.by, line.data["asked_by"]) == ("U0PAUL", "horloge")
    office.clicks(seen.messages[0], "undo_responsable", user="U0PAUL")
    assert rows(office) == [("cancelled", "horloge", "U0PAUL")]
    assert states(office) == ["asked"]


def test_only_a_responsable_approves(office: Office) -> None:
    office.add_invoice()
    morning(office)
    refused = office.clicks(asked(office)[0], "approval_give", user="U0SOPHIE")
    assert "Il faut le rôle « responsable »" in refused.private
    assert rows(office) == []


def test_a_payment_makes_the_request_void_and_what_is_left_is_shown_anew(office: Office) -> None:
    id_ = office.add_invoice(amount="2400.00")
    morning(office)
    before = asked(office)[0]["blocks"]
    with open_books(office.database, office.company) as b:
        payments.record(b, id_, amount=Decimal(100), received_on=TODAY, by="U0MARIE", at=MORNING)
    say(office)
    assert "*Caduc* : FAC-123, montant changé." in text(office)
    seen = office.clicks(asked(office)[0] | {"blocks": before}, "approval_give", user="U0PAUL")
    assert "Rien n’a été approuvé" in seen.private
    assert (rows(office), states(office)) == ([], ["void"])
    morning(office, at=MORNING + timedelta(days=1))
    assert "*2 300,00 €*" in text(office)
    assert states(office) == ["void", "asked"]


def test_refusing_holds_it_until_a_day_with_the_reason(office: Office) -> None:
    office.add_invoice()
    morning(office)
    office.clicks(asked(office)[0], "approval_refuse", user="U0PAUL")
    seen = office.sends({"reason": "On se voit lundi", "until": "2026-12-01"}, user="U0PAUL")
    assert "refuse l’envoi à *Garage Martin* : rien ne part avant le mardi 1er décembre 2026" in seen.public
    assert "Refusé par <@U0PAUL>. Motif : On se voit lundi." in text(office)
    with read_books(office.database, office.company) as b:
        assert [(v.until, v.by) for v in b.session.query(Veto)] == [(date(2026, 12, 1), "U0PAUL")]
    morning(office, at=MORNING + timedelta(days=1))
    assert states(office) == ["refused"]
    morning(office, at=MORNING + timedelta(days=8))
    assert states(office) == ["refused", "asked"]


def test_what_a_person_escalates_needs_another_person(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/escalade FAC-123")
    assert "Demander l’accord" in str(seen.whispers[0]["blocks"])
    assert "Envoyer maintenant" not in str(seen.whispers[0]["blocks"])
    sent = office.clicks(seen.whispers[0], "escalade_send")
    assert "Demande faite : une autre personne doit l’approuver." in plain(str(office.slack.ephemerals))
    assert "C’est fait" not in str(office.slack.ephemerals)
    assert "<@U0MARIE> demande à envoyer « relance ferme » à *Garage Martin*" in sent.public
    assert rows(office) == []
    say(office)
    own = office.clicks(asked(office)[0], "approval_give", user="U0MARIE")
    assert "Vous l’avez demandé vous-même" in own.private
    given = office.clicks(asked(office)[0], "approval_give", user="U0PAUL")
    assert "il part dans la minute" in given.public
    assert rows(office) == [("planned", "U0MARIE", "U0PAUL")]


def test_approved_after_the_window_it_leaves_with_the_next_morning(office: Office) -> None:
    office.add_invoice()
    morning(office)
    office.clock.at = MORNING + timedelta(hours=10)
    seen = office.clicks(asked(office)[0], "approval_give", user="U0PAUL")
    assert "il part avec la prochaine liste du matin" in seen.public
    assert rows(office) == []
    morning(office, at=MORNING + timedelta(days=1))
    assert rows(office) == [("planned", "horloge", "U0PAUL")]
    assert states(office) == ["approved"]
