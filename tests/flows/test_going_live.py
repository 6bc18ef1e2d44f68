"""What people see on the first live morning: the checklist, and the mail that they read first."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.app import build_app
from bot.slack.crew import Crew
from receivables.company import Company, Mode
from relance.demo.slack_person import SlackPerson, to_app
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Reminder
from tests import builders
from tests.flows.office import Office, open_office, text_of

FIRST = date(2026, 11, 16)


@dataclass
class Team:
    """The office with Marie in front of Slack."""

    office: Office
    marie: SlackPerson
    crew: Crew

    def does(self, act: Any) -> None:
        """Let her act, and the bot finish."""
        act()
        assert self.crew.wait_idle(20)

    def digest(self) -> dict[str, Any]:
        """Return the last digest."""
        return dict([each for each in self.office.slack.messages() if "Encaissements du" in str(each)][-1])

    def page(self) -> str:
        """Return what the open modal says, with ordinary spaces."""
        text = json.dumps(self.office.slack.views[-1], ensure_ascii=False)
        return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def team(database: Database, company: Company) -> Iterator[Team]:
    """A company on its first live morning: one customer is reminded, others lack this or that."""
    company = replace(company, signatory="Marie Petit", reply_to="compta@scierie.example")
    with open_office(database, company) as office:
        with open_books(database, company) as b:
            paid = builders.customer(b, "Garage Martin", owner=builders.PAUL)
            builders.invoice(b, paid, "FAC-1", due=FIRST - timedelta(days=7))
            mute = builders.customer(b, "Sans Adresse", email=None, kind=None)
            builders.invoice(b, mute, "FAC-2", due=FIRST - timedelta(days=1))
            town = builders.customer(b, "Mairie de Rezé", kind="public", owner=builders.PAUL)
            builders.invoice(b, town, "FAC-3", due=FIRST + timedelta(days=20))
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
        marie = SlackPerson(office.slack, builders.MARIE, to_app(app), company.slack_channel)
        yield Team(office, marie, crew)
        crew.shutdown()


def test_the_first_live_morning_has_a_checklist(team: Team) -> None:
    team.office.tick(FIRST, "08:30")
    team.does(lambda: team.marie.press(team.digest(), "going_live_open"))
    page = team.page()
    for words in (
        "IBAN : FR76 3000 6000 0112 3456 7890 189",
        "Les réponses arrivent à compta@scierie.example",
        "Signataire des courriers : Marie Petit",
        "1 client sans adresse e-mail valable : Sans Adresse",
        "1 client sans responsable : Sans Adresse",
        "1 client de nature inconnue",
        "1 organisme public ou particulier au scénario de la société",
        "fait pour les entreprises : Mairie de Rezé",
        "relance ferme à *Garage Martin*",
    ):
        assert words in page


def test_the_very_mail_comes_to_me_first_and_nothing_is_done_by_it(team: Team) -> None:
    team.office.tick(FIRST, "08:30")
    team.does(lambda: team.marie.press(team.digest(), "going_live_open"))
    team.does(lambda: team.marie.press(team.office.slack.views[-1], "going_live_try"))
    team.does(lambda: team.marie.submit({"to": "marié@durand.example"}))
    assert team.office.mailbox.mails == []
    team.does(lambda: team.marie.submit({"to": "marie@scierie.example"}))
    for clock in ("09:00", "09:01"):
        team.office.tick(FIRST, clock)
    [mine] = team.office.mailbox.mails
    assert team.office.mailbox.taken[0].rcpt_tos == ["marie@scierie.example"]
    with read_books(team.office.database, team.office.company) as b:
        assert [row.state for row in b.session.query(Reminder)] == ["planned"]
    team.office.tick(FIRST, "10:00")
    _, theirs = team.office.mailbox.mails
    assert theirs["To"] == "compta@client.example"
    assert (mine["Subject"], text_of(mine)) == (theirs["Subject"], text_of(theirs))
    assert mine["In-Reply-To"] is None
    assert mine["Message-ID"] != theirs["Message-ID"]


def asks_for_it(team: Team) -> None:
    """Have Marie ask for the mail."""
    team.office.tick(FIRST, "08:30")
    team.does(lambda: team.marie.press(team.digest(), "going_live_open"))
    team.does(lambda: team.marie.press(team.office.slack.views[-1], "going_live_try"))
    team.does(lambda: team.marie.submit({"to": "marie@scierie.example"}))


@pytest.mark.parametrize(
    ("refusal", "words"),
    [(None, "est parti à marie@scierie.example"), ("550 no such user", "n’est pas parti")],
)
def test_what_became_of_it_is_told_to_who_asked_alone(team: Team, refusal: str | None, words: str) -> None:
    if refusal:
        team.office.mailbox.refuse_recipient["marie@scierie.example"] = refusal
    asks_for_it(team)
    team.office.tick(FIRST, "09:00")
    team.office.announce()
    told = [call.args for call in team.office.slack.called("chat.postMessage") if words in str(call.args)]
    assert [each["channel"] for each in told] == [builders.MARIE]


def test_later_mornings_and_other_modes_have_none(team: Team) -> None:
    team.office.tick(FIRST, "08:30")
    team.office.tick(FIRST + timedelta(days=1), "08:30")
    assert "going_live_open" not in str(team.digest())


@pytest.mark.parametrize("mode", [Mode.DRAFT, Mode.MANUAL])
def test_a_company_that_is_not_live_has_none(team: Team, mode: Mode) -> None:
    team.office.company = replace(team.office.company, mode=mode)
    team.office.tick(FIRST, "08:30")
    assert "going_live_open" not in str(team.digest())
