"""Mails that mean harm: what one may cost, what becomes of it, and that it holds up nobody else."""

import base64
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select
from typing_extensions import override

from bench.mail_patterns import PATTERNS
from quarantine.reader import ChildReader
from receivables.company import Company
from receivables.replies import meaning, numbers
from scheduler.clock import Clock
from scheduler.inbox import mail as inbox_mail
from scheduler.inbox.imap import Fetched, FetchedMails, Position
from scheduler.inbox.reading import Inbox, InboxReport, read_inbox
from scheduler.inbox.understanding import MEGABYTES, SECONDS, mail_reader, read_mail
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Incoming, Reminder
from store.replies import mailboxes
from tests import builders
from tests.scheduler import mails
from tests.scheduler.inbox import readers
from tests.scheduler.posting import NOON
from tests.steps import steps

NOW = datetime(2026, 4, 9, 8, 0, tzinfo=UTC)
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def box_of(company: Company, *raws: bytes) -> Inbox:
    """Return a mailbox with these mails, its first batch of two."""

    def look(position: Position | None, at: datetime) -> Iterator[FetchedMails]:
        last = position.last_uid if position else 0
        found = [Fetched(uid, at, raw) for uid, raw in enumerate(raws, 1) if uid > last]
        for start in range(0, len(found), 2):
            chunk = found[start : start + 2]
            yield FetchedMails(1, chunk[-1].uid, tuple(chunk))

    return Inbox(look, "box", {company.key: company}, builders.KEYS, reader=readers.reader)


def taken(database: Database, company: Company) -> list[Incoming]:
    with read_books(database, company) as b:
        found = list(b.session.query(Incoming).filter_by(company_id=b.company_id).order_by(Incoming.id))
        b.session.expunge_all()
        return found


