"""What a tick does, day by day, in Paris, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from receivables.company import Company, Mode
from scheduler.jobs import TickReport, tick
from store.books import open_books, read_books
from store.calls import acts as calls
from store.db.engine import Database
from store.db.tables import Announcement, Invoice, Reminder, StepDone
from store.payments import acts as payments
from store.promises import acts as promises
from store.promises import payment_left
from store.tasks import acts as tasks
from tests import builders
from tests.scheduler.posting import Mailbox


def paris(day: date, hour: int, minute: int = 0) -> datetime:
    """Return the instant of an hour in Paris, in summer."""
    return datetime(day.year, day.month, day.day, hour - 2, minute, tzinfo=UTC)


def column(database: Database, company: Company, what: Any) -> list[Any]:
    with read_books(database, company) as b:
        return list(b.session.scalars(select(what)))


WEDNESDAY = date(2026, 4, 8)


@pytest.fixture
def late(database: Database, company: Company) -> int:
    """FAC-123, due on 1 April 2026, whose firm step falls on Wednesday 8 April."""
    with open_books(database, company) as b:
        return builders.invoice(b, builders.customer(b), "FAC-123", due=date(2026, 4, 1)).id


def test_a_day_of_ticks(database: Database, company: Company, mailbox: Mailbox, late: int) -> None:
    """Before the hour nothing; the plan at half past eight; the mail at ten; nothing more after."""
    reports = []
    for hour, minute in ((7, 0), (8, 30), (9, 30), (10, 0), (10, 1), (18, 0)):
        at = paris(WEDNESDAY, hour, minute)
        reports.append(tick(database, company, mailbox.senders(), at=at))
    nothing = TickReport()
    assert reports == [nothing, TickReport(planned=1), nothing, TickReport(sent=1), nothing, nothing]
    assert column(database, company, StepDone.step) == ["ferme"]
    assert sorted(column(database, company, Announcement.key)) == ["cards:2026-04-08:0", "digest:2026-04-08"]


def test_one_tick_inside_the_window_plans_announces_and_sends(
    database: Database, company: Company, mailbox: Mailbox, late: int
) -> None:
    said: list[int] = []

    def announce() -> int:
        said.append(len(mailbox.taken))
        return 1

    report = tick(database, company, mailbox.senders(), at=paris(WEDNESDAY, 11), announce=announce)
    assert report == TickReport(planned=1, sent=1, announced=1)
    assert said == [0], "announced before anything left"


def test_closed_days_are_quiet_and_missed_days_are_not_replayed(
    database: Database, company: Company, mailbox: Mailbox, late: int
) -> None:
    """The clock is down from the 8th to the 20th: firm leaves on the 21st, the stronger 8 days on."""
    for day in (date(2026, 4, 11), date(2026, 4, 12)):
        assert tick(database, company, mailbox.senders(), at=paris(day, 11)) == TickReport()
    sent = []
    for day in range(21, 31):
        report = tick(database, company, mailbox.senders(), at=paris(date(2026, 4, day), 11))
        sent += [day] * report.sent
    assert sent == [21, 29]


def test_in_draft_the_plan_is_made_and_nothing_leaves(
    database: Database, company: Company, mailbox: Mailbox, late: int
) -> None:
    company = replace(company, mode=Mode.DRAFT)
    assert tick(database, company, mailbox.senders(), at=paris(WEDNESDAY, 11)) == TickReport(planned=1)
    assert mailbox.taken == []
    assert column(database, company, StepDone.step) == []


def test_a_message_not_sent_by_the_evening_is_planned_anew_in_the_morning(
    database: Database, company: Company, mailbox: Mailbox, late: int
) -> None:
    tick(database, company, mailbox.senders(), at=paris(WEDNESDAY, 9))
    report = tick(database, company, mailbox.senders(), at=paris(date(2026, 4, 9), 11))
    assert (report.planned, report.sent) == (1, 1)
    assert sorted(column(database, company, Reminder.state)) == ["cancelled", "sent"]


def test_a_full_mailbox_in_the_evening_is_tried_again_next_morning_as_the_same_row(
    database: Database, company: Company, mailbox: Mailbox, late: int
) -> None:
    mailbox.refuse_data.append("452 full")
    report = tick(database, company, mailbox.senders(), at=paris(WEDNESDAY, 17, 28))
    assert (report.sent, report.postponed) == (0, 1)
    report = tick(database, company, mailbox.senders(), at=paris(date(2026, 4, 9), 11))
    assert report.sent == 1
    assert column(database, company, Reminder.state) == ["sent"]
    assert column(database, company, Reminder.day) == [date(2026, 4, 9)]


def test_the_owner_of_a_waiting_task_is_nudged_once_then_the_manager(
    database: Database, company: Company, mailbox: Mailbox, late: int
) -> None:
    """Five open days from Wednesday 1 April end on Thursday the 9th, Easter Monday being closed."""
    with open_books(database, company) as b:
        customer_id = b.session.scalars(select(Invoice.customer_id)).one()
        task = tasks.open_task(
            b, kind="letter", customer_id=customer_id, owner="U0MARIE", at=paris(date(2026, 4, 1), 9)
        )
    company = replace(company, mode=Mode.MANUAL)
    days = [date(2026, 4, number) for number in (8, 9, 10, 13, 16, 17, 20, 21)]
    for day in days:
        tick(database, company, mailbox.senders(), at=paris(day, 9))
    with open_books(database, company) as b:
        told = tasks.get_task(b, task.id)
    assert (told.nudged_on, told.raised_on) == (date(2026, 4, 10), date(2026, 4, 20))
    keys = column(database, company, Announcement.key)
    assert sorted(key for key in keys if key.startswith(("tasks", "task:", "nudge"))) == [
        f"tasks:{day}" for day in days
    ], "nothing is posted but the list of each morning"


def test_a_broken_promise_is_told_once_on_the_day_it_breaks(
    database: Database, company: Company, mailbox: Mailbox, late: int
) -> None:
    """Promised for Thursday 30 April; two open days of grace with 1 May closed: broken on Wednesday 6 May."""
    with open_books(database, company) as b:
        at = paris(date(2026, 4, 20), 9)
        promises.make(b, late, amount=None, date=date(2026, 4, 30), by="U0MARIE", at=at)
    told = []
    for day in [date(2026, 5, number) for number in range(4, 9)]:
        tick(database, company, mailbox.senders(), at=paris(day, 11))
        told.append(column(database, company, Announcement.kind).count("promise_broken"))
    assert told == [0, 0, 1, 1, 1]
    text = mailbox.mails[-1].get_body(("plain",))
    assert text is not None
    assert "30\u00a0avril" in text.get_content()


def test_a_kept_promise_is_not_told(
    database: Database, company: Company, mailbox: Mailbox, late: int
) -> None:
    with open_books(database, company) as b:
        promises.make(
            b, late, amount=Decimal("200.00"), date=date(2026, 4, 30), by="U0MARIE", at=paris(WEDNESDAY, 9)
        )
        payments.record(
            b,
            late,
            amount=Decimal("200.00"),
            received_on=date(2026, 4, 29),
            means=None,
            by="U0MARIE",
            at=paris(date(2026, 4, 29), 9),
        )
    tick(database, company, mailbox.senders(), at=paris(date(2026, 5, 6), 11))
    assert "promise_broken" not in column(database, company, Announcement.kind)


def test_after_a_payment_that_was_said_to_have_left_the_next_mail_asks_for_the_transfer_order(
    database: Database, company: Company, mailbox: Mailbox, late: int
) -> None:
    """Said on Wednesday 8 April: seen by Monday 13, two open days of grace, so nothing before Thursday 16."""
    with open_books(database, company) as b:
        payment_left.note(b, [late], by="U0MARIE", at=paris(WEDNESDAY, 8))
    sent = []
    for day in (8, 9, 10, 13, 14, 15, 16, 17):
        sent += [day] * tick(database, company, mailbox.senders(), at=paris(date(2026, 4, day), 11)).sent
    assert sent == [16]
    assert column(database, company, StepDone.step) == ["ferme"]
    text = mailbox.mails[-1].get_body(("plain",))
    assert text is not None
    said = text.get_content().replace("\u202f", " ").replace("\n", " ")
    assert "un justificatif du virement" in said
    assert "FAC-123" in said


@pytest.mark.parametrize("day", [14, 11])
def test_the_evening_of_a_call_back_that_was_not_made_its_owner_is_nudged_once(
    database: Database, company: Company, mailbox: Mailbox, late: int, day: int
) -> None:
    """Agreed for two in the afternoon, of a Tuesday and of a Saturday: told as the window closes."""
    with open_books(database, company) as b:
        calls.log(
            b, late, outcome="callback", callback_at=paris(date(2026, 4, day), 14), by="U0MARIE",
            at=paris(WEDNESDAY, 9),
        )  # fmt: skip
    told = []
    for hour, minute in ((13, 0), (15, 0), (17, 29), (17, 30), (20, 0)):
        tick(database, company, mailbox.senders(), at=paris(date(2026, 4, day), hour, minute))
        keys = column(database, company, Announcement.key)
        told.append(sum(key.startswith("call_back:") for key in keys))
    assert told == [0, 0, 0, 1, 1]


def test_a_call_back_that_was_made_nudges_nobody(
    database: Database, company: Company, mailbox: Mailbox, late: int
) -> None:
    day = date(2026, 4, 14)
    with open_books(database, company) as b:
        calls.log(
            b, late, outcome="callback", callback_at=paris(day, 14), by="U0MARIE", at=paris(WEDNESDAY, 9)
        )
    with open_books(database, company) as b:
        calls.log(b, late, outcome="reached", by="U0MARIE", at=paris(day, 14, 30))
    tick(database, company, mailbox.senders(), at=paris(day, 19))
    assert not [key for key in column(database, company, Announcement.key) if key.startswith("call_back:")]
