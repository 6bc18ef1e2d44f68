"""Sends of unknown fate, and what a person may say of them."""

from datetime import date

import pytest
from sqlalchemy import select

from correspondence.shown import shown_mail
from receivables.company import Company
from receivables.errors import Refused
from scheduler.email.sender import by_mail
from scheduler.post_room.outbox import SendReport, send_due
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement, Customer, Reminder, StepDone, Task
from store.post_room import uncertain
from tests import builders
from tests.refusals import refused
from tests.scheduler.post_room.test_outbox import column, one_reminder, row
from tests.scheduler.posting import NOON, Mailbox, SetClock


@pytest.fixture
def unsure(database: Database, company: Company, mailbox: Mailbox, clock: SetClock) -> int:
    """A message whose server hung up after the text."""
    reminder_id = one_reminder(database, company)
    mailbox.hang_up = 1
    assert send_due(database, company, mailbox.senders(), now=clock).uncertain == 1
    return reminder_id


def test_a_sender_killed_on_the_way_leaves_it_uncertain_after_its_lease(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = one_reminder(database, company)

    class Killed(BaseException):
        """Stands for SIGKILL: nothing below runs any handler of ours."""

    transport = mailbox.transport()

    def die(letter: object) -> None:
        raise Killed

    transport.send = die  # type: ignore[assignment]
    with pytest.raises(Killed):
        send_due(database, company, by_mail(transport, builders.KEYS), now=clock)
    assert row(database, company, reminder_id).state == "sending"
    clock.later(minutes=14)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport()
    clock.later(minutes=2)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(uncertain=1)
    assert row(database, company, reminder_id).state == "uncertain"
    assert column(database, company, Task.kind) == ["uncertain"]
    assert column(database, company, Announcement.kind) == ["uncertain"]
    assert mailbox.taken == []


def test_sent_again_it_keeps_its_message_id(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock, unsure: int
) -> None:
    before = row(database, company, unsure).message_id
    with open_books(database, company) as b:
        told = uncertain.resend(b, unsure, by="U0MARIE", at=clock.later(hours=1))
    assert (told.customer, told.numbers) == ("Garage Martin", ("FAC-123",))
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert [mail["Message-ID"] for mail in mailbox.mails] == [before, before]
    assert column(database, company, StepDone.step) == ["ferme"]
    assert column(database, company, Task.state) == ["done"]


def test_considered_sent_its_step_is_done_on_the_day_of_the_attempt(
    database: Database, company: Company, clock: SetClock, unsure: int
) -> None:
    with open_books(database, company) as b:
        uncertain.consider_sent(b, unsure, by="U0MARIE", at=clock.later(days=2))
    with read_books(database, company) as b:
        [done] = b.session.scalars(select(StepDone))
        assert done.done_on == date(2026, 4, 8)
        [reminder] = b.session.scalars(select(Reminder))
        assert (reminder.state, reminder.sent_at) == ("sent", NOON)
        assert b.session.scalars(select(Customer.thread_id)).one() == reminder.message_id


def test_its_fate_is_settled_once(database: Database, company: Company, clock: SetClock, unsure: int) -> None:
    with open_books(database, company) as b:
        uncertain.consider_sent(b, unsure, by="U0MARIE", at=clock.at)
    with open_books(database, company) as b, refused(Refused, match="déjà connu"):
        uncertain.resend(b, unsure, by="U0PAUL", at=clock.at)


def test_its_text_is_shown_as_perhaps_gone(
    database: Database, company: Company, unsure: int, clock: SetClock
) -> None:
    with read_books(database, company) as b:
        shown = shown_mail(b, unsure, now=clock.at)
    assert shown.mail is not None
    assert (shown.unsure, shown.sent_at) == (True, None)
