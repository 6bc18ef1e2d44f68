"""The web process: only signed requests act, health tells the truth, figures add up."""

import importlib
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from receivables.company import Company
from receivables.errors import SettingsError
from relance import web
from relance.demo.slack_person import signed_request
from relance.demo.slack_standin import SIGNING_SECRET, SlackStandin
from relance.health import TICK_MAY_BE, Health
from relance.settings import load
from store.books import open_books
from store.health import heartbeat
from tests.builders import customer, invoice
from tests.refusals import refused

TYPED = {
    "command": "/paye",
    "text": "FAC-1 500",
    "team_id": "T0DURAND",
    "channel_id": "C0RELANCES",
    "user_id": "U0MARIE",
    "response_url": "",
}


# --- signed requests -------------------------------------------------------------------------------------


def test_a_signed_command_acts_and_is_answered(
    process: web.WebProcess, client: FlaskClient, durand: Company, slack: SlackStandin
) -> None:
    with open_books(process.running.database, durand) as b:
        invoice(b, customer(b), "FAC-1")
    signed = signed_request({**TYPED, "response_url": f"{slack.root}/respond/1"})
    answer = client.post("/slack/events", data=signed.body, headers=signed.headers)
    assert answer.status_code == 200
    assert process.crew.wait_idle(20)
    with open_books(process.running.database, durand) as b:
        from store.invoices.acts import find

        assert str(find(b, "FAC-1").outstanding) == "700.00"


def test_an_answer_goes_to_slack_alone_whatever_address_a_signed_body_names(
    process: web.WebProcess, client: FlaskClient, durand: Company, slack: SlackStandin
) -> None:
    """Whoever is told something is told it through Slack's API instead."""
    with socket.create_server(("127.0.0.1", 0)) as inside:
        url = f"http://localhost:{inside.getsockname()[1]}/respond"
        signed = signed_request({**TYPED, "text": "rien du tout", "response_url": url})
        assert client.post("/slack/events", data=signed.body, headers=signed.headers).status_code == 200
        assert wait_until(lambda: any(call.method == "chat.postEphemeral" for call in slack.calls))
        inside.setblocking(False)
        with pytest.raises(BlockingIOError):
            inside.accept()


@pytest.mark.parametrize("fault", ["unsigned", "stale", "other secret", "tampered"])
def test_a_request_that_slack_did_not_sign_now_is_refused(client: FlaskClient, fault: str) -> None:
    secret = "un autre secret" if fault == "other secret" else SIGNING_SECRET
    signed = signed_request(TYPED, secret, at=int(time.time()) - (600 if fault == "stale" else 0))
    headers = {} if fault == "unsigned" else signed.headers
    body = signed.body.replace("500", "900") if fault == "tampered" else signed.body
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/slack/events", data=body, headers={**headers, **kind})
    assert answer.status_code == 401


