"""Slack's door: what Slack did not sign now is not read, what means nothing is refused."""

import hashlib
import hmac
import io
import json
import logging
import random
import time
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from bot.app import ROUTES
from receivables.company import Company
from relance import logs, web
from relance.demo.slack_person import Answer, Signed, SlackPerson
from relance.demo.slack_standin import SIGNING_SECRET, SlackStandin
from store.books import open_books
from tests.builders import customer, invoice
from tests.relance import fuzzed
from tests.relance.fuzzed import FORM, JSON

FORMS = sorted(callback for each in ROUTES for callback in each.forms)
WHO = {"id": "U0MARIE", "team_id": "T0DURAND"}
COMMAND = {"command": "/paye", "user_id": "U0MARIE", "channel_id": "C0RELANCES", "text": "FAC-1 500"}
CLICK = {"type": "block_actions", "user": WHO, "actions": [{"action_id": "x"}]}
EVENT = {
    "type": "event_callback",
    "team_id": "T0DURAND",
    "event": {"type": "app_home_opened", "user": "U0MARIE", "tab": "home", "channel": "D0MARIE"},
    "authorizations": [{"team_id": "T0DURAND", "enterprise_id": None, "user_id": "U0BOT", "is_bot": True}],
}


def sign(body: bytes, stamp: str | None = None) -> dict[str, str]:
    """Return the headers of Slack's signature of these bytes, at `stamp` or now."""
    stamp = stamp or str(int(time.time()))
    told = f"v0:{stamp}:".encode() + body
    digest = hmac.new(SIGNING_SECRET.encode(), told, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def post(client: FlaskClient, body: bytes, kind: str, headers: dict[str, str]) -> int:
    """Hand a body over; return the status of the answer."""
    typed = {"Content-Type": kind} if kind else {}
    return client.post("/slack/events", data=body, headers={**headers, **typed}).status_code


def carrying(payload: object) -> bytes:
    """Return the body in which Slack sends a click or a form."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def a_form(callback: str, known: object, values: object) -> dict[str, object]:
    """Return a form that was sent."""
    view = {"id": "V1", "type": "modal", "callback_id": callback, "private_metadata": known}
    return {"type": "view_submission", "user": WHO, "view": {**view, "state": {"values": values}}}


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What is logged at DEBUG."""
    root, text = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    logs.set_up(text, logging.DEBUG)
    yield text
    root.handlers[:] = before
    root.setLevel(level)


# --- not signed, or not now ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [FORM, JSON, "", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "Garage Martin"}',
        b"[" * 100_000,
        b"payload=x",
        b"payload=[[[[",
        b"ssl_check=1&text=Garage+Martin",
        b"text=\xff\xfe",
        b"",
        urlencode({**COMMAND, "text": "Garage Martin"}).encode(),
    ],
)
def test_what_slack_did_not_sign_is_not_read_whatever_it_is(
    client: FlaskClient, logged: io.StringIO, body: bytes, kind: str
) -> None:
    wrong = {**sign(b"another body"), "X-Slack-Signature": "v0=" + "0" * 64}
    for headers in ({}, wrong):
        assert post(client, body, kind, headers) == 401
    assert "Martin" not in logged.getvalue()
    assert "500" not in logged.getvalue()


@pytest.mark.parametrize(
    "stamp",
    ["nan", "inf", "", " ", "-1", "1e9", "0x10", "9" * 5000, "٣", "1.5", "None"],
)
def test_a_time_that_is_none_is_refused_though_signed(client: FlaskClient, stamp: str) -> None:
    body = urlencode(COMMAND).encode()
    headers = sign(body, stamp or "0") | {"X-Slack-Request-Timestamp": stamp}
    assert (
        post(client, body, FORM, {**headers, "X-Slack-Request-Timestamp": stamp.encode().decode("latin-1")})
        == 401
    )


