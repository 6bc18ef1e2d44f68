"""A company at work with everything real: books, clock, mail server, the bot's announcer, Slack's side."""

import contextlib
import re
import ssl
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from email.message import EmailMessage

from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from scheduler.email.sender import by_mail
from scheduler.email.smtp import SmtpTransport
from scheduler.inbox.reading import Inbox
from scheduler.jobs import TickReport, tick
from store.db.engine import Database
from tests import builders
from tests.flows.ledger import Mail
from tests.scheduler.posting import Mailbox, mail_server

NOBODY_LISTENS = 1
"""A port on which no mail server ever listens."""
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""On loopback no certificate is looked at; reading the machine's own takes half a second each time."""

TONES = {
    "invoice": "Nous vous remercions de votre confiance",
    "pre_reminder": "Un petit mot pour vous signaler",
    "due_date": "Petit rappel :",
    "soft": "Pour toute question, répondez simplement",
    "firm": "Si quelque chose bloque",
    "strong": "Si un désaccord ou une difficulté vous en empêche",
    "consumer_firm": "un règlement en plusieurs fois",
    "public_reminder": "S’il manque une pièce ou une référence",
    "public_firm": "Si un motif de suspension ou de rejet",
    "instalment": "Comme convenu, la",
}
"""A sentence by which people recognise each tone."""


def text_of(mail: EmailMessage) -> str:
    """Return the text part of a mail, with ordinary spaces."""
    body = mail.get_body(("plain",))
    assert body is not None
    return re.sub(r"\s+", " ", body.get_content())


def tone_of(text: str) -> str:
    """Return the tone that people read in a text."""
    found = [tone for tone, sentence in TONES.items() if re.search(sentence, text)]
    assert len(found) == 1, (found, text)
    return found[0]


def as_read(mail: EmailMessage) -> Mail:
    """Return a mail as its customer sees it."""
    text = text_of(mail)
    day = mail["Date"].datetime.date()  # the Date header is in the company's zone
    return Mail(day, tone_of(text), tuple(sorted(set(re.findall(r"FAC-\d+", text)))))


@dataclass
class Office:
    """The company; `now` is what the clocks and Slack show."""

    database: Database
    company: Company
    mailbox: Mailbox
    slack: SlackStandin
    now: datetime = datetime(2026, 3, 1, tzinfo=UTC)
    mail_server_down: bool = False
    ticks: list[datetime] = field(default_factory=list)
    inbox: Inbox | None = None

    def instant(self, day: date, clock: str) -> datetime:
        """Return the instant of a local time, as `08:30`."""
        return self.company.instant(day, time.fromisoformat(clock))

    def tick(self, day: date, clock: str) -> TickReport:
        """Have the clock do what it does up to a local time."""
        self.now = self.instant(day, clock)
        self.ticks.append(self.now)
        port = NOBODY_LISTENS if self.mail_server_down else self.mailbox.port
        transport = SmtpTransport("127.0.0.1", port, timeout=5, context=NO_TLS)
        return tick(
            self.database,
            self.company,
            by_mail(transport, builders.KEYS),
            at=self.now,
            announce=self.announce,
            inbox=self.inbox,
        )

    def announce(self) -> int:
        """Post what waits to be said."""
        client = WebClient(token=self.slack.token, base_url=self.slack.url)
        return post_waiting(self.database, {self.company.key: self.company}, client, now=lambda: self.now)

    def mails(self) -> dict[str, list[Mail]]:
        """Return what each address got, in order."""
        boxes: dict[str, list[Mail]] = defaultdict(list)
        for envelope, mail in zip(self.mailbox.taken, self.mailbox.mails, strict=True):
            [address] = envelope.rcpt_tos
            boxes[address].append(as_read(mail))
        return boxes

    def digests(self) -> list[date]:
        """Return the local days on which a digest was posted."""
        heads = [(each["ts"], (each.get("blocks") or [{}])[0]) for each in self.slack.messages()]
        return [
            self.company.day_of(datetime.fromtimestamp(float(ts), UTC))
            for ts, head in heads
            if head.get("type") == "header" and head["text"]["text"].startswith("Encaissements du")
        ]


@contextlib.contextmanager
def open_office(database: Database, company: Company) -> Iterator[Office]:
    """Open the office on empty books; Slack's clock is the office's."""
    with mail_server() as mailbox:
        standin = SlackStandin(lambda: office.now)
        office = Office(database, company, mailbox, standin)
        with standin:
            yield office
