"""Promises, payment plans, disputes and credits through everything real: ticks, mails, and Slack."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from bot.slack.blocks import TOGETHER
from receivables.company import Company
from receivables.payment_plans import Instalment
from store.books import open_books
from store.credits import acts as credit_acts
from store.db.engine import Database
from store.db.tables import JournalLine
from store.disputes import acts as disputes
from store.payment_plans import acts as payment_plans
from store.payment_plans import payments as plan_payments
from tests.builders import MARIE
from tests.flows.ledger import Ledger
from tests.flows.office import open_office, text_of
from tests.flows.team import Team
from tests.flows.test_examples import Calendar, day

NARROW = re.compile(r"[\u00a0\u202f]")


@pytest.fixture
def calendar(database: Database, company: Company) -> Iterator[Calendar]:
    with open_office(database, company) as office:
        team = Team(office, Ledger(company))
        team.gets_customer("Martin")
        yield Calendar(office, team)


def agree(calendar: Calendar, on: str, lines: dict[str, str], *numbers: str) -> int:
    """Note a payment plan on a day, as somebody does in Slack."""
    office, ids = calendar.office, [calendar.team.ids[number] for number in numbers]
    instalments = [Instalment(day(when), Decimal(amount)) for when, amount in lines.items()]
    with open_books(office.database, office.company) as b:
        at = office.instant(day(on), "11:00")
        return payment_plans.make(b, ids, instalments=instalments, by=MARIE, at=at).plan_id


def comes(calendar: Calendar, plan_id: int, on: str, amount: str) -> None:
    """Note money that came for a plan."""
    office = calendar.office
    with open_books(office.database, office.company) as b:
        at = office.instant(day(on), "11:00")
        plan_payments.record(b, plan_id, amount=Decimal(amount), received_on=day(on), by=MARIE, at=at)


def strikes(calendar: Calendar, *days: str) -> None:
    """Have the clock strike on some days only: nothing depends on those between."""
    for each in days:
        calendar.strikes(each, each)


def news(message: dict[str, Any]) -> list[str]:
    """Return what a message tells: itself, or each of the news that came at once."""
    shown = message.get("blocks") or [{}]
    if shown[0].get("block_id") != TOGETHER:
        return [str(message["text"])]
    return [block["text"]["text"] for block in shown[1:] if block["type"] == "section"]


def said(calendar: Calendar, *words: str) -> list[str]:
    """Return the first lines of what was posted in Slack and holds one of the words, in order."""
    told = [text for message in calendar.office.slack.messages() for text in news(message)]
    texts = [NARROW.sub(" ", text) for text in told]
    return [text.splitlines()[0].split("·")[0].strip(" *") for text in texts if any(w in text for w in words)]


def test_a_plan_is_followed_instalment_by_instalment_until_one_is_missed(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03", amount="700.00")
    calendar.owes("FAC-2", due="03/04", learnt="02/03", amount="500.00")
    calendar.strikes("08/04", "08/04")
    plan = agree(
        calendar, "10/04", {"24/04": "400.00", "15/05": "400.00", "15/06": "400.00"}, "FAC-1", "FAC-2"
    )
    strikes(calendar, "13/04", "16/04", "24/04", "27/04")
    comes(calendar, plan, "27/04", "400.00")
    strikes(calendar, "28/04", "30/04", "04/05", "15/05", "18/05", "19/05")
    assert calendar.mails == [
        "08/04 firm FAC-1 FAC-2",
        "24/04 instalment FAC-1 FAC-2",
        "15/05 instalment FAC-1 FAC-2",
    ]
    # the question about the first was drawn anew once it was answered
    assert said(calendar, "Échéanc") == ["Échéance réglée", "Échéance réglée", "Échéance attendue"]
    calendar.strikes("20/05", "21/05")
    assert said(calendar, "Échéancier rompu") == ["Échéancier rompu"]
    assert calendar.mails[3:] == ["20/05 strong FAC-1 FAC-2"]
    text = text_of(calendar.office.mailbox.mails[-1])
    assert "L’échéancier convenu ensemble prévoyait 400,00 € pour le vendredi 15 mai ;" in text
    with open_books(calendar.office.database, calendar.office.company) as b:
        assert b.session.query(JournalLine).filter_by(act="plan.broken").count() == 1


def test_a_plan_that_is_met_to_its_end_sends_nothing(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03")
    calendar.strikes("08/04", "08/04")
    plan = agree(calendar, "09/04", {"15/04": "600.00", "30/04": "600.00"}, "FAC-1")
    for on in ("15/04", "29/04"):
        comes(calendar, plan, on, "600.00")
    strikes(calendar, "16/04", "17/04", "20/04", "30/04", "04/05", "06/05", "18/05")
    assert calendar.mails == ["08/04 firm FAC-1"]
    assert said(calendar, "jusqu’au bout") == ["Échéance réglée"]


def test_a_promise_kept_in_part_is_told_as_broken_and_the_mail_says_both(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03")
    calendar.strikes("08/04", "08/04")
    calendar.team.hears_promise(
        "FAC-1", Decimal("1200.00"), day("15/04"), calendar.office.instant(day("09/04"), "11:00")
    )
    calendar.team.pays("FAC-1", Decimal("500.00"), calendar.office.instant(day("15/04"), "18:00"))
    strikes(calendar, "16/04", "17/04", "20/04")
    assert said(calendar, "Promesse") == ["Promesse rompue"]
    assert said(calendar, "en entier, il manque 700,00 €")
    assert calendar.mails == ["08/04 firm FAC-1", "20/04 strong FAC-1"]
    text = text_of(calendar.office.mailbox.mails[-1])
    assert "Vous nous aviez annoncé" in text
    assert "partie" in text


def test_a_dispute_is_asked_about_and_settled_the_ladder_goes_on_where_it_was(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03")
    calendar.strikes("08/04", "08/04")
    calendar.team.hears_dispute("FAC-1", None, calendar.office.instant(day("09/04"), "11:00"))
    strikes(calendar, "15/04", "16/04", "17/04", "30/04")
    assert said(calendar, "litige") == ["Où en est ce litige ?"]
    calendar.team.settles_dispute("FAC-1", calendar.office.instant(day("30/04"), "18:00"))
    strikes(calendar, "04/05", "05/05", "06/05")
    assert calendar.mails == ["08/04 firm FAC-1", "06/05 strong FAC-1"]


def test_money_that_covers_a_disputed_invoice_is_asked_about_and_closes_nothing(calendar: Calendar) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03")
    calendar.team.hears_dispute("FAC-1", None, calendar.office.instant(day("09/04"), "11:00"))
    calendar.team.pays("FAC-1", Decimal("1200.00"), calendar.office.instant(day("10/04"), "11:00"))
    strikes(calendar, "13/04", "14/04", "21/04")
    assert said(calendar, "litige") == ["Ce paiement règle-t-il le litige ?"]
    with open_books(calendar.office.database, calendar.office.company) as b:
        assert disputes.current(b, calendar.team.ids["FAC-1"]) is not None


def test_a_credit_note_that_covers_what_is_late_keeps_the_mail_back_and_used_settles_it(
    calendar: Calendar,
) -> None:
    calendar.owes("FAC-1", due="01/04", learnt="02/03", amount="300.00")
    office = calendar.office
    with open_books(office.database, office.company) as b:
        at = office.instant(day("02/04"), "11:00")
        note = {"number": "AV-1", "amount": Decimal(300), "currency": "EUR", "issue_date": day("02/04")}
        credit_acts.add_credit_note(b, calendar.team.ids["Martin"], **note, by=MARIE, at=at)  # type: ignore[arg-type]
    strikes(calendar, "08/04", "09/04")
    assert calendar.mails == []
    with open_books(office.database, office.company) as b:
        at = office.instant(day("10/04"), "18:00")
        assert credit_acts.allocate(b, calendar.team.ids["FAC-1"], by=MARIE, at=at).settled
    strikes(calendar, "13/04", "20/04")
    assert calendar.mails == []