@pytest.mark.parametrize("signature", ["", "v0=", "v0=é", "v1=" + "0" * 64, "x" * 3000])
def test_a_signature_of_any_letters_is_refused(client: FlaskClient, signature: str) -> None:
    body = urlencode(COMMAND).encode()
    assert post(client, body, FORM, sign(body) | {"X-Slack-Signature": signature}) == 401


# --- what logs say ---------------------------------------------------------------------------------------


def test_at_debug_logs_tell_kinds_and_fates_and_nothing_that_was_typed(
    process: web.WebProcess,
    client: FlaskClient,
    durand: Company,
    slack: SlackStandin,
    logged: io.StringIO,
) -> None:
    known_bodies(process, client, durand, slack)
    for line in ("/paye Garage Martin 500 zèbre", "/relances zèbre", "/appel zèbre", "/zèbre zèbre"):
        for delivered in ("", "x"):  # the second one is not signed
            form = dict(COMMAND, text=line.partition(" ")[2], command=line.partition(" ")[0])
            body = urlencode({**form, "user_name": "zèbre", "response_url": f"{slack.root}zèbre"}).encode()
            post(client, body + delivered.encode(), FORM, sign(body))
    post(client, carrying({"type": "zèbre", "user": WHO, "view": {"type": "zèbre"}}), FORM, {})
    body = carrying({"type": "zèbre", "user": WHO, "view": {"type": "zèbre"}})
    post(client, body, FORM, sign(body))
    body = carrying(a_form("payment", json.dumps({"company": "zèbre", "channel": "zèbre"}), {}))
    post(client, body, FORM, sign(body))
    assert process.crew.wait_idle(20)
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert {line["kind"] for line in lines if line["event"] == "slack_request"} >= {
        "command",
        "block_actions",
    }
    said = "".join(str({**line, "timestamp": ""}) for line in lines)
    for typed in ("zèbre", "z\\u00e8bre", "z%C3%A8bre", "Martin", "FAC-1", "500", "700", "SIGNING"):
        assert typed not in said, typed


# --- signed, and nonsense --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", FORM),
        (b"payload=x", FORM),
        (b"payload=null", FORM),
        (b"payload=" + b"[" * 100_000, FORM),
        (b"[" * 100_000, JSON),
        (b"1" * 5000, JSON),
        (b"text=\xff\xfe", FORM),
        (b"&".join(b"a=b" for _ in range(200)), FORM),
        (json.dumps(EVENT).encode(), FORM),
        (urlencode(COMMAND).encode(), JSON),
        (urlencode({**COMMAND, "user_id": ""}).encode(), FORM),
        (urlencode({**COMMAND, "user_id": "U0\0"}).encode(), FORM),
        (urlencode({**COMMAND, "trigger_id": "a\0b"}).encode(), FORM),
        (carrying({**CLICK, "user": None}), FORM),
        (carrying({**CLICK, "actions": []}), FORM),
        (carrying({**CLICK, "team": {"id": "T", "authorizations": [5]}}), FORM),
        (carrying({**CLICK, "trigger_id": "\ud800"}), FORM),
        (carrying({**CLICK, "view": {"private_metadata": "{x"}}), FORM),
        (carrying({**CLICK, "response_urls": [{}, {}]}), FORM),
        (carrying(a_form("payment", '{"company": "durand", "channel": 5}', {})), FORM),
        (carrying(a_form("payment", '{"company": "durand", "channel": "C0"}', {"a": {"a": 5}})), FORM),
        (json.dumps({**EVENT, "event": {"type": "app_home_opened"}}).encode(), JSON),
        (json.dumps({"type": "url_verification"}).encode(), JSON),
    ],
)
def test_what_means_nothing_is_refused_though_signed(
    client: FlaskClient, logged: io.StringIO, body: bytes, kind: str
) -> None:
    assert post(client, body, kind, sign(body)) == 400
    assert logged.getvalue() == ""


