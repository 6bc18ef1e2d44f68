"""Conversations with /escalade."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from receivables.company import Company, Mode
from relance.demo.slack_standin import SlackStandin
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Reminder, StepDone, Task
from tests.bot import limits
from tests.bot.conftest import Clock, Office, open_office, plain
from tests.bot.morning.test_cards import roles


def reminders(office: Office) -> list[tuple[str, str, str]]:
    with read_books(office.database, office.company) as b:
        return [(row.origin, row.by, row.state) for row in b.session.query(Reminder)]


def test_the_next_step_is_shown_then_sent_on_confirmation(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/escalade FAC-123")
    assert "*FAC-123* · Garage Martin" in seen.private
    assert "Prochaine étape : *relance ferme*, par e-mail à compta@client.example." in seen.private
    assert not seen.messages
    assert not reminders(office)
    sent = office.clicks(seen.whispers[0], "escalade_send")
    assert "envoie maintenant « relance ferme » à *Garage Martin* pour FAC-123" in sent.public
    assert all(block["type"] != "actions" for block in sent.messages[0]["blocks"])
    assert reminders(office) == [("hand", "U0MARIE", "planned")]


def test_amount_lateness_last_message_and_first_lines_are_shown_before_anything_leaves(
    office: Office,
) -> None:
    id_ = office.add_invoice(amount="1350.50")
    seen = office.types("/escalade FAC-123")
    assert "*1 350,50 €* à payer · 21 jours de retard" in seen.private
    assert "Aucun message n’est encore parti à ce client." in seen.private
    begun = plain("\n".join(limits.texts(seen.whispers[0]["blocks"])))
    assert "Le message commence ainsi · " in begun
    assert "notre facture FAC-123" in begun
    limits.check(seen.whispers[0]["blocks"])
    office.clicks(seen.whispers[0], "escalade_send")
    with office.database.write() as session:
        session.query(Reminder).update({"state": "sent", "sent_at": office.clock.at})
        session.add(
            StepDone(
                company_id=1,
                invoice_id=id_,
                step="ferme",
                day=7,
                done_on=date(2026, 11, 23),
                how="sent",
                by="U0MARIE",
            )
        )
    again = office.types("/escalade FAC-123").private
    assert "Dernier message : relance ferme, le 23/11/2026." in again
    assert reminders(office) == [("hand", "U0MARIE", "sent")]


@pytest.fixture
def team(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    """An office in which each role is somebody's."""
    yield from open_office(sqlite_books, roles(company), slack, clock)


def test_who_may_not_send_is_offered_to_ask_finance(team: Office) -> None:
    team.add_invoice()
    seen = team.types("/escalade FAC-123", user="U0SOPHIE")
    labels = [each["text"]["text"] for each in seen.whispers[0]["blocks"][-1]["elements"]]
    assert labels == ["Demander à la finance", "Transmettre au responsable"]
    asked = team.clicks(seen.whispers[0], "ask_role", user="U0SOPHIE")
    assert len(asked.messages) == 1
    assert "<@U0MARIE> :" in asked.public
    assert "demande : envoyer l’étape suivante de FAC-123 (Garage Martin)." in asked.public
    assert not reminders(team)
    again = team.types("/escalade FAC-123", user="U0SOPHIE")
    raised = team.clicks(again.whispers[0], "escalade_raise", user="U0SOPHIE")
    assert "transmet *FAC-123* (Garage Martin) au responsable" in raised.public


def test_what_is_typed_or_pressed_without_the_role_can_be_asked_of_who_has_it(team: Office) -> None:
    team.add_invoice()
    seen = team.types("/relances perte FAC-123 petit solde", user="U0SOPHIE")
    assert "Il faut le rôle « responsable »" in seen.private
    asked = team.clicks(seen.whispers[0], "ask_role", user="U0SOPHIE")
    assert "<@U0PAUL> : <@U0SOPHIE> demande : /relances perte FAC-123 petit solde." in asked.public
    fact = team.types("/relances avoir Garage Martin 120 AV-12", user="U0MARIE").messages[0]
    pressed = team.clicks(fact, fact["blocks"][1]["elements"][0]["action_id"], user="U0SOPHIE")
    assert pressed.messages == []


