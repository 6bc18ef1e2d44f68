"""The word a customer gets for each instalment of a payment plan, over real SMTP, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from receivables.company import Company, Mode
from receivables.payment_plans import Instalment
from scheduler.jobs import tick
from store import digest, pauses, undo
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Customer, Invoice, Reminder, StepDone
from store.disputes import acts as disputes
from store.payment_plans import acts as payment_plans
from store.payment_plans import payments as plan_payments
from tests import builders
from tests.flows.test_statements import at, march, on_sqlite, plain, rows, works
from tests.scheduler.posting import Mailbox, mail_server

AGREED = date(2026, 4, 8)
SATURDAY, SECOND = date(2026, 4, 18), date(2026, 5, 14)  # 14 May 2026 is Ascension Day
FRIDAY, EVE = date(2026, 4, 17), date(2026, 5, 13)
LEA = "Léa Brun <compta@client.example>"
FIRST = f"17/04 {LEA} Votre échéance 1 sur 2 : 400,00 € pour le 18 avril (Garage Martin)"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as server:
        yield server


def agreed(database: Database, company: Company, on: date = AGREED, first: date = SATURDAY) -> int:
    """A customer who owes 940 € agrees on two instalments; return the plan."""
    invoice_id = march(database, company)
    parts = [Instalment(first, Decimal("400.00")), Instalment(SECOND, Decimal("540.00"))]
    with open_books(database, company) as b:
        return payment_plans.make(
            b, [invoice_id], instalments=parts, by=builders.MARIE, at=at(on, 11)
        ).plan_id


def pays(database: Database, company: Company, plan_id: int, amount: str, when: datetime) -> int:
    with open_books(database, company) as b:
        return plan_payments.record(
            b, plan_id, amount=Decimal(amount), received_on=when.date(), by=builders.MARIE, at=when
        ).entry_id


def planned(database: Database, company: Company, mailbox: Mailbox, day: date) -> None:
    """Make the morning's plan, before the window: nothing leaves yet."""
    early = datetime(day.year, day.month, day.day, 6, 40, tzinfo=UTC)
    tick(database, company, mailbox.senders(), at=early)