def of_html(page: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Mme Roux <roux@client.example>"
    mail.set_content(page, subtype="html")
    return bytes(mail)


# --- what becomes of them ---------------------------------------------------------------------------------


@ON_SQLITE
def test_a_mail_that_takes_too_long_is_kept_whole_for_a_person_and_the_next_is_read(
    database: Database, company: Company
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Garage Martin")
    endless = mails.reply(None, "endless", at=NOW, sender="Qui <qui@ailleurs.example>", Subject="Oh")
    endless += b"x" * 350_000
    box = box_of(company, endless, mails.reply(None, "Nous payons vendredi.", at=NOW))
    report = read_inbox(database, box, at=NOW)
    assert (report.to_file, report.replies) == (1, 1)
    first, second = taken(database, company)
    assert (first.state, first.sender, first.subject, first.text) == (
        "to_file",
        "qui@ailleurs.example",
        "Oh",
        "",
    )
    assert (first.raw, first.proposal) == (endless, {"too_long": True})
    assert second.text == "Nous payons vendredi."
    assert read_inbox(database, box, at=NOW) == InboxReport()


@ON_SQLITE
def test_a_customer_s_mail_that_takes_too_long_holds_its_reminders_all_the_same(
    database: Database, company: Company
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Garage Martin")
    assert read_inbox(database, box_of(company, mails.reply(None, "endless", at=NOW)), at=NOW).replies == 1
    assert [row.state for row in taken(database, company)] == ["unread"]


@ON_SQLITE
def test_one_whose_headers_take_too_long_is_kept_without_them(database: Database, company: Company) -> None:
    read_inbox(database, box_of(company, mails.reply(None, "hopeless", at=NOW)), at=NOW)
    (row,) = taken(database, company)
    assert (row.state, row.sender, row.proposal) == ("to_file", "", {"too_long": True})
    assert b"hopeless" in (row.raw or b"")


@ON_SQLITE
def test_more_html_than_is_read_is_shown_by_its_beginning_and_nothing_is_looked_for_in_it(
    database: Database, company: Company
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Garage Martin", email="roux@client.example")
    page = "<p>Nous r&eacute;glerons vendredi.</p>" + "<p> </p>" * 6_000
    read_inbox(database, box_of(company, of_html(page[: inbox_mail.HTML - 100]), of_html(page)), at=NOW)
    short, long = taken(database, company)
    assert (short.text, (short.proposal or {})["kind"]) == ("Nous réglerons vendredi.", "promise")
    assert (long.state, long.text, long.proposal) == (
        "unread",
        "Nous réglerons vendredi.",
        {"too_long": True},
    )


# --- how long a look may take -----------------------------------------------------------------------------


class Stopping(ChildReader):
    """Has the look end once it has read so many mails."""

    def __init__(self, stop: threading.Event, after: int) -> None:
        super().__init__(read_mail, megabytes=MEGABYTES)
        self._stop, self._left = stop, after

    @override
    def read(self, task: Any, *, seconds: float) -> Any:
        self._left -= 1
        if not self._left:
            self._stop.set()
        return super().read(task, seconds=seconds)


@ON_SQLITE
@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_look_ends_between_two_mails_and_the_next_goes_on_from_there(
    database: Database, company: Company, after: int
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Garage Martin")
    stop = threading.Event()
    box = box_of(company, *(mails.reply(None, f"Un mot {number}.", at=NOW) for number in range(5)))
    ending = replace(box, reader=lambda: Stopping(stop, after))
    assert read_inbox(database, ending, at=NOW, stop=stop).taken == after
    assert len(taken(database, company)) == after
    with read_books(database, company) as b:
        assert mailboxes.position(b, "box") == (1, after, NOW)
    assert read_inbox(database, box, at=NOW).taken == 5 - after


@ON_SQLITE
def test_a_look_without_time_left_reads_nothing_and_loses_nothing(
    database: Database, company: Company
) -> None:
    box = box_of(company, mails.reply(None, "Bonjour", at=NOW))
    assert read_inbox(database, replace(box, seconds=0), at=NOW).taken == 0
    assert read_inbox(database, box, at=NOW).taken == 1


@pytest.mark.soak
@ON_SQLITE
def test_a_hundred_mails_that_never_end_delay_the_plan_by_less_than_a_minute(
    database: Database, company: Company
) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-123", due=date(2026, 4, 1))
    hostile = [mails.reply(None, "endless", at=NOW, sender="qui@ailleurs.example") for _ in range(100)]
    box = box_of(company, *hostile)
    clock = Clock(database, {company.key: company}, dict, lambda: 0, lambda: NOON, threading.Event(), box)
    began = time.monotonic()
    clock.morning(company.key)
    assert time.monotonic() - began < 60
    with read_books(database, company) as b:
        assert b.session.scalars(select(Reminder.state)).all() == ["planned"]
    assert clock.looks.wait(60 - (time.monotonic() - began))
    assert 0 < len(taken(database, company)) < 100


# --- nothing in it takes the square of its length ---------------------------------------------------------


def read_whole(raw: bytes) -> None:
    """Do all that is done with the bytes of a mail."""
    told = read_mail({"raw": base64.b64encode(raw).decode(), "whole": True})
    text = told["mail"]["text"]
    meaning.read_reply(text, today=NOW.date(), numbers=["FAC-1"])
    numbers.written_in(text)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_twice_the_mail_takes_twice_the_steps(pattern: str) -> None:
    size = 10_000
    once = steps(lambda: read_whole(PATTERNS[pattern](size)))
    twice = steps(lambda: read_whole(PATTERNS[pattern](2 * size)))
    assert twice <= 2.3 * once + 2_000


@pytest.mark.parametrize("pattern", PATTERNS)
def test_each_is_read_within_what_one_mail_may_take(pattern: str) -> None:
    with mail_reader() as reader:
        raw = base64.b64encode(PATTERNS[pattern](210_000)).decode()
        told = reader.read({"raw": raw, "whole": True}, seconds=SECONDS)
    assert told["mail"]["sender"] in {"a@b.example", ""}
