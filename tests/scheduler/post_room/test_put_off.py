"""Refusals that are our own trouble: no address dies, the message waits, and the team is told once."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from receivables.company import Company
from scheduler.post_room.outbox import SendReport, send_due
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement, Contact, Reminder, StepDone, Task
from tests import builders
from tests.scheduler.posting import Mailbox, SetClock, planned

OURS = [
    "550 5.7.1 client host blocked by our blocklist",
    "550 5.4.5 daily sending quota exceeded",
    "554 5.7.1 <{}>: relay access denied",
    "550 5.3.2 system not accepting messages",
    "503 5.5.1 bad sequence of commands",
    "554 no",
]


def mornings(database: Database, company: Company, count: int) -> None:
    """Plan a mail to each of so many customers."""
    with open_books(database, company) as b:
        for one in range(count):
            customer = builders.customer(b, f"Client {one}", email=f"a{one}@client.example")
            planned(b, customer, [builders.invoice(b, customer, f"FAC-{one}", due=date(2026, 4, 1))])


def column(database: Database, company: Company, what: Any) -> list[Any]:
    with read_books(database, company) as b:
        return list(b.session.scalars(select(what)))


@pytest.mark.parametrize("words", OURS)
@pytest.mark.parametrize("by_sender", [True, False])
def test_our_own_trouble_kills_no_address_and_the_same_row_leaves_later(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock, words: str, *, by_sender: bool
) -> None:
    mornings(database, company, 1)
    mailbox.refuse_sender, mailbox.refuse_all = (words, "") if by_sender else ("", words)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(postponed=1)
    [told] = column(database, company, Announcement.data)
    assert told["words"].startswith(words[:8])
    assert column(database, company, Contact.bounced_at) == [None]
    assert column(database, company, Task.kind) == []
    assert column(database, company, Reminder.state) == ["planned"]
    [identity] = column(database, company, Reminder.message_id)
    mailbox.refuse_sender = mailbox.refuse_all = ""
    clock.later(minutes=5)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert mailbox.mails[0]["Message-ID"] == identity
    assert column(database, company, StepDone.step) == ["ferme"]


@pytest.mark.parametrize("words", OURS)
def test_the_same_refusal_thrice_in_a_row_stops_the_run_and_is_one_message(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock, words: str
) -> None:
    mornings(database, company, 12)
    mailbox.refuse_all = words
    report = send_due(database, company, mailbox.senders(), now=clock)
    assert (report.postponed, report.sent, report.failed) == (3, 0, 0)
    assert report.down is not None
    assert report.down.startswith(words[:8])
    assert mailbox.tried == 3
    assert set(column(database, company, Reminder.state)) == {"planned"}
    assert set(column(database, company, Contact.bounced_at)) == {None}
    [told] = column(database, company, Announcement.data)
    assert (len(told["waiting"]), told["stopped"]) == (3, told["words"])
    clock.later(minutes=1)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport()
    assert mailbox.tried == 3
    mailbox.refuse_all = ""
    clock.later(minutes=5)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=12)


def test_refused_all_day_the_team_hears_of_it_once_a_day(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    mornings(database, company, 1)
    mailbox.refuse_all = OURS[0]
    for minutes in (0, 5, 15, 45, 135):
        clock.later(minutes=minutes)
        assert send_due(database, company, mailbox.senders(), now=clock).postponed == 1
    assert len(column(database, company, Announcement.key)) == 1
    assert column(database, company, Reminder.attempts) == [5]
    [due_at] = column(database, company, Reminder.due_at)
    assert due_at.date() == clock.at.date() + timedelta(days=1)  # the opening of the next open day


def test_other_refusals_and_mails_that_leave_in_between_let_the_run_go_on(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    mornings(database, company, 9)
    for one in (0, 1, 3, 4, 6, 7):
        mailbox.refuse_recipient[f"a{one}@client.example"] = OURS[0]
    mailbox.refuse_recipient["a5@client.example"] = OURS[1]
    report = send_due(database, company, mailbox.senders(), now=clock)
    assert report == SendReport(sent=2, postponed=7)
    assert len(column(database, company, Announcement.key)) == 1


@pytest.mark.parametrize("pipelining", [True, False])
def test_of_two_addresses_the_dead_one_dies_and_the_other_is_tried_again(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock, *, pipelining: bool
) -> None:
    mailbox.pipelining = pipelining
    with open_books(database, company) as b:
        both = builders.customer(b, "Deux", email="a@client.example")
        builders.contact(b, both, "b@client.example")
        planned(b, both, [builders.invoice(b, both, "FAC-1", due=date(2026, 4, 1))])
    mailbox.refuse_recipient = {"a@client.example": OURS[0], "b@client.example": "550 5.1.1 unknown"}
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(postponed=1)
    with read_books(database, company) as b:
        dead = [row.email for row in b.session.query(Contact).filter(Contact.bounced_at.is_not(None))]
    assert dead == ["b@client.example"]
    mailbox.refuse_recipient.clear()
    clock.later(minutes=5)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert mailbox.mails[0]["To"] == "a@client.example"


def test_a_recipient_refused_by_policy_stays_written_to_when_another_took_the_mail(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    with open_books(database, company) as b:
        both = builders.customer(b, "Deux", email="a@client.example")
        builders.contact(b, both, "b@client.example")
        planned(b, both, [builders.invoice(b, both, "FAC-1", due=date(2026, 4, 1))])
    mailbox.refuse_recipient = {"b@client.example": OURS[0]}
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert column(database, company, Contact.bounced_at) == [None, None]


UNKNOWN = "550 5.1.1 user unknown"


def test_a_server_that_knows_nobody_kills_five_addresses_and_no_more(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    """Over five, and over half of the day's: that is rather our own server's doing, and a person's to see."""
    mornings(database, company, 20)
    mailbox.refuse_all = UNKNOWN
    report = send_due(database, company, mailbox.senders(), now=clock)
    assert (report.failed, report.postponed, mailbox.tried) == (5, 3, 8)
    assert report.down is not None
    assert sum(at is not None for at in column(database, company, Contact.bounced_at)) == 5
    [told] = [each for each in column(database, company, Announcement.data) if each.get("stopped")]
    assert told["words"].startswith(UNKNOWN[:9])
    for _ in range(30):
        clock.later(minutes=10)
        send_due(database, company, mailbox.senders(), now=clock)
    assert sum(at is not None for at in column(database, company, Contact.bounced_at)) == 5
    mailbox.refuse_all = ""
    clock.at += timedelta(days=1)
    send_due(database, company, mailbox.senders(), now=clock)
    clock.later(hours=1)
    send_due(database, company, mailbox.senders(), now=clock)


def test_dead_addresses_among_many_that_live_are_believed_each(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    mornings(database, company, 20)
    mailbox.refuse_recipient = {f"a{one}@client.example": UNKNOWN for one in range(0, 20, 3)}
    report = send_due(database, company, mailbox.senders(), now=clock)
    assert (report.sent, report.failed) == (13, 7)
    assert sum(at is not None for at in column(database, company, Contact.bounced_at)) == 7
