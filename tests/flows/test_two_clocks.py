"""Two clocks live the same weeks on one database: each plan, digest and mail exists once."""

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from receivables.company import Company
from scheduler.jobs import TickReport
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement, Reminder, ReminderItem, Run
from tests import builders
from tests.flows.office import Office, open_office

TUESDAY = date(2026, 4, 7)
"""The day after Easter Monday."""
CUSTOMERS = 24


def fill(database: Database, company: Company) -> None:
    """Two invoices a customer, due one after another, so that mails leave on most days."""
    with open_books(database, company) as b:
        for number in range(CUSTOMERS):
            client = builders.customer(b, f"Client {number:02}", email=f"client{number:02}@client.example")
            due = TUESDAY + timedelta(days=number % 12 - 14)
            builders.invoice(b, client, f"FAC-{number:03}", due=due)
            builders.invoice(b, client, f"FAC-{number + 100:03}", due=due + timedelta(days=9))


def strike_together(office: Office, day: date, clock: str, clocks: int) -> list[TickReport]:
    """Have so many clocks strike at the same moment."""
    together = threading.Barrier(clocks)
    reports: list[TickReport] = []

    def strike() -> None:
        together.wait(20)
        reports.append(office.tick(day, clock))

    threads = [threading.Thread(target=strike) for _ in range(clocks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == clocks, "a clock stopped on an error"
    return reports


def live(office: Office, days: int, clocks: int) -> list[date]:
    """Let the clocks strike morning and noon, each day; return the open days."""
    lived = []
    for number in range(days):
        day = TUESDAY + timedelta(days=number)
        morning = strike_together(office, day, "08:30", clocks)
        assert sum(report.planned > 0 for report in morning) <= 1
        strike_together(office, day, "10:05", clocks)
        if office.company.calendar.is_open(day):
            lived.append(day)
    return lived


@pytest.mark.parametrize(
    ("days", "clocks"), [(4, 2), pytest.param(30, 4, marks=pytest.mark.soak)], ids=["week", "month"]
)
def test_several_clocks_make_each_plan_digest_and_mail_once(
    database: Database, company: Company, days: int, clocks: int
) -> None:
    fill(database, company)
    with open_office(database, company) as office:
        lived = live(office, days, clocks)
        assert office.digests() == lived
        mails = [(address, mail.day) for address, box in office.mails().items() for mail in box]
        assert len(mails) > days
        assert [twice for twice, count in Counter(mails).items() if count > 1] == []
        ids = [mail["Message-ID"] for mail in office.mailbox.mails]
        assert len(ids) == len(set(ids))
        books_say_so(office, len(mails), lived)


def books_say_so(office: Office, mails: int, lived: list[date]) -> None:
    """What the books keep agrees with what left."""
    with read_books(office.database, office.company) as b:
        states = dict(b.session.execute(select(Reminder.state, func.count()).group_by(Reminder.state)).all())
        assert states.pop("sent") == mails
        assert set(states) <= {"cancelled"}
        plans = b.session.scalars(select(Run.period).where(Run.job == "plan").order_by(Run.period)).all()
        assert plans == [day.isoformat() for day in lived]
        announced = b.session.scalars(select(Announcement.key)).all()
        assert len(announced) == len(set(announced))
        rounds = b.session.execute(select(ReminderItem.invoice_id, ReminderItem.step, ReminderItem.round))
        assert max(Counter(map(tuple, rounds)).values()) == 1
