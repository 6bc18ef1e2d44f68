"""Reports of delivery that anybody may write: which of them count, and what a burst of them does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email.message import EmailMessage

import pytest

from receivables.company import Company
from receivables.errors import Refused
from receivables.signing import Keys
from scheduler import tags
from scheduler.inbox import reading as inboxes
from scheduler.inbox.imap import address_of
from scheduler.inbox.reading import Inbox, read_inbox
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement, Contact, Incoming, Reminder, StepDone
from store.post_room import bursts
from store.reminders.rows import load
from tests import builders
from tests.imap_server import ImapServer, imap_server
from tests.refusals import refused
from tests.scheduler import mails
from tests.scheduler.inbox.test_inbox import NOW, ON_SQLITE, bounced, rows, sent


@pytest.fixture(scope="module")
def imap() -> Iterator[ImapServer]:
    with imap_server("Relances") as server:
        yield server


@pytest.fixture
def company(company: Company) -> Company:
    return replace(company, bounce_to="rebonds@durand.example")


@pytest.fixture
def box(imap: ImapServer, company: Company) -> Inbox:
    imap.rebuild()
    return inboxes.inbox(address_of(imap.url), {company.key: company}, builders.KEYS)


def fifteen(database: Database, company: Company) -> list[EmailMessage]:
    """A morning's mails to fifteen customers; return each as its customer has it."""
    with open_books(database, company) as b:
        return [
            sent(
                b,
                builders.customer(b, f"Client {one}", email=address(one)),
                address(one),
                number=f"FAC-{one}",
            )
            for one in range(1, 16)
        ]


def the_first(database: Database, company: Company) -> tuple[int, int]:
    """Return the first mail that left, and its customer."""
    with read_books(database, company) as b:
        [row] = b.session.query(Reminder).order_by(Reminder.id).limit(1)
        return row.id, row.customer_id


def address(one: int) -> str:
    return f"compta@client{one}.example"


def nothing_is_marked(database: Database, company: Company) -> bool:
    with read_books(database, company) as b:
        left = all(row.state == "sent" for row in b.session.query(Reminder))
        done = all(row.undone_at is None for row in b.session.query(StepDone))
    return left and done and bounced(database, company) == {}


@pytest.mark.parametrize("form", ["{id}", "{id}-{mark}", "{id}-", "{id}-0000000000aaaaaaaaaa"])
@pytest.mark.parametrize("base", ["rebonds", "compta"])
def test_fifteen_reports_counted_up_from_one_return_path_mark_nothing(
    database: Database, company: Company, box: Inbox, imap: ImapServer, form: str, base: str
) -> None:
    sent_mails = fifteen(database, company)
    with read_books(database, company) as b:
        ids = [row.id for row in b.session.query(Reminder).order_by(Reminder.id)]
    mark = tags.tag(builders.KEYS, company, 999).partition("-")[2]  # that of a mail which the debtor has
    for one, (reminder_id, mail) in enumerate(zip(ids, sent_mails, strict=True), start=1):
        to = f"{base}+{form.format(id=reminder_id, mark=mark)}@durand.example"
        imap.deliver(
            mails.delivery_report(mail, at=NOW, address=address(one), to=to, with_headers=False), at=NOW
        )
    assert read_inbox(database, box, at=NOW).bounces == 15
    assert nothing_is_marked(database, company)
    assert {row.state for row in rows(database, company)} == {"to_file"}
    with read_books(database, company) as b:  # the rest waits in the list, and the channel stays readable
        assert b.session.query(Announcement).filter_by(kind="reply").count() == 5


