"""A written channel that we do not ship: one row, one sender, and the plan, the claim and the record as ever.

It writes a file named after the contact's number. Nothing of the rules, the plan or the post room knows it.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from correspondence import shown
from correspondence.piece import Mail
from receivables.codes.channels import CHANNELS, Channel, Reach
from receivables.company import Company, Mode
from receivables.policy import parse_policy
from receivables.schedule.decisions import Decision
from scheduler import preview
from scheduler.delivery import Down, Result, Sealed, Senders, Sent
from scheduler.email.sender import by_mail
from scheduler.jobs import TickReport, tick
from scheduler.plan import make_plan
from store.accounts import facts as accounts
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Customer, Reminder, StepDone
from store.post_room.claims import Ready
from store.reminders.rows import DueReminder
from tests import builders
from tests.flows.year.post import Post

SLATE = Channel("slate", Reach.PHONE, "email")
POLICY = {
    "step": [
        {"key": "relance", "day": 7, "channel": "slate", "template": "soft"},
        {"key": "ferme", "day": 14, "channel": "email", "template": "firm"},
    ]
}
WEDNESDAY = date(2026, 4, 8)
NUMBER = "0600000001"


@dataclass
class SlateSender:
    """Writes each message to a file of its own."""

    folder: Path
    away: bool = False
    closed: list[bool] = field(default_factory=list)

    def ready(self) -> Down | None:
        return Down("no slate") if self.away else None

    def seal(self, company: Company, reminder: DueReminder, mail: Mail, *, at: datetime) -> Sealed:
        return Sealed(f"slate-{reminder.id}", mail.to, mail.text.encode())

    def send(self, company: Company, message: Ready) -> Result:
        (number,) = message.to
        (self.folder / f"{number}.txt").write_bytes(message.raw)
        return Sent("written")

    def close(self) -> None:
        self.closed.append(True)


@pytest.fixture
def slate(tmp_path: Path) -> SlateSender:
    folder = tmp_path / "ardoises"
    folder.mkdir()
    return SlateSender(folder)


@pytest.fixture
def writing(company: Company) -> Company:
    channels = {**CHANNELS, SLATE.key: SLATE}
    policy = parse_policy("ardoise", POLICY, channels)
    mail = parse_policy("courriel", {"step": [{**POLICY["step"][0], "channel": "email"}]})
    return replace(
        company, channels=channels, policies={each.key: each for each in (policy, mail)}, policy=policy.key
    )


def late(
    database: Database, company: Company, *, name: str = "Garage Martin", phone: str | None = NUMBER
) -> int:
    """An invoice due on 1 April, of a customer with an address and perhaps a number."""
    with open_books(database, company) as b:
        customer = builders.customer(b, name, email=None)
        builders.contact(b, customer, f"{name[:3].lower()}@client.example", phone=phone)
        return builders.invoice(b, customer, f"FAC-{name[0]}").id


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def senders(slate: SlateSender, post: Post) -> Senders:
    return {**by_mail(post), SLATE.key: slate}


def strike(database: Database, company: Company, slate: SlateSender, post: Post, day: date) -> TickReport:
    return tick(database, company, senders(slate, post), at=at(day))


def rows(database: Database, company: Company) -> list[Row[Any]]:
    with read_books(database, company) as b:
        return list(b.session.execute(select(Reminder.__table__).order_by(Reminder.id)))


def test_a_step_on_it_is_planned_sent_to_its_file_and_recorded(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    post = Post()
    report = strike(database, writing, slate, post, WEDNESDAY)
    assert (report.planned, report.sent, post.taken) == (1, 1, [])
    [row] = rows(database, writing)
    assert (row.channel, row.state, row.to, row.message_id) == ("slate", "sent", [NUMBER], f"slate-{row.id}")
    assert "FAC-G" in (slate.folder / f"{NUMBER}.txt").read_text(encoding="utf-8")
    with read_books(database, writing) as b:
        assert b.session.scalars(select(StepDone.step)).all() == ["relance"]
    assert slate.closed == [True]


def test_what_is_shown_before_and_after_is_the_text_of_the_file(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    with open_books(database, writing) as b:
        make_plan(b, at=at(WEDNESDAY, 6))
    [row] = rows(database, writing)
    with read_books(database, writing) as b:
        before = shown.shown_mail(b, row.id, now=at(WEDNESDAY))
    strike(database, writing, slate, Post(), WEDNESDAY)
    with read_books(database, writing) as b:
        after = shown.shown_mail(b, row.id, now=at(WEDNESDAY))
    text = (slate.folder / f"{NUMBER}.txt").read_text(encoding="utf-8")
    assert before.mail is not None
    assert after.mail is not None
    assert before.mail.text == after.mail.text == text
    assert before.mail.to == after.mail.to == (NUMBER,)


def test_who_has_no_number_is_held_for_an_address_and_the_next_step_goes_by_mail(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    invoice_id = late(database, writing, phone=None)
    assert strike(database, writing, slate, Post(), WEDNESDAY).planned == 0
    with read_books(database, writing) as b:
        held: Decision = accounts.why(b, invoice_id, on=WEDNESDAY, now=at(WEDNESDAY))
    assert held.reason == "no_address"
    assert list(slate.folder.iterdir()) == []


def test_the_next_step_by_mail_leaves_by_mail(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    post = Post()
    strike(database, writing, slate, post, WEDNESDAY)
    strike(database, writing, slate, post, date(2026, 4, 15))
    assert [row.channel for row in rows(database, writing)] == ["slate", "email"]
    assert [mail.recipients for mail in post.taken] == [("gar@client.example",)]


def test_a_mail_server_away_keeps_no_slate_back(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    late(database, writing, name="Studio Nord")
    with open_books(database, writing) as b:
        b.session.scalars(select(Customer).where(Customer.name == "Studio Nord")).one().policy = "courriel"
    report = strike(database, writing, slate, Post(away=True), WEDNESDAY)
    assert report.down == "away"
    assert sorted((row.channel, row.state) for row in rows(database, writing)) == [
        ("email", "planned"),
        ("slate", "sent"),
    ]


def test_in_sandbox_all_goes_by_mail_to_the_one_address(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    trying, post = replace(writing, mode=Mode.SANDBOX, sandbox_to="essai@durand.example"), Post()
    assert strike(database, trying, slate, post, WEDNESDAY).sent == 1
    assert [mail.recipients for mail in post.taken] == [("essai@durand.example",)]
    assert list(slate.folder.iterdir()) == []


def test_the_plan_of_a_day_names_the_channel_and_the_number(database: Database, writing: Company) -> None:
    late(database, writing)
    with read_books(database, writing) as b:
        told = preview.preview(b, on=WEDNESDAY, now=at(WEDNESDAY, 5))
    assert [(each["channel"], each["to"]) for each in told["messages"]] == [("slate", [NUMBER])]