def test_each_leaves_once_on_its_date_or_the_last_open_day_before(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    plan = agreed(database, company)
    assert works(database, company, mailbox, date(2026, 4, 16), FRIDAY, FRIDAY) == [FIRST]
    text = " ".join(plain(mailbox.mails[-1].get_body(("plain",)).get_content()).split())  # type: ignore[union-attr]
    assert "la 1re échéance (sur 2), de 400,00 €, est à régler au plus tard le samedi 18 avril 2026." in text
    assert "Il restera ensuite 540,00 €" in text
    assert "IBAN" in text
    assert "retard" not in text
    assert "pénalité" not in text
    assert rows(database, company, "instalment") == [(FRIDAY, "sent", None)]
    assert works(database, company, mailbox, date(2026, 4, 20), date(2026, 4, 21)) == []
    pays(database, company, plan, "400.00", at(date(2026, 4, 21), 11))
    told = works(database, company, mailbox, date(2026, 5, 12), EVE, date(2026, 5, 15))
    assert [line[:5] for line in told] == ["13/05"]
    assert "échéance 2 sur 2" in told[0]
    with read_books(database, company) as b:
        assert b.session.scalars(select(StepDone)).all() == []
        assert b.session.scalars(select(Customer.thread_id)).one() is None
        assert digest.morning_figures(b, EVE).instalments == 1


def test_one_met_before_its_date_is_not_written_about(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    plan = agreed(database, company)
    works(database, company, mailbox, FRIDAY)
    pays(database, company, plan, "940.00", at(date(2026, 4, 20), 11))
    assert works(database, company, mailbox, EVE, date(2026, 5, 15)) == []
    assert len(mailbox.mails) == 1


def test_one_met_in_part_asks_for_the_rest(database: Database, company: Company, mailbox: Mailbox) -> None:
    plan = agreed(database, company)
    pays(database, company, plan, "150.00", at(date(2026, 4, 10), 11))
    works(database, company, mailbox, FRIDAY)
    text = " ".join(plain(mailbox.mails[-1].get_body(("plain",)).get_content()).split())  # type: ignore[union-attr]
    assert "la 1re échéance (sur 2), de 250,00 €" in text


def test_a_broken_plan_is_written_about_no_more(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    agreed(database, company)
    works(database, company, mailbox, FRIDAY)
    told = works(database, company, mailbox, date(2026, 4, 23), date(2026, 5, 12), EVE, date(2026, 5, 15))
    assert not [line for line in told if "échéance" in line]
    assert len(rows(database, company, "instalment")) == 1


def test_money_or_a_change_of_plan_that_morning_calls_it_off_and_undone_brings_it_back(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    plan = agreed(database, company)
    planned(database, company, mailbox, FRIDAY)
    assert rows(database, company, "instalment") == [(FRIDAY, "planned", None)]
    paid = pays(database, company, plan, "400.00", datetime(2026, 4, 17, 7, tzinfo=UTC))
    assert works(database, company, mailbox, FRIDAY) == []
    assert rows(database, company, "instalment") == [(FRIDAY, "cancelled", "instalment_met")]
    with open_books(database, company) as b:
        undo.undo(b, paid, by=builders.MARIE, at=at(FRIDAY, 14))
    monday = date(2026, 4, 20)
    assert [line[:5] for line in works(database, company, mailbox, monday, monday)] == ["20/04"]
    assert rows(database, company, "instalment") == [(monday, "sent", None)]


def test_a_plan_taken_back_that_morning_calls_it_off(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    invoice_id = march(database, company)
    with open_books(database, company) as b:
        parts = [Instalment(SATURDAY, Decimal("400.00"))]
        made = payment_plans.make(b, [invoice_id], instalments=parts, by=builders.MARIE, at=at(AGREED))
    planned(database, company, mailbox, FRIDAY)
    with open_books(database, company) as b:
        undo.undo(b, made.entry_id, by=builders.MARIE, at=datetime(2026, 4, 17, 7, tzinfo=UTC))
    works(database, company, mailbox, FRIDAY)
    assert rows(database, company, "instalment") == [(FRIDAY, "cancelled", "plan_over")]


@pytest.mark.parametrize("trouble", ["disputed", "paused", "insolvent"])
@on_sqlite
def test_nothing_is_said_while_something_else_is_at_stake(
    database: Database, company: Company, mailbox: Mailbox, trouble: str
) -> None:
    agreed(database, company)
    with open_books(database, company) as b:
        invoice = b.session.scalars(select(Invoice)).one()
        late = at(date(2026, 4, 16))
        if trouble == "disputed":
            disputes.open_dispute(b, invoice.id, kind="quality", by=builders.MARIE, at=late)
        if trouble == "paused":
            pauses.pause(
                b, invoice_id=invoice.id, until=date(2026, 5, 1), reason=None, by=builders.MARIE, at=late
            )
        if trouble == "insolvent":
            b.session.get_one(Customer, invoice.customer_id).insolvent_on = AGREED
    works(database, company, mailbox, FRIDAY, date(2026, 4, 20), date(2026, 4, 21))
    assert rows(database, company, "instalment") == []


@on_sqlite
def test_where_another_mail_leaves_it_waits_a_day_and_no_longer_than_the_grace(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    agreed(database, company)
    with open_books(database, company) as b:
        customer = b.session.scalars(select(Customer)).one()
        builders.invoice(b, customer, "FAC-8", due=FRIDAY, issued=date(2026, 3, 16))
    told = works(database, company, mailbox, FRIDAY, date(2026, 4, 20), date(2026, 4, 21))
    assert [line[:5] for line in told] == ["17/04", "20/04"]
    assert "échéance 1 sur 2" in told[1]


@on_sqlite
def test_one_agreed_on_for_the_same_day_or_in_draft_is_not_written_about(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    agreed(database, company, on=FRIDAY)
    assert works(database, company, mailbox, FRIDAY, date(2026, 4, 20), date(2026, 4, 21)) == []
    assert rows(database, company, "instalment") == []
    assert works(database, replace(company, mode=Mode.DRAFT), mailbox, EVE) == []


def test_sandbox_mail_goes_to_the_trial_address(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    agreed(database, company)
    works(database, replace(company, mode=Mode.SANDBOX), mailbox, FRIDAY)
    assert mailbox.taken[0].rcpt_tos == ["essai@durand.example"]
    with read_books(database, company) as b:
        assert b.session.scalars(select(Reminder.sandbox)).all() == [True]