@ON_SQLITE
def test_message_ids_cannot_be_counted_up_either(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        sent(b, builders.customer(b, "Garage Martin"))
        row = b.session.query(Reminder).one()
        [due] = load(b, [row.id])
    due = replace(due, message_id=None)
    ours = tags.message_id(builders.KEYS, company, due, "durand.example")
    theirs = tags.message_id(Keys(("another",)), company, due, "durand.example")
    assert ours != theirs
    assert ours == tags.message_id(builders.KEYS, company, due, "durand.example")


@ON_SQLITE
@pytest.mark.parametrize(
    ("named", "marked"), [("compta@client1.example", True), ("compta@client2.example", False)]
)
def test_a_returned_message_id_counts_for_the_very_address_that_it_went_to(
    database: Database, company: Company, box: Inbox, imap: ImapServer, named: str, marked: bool
) -> None:
    mail = fifteen(database, company)[0]
    imap.deliver(mails.delivery_report(mail, at=NOW, address=named), at=NOW)
    read_inbox(database, box, at=NOW)
    assert list(bounced(database, company)) == ([named] if marked else [])
    [row] = rows(database, company)
    assert row.state == ("handled" if marked else "to_file")


@ON_SQLITE
def test_a_tag_signed_before_the_secret_changed_still_counts(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    mail = fifteen(database, company)[0]
    first = the_first(database, company)
    to = f"rebonds+{tags.tag(builders.KEYS, company, first[0])}@durand.example"
    imap.deliver(
        mails.delivery_report(mail, at=NOW, address=address(1), to=to.upper(), with_headers=False), at=NOW
    )
    rotated = Keys(("a newer secret of the tests", *builders.KEYS.secrets))
    read_inbox(database, replace(box, keys=rotated), at=NOW)
    assert list(bounced(database, company)) == [address(1)]


@ON_SQLITE
def test_a_tag_of_another_company_is_worth_nothing(database: Database, company: Company) -> None:
    told = tags.tag(builders.KEYS, company, 7)
    assert tags.read_tag(builders.KEYS, company, told) == 7
    assert tags.read_tag(builders.KEYS, replace(company, key="autre"), told) is None
    assert tags.read_tag(Keys(("another secret",)), company, told) is None


@ON_SQLITE
def test_a_signed_tag_kills_no_address_that_its_mail_did_not_go_to(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        martin = builders.customer(b, "Garage Martin")
        for local in ("chef", "dg"):
            builders.contact(b, martin, f"{local}@client.example", role="manager")
        mail = sent(b, martin, "compta@client.example", "chef@client.example")
        told = tags.tag(builders.KEYS, company, b.session.query(Reminder).one().id)
    report = mails.delivery_report(
        mail, at=NOW, address="dg@client.example", to=f"rebonds+{told}@durand.example", with_headers=False
    )
    imap.deliver(report, at=NOW)
    read_inbox(database, box, at=NOW)
    assert nothing_is_marked(database, company)


@ON_SQLITE
@pytest.mark.parametrize("signed", [True, False])
def test_a_reply_to_a_tag_is_its_customer_s_only_when_we_signed_it(
    database: Database, company: Company, box: Inbox, imap: ImapServer, *, signed: bool
) -> None:
    fifteen(database, company)
    first = the_first(database, company)
    told = tags.tag(builders.KEYS, company, first[0]) if signed else str(first[0])
    to = f"compta+{told}@durand.example"
    imap.deliver(mails.reply(None, "Bonjour", at=NOW, sender="x@y.example", To=to), at=NOW)
    read_inbox(database, box, at=NOW)
    [row] = rows(database, company)
    assert row.customer_id == (first[1] if signed else None)


# --- bursts -----------------------------------------------------------------------------------------------


def told_with_tags(
    database: Database, company: Company, imap: ImapServer, sent_mails: list[EmailMessage], which: range
) -> None:
    """Deliver a report, signed tag and all, on each of these mails."""
    with read_books(database, company) as b:
        ids = [row.id for row in b.session.query(Reminder).order_by(Reminder.id)]
    for one in which:
        to = f"rebonds+{tags.tag(builders.KEYS, company, ids[one - 1])}@durand.example"
        report = mails.delivery_report(sent_mails[one - 1], at=NOW, address=address(one), to=to)
        imap.deliver(report, at=NOW)


def test_a_burst_goes_to_a_person_before_anything_is_marked(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    told_with_tags(database, company, imap, fifteen(database, company), range(1, 7))
    assert read_inbox(database, box, at=NOW).bounces == 6
    assert nothing_is_marked(database, company)
    with read_books(database, company) as b:
        [said] = b.session.query(Announcement)
        assert (said.kind, said.data) == ("bounce_burst", {"day": "2026-04-08"})
        assert len(bursts.waiting(b, date(2026, 4, 8))) == 6
    with open_books(database, company) as b:
        assert bursts.mark(b, date(2026, 4, 8), by=builders.MARIE, at=NOW) == 6
    assert sorted(bounced(database, company)) == sorted(address(one) for one in range(1, 7))
    with read_books(database, company) as b:
        assert [row.state for row in b.session.query(Reminder)].count("failed") == 6
    with open_books(database, company) as b, refused(Refused, match="déjà été traitées"):
        bursts.ignore(b, date(2026, 4, 8), by=builders.MARIE, at=NOW)


def test_a_burst_that_nobody_believes_leaves_all_as_it_was(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    told_with_tags(database, company, imap, fifteen(database, company), range(1, 16))
    read_inbox(database, box, at=NOW)
    with open_books(database, company) as b:
        assert bursts.ignore(b, date(2026, 4, 8), by=builders.MARIE, at=NOW) == 15
    assert nothing_is_marked(database, company)
    assert {row.state for row in rows(database, company)} == {"ignored"}


@ON_SQLITE
def test_five_dead_addresses_are_no_burst_and_the_next_ones_of_that_day_are(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    sent_mails = fifteen(database, company)
    told_with_tags(database, company, imap, sent_mails, range(1, 6))
    read_inbox(database, box, at=NOW)
    assert len(bounced(database, company)) == 5
    told_with_tags(database, company, imap, sent_mails, range(6, 8))
    read_inbox(database, box, at=NOW)
    assert len(bounced(database, company)) == 5
    assert [row.state for row in rows(database, company)][5:] == ["to_file", "to_file"]


@ON_SQLITE
def test_a_tenth_of_a_day_s_mails_is_no_burst(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    sent_mails = fifteen(database, company)
    with open_books(database, company) as b:
        other = builders.customer(b, "Tous les autres", email="autres@ailleurs.example")
        for one in range(45):
            sent(b, other, "autres@ailleurs.example", number=f"AUTRE-{one}", day=one + 1)
    told_with_tags(database, company, imap, sent_mails, range(1, 7))
    read_inbox(database, box, at=NOW)
    assert len(bounced(database, company)) == 6


@ON_SQLITE
def test_a_report_taken_in_by_a_process_that_died_is_concluded_at_the_next_look(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    told_with_tags(database, company, imap, fifteen(database, company), range(1, 2))
    read_inbox(database, box, at=NOW)
    with open_books(database, company) as b:
        [row] = b.session.query(Incoming)
        row.state, row.handled_how = "pending", None
        [contact] = b.session.query(Contact).filter(Contact.bounced_at.is_not(None))
        contact.bounced_at = None
    read_inbox(database, box, at=NOW)
    assert list(bounced(database, company)) == [address(1)]
