"""From a reminder to its answer: real SMTP out, a real mailbox in, Slack, and the plan that follows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from receivables.company import Company
from scheduler.inbox import Inbox, inbox
from scheduler.inbox_imap import address_of
from store.books import open_books
from store.engine import Database
from tests import builders
from tests.flows.office import Office, open_office
from tests.imap_server import ImapServer, imap_server
from tests.scheduler import mails

LATE = date(2026, 11, 16)
"""A Monday: seven days after the due date."""


@pytest.fixture(scope="module")
def imap() -> Iterator[ImapServer]:
    with imap_server("Relances") as server:
        yield server


@pytest.fixture
def box(imap: ImapServer, company: Company) -> Inbox:
    imap.rebuild()
    return inbox(address_of(imap.url), {company.key: company})


@pytest.fixture
def office(database: Database, company: Company, box: Inbox) -> Iterator[Office]:
    company = replace(company, bounce_to="rebonds@durand.example")
    with open_office(database, company) as office:
        office.inbox = replace(box, companies={company.key: company})
        with open_books(database, company) as b:
            customer = builders.customer(b, "Garage Martin", owner=builders.PAUL)
            builders.invoice(b, customer, "FAC-123", due=date(2026, 11, 9))
        yield office


def test_a_reply_holds_the_next_reminder_until_somebody_handles_it(office: Office, imap: ImapServer) -> None:
    office.tick(LATE, "08:30")
    office.tick(LATE, "10:00")
    [sent] = office.mailbox.mails
    imap.deliver(mails.reply(sent, "Bonjour, nous réglerons vendredi.", at=office.now), at=office.now)
    report = office.tick(date(2026, 11, 24), "08:30")
    assert report.incoming == 1
    assert report.planned == 0
