"""What people see: who takes a message, whatever the settings have become since it was planned."""

from dataclasses import replace
from datetime import date

import pytest

from receivables.codes.channels import Channel, Reach
from receivables.company import Company, Mode
from scheduler.post_room.outbox import SendReport, send_due
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement, Reminder, StepDone
from store.morning.cards import deck
from tests import builders
from tests.scheduler.posting import Mailbox, SetClock, planned


def reminder_of(database: Database, company: Company, name: str) -> int:
    """Plan one message to a customer about an invoice that is late."""
    with open_books(database, company) as b:
        customer = builders.customer(b, name)
        return planned(b, customer, [builders.invoice(b, customer, name, due=date(2026, 4, 1))]).id


@pytest.mark.parametrize("known", [True, False], ids=["without a sender", "taken out of the settings"])
def test_a_message_of_a_channel_that_nobody_sends_fails_and_stops_no_other(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock, *, known: bool
) -> None:
    pigeon = {"pigeon": Channel("pigeon", Reach.PHONE, "email")} if known else {}
    company = replace(company, channels={**company.channels, **pigeon})
    lost, left = (reminder_of(database, company, name) for name in ("Garage Martin", "Boulangerie Roy"))
    with open_books(database, company) as b:
        b.session.get_one(Reminder, lost).channel = "pigeon"
    with read_books(database, company) as b:
        deck(b, b.today(clock()), [lost, left], now=clock())  # the morning's cards are drawn all the same
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1, failed=1)
    with read_books(database, company) as b:
        failed, sent = (b.session.get_one(Reminder, id_) for id_ in (lost, left))
        assert (failed.state, sent.state) == ("failed", "sent")
        assert "pigeon" in (failed.error or "")
        assert [each.kind for each in b.session.query(Announcement)] == ["sends_failed"]


def test_a_message_sent_by_hand_bears_the_mode_in_which_it_left(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = reminder_of(database, company, "Garage Martin")
    with open_books(database, company) as b:
        b.session.get_one(Reminder, reminder_id).origin = "hand"
    tried = replace(company, mode=Mode.SANDBOX, sandbox_to="essai@durand.example")
    assert send_due(database, tried, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert mailbox.mails[0]["To"] == "essai@durand.example"
    with read_books(database, company) as b:
        assert b.session.get_one(Reminder, reminder_id).sandbox is True
        assert [step.sandbox for step in b.session.query(StepDone)] == [True]
