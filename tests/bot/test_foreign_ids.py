"""A click or a form that names what is another company's: a sentence, and nothing shown or done."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, String, Time, insert, select

from bot.app import ROUTES
from bot.escalation import command as escalation
from bot.slack.front import Rule
from receivables.company import Company
from relance.demo.slack_person import signed_request
from relance.demo.slack_standin import SlackStandin
from store.books import open_books
from store.db.columns import Cents, Code, UtcDateTime
from store.db.engine import Database
from store.db.tables import Base
from tests.bot.conftest import NOW, TODAY, Clock, Office, open_office

THEIRS = "SecretDeBertin"
CLICKS = [
    (action, f"{line}|" if line else "")
    for subject in ROUTES
    for action, chosen in subject.clicks.items()
    for line in ([None] if isinstance(chosen, Rule) else chosen)
]
VALUES = {
    **dict.fromkeys((escalation.SEND, escalation.SEND_ANYWAY, escalation.RAISE), "1:amicale"),
    "credit_allocate": "1:payment:1",
}
"""What buttons carry besides a row, or two."""


def a_value(column: Column[Any]) -> object:
    """Return something that a column takes."""
    kind = column.type
    if isinstance(kind, Code):
        return next(iter(kind.kinds[0]))
    for type_, value in (
        (UtcDateTime, NOW),
        (Cents, Decimal(10)),
        (Boolean, False),
        (Date, TODAY),
        (Time, time(9)),
        (JSON, {"items": [], "to": [THEIRS], "text": THEIRS}),
        (LargeBinary, b"x"),
        (String, THEIRS),
        (Integer, 1),
    ):
        if isinstance(kind, type_):
            return value
    raise TypeError(kind)


@pytest.fixture
def bertin(company: Company) -> Company:
    """Another company of the same people, whose rows all have the id 1."""
    return replace(company, key="bertin", name="Bertin", slack_channel="C0BERTIN")


@pytest.fixture
def office(
    sqlite_books: Database, company: Company, bertin: Company, slack: SlackStandin, clock: Clock
) -> Iterator[Office]:
    """A bot for two companies; the one that is clicked for has nothing in its books."""
    with open_books(sqlite_books, bertin) as b:
        assert b.company_id == 1
        for table in Base.metadata.sorted_tables:
            known = {c.name: a_value(c) for c in table.columns if not c.nullable and c.default is None}
            if table.name != "companies" and not b.session.scalar(select(table).limit(1)):
                b.session.execute(insert(table).values(known))
    responsable = replace(company, roles={**company.roles, "responsable": ("U0MARIE",)})
    yield from open_office(sqlite_books, responsable, slack, clock, bertin)


def of_another_shape(record: logging.LogRecord) -> bool:
    """Whether this button never carries such a value: one row where it carries two, or a day."""
    return bool(record.exc_info and record.exc_info[0] is ValueError)


@pytest.mark.parametrize("two", [False, True])
@pytest.mark.parametrize(("action", "line"), CLICKS)
def test_a_click_on_what_is_another_company_s_gets_a_sentence(
    office: Office, caplog: pytest.LogCaptureFixture, action: str, line: str, two: bool
) -> None:
    marie = office.person()
    value = VALUES.get(action, "1:1" if two else "1")
    pressed = {"type": "button", "action_id": action, "block_id": "b", "action_ts": "1"}
    pressed["value"] = f"{line}{office.company.key}:{value}"
    click = {"type": "block_actions", "user": marie._who(), "channel": {"id": marie.channel}}
    click |= {"actions": [pressed], "trigger_id": office.slack.world.trigger(marie.user)}
    seen = office.after(lambda: marie.deliver(signed_request({"payload": json.dumps(click)})))
    assert seen.answer.status == 200
    assert THEIRS not in json.dumps([seen.whispers, seen.messages, marie.view], ensure_ascii=False)
    assert not [each for each in caplog.records if each.exc_info and not of_another_shape(each)]


@pytest.mark.parametrize("callback", sorted(callback for subject in ROUTES for callback in subject.forms))
def test_a_form_about_what_is_another_company_s_shows_and_does_nothing(office: Office, callback: str) -> None:
    marie = office.person()
    rows = dict.fromkeys(("invoice", "customer", "task", "letter", "reminder", "approval", "incoming"), 1)
    rows |= dict.fromkeys(("dispute", "plan", "credit", "entry", "mail", "id", "promise"), 1)
    known = json.dumps({"company": office.company.key, "channel": marie.channel, **rows})
    view = {"id": "V1", "type": "modal", "callback_id": callback, "private_metadata": known}
    view["state"] = {"values": {}}
    form = {"type": "view_submission", "user": marie._who(), "view": view}
    seen = office.after(lambda: marie.deliver(signed_request({"payload": json.dumps(form)})))
    assert THEIRS not in json.dumps([seen.whispers, seen.messages, seen.answer.body], ensure_ascii=False)
    assert not seen.messages
