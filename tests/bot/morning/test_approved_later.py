"""What becomes of a request, or of what was approved, when something else keeps it back or changes it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store.books import open_books
from store.db.engine import Database
from store.db.tables import Reminder
from store.invoices import ending
from store.payments import acts as payments
from store.reminders import card_marks
from tests.bot import limits
from tests.bot.conftest import Clock, Office, open_office, plain
from tests.bot.morning.test_approvals import (
    approve,
    asked,
    carried,
    choose,
    rows,
    states,
    text,
    texts,
)
from tests.bot.morning.test_cards import MORNING, TODAY, morning, roles, say

SATURDAY = MORNING + timedelta(days=5)


@pytest.fixture
def office(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    strict = replace(roles(company), approval_above=Decimal(1000))
    strict = replace(strict, roles={**strict.roles, "responsable": ("U0PAUL",)})
    yield from open_office(sqlite_books, strict, slack, clock)


def leave(office: Office) -> None:
    """Have all that is planned leave, as the post room notes it."""
    with open_books(office.database, office.company) as b:
        for row in b.session.query(Reminder).filter_by(state="planned"):
            row.state, row.sent_at = "sent", office.clock.at
            card_marks.of_messages(b, [row.id])
    say(office)


def page(office: Office) -> str:
    return plain("\n".join(limits.texts(office.slack.views[-1]["blocks"])))


def test_what_another_message_keeps_back_can_be_approved_and_leaves_when_it_may(office: Office) -> None:
    """After ten, the smaller invoice has left: the large one cannot leave before Monday 30, by spacing."""
    office.add_invoice(amount="5000.00", due=date(2026, 11, 3))
    office.add_invoice("FAC-124", amount="900.00")
    morning(office)
    leave(office)
    office.clock.at = MORNING + timedelta(hours=2)
    choose(office, "approve")
    assert "Rien ne part pour l’instant : trop proche d’un autre message." in page(office)
    assert "notre facture FAC-123" in page(office)
    assert "submit" in office.slack.views[-1]
    office.sends({}, user="U0PAUL")
    assert (
        "✅ Approuvé par <@U0PAUL>. Part quand plus rien ne le retient (FAC-123, trop proche d’un autre "
        "message), s’il est toujours le même."
    ) in text(office)
    morning(office, at=MORNING + timedelta(days=7))
    assert rows(office)[-1] == ("planned", "horloge", "U0PAUL")
    office.clock.at = MORNING + timedelta(days=7, hours=2)
    leave(office)
    assert "Approuvé par <@U0PAUL>. Parti le 30/11 à 10:30." in text(office)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/relances pause FAC-123 jusqu’au 15/12", "suspendue"),
        ("/relances promesse FAC-123 le 04/12", "promesse notée"),
    ],
)
def test_what_is_held_besides_may_be_approved_by_itself(office: Office, line: str, reason: str) -> None:
    office.add_invoice()
    morning(office)
    office.types(line)
    choose(office, "approve")
    assert f"Rien ne part pour l’instant : {reason}." in page(office)
    assert "submit" in office.slack.views[-1]
    office.sends({}, user="U0PAUL")
    assert states(office) == ["approved"]
    assert rows(office) == []
    assert f"Part quand plus rien ne le retient (FAC-123, {reason})" in text(office)


def test_the_message_of_an_earlier_day_lists_what_waits_until_there_is_a_new_one(office: Office) -> None:
    office.add_invoice()
    office.add_invoice("FAC-200", "Hôtel de la Plage", amount="3000.00")
    morning(office)
    office.clock.at = SATURDAY
    approve(office)
    say(office)
    assert "1 envoi attend, 1 200,00 €" in text(office)
    assert "FAC-123 · *1 200,00 €* · à compta@client.example\n_En attente depuis le 23/11._" in text(office)
    assert "✅ Approuvé par <@U0PAUL>. Part avec la prochaine liste du matin" in text(office)
    office.clicks(asked(office)[-1], "approval_undo", user="U0PAUL")
    assert states(office) == ["asked", "asked"]
    assert "2 envois attendent, 4 200,00 €" in text(office)


def test_once_there_is_a_new_message_the_earlier_one_keeps_what_was_answered_before(office: Office) -> None:
    office.add_invoice()
    office.add_invoice("FAC-200", "Hôtel de la Plage", amount="3000.00")
    morning(office)
    office.clock.at = SATURDAY
    approve(office)
    morning(office, at=MORNING + timedelta(days=7))
    before, now = asked(office)
    assert "1 envoi attend encore : voir le message du jour." in texts(before)
    assert "Hôtel de la Plage" in texts(before)
    assert "1 envoi attend, 1 200,00 €" in texts(now)
    assert "Hôtel de la Plage" not in texts(now)


def test_what_was_approved_and_then_paid_in_part_is_not_said_to_have_left(office: Office) -> None:
    """The mail leaves without it: it waits for an approval anew."""
    id_ = office.add_invoice(amount="5000.00", due=date(2026, 11, 3))
    office.add_invoice("FAC-124", amount="400.00", due=date(2026, 11, 3))
    morning(office)
    office.clock.at = MORNING + timedelta(minutes=10)
    approve(office)
    assert carried(office) == [["FAC-123", "FAC-124"]]
    with open_books(office.database, office.company) as b:
        payments.record(b, id_, amount=Decimal(1000), received_on=TODAY, by="U0MARIE", at=office.clock.at)
    say(office)
    told = (
        "Approuvé par <@U0PAUL>. Ne part plus : FAC-123, montant changé. Ce qui reste à envoyer sera présenté"
    )
    assert told in text(office)
    assert "approval_undo" not in str(asked(office)[0]["blocks"])


def test_a_void_request_holds_no_row_and_its_message_says_why_it_is_void(office: Office) -> None:
    id_ = office.add_invoice(amount="1500.00")
    morning(office)
    assert "attend un accord" in plain(str(office.types("/relances").whispers))
    with open_books(office.database, office.company) as b:
        payments.record(b, id_, amount=Decimal(1000), received_on=TODAY, by="U0MARIE", at=MORNING)
    assert "attend un accord" not in plain(str(office.types("/relances").whispers))
    morning(office, at=MORNING + timedelta(days=1))
    assert states(office) == ["void"]
    assert "_Annulé : FAC-123, montant changé. Ce qui reste à envoyer sera présenté de nouveau._" in text(
        office
    )


def test_without_what_was_handed_over_the_rest_is_under_the_limit_and_waits_for_nobody(
    office: Office,
) -> None:
    id_ = office.add_invoice(amount="800.00")
    office.add_invoice("FAC-124", amount="300.00")
    morning(office)
    assert plain(str(office.types("/relances").whispers)).count("attend un accord") == 2
    with open_books(office.database, office.company) as b:
        ending.hand_over(b, id_, by="U0PAUL", at=MORNING)
    assert "attend un accord" not in plain(str(office.types("/relances").whispers))
    say(office)
    assert (
        "Annulé : FAC-123, remise au recouvrement. Ce qui reste à envoyer sera présenté de nouveau."
        in text(office)
    )