def test_a_promise_asks_for_a_second_confirmation(office: Office) -> None:
    office.add_invoice()
    office.types("/appel FAC-123 promet le 15/12")
    seen = office.types("/escalade FAC-123")
    assert "le client a promis une date qui n’est pas passée" in seen.private
    office.clicks(seen.whispers[0], "escalade_send")
    assert not reminders(office)
    again = office.slack.ephemerals[-1]
    assert "Une seconde confirmation est nécessaire" in again["text"]
    assert "envoie maintenant" in office.clicks(again, "escalade_anyway").public
    assert len(reminders(office)) == 1


def test_raising_opens_one_task_for_the_manager(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/escalade FAC-123")
    raised = office.clicks(seen.whispers[0], "escalade_raise")
    assert "transmet *FAC-123* (Garage Martin) au responsable" in raised.public
    second = office.types("/escalade FAC-123")
    assert "déjà transmis" in office.clicks(second.whispers[0], "escalade_raise").private
    with read_books(office.database, office.company) as b:
        assert [task.role for task in b.session.query(Task)] == ["responsable"]
    office.clicks(raised.messages[0], "undo_finance")
    with read_books(office.database, office.company) as b:
        assert [task.state for task in b.session.query(Task)] == ["cancelled"]


def test_a_paid_invoice_is_refused_with_a_sentence(office: Office) -> None:
    office.add_invoice()
    office.types("/paye FAC-123")
    seen = office.types("/escalade FAC-123")
    assert "il n’y a plus rien à relancer" in seen.private


def test_draft_mode_is_refused_with_a_sentence(
    sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock
) -> None:
    for office in open_office(sqlite_books, replace(company, mode=Mode.DRAFT), slack, clock):
        office.add_invoice()
        seen = office.types("/escalade FAC-123")
        assert "mode brouillon" in seen.private
        assert "escalade_send" not in str(seen.whispers)


def test_a_step_that_changed_since_it_was_shown_is_shown_anew(office: Office, clock: Clock) -> None:
    office.add_invoice(due=date(2026, 11, 2))
    seen = office.types("/escalade FAC-123")
    other = office.types("/escalade FAC-123", user="U0SOPHIE")
    office.clicks(other.whispers[0], "escalade_send", user="U0SOPHIE")
    with office.database.write() as session:
        row = session.query(Reminder).one()
        session.query(Reminder).update({"state": "sent", "sent_at": clock.at})
        session.add(
            StepDone(
                company_id=row.company_id,
                invoice_id=1,
                step="ferme",
                day=7,
                done_on=date(2026, 11, 23),
                how="sent",
                by="U0SOPHIE",
            )
        )
    office.clicks(seen.whispers[0], "escalade_send")
    assert any("La prochaine étape a changé" in whisper["text"] for whisper in office.slack.ephemerals)
    assert len(reminders(office)) == 1


@pytest.mark.parametrize("line", ["/escalade", "/escalade aide"])
def test_without_a_number_it_explains_itself(office: Office, line: str) -> None:
    assert "montre la prochaine étape" in office.types(line).private


@pytest.mark.parametrize(
    "line", ["/escalade FAC-123 et FAC-124", "/escalade FAC-124, FAC-123", "/escalade FAC-123 à 124"]
)
def test_several_of_one_customer_are_one_message(office: Office, line: str) -> None:
    office.add_invoice("FAC-123", due=date(2026, 11, 9))
    office.add_invoice("FAC-124", due=date(2026, 11, 12))
    seen = office.types(line)
    assert "Le message porte 2 factures : FAC-123 et FAC-124." in seen.private
    sent = office.clicks(seen.whispers[0], "escalade_send")
    assert "à *Garage Martin* pour FAC-123 et FAC-124" in sent.public


def test_what_no_message_can_carry_is_said_before_anything_leaves(office: Office) -> None:
    office.add_invoice("FAC-123")
    office.add_invoice("FAC-124")
    office.types("/paye FAC-124")
    seen = office.types("/escalade FAC-124, FAC-123")
    assert "Sans FAC-124 : `/escalade FAC-124` dit pourquoi." in seen.private
    assert "*FAC-123* · Garage Martin" in seen.private


def test_invoices_of_two_customers_are_escalated_one_after_the_other(office: Office) -> None:
    office.add_invoice("FAC-123")
    office.add_invoice("FAC-200", name="Zinc SARL")
    asked = office.types("/escalade FAC-123 et FAC-200")
    assert "ces factures ne sont pas d’un même client" in asked.private
    assert "*FAC-200* · Zinc SARL" in office.clicks(asked.whispers[0], "again:1").private