def test_requests_that_are_all_hours_old_tell_that_our_clock_is_off(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack has signed each: it is said in the log and by /readyz, until one comes that is made now."""
    for hour in range(3):
        signed = signed_request(TYPED, at=int(time.time()) - 86_400 - hour)
        assert client.post("/slack/events", data=signed.body, headers=signed.headers).status_code == 401
    assert [record.message for record in caplog.records] == ["clock_off"]
    assert "ahead of Slack's requests" in client.get("/readyz").get_json()["reasons"]["clock"]
    signed = signed_request({**TYPED, "text": "rien"})
    assert client.post("/slack/events", data=signed.body, headers=signed.headers).status_code == 200
    assert "clock" not in (client.get("/readyz").get_json().get("reasons") or {})


@pytest.mark.parametrize("kind", ["one kept by somebody", "signed by others"])
def test_an_old_request_alone_tells_nothing_of_our_clock(client: FlaskClient, kind: str) -> None:
    """Whoever overheard one may send it as often as they like."""
    secret = SIGNING_SECRET if kind == "one kept by somebody" else "un autre secret"
    at = int(time.time()) - 86_400
    for number in range(5):
        signed = signed_request(TYPED, secret, at=at + (number if secret != SIGNING_SECRET else 0))
        client.post("/slack/events", data=signed.body, headers=signed.headers)
    assert "clock" not in (client.get("/readyz").get_json().get("reasons") or {})


def test_a_body_too_large_is_not_read(client: FlaskClient) -> None:
    assert client.post("/slack/events", data=b"x" * (web.LARGEST_BODY + 1)).status_code == 413


def test_only_post_is_taken_and_nothing_else_is_there(client: FlaskClient) -> None:
    assert client.get("/slack/events").status_code == 405
    assert client.get("/").status_code == 404


# --- health ----------------------------------------------------------------------------------------------


def test_healthz_answers_whatever_happens(client: FlaskClient, slack: SlackStandin) -> None:
    slack.fail("auth.test", "invalid_auth", times=9)
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_ready_when_database_slack_and_clock_are(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ready", "reasons": {}})


def test_not_ready_when_slack_refuses_the_token(client: FlaskClient, slack: SlackStandin) -> None:
    slack.fail("auth.test", "invalid_auth")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["reasons"] == {"slack": "token refused (invalid_auth)"}


def test_slack_is_asked_at_most_once_a_minute(client: FlaskClient, slack: SlackStandin) -> None:
    for _ in range(5):
        client.get("/readyz")
    assert [call.method for call in slack.calls].count("auth.test") == 1


def test_not_ready_when_the_last_tick_failed(
    process: web.WebProcess, client: FlaskClient, durand: Company
) -> None:
    with open_books(process.running.database, durand) as b:
        heartbeat.beat(b, at=datetime.now(UTC), error="smtp")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["reasons"] == {"clock": "durand: last tick failed (smtp)"}


def health_at(process: web.WebProcess, durand: Company, now: datetime) -> dict[str, str]:
    return Health(
        process.running.database, {"durand": durand}, process.running.client, lambda: now
    ).troubles()


def test_not_ready_when_the_clock_stopped(process: web.WebProcess, durand: Company) -> None:
    struck = datetime(2026, 4, 8, 5, 0, tzinfo=UTC)
    with open_books(process.running.database, durand) as b:
        heartbeat.beat(b, at=struck)
    assert health_at(process, durand, struck + TICK_MAY_BE) == {}
    late = struck + TICK_MAY_BE + timedelta(seconds=60)
    assert health_at(process, durand, late) == {"clock": "durand: no tick for 660 s"}


def test_not_ready_when_the_morning_plan_is_missing(process: web.WebProcess, durand: Company) -> None:
    for hour, expected in ((6, {}), (8, {"clock": "durand: the morning plan is not made"})):
        now = datetime(2026, 4, 8, hour, 45, tzinfo=UTC)
        with open_books(process.running.database, durand) as b:
            heartbeat.beat(b, at=now)
        assert health_at(process, durand, now) == expected


def test_not_ready_when_the_schema_is_not_ours(process: web.WebProcess, client: FlaskClient) -> None:
    with process.running.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "9999" in answer.get_json()["reasons"]["database"]


def wait_until(done: Callable[[], bool], seconds: float = 20) -> bool:
    """Look until it is so."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if done():
            return True
        time.sleep(0.01)
    return False


def test_slack_is_asked_beside_and_holds_up_nobody_but_the_first_for_a_second(
    process: web.WebProcess, client: FlaskClient, slack: SlackStandin
) -> None:
    slack.fail("auth.test", "ratelimited", retry_after=3)  # the client waits, and asks again
    began = time.monotonic()
    with ThreadPoolExecutor(40) as crowd:
        list(crowd.map(lambda _: process.app.test_client().get("/readyz"), range(40)))
    assert time.monotonic() - began < 2.8
    assert client.get("/readyz").get_json()["reasons"] == {"slack": "not asked yet"}
    assert wait_until(lambda: client.get("/readyz").status_code == 200)
    assert len(slack.called("auth.test")) == 2


# --- who may read ----------------------------------------------------------------------------------------

TOKEN = "of-the-tests-alone"
FROM_AFAR = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_without_a_token_this_machine_reads_everything(client: FlaskClient, address: str) -> None:
    here = {"REMOTE_ADDR": address}
    assert client.get("/metrics", environ_base=here).status_code == 200
    assert client.get("/readyz", environ_base=here).get_json() == {"status": "ready", "reasons": {}}


@pytest.mark.parametrize("address", ["192.0.2.7", "172.17.0.1", "2001:db8::1", "", "unix:"])
def test_without_a_token_others_learn_whether_all_is_well_and_no_more(
    client: FlaskClient, slack: SlackStandin, address: str
) -> None:
    slack.fail("auth.test", "invalid_auth")
    afar = {"REMOTE_ADDR": address}
    assert client.get("/metrics", environ_base=afar).status_code == 403
    answer = client.get("/readyz", environ_base=afar)
    assert (answer.status_code, answer.get_json()) == (503, {"status": "failing"})


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_what_a_proxy_on_this_machine_asks_for_others_is_not_asked_by_this_machine(
    client: FlaskClient, name: str
) -> None:
    assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 403
    assert client.get("/readyz", headers={name: "127.0.0.1"}).get_json() == {"status": "ready"}


def test_with_a_token_who_shows_it_reads_and_nobody_else(environ: dict[str, str]) -> None:
    process = web.WebProcess(load({**environ, "METRICS_TOKEN": TOKEN}))
    client = process.app.test_client()
    shown = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", headers=shown, environ_base=FROM_AFAR).status_code == 200
    assert client.get("/readyz", headers=shown, environ_base=FROM_AFAR).get_json()["reasons"] == {}
    for wrong in ({}, {"Authorization": TOKEN}, {"Authorization": "Bearer é"}, {"Authorization": "Bearer "}):
        answer = client.get("/metrics", headers=wrong)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert client.get("/readyz", headers=wrong).get_json() == {"status": "ready"}
    process.close()


# --- figures ---------------------------------------------------------------------------------------------


def test_metrics_tell_reminders_sends_failures_acks_and_ages(
    process: web.WebProcess, client: FlaskClient, durand: Company
) -> None:
    with open_books(process.running.database, durand) as b:
        invoice(b, customer(b), "FAC-1")
        heartbeat.beat(b, at=datetime.now(UTC))
    signed = signed_request({**TYPED, "text": "aide"})
    client.post("/slack/events", data=signed.body, headers=signed.headers)
    assert process.crew.wait_idle(20)
    text = client.get("/metrics").get_data(as_text=True)
    for line in (
        'relance_reminders{company="durand",state="sent"} 0.0',
        'relance_sends_total{company="durand"} 0.0',
        'relance_send_failures_total{company="durand"} 0.0',
        'relance_open_invoices{company="durand"} 1.0',
        'relance_ack_seconds_count{transport="http"} 1.0',
        'relance_tick_age_seconds{company="durand"}',
    ):
        assert line in text


# --- starting --------------------------------------------------------------------------------------------


def test_importing_the_web_entry_makes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    importlib.reload(web)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("missing", "named"),
    [("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN"), ("SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET")],
)
def test_a_missing_slack_setting_is_named(environ: dict[str, str], missing: str, named: str) -> None:
    del environ[missing]
    with refused(SettingsError, match=named):
        web.WebProcess(load(environ))


def test_in_socket_mode_without_a_secret_there_is_no_http_endpoint(environ: dict[str, str]) -> None:
    del environ["SLACK_SIGNING_SECRET"]
    environ["SLACK_APP_TOKEN"] = "xapp-1-test"
    process = web.WebProcess(load(environ))
    assert process.socket is not None
    assert process.app.test_client().post("/slack/events").status_code == 404
    process.close()
