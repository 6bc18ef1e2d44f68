"""A bot at work: real books, the stand-in for Slack, and people who type and click."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.app import build_app
from bot.slack.crew import Crew
from receivables.company import Company
from relance.demo.slack_person import Answer, SlackPerson, to_app
from relance.demo.slack_standin import SlackStandin
from store.books import open_books, read_books
from store.db.engine import Database
from tests import builders

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Monday 23 November 2026, ten o'clock in Paris."""
TODAY = date(2026, 11, 23)


@dataclass
class Clock:
    """What time it is for the bot."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


def plain(text: str) -> str:
    """Return text with ordinary spaces, to compare."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@dataclass
class Office:
    """The bot, its books, and Slack as people see it."""

    app: App
    crew: Crew
    slack: SlackStandin
    database: Database
    company: Company
    clock: Clock
    people: dict[str, SlackPerson] = field(default_factory=dict)

    def person(self, user: str = "U0MARIE", channel: str = "C0RELANCES") -> SlackPerson:
        """Return somebody in front of Slack."""
        return self.people.setdefault(
            f"{user}{channel}", SlackPerson(self.slack, user, to_app(self.app), channel)
        )

    def settle(self) -> None:
        """Wait until the bot has nothing under way."""
        assert self.crew.wait_idle(20)

    def types(self, line: str, user: str = "U0MARIE", channel: str = "C0RELANCES") -> "Seen":
        """Have somebody type a command, and return what was shown."""
        return self.after(lambda: self.person(user, channel).command(line))

    def clicks(self, holder: Any, action: str, value: str | None = None, user: str = "U0MARIE") -> "Seen":
        """Have somebody press a button, or choose in a menu."""
        return self.after(lambda: self.person(user).press(holder, action, value=value))

    def sends(self, fields: dict[str, str | None], user: str = "U0MARIE") -> "Seen":
        """Have somebody fill and send the open form."""
        return self.after(lambda: self.person(user).submit(fields))

    def after(self, act: Any) -> "Seen":
        """Do something and return what the bot then showed."""
        messages, whispers = len(self.slack.messages()), len(self.slack.ephemerals)
        answer = act()
        self.settle()
        return Seen(answer, self.slack.messages()[messages:], self.slack.ephemerals[whispers:])

    def add_invoice(self, number: str = "FAC-123", name: str = "Garage Martin", **columns: Any) -> int:
        """Put an invoice into the books, with its customer when new."""
        with open_books(self.database, self.company) as b:
            known = b.session.query(builders.Customer).filter_by(name=name).one_or_none()
            customer = known or builders.customer(b, name)
            due = columns.pop("due", date(2026, 11, 2))
            return builders.invoice(b, customer, number, due=due, **columns).id

    def outstanding(self, number: str = "FAC-123") -> str:
        """Return what is left of an invoice."""
        with read_books(self.database, self.company) as b:
            row = b.session.query(builders.Invoice).filter_by(number=number).one()
            return f"{row.outstanding:.2f}"


@dataclass
class Seen:
    """What people saw after an act."""

    answer: Answer
    messages: list[Any]
    whispers: list[Any]

    @property
    def public(self) -> str:
        """The texts posted in the channel."""
        return plain("\n".join(message["text"] for message in self.messages))

    @property
    def private(self) -> str:
        """The texts shown to the person alone."""
        return plain("\n".join(whisper["text"] for whisper in self.whispers))


def labels(seen: Seen) -> list[str]:
    """Return what the buttons of the whispered question say."""
    rows = [block for whisper in seen.whispers for block in whisper["blocks"] if block["type"] == "actions"]
    return [plain(one["text"]["text"]) for row in rows for one in row["elements"]]


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    """Slack's side, on loopback. It names nobody, so that what is said shows people by their ids."""
    with SlackStandin() as standin:
        standin.add_people(
            each | {"real_name": "", "profile": {}} for each in standin.world.people.copy().values()
        )
        yield standin


@pytest.fixture
def clock() -> Clock:
    """The bot's clock, which stands still."""
    return Clock()


@pytest.fixture
def sqlite_books(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """New books on SQLite: conversations do not depend on the kind of database."""
    path = tmp_path / "bot.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def office(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    """A bot at work for one company."""
    yield from open_office(sqlite_books, company, slack, clock)


def open_office(
    database: Database, company: Company, slack: SlackStandin, clock: Clock, *others: Company
) -> Iterator[Office]:
    """Build the bot for a company, and others; end its threads afterwards."""
    crew = Crew(8)
    client = WebClient(token=slack.token, base_url=slack.url)
    companies = {one.key: one for one in (company, *others)}
    app = build_app(
        database,
        companies,
        client=client,
        signing_secret=slack.signing_secret,
        now=clock,
        crew=crew,
    )
    yield Office(app, crew, slack, database, company, clock)
    crew.shutdown()
