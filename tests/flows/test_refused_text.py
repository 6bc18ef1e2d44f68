"""A mail that the server refuses for what it is: a person first, and then the same step again."""

from collections.abc import Iterator
from datetime import date

import pytest

from message_templates import why
from receivables.codes.tasks import TaskOutcome
from receivables.company import Company
from receivables.language import Language
from store.accounts import facts as accounts
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Contact, Invoice, Reminder
from store.tasks import acts as tasks
from tests import builders
from tests.flows.office import Office, open_office

FIRM = date(2026, 11, 16)
"""A Monday: seven days after the due date."""


@pytest.fixture
def office(database: Database, company: Company) -> Iterator[Office]:
    with open_office(database, company) as office:
        with open_books(database, company) as b:
            for one in (1, 2):
                customer = builders.customer(b, f"Client {one}", email=f"a{one}@client.example")
                builders.invoice(b, customer, f"FAC-{one}", due=date(2026, 11, 9))
        yield office


def reason(office: Office, day: date) -> str:
    """Return why the first invoice is, or is not, reminded on a day."""
    with read_books(office.database, office.company) as b:
        invoice = b.session.query(Invoice).filter_by(number="FAC-1").one()
        decision = accounts.why(b, invoice.id, on=day, now=office.instant(day, "09:00"))
        if decision.reason == "uncertain":
            assert "Le serveur a refusé le dernier envoi" in why.detail(decision, Language.FR)
        return str(decision.reason)


def refused_on_monday(office: Office) -> None:
    office.mailbox.refuse_data = ["554 5.6.0 message content rejected"]
    office.tick(FIRM, "08:30")
    report = office.tick(FIRM, "10:00")
    assert (report.sent, report.failed) == (1, 1)


def test_it_is_not_planned_anew_before_a_person_says_so(office: Office) -> None:
    refused_on_monday(office)
    for day in (17, 18, 19):
        assert office.tick(date(2026, 11, day), "08:30").planned == 0
        assert office.tick(date(2026, 11, day), "10:00").failed == 0
        assert reason(office, date(2026, 11, day)) == "uncertain"
    with open_books(office.database, office.company) as b:
        assert b.session.query(Contact).filter(Contact.bounced_at.is_not(None)).count() == 0
        [task] = tasks.open_tasks(b)
        assert (task.kind, task.causes[0][1]) == ("send_refused", "554 5.6.0 message content rejected")
        at = office.instant(date(2026, 11, 19), "11:00")
        tasks.close(b, task.id, outcome=TaskOutcome.DONE, by=builders.MARIE, at=at)
    assert office.tick(date(2026, 11, 20), "08:30").planned == 1
    assert office.tick(date(2026, 11, 20), "10:00").sent == 1
    with read_books(office.database, office.company) as b:
        assert [row.state for row in b.session.query(Reminder).order_by(Reminder.id)] == [
            "failed",
            "sent",
            "sent",
        ]


def test_the_same_refusal_of_every_text_fails_three_and_stops(office: Office) -> None:
    with open_books(office.database, office.company) as b:
        for one in range(3, 9):
            customer = builders.customer(b, f"Client {one}", email=f"a{one}@client.example")
            builders.invoice(b, customer, f"FAC-{one}", due=date(2026, 11, 9))
    office.mailbox.refuse_data = ["554 5.7.1 this looks like spam"] * 99
    office.tick(FIRM, "08:30")
    report = office.tick(FIRM, "10:00")
    assert (report.sent, report.failed) == (0, 3)
    assert report.down is not None
    office.announce()
    assert len([each for each in office.slack.messages() if "pour de bon" in str(each)]) == 1
    office.mailbox.refuse_data = []
    assert office.tick(FIRM, "10:06").sent == 5
