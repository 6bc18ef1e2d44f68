"""From a reminder to its answer: real SMTP out, a real mailbox in, Slack, and the plan that follows."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.app import build_app
from bot.slack.crew import Crew
from receivables.company import Company
from relance.demo.slack_person import SlackPerson, to_app
from scheduler.inbox.imap import address_of
from scheduler.inbox.reading import inbox
from store.accounts import facts as accounts
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Invoice, Reminder
from store.reminders import rows as outbox_rows
from tests import builders
from tests.flows.office import Office, open_office, text_of
from tests.imap_server import ImapServer, imap_server
from tests.scheduler import mails

LATE = date(2026, 11, 16)
"""A Monday: seven days after the due date."""
STRONGER = date(2026, 11, 24)
"""The day of the next step, fifteen days after the due date."""


@dataclass
class Desk:
    """The office with somebody in front of Slack."""

    office: Office
    imap: ImapServer
    person: SlackPerson
    crew: Crew

    def does(self, act: Callable[[], object]) -> None:
        """Let the person act, and the bot finish."""
        act()
        assert self.crew.wait_idle(20)
        self.office.announce()

    def shown(self, words: str) -> str:
        """Return all that the last message saying something says, with ordinary spaces."""
        text = json.dumps(self.card(words), ensure_ascii=False)
        return text.replace("\u00a0", " ").replace("\u202f", " ")

    def card(self, words: str) -> dict[str, Any]:
        """Return the last message of the channel that says something."""
        found = [each for each in self.office.slack.messages() if words in str(each)]
        assert found, words
        return dict(found[-1])

    def answers(self, text: str, day: date, clock: str) -> None:
        """Have the customer answer the last mail that it got."""
        at = self.office.instant(day, clock)
        self.imap.deliver(mails.reply(self.office.mailbox.mails[-1], text, at=at), at=at)

    def why(self, day: date) -> tuple[str, date | None]:
        """Return why the invoice is, or is not, reminded on a day."""
        with read_books(self.office.database, self.office.company) as b:
            invoice_id = b.session.query(Invoice).one().id
            at = self.office.instant(day, "09:00")
            decision = accounts.why(b, invoice_id, on=day, now=at)
            return decision.reason, decision.until


@pytest.fixture(scope="module")
def imap() -> Iterator[ImapServer]:
    with imap_server("Relances") as server:
        yield server


@pytest.fixture
def desk(database: Database, company: Company, imap: ImapServer) -> Iterator[Desk]:
    """A company whose first reminder left this Monday."""
    imap.rebuild()
    company = replace(company, bounce_to="rebonds@durand.example")
    with open_office(database, company) as office:
        office.inbox = inbox(address_of(imap.url), {company.key: company}, builders.KEYS)
        with open_books(database, company) as b:
            customer = builders.customer(b, "Garage Martin", owner=builders.PAUL)
            builders.invoice(b, customer, "FAC-123", due=date(2026, 11, 9))
        crew = Crew(2)
        client = WebClient(token=office.slack.token, base_url=office.slack.url)
        app = build_app(
            database,
            {company.key: company},
            client=client,
            signing_secret=office.slack.signing_secret,
            now=lambda: office.now,
            crew=crew,
        )
        office.tick(LATE, "08:30")
        assert office.tick(LATE, "10:00").sent == 1
        yield Desk(
            office, imap, SlackPerson(office.slack, builders.MARIE, to_app(app), company.slack_channel), crew
        )
        crew.shutdown()


def test_a_reply_holds_the_plan_and_its_promise_is_followed(desk: Desk) -> None:
    desk.answers("Bonjour, nous réglerons vendredi.", date(2026, 11, 23), "16:00")
    report = desk.office.tick(STRONGER, "08:30")
    assert (report.incoming, report.planned) == (1, 0)
    assert desk.why(STRONGER)[0] == "reply_unread"
    card = desk.card("Réponse de Garage Martin")
    assert "pour le vendredi 27" in desk.shown("Réponse de Garage Martin")
    desk.does(lambda: desk.person.press(card, "reply_promise"))
    desk.does(lambda: desk.person.submit({}))
    assert desk.why(STRONGER) == ("promised", date(2026, 12, 1))
    assert "Promesse notée" in str(desk.card("Réponse de Garage Martin"))
    for day in (25, 26, 27, 30):
        assert desk.office.tick(date(2026, 11, day), "10:00").sent == 0
    desk.office.tick(date(2026, 12, 2), "08:30")  # broken: two open days of grace are over
    assert desk.office.tick(date(2026, 12, 2), "10:00").sent == 1
    assert "27 novembre" in text_of(desk.office.mailbox.mails[-1])  # the promise that was not kept


def test_a_reply_that_comes_after_the_plan_stops_the_mail_at_the_door(desk: Desk) -> None:
    assert desk.office.tick(STRONGER, "08:30").planned == 1
    desk.answers("Pouvez-vous me rappeler ?", STRONGER, "09:40")
    report = desk.office.tick(STRONGER, "10:00")
    assert (report.incoming, report.sent, report.cancelled) == (1, 0, 1)
    desk.does(lambda: desk.person.press(desk.card("Réponse de Garage Martin"), "reply_answered"))
    desk.office.tick(date(2026, 11, 25), "08:30")
    assert desk.office.tick(date(2026, 11, 25), "10:00").sent == 1
    with read_books(desk.office.database, desk.office.company) as b:
        states = [(row.step, row.state) for row in b.session.query(Reminder).order_by(Reminder.id)]
    assert states == [("ferme", "sent"), ("renforcee", "cancelled"), ("renforcee", "sent")]


def test_a_reply_that_nobody_reads_holds_and_is_brought_up(desk: Desk) -> None:
    desk.answers("Bonjour", date(2026, 11, 23), "16:00")
    for day in (24, 25, 26, 27, 30):
        desk.office.tick(date(2026, 11, day), "08:30")
        assert desk.office.tick(date(2026, 11, day), "10:00").sent == 0
    assert "Cette réponse attend depuis le lundi 23" in desk.shown("Cette réponse attend")
    assert "1 réponse attend d’être lue" in desk.shown("Encaissements du")


def test_a_dispute_told_by_mail_leaves_the_ladder_and_comes_back_when_taken_back(desk: Desk) -> None:
    desk.answers("Nous contestons, deux pièces étaient cassées.", date(2026, 11, 23), "16:00")
    desk.office.tick(STRONGER, "08:30")
    desk.does(lambda: desk.person.press(desk.card("Réponse de Garage Martin"), "reply_dispute"))
    desk.does(lambda: desk.person.submit({}))
    assert desk.why(STRONGER)[0] == "disputed"
    desk.does(lambda: desk.person.press(desk.card("ouvre un litige"), "undo"))
    assert desk.why(STRONGER)[0] == "reply_unread"
    assert "Promesse" in str(desk.card("Réponse de Garage Martin")["blocks"])


def test_an_address_that_bounces_is_put_right_and_the_same_step_leaves_again(desk: Desk) -> None:
    office, at = desk.office, desk.office.instant(LATE, "11:00")
    sender = office.mailbox.taken[-1].mail_from or ""
    assert sender.startswith("rebonds+")
    report = mails.delivery_report(office.mailbox.mails[-1], at=at, to=sender, with_headers=False)
    desk.imap.deliver(report, at=at)
    assert office.tick(date(2026, 11, 17), "08:30").incoming == 1
    assert desk.why(date(2026, 11, 17))[0] == "no_address"
    card = desk.card("Adresse e-mail à trouver")
    desk.does(lambda: desk.person.press(card, "task_open"))
    desk.does(lambda: desk.person.press(desk.person.view or {}, "address_correct"))
    desk.does(lambda: desk.person.submit({"address": "nouvelle@client.example"}))
    office.tick(date(2026, 11, 18), "08:30")
    assert office.tick(date(2026, 11, 18), "10:00").sent == 1
    assert office.mailbox.taken[-1].rcpt_tos == ["nouvelle@client.example"]
    with read_books(office.database, office.company) as b:
        states = [(row.step, row.state) for row in b.session.query(Reminder).order_by(Reminder.id)]
    assert states == [("ferme", "failed"), ("ferme", "sent")]


def test_a_mail_that_concerns_nobody_yet_checks_nothing_again(desk: Desk) -> None:
    """A line of the journal about no customer must not have ten thousand mails looked at again."""
    office = desk.office
    office.tick(STRONGER, "08:30")
    at = office.instant(STRONGER, "09:00")
    desk.imap.deliver(mails.reply(None, "Bonjour", at=at, sender="x@ailleurs.example"), at=at)
    assert office.tick(STRONGER, "09:30").incoming == 1
    with read_books(office.database, office.company) as b:
        planned = [row.id for row in b.session.query(Reminder).filter_by(state="planned")]
        assert [row.changed for row in outbox_rows.load(b, planned)] == [False]


STRANGER = "Un comptable <cabinet@inconnu.example>"


def names_it(desk: Desk, text: str, day: date, clock: str) -> None:
    """Have a mail come from a domain that nobody knows, in no thread, that names the invoice."""
    at = desk.office.instant(day, clock)
    raw = mails.reply(None, text, at=at, sender=STRANGER, Subject="TR: vos factures FAC-123")
    desk.imap.deliver(raw, at=at)


def test_a_strangers_mail_that_names_an_invoice_holds_its_customer_until_it_is_filed(desk: Desk) -> None:
    names_it(desk, "Bonjour, la marchandise n'a jamais été reçue.", date(2026, 11, 23), "16:00")
    assert (desk.office.tick(STRONGER, "08:30").planned, desk.why(STRONGER)[0]) == (0, "reply_unread")
    shown = desk.shown("Message à classer")
    assert "Lecture proposée : litige" in shown
    assert "Il nomme une facture de *Garage Martin*" in shown
    assert desk.office.tick(STRONGER, "10:00").sent == 0
    desk.does(lambda: desk.person.press(desk.card("Message à classer"), "reply_file_to_0"))
    desk.does(lambda: desk.person.press(desk.card("Réponse de Garage Martin"), "reply_dispute"))
    desk.does(lambda: desk.person.submit({}))
    assert desk.why(STRONGER)[0] == "disputed"


def test_it_holds_no_more_once_somebody_says_that_it_is_nothing(desk: Desk) -> None:
    names_it(desk, "Notre offre du mois.", date(2026, 11, 23), "16:00")
    desk.office.tick(STRONGER, "08:30")
    desk.does(lambda: desk.person.press(desk.card("Message à classer"), "reply_ignored"))
    assert desk.why(STRONGER)[0] != "reply_unread"
    desk.does(lambda: desk.person.press(desk.card("Message à classer"), "reply_undo"))
    assert desk.why(STRONGER)[0] == "reply_unread"


def test_it_holds_no_more_once_it_is_filed_with_another_customer(desk: Desk) -> None:
    with open_books(desk.office.database, desk.office.company) as b:
        builders.customer(b, "Boulangerie Roy", email="roy@pain.example")
    names_it(desk, "Bonjour", date(2026, 11, 23), "16:00")
    desk.office.tick(STRONGER, "08:30")
    desk.does(lambda: desk.person.press(desk.card("Message à classer"), "reply_file"))
    desk.does(lambda: desk.person.submit({"customer": "Boulangerie Roy"}))
    assert desk.why(STRONGER)[0] != "reply_unread"
    desk.does(lambda: desk.person.press(desk.card("a classé le message"), "undo"))
    assert desk.why(STRONGER)[0] == "reply_unread"


def test_it_stops_a_mail_at_the_door_and_is_brought_up_like_a_reply(desk: Desk) -> None:
    assert desk.office.tick(STRONGER, "08:30").planned == 1
    names_it(desk, "Bonjour", STRONGER, "09:40")
    report = desk.office.tick(STRONGER, "10:00")
    assert (report.incoming, report.sent, report.cancelled) == (1, 0, 1)
    for day in (25, 26, 27):
        desk.office.tick(date(2026, 11, day), "08:30")
    assert "Cette réponse attend depuis le mardi 24" in desk.shown("Cette réponse attend")


def test_nothing_is_ever_written_to_the_stranger(desk: Desk) -> None:
    names_it(desk, "Bonjour", date(2026, 11, 23), "16:00")
    desk.office.tick(STRONGER, "08:30")
    desk.does(lambda: desk.person.press(desk.card("Message à classer"), "reply_file_to_0"))
    desk.does(lambda: desk.person.press(desk.card("Réponse de Garage Martin"), "reply_answered"))
    desk.office.tick(date(2026, 11, 25), "08:30")
    assert desk.office.tick(date(2026, 11, 25), "10:00").sent == 1
    written_to = {address for taken in desk.office.mailbox.taken for address in taken.rcpt_tos}
    assert written_to == {"compta@client.example"}
    assert "inconnu.example" not in "".join(str(mail) for mail in desk.office.mailbox.mails)
