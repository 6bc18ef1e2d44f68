"""Acknowledged is kept: refused in words where it cannot be written down, taken up again after a stop."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy import event
from sqlalchemy.engine import make_url

from bot.announcements.announcer import post_waiting
from bot.slack import requests
from bot.slack.kept.keeping import needed
from bot.slack.kept.taking_up import TakingUp
from relance.demo.slack_person import signed_request
from relance.demo.slack_world import Json
from store.db.spool import Spool, Unanswered, beside
from tests.bot.conftest import NOW, Office, Seen, plain
from tests.bot.tasks.test_home import opened


@pytest.fixture
def unhurried() -> None:
    """Have the limit as it is."""


@contextmanager
def spool_held(office: Office) -> Iterator[None]:
    """Have the file of requests held by another."""
    office.database.spool.take(at=NOW)
    holder = sqlite3.connect(beside(make_url(office.database.url)))
    holder.execute("BEGIN IMMEDIATE")
    yield
    holder.rollback()
    holder.close()


def left_behind(office: Office, body: Json, key: str) -> None:
    """Leave a request as a process does that was killed."""
    dead = Spool(make_url(office.database.url))
    dead.write(key, needed(body), at=office.clock())
    dead.close()


def taken_up(office: Office) -> Seen:
    """Take up what was left, as a start does, and return what was shown."""
    return office.after(TakingUp(office.app, office.database.spool, office.clock).once)


def typed(office: Office, line: str) -> tuple[Json, str]:
    """Return a command as Slack sends it, and its key."""
    body = office.person().command_form(line)
    return body, requests.command_key(body)


# --- what cannot be written down --------------------------------------------------------------------------


def test_a_command_that_cannot_be_kept_is_refused_below_it(office: Office) -> None:
    office.add_invoice()
    with spool_held(office):
        seen = office.types("/paye FAC-123 500")
    assert "rien n’a été noté" in seen.answer.data["text"]
    assert seen.answer.seconds < 1.5
    office.settle()
    assert taken_up(office).messages == []
    assert office.outstanding() == "1200.00"


def test_a_click_that_cannot_be_kept_is_refused_on_its_button_and_in_words(office: Office) -> None:
    office.add_invoice()
    fact = office.types("/paye FAC-123 500").messages[0]
    with spool_held(office):
        seen = office.clicks(fact, "undo")
    assert seen.answer.status == 503
    assert "rien n’a été noté" in seen.private
    assert office.outstanding() == "700.00"


def test_a_form_that_cannot_be_kept_stays_open_with_what_was_filled_in(office: Office) -> None:
    office.add_invoice()
    office.types("/paye")
    with spool_held(office):
        seen = office.sends({"number": "FAC-123", "amount": "500"})
    assert "rien n’a été noté" in plain(next(iter(seen.answer.data["errors"].values())))
    assert office.person().view is not None
    assert office.outstanding() == "1200.00"
    office.sends({})
    assert office.outstanding() == "700.00"


def test_an_event_that_cannot_be_kept_is_told_no_so_that_slack_repeats_it(office: Office) -> None:
    with spool_held(office), pytest.raises(AssertionError, match="503"):
        opened(office, "U0MARIE")
    assert not office.slack.world.homes


# --- what a stop left -------------------------------------------------------------------------------------


def test_what_was_not_begun_is_done_and_said_as_taken_up(office: Office) -> None:
    office.add_invoice()
    left_behind(office, *typed(office, "/paye FAC-123 500"))
    office.clock.at += timedelta(minutes=2)
    seen = taken_up(office)
    assert "Reprise après une interruption : « /paye FAC-123 500 », de 10:00." in seen.private
    assert "FAC-123" in seen.public
    assert office.outstanding() == "700.00"
    assert office.database.spool.waiting() == 0
    assert taken_up(office).messages == []


def test_long_after_the_person_is_written_to(office: Office) -> None:
    office.add_invoice()
    left_behind(office, *typed(office, "/relances FAC-123"))
    office.clock.at += timedelta(hours=2)
    seen = taken_up(office)
    assert seen.whispers == []
    told = office.slack.messages("U0MARIE") or [
        each for each in office.slack.world.messages if each["channel"] != "C0RELANCES"
    ]
    assert any("FAC-123" in each["text"] for each in told)


def test_the_next_day_it_is_told_and_not_done(office: Office) -> None:
    office.add_invoice()
    left_behind(office, *typed(office, "/paye FAC-123 500 reçu hier"))
    office.clock.at += timedelta(hours=20)
    seen = taken_up(office)
    told = [each for each in office.slack.world.messages if "n’a pas été traitée" in each["text"]]
    assert len(told) == 1
    assert "« /paye FAC-123 500 reçu hier »" in plain(told[0]["text"])
    assert seen.public == ""
    assert office.outstanding() == "1200.00"
    assert office.database.spool.waiting() == 0


def test_what_was_done_and_not_crossed_off_is_not_done_again_nor_said_again_aloud(office: Office) -> None:
    office.add_invoice()
    body, key = typed(office, "/paye FAC-123 500")
    office.after(lambda: office.person().deliver(signed_request(body)))
    assert office.outstanding() == "700.00"
    left_behind(office, body, key)
    seen = taken_up(office)
    assert "était bien notée à 10:00" in seen.private
    assert "Rien n’a été noté une deuxième fois" in seen.private
    assert office.outstanding() == "700.00"
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    post_waiting(office.database, {office.company.key: office.company}, client, now=office.clock)
    assert len([each for each in office.slack.messages() if "FAC-123" in each["text"]]) == 1


def test_books_that_are_held_put_it_off_and_it_is_told(office: Office) -> None:
    office.add_invoice()
    event.listen(office.database.engine, "checkout", _in_no_time)
    holder = sqlite3.connect(str(make_url(office.database.url).database))
    holder.execute("BEGIN IMMEDIATE")
    seen = office.types("/paye FAC-123 500")
    event.remove(office.database.engine, "checkout", _in_no_time)
    assert seen.answer.body == ""
    assert "Votre demande est gardée" in seen.private
    holder.rollback()
    holder.close()
    office.clock.at += timedelta(seconds=11)
    assert "FAC-123" in taken_up(office).public
    assert office.outstanding() == "700.00"
    assert office.database.spool.waiting() == 0


def _in_no_time(connection: sqlite3.Connection, *_: object) -> None:
    connection.execute("PRAGMA busy_timeout=50")


def test_an_answer_that_slack_does_not_take_is_told_once_it_does(office: Office) -> None:
    slack = office.slack
    for method in ("chat.postEphemeral", "chat.postMessage"):
        slack.fail(method, "http_503", times=2)
    body = office.person().command_form("/paye FAC-999 500") | {"response_url": f"{slack.root}response/-"}
    office.after(lambda: office.person().deliver(signed_request(body)))
    assert office.database.spool.waiting() == 1
    office.clock.at += timedelta(seconds=11)
    assert "FAC-999" in taken_up(office).private
    assert office.database.spool.waiting() == 0


def test_a_request_that_no_listener_knows_any_more_does_not_stand_for_ever(office: Office) -> None:
    body, key = typed(office, "/abandonnée FAC-123")
    left_behind(office, body, key)
    taken_up(office)
    assert office.database.spool.waiting() == 0


def test_nothing_is_kept_but_what_doing_it_again_takes(office: Office) -> None:
    body, _ = typed(office, "/paye FAC-123 500")
    assert needed(body).keys() == {
        *("command", "text", "user_id", "team_id", "channel_id", "trigger_id", "response_url")
    }


def test_what_may_bring_the_process_down_is_not_begun_for_ever(office: Office) -> None:
    office.add_invoice()
    body, key = typed(office, "/paye FAC-123 500")
    left_behind(office, body, key)
    office.database.spool.begin(Unanswered(key, body, office.clock(), 20))
    office.clock.at += timedelta(minutes=6)
    assert "n’a pas été traitée" in taken_up(office).private
    assert office.outstanding() == "1200.00"
    assert office.database.spool.waiting() == 0