def test_what_slack_sends_of_types_that_nobody_answers_is_not_ours(client: FlaskClient) -> None:
    for payload in ({"type": "shortcut", "user": WHO, "callback_id": "x"}, {**CLICK}):
        body = carrying(payload)
        assert post(client, body, FORM, sign(body)) == 404


def test_fields_may_be_called_by_any_word_of_slack_s(client: FlaskClient) -> None:
    """Blocks and elements are named by us: `value` holds an element there, and no text."""
    known = json.dumps({"company": "durand", "channel": "C0RELANCES"})
    body = carrying({**a_form("nobody's", known, {"value": {"value": {"type": "x", "value": "5"}}})})
    assert post(client, body, FORM, sign(body)) == 404


@pytest.mark.parametrize("callback", FORMS)
@pytest.mark.parametrize(
    "junk",
    [
        {},
        {"invoice": "x", "customer": [], "task": None, "letter": {}, "entry": "1"},
        dict.fromkeys(("invoice", "customer", "task", "letter", "entry"), 10**30),
    ],
)
def test_a_form_that_holds_what_we_never_put_into_it_is_no_failure_of_the_server(
    process: web.WebProcess, client: FlaskClient, callback: str, junk: dict[str, object]
) -> None:
    known = json.dumps({"company": "durand", "channel": "C0RELANCES", **junk})
    body = carrying(a_form(callback, known, {}))
    assert post(client, body, FORM, sign(body)) in {200, 400}
    assert process.crew.wait_idle(20)


def test_a_form_of_which_nothing_says_whose_it_is_is_no_failure_of_the_server(client: FlaskClient) -> None:
    for known in ("", "{}", "x", '{"company": "durand"}', None):
        body = carrying(a_form("payment", known, {}))
        assert post(client, body, FORM, sign(body)) == 400


# --- any body --------------------------------------------------------------------------------------------


def known_bodies(
    process: web.WebProcess, client: FlaskClient, durand: Company, slack: SlackStandin
) -> list[str]:
    """Return the bodies of a conversation: commands, forms, clicks, the tab opened."""
    known = [json.dumps(EVENT)]

    def deliver(signed: Signed) -> Answer:
        known.append(signed.body)
        answer = client.post("/slack/events", data=signed.body, headers=signed.headers)
        assert process.crew.wait_idle(20)
        return Answer(answer.status_code, answer.get_data(as_text=True))

    with open_books(process.running.database, durand) as b:
        invoice(b, customer(b), "FAC-1")
    marie = SlackPerson(slack, "U0MARIE", deliver)
    for line in (
        "/paye FAC-1 500",
        "/paye",
        "/relances litige FAC-1",
        "/appel FAC-1",
        "/relances fiche martin",
    ):
        marie.command(line)
        if marie.view:
            marie.submit()
    for message in slack.messages():
        for block in message.get("blocks") or ():
            for element in block.get("elements") or ():
                if element.get("type") == "button":
                    marie.press(message, element["action_id"])
    return known


def answers_to(client: FlaskClient, known: list[str], count: int, chance: random.Random) -> Counter[int]:
    """Sign so many bodies made from the known ones; return how often each status was answered."""
    seen: Counter[int] = Counter()
    for (body, kind), _ in zip(fuzzed.bodies(known, chance), range(count), strict=False):
        status = post(client, body, kind, sign(body))
        assert status < 500, (body[:2000], kind)
        seen[status] += 1
    return seen


@pytest.mark.parametrize("count", [400, pytest.param(20_000, marks=pytest.mark.soak)])
def test_no_signed_body_of_any_kind_brings_the_server_down(
    process: web.WebProcess, client: FlaskClient, durand: Company, slack: SlackStandin, count: int
) -> None:
    known = known_bodies(process, client, durand, slack)
    seen = answers_to(client, known, count, random.Random(f"door {count}"))
    assert process.crew.wait_idle(120)
    assert set(seen) == {200, 400, 404}, seen
    assert seen[400] > count / 3
