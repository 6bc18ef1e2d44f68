"""The web entry: Slack's endpoint, health, metrics. `gunicorn relance.web:app` serves it."""

import atexit
import logging
import os
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask import Flask, Response, jsonify, request
from slack_bolt import App
from slack_bolt.adapter.flask.handler import to_flask_response

from bot.app import build_app
from bot.slack.crew import Crew
from bot.slack.http_requests import bolt_request
from bot.slack.kept.taking_up import TakingUp
from bot.slack.shapes import Nonsense, kind_of
from bot.slack.signatures import STAMP, age, signed, signed_now
from receivables.errors import SettingsError
from relance import logs
from relance.health import Health
from relance.metrics import Metrics
from relance.readers import may_read
from relance.server import LARGEST_BODY
from relance.settings import Settings, load
from relance.sockets import Socket, open_socket
from relance.true_time import OldRequests
from relance.wiring import Running, open_running

log = logging.getLogger(__name__)
LISTENERS_MAY_TAKE = 20.0
"""Seconds left, when stopping, to what people have just asked for."""


def create_app(running: Running, bolt: App | None, crew: Crew, metrics: Metrics, health: Health) -> Flask:
    """Return the Flask application. Without `bolt` there is no Slack endpoint (Socket Mode)."""
    web = Flask("relance")
    web.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    web.add_url_rule("/healthz", "healthz", _healthz)
    token = running.settings.metrics_token.get_secret_value()
    web.add_url_rule("/readyz", "readyz", lambda: _readyz(health, token))
    web.add_url_rule("/metrics", "metrics", lambda: _metrics(metrics, token))
    if bolt is not None and running.settings.slack_signing_secret:
        secret = running.settings.slack_signing_secret.get_secret_value()
        answer = _slack(bolt, crew, metrics, health.old_requests, secret)
        web.add_url_rule("/slack/events", "slack", answer, methods=["POST"])
    return web


def _healthz() -> Response:
    return jsonify(status="ok")


def _readyz(health: Health, token: str) -> tuple[Response, int]:
    """Say to all whether this process can do its work, and why not to those who may read it."""
    troubles = health.troubles()
    why = {"reasons": troubles} if may_read(request, token) else {}
    return jsonify(status="failing" if troubles else "ready", **why), 503 if troubles else 200


def _metrics(metrics: Metrics, token: str) -> Response:
    if may_read(request, token):
        return Response(metrics.text(), mimetype="text/plain")
    answer = Response("METRICS_TOKEN\n", 401 if token else 403, mimetype="text/plain")
    if token:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _is_it_the_clock(old: OldRequests, body: bytes, headers: Mapping[str, str], secret: str) -> None:
    """Note a request that Slack has signed, at another time than ours."""
    ahead = age(headers, now().timestamp())
    if ahead is not None and signed(body, headers, secret):
        old.came(headers[STAMP], ahead)


def _slack(bolt: App, crew: Crew, metrics: Metrics, old: OldRequests, secret: str) -> Callable[[], Response]:
    """Return what answers Slack: nothing reads a body that Slack did not sign now."""

    def answer() -> Response:
        started = time.perf_counter()
        body = request.get_data()
        headers = dict(request.headers)
        if not signed_now(body, headers, secret, now().timestamp()):
            metrics.refused.labels("unsigned").inc()
            _is_it_the_clock(old, body, headers, secret)
            return Response("not signed by Slack, or not now\n", 401, mimetype="text/plain")
        old.good()
        try:
            asked = bolt_request(body.decode(), headers)
        except (Nonsense, UnicodeDecodeError):
            metrics.refused.labels("nonsense").inc()
            return Response("nothing that Slack sends\n", 400, mimetype="text/plain")
        with crew.acknowledging():
            response = to_flask_response(bolt.dispatch(asked))
        metrics.ack.labels("http").observe(time.perf_counter() - started)
        log.debug("slack_request", extra={"kind": kind_of(asked.body), "status": response.status_code})
        return response

    return answer


def now() -> datetime:
    """Return the present instant: a listener's entry is where it is asked for."""
    return datetime.now(UTC)


class WebProcess:
    """What one web process holds open: the application, the socket in Socket Mode, the database."""

    def __init__(self, settings: Settings) -> None:
        check_slack(settings)
        self.running = open_running(settings)
        self.metrics = Metrics(self.running.database, settings.companies, now)
        accounts = settings.mail_accounts.values()
        self.health = Health(self.running.database, settings.companies, self.running.client, now, accounts)
        self.crew = Crew()
        self.bolt = build_bolt(self.running, self.crew)
        self.app = create_app(self.running, self.bolt, self.crew, self.metrics, self.health)
        self.taking_up = TakingUp(self.bolt, self.running.database.spool, now)
        self.taking_up.start()
        self.socket: Socket | None = open_socket(settings, self.bolt, self.crew, self.metrics)

    def close(self) -> None:
        """Leave Slack's socket, let listeners finish, close the database."""
        if self.socket is not None:
            self.socket.close()
        self.taking_up.close()
        self.crew.wait_idle(LISTENERS_MAY_TAKE)
        self.crew.shutdown(wait=False, cancel_futures=True)
        self.running.close()


def check_slack(settings: Settings) -> None:
    """Make sure that Slack can be spoken to. Raises SettingsError naming the variable that is missing."""
    if not settings.slack_bot_token:
        raise SettingsError("settings.bot_token_missing")
    if not settings.slack_signing_secret and not settings.slack_app_token:
        raise SettingsError("settings.signing_secret_missing")


def build_bolt(running: Running, crew: Crew) -> App:
    """Return the Bolt application of these settings; its listeners work in the threads of `crew`."""
    assert running.client is not None  # noqa: S101 - check_slack went before
    secret = running.settings.slack_signing_secret.get_secret_value()
    return build_app(
        running.database,
        running.settings.companies,
        client=running.client,
        signing_secret=secret or secrets.token_hex(32),
        now=now,
        crew=crew,
    )


@cache
def process() -> WebProcess:
    """Return this process's web side, made from the environment when first asked for."""
    settings = load(os.environ)
    logs.set_up(level=settings.log_level)
    made = WebProcess(settings)
    atexit.register(close)
    return made


def close() -> None:
    """End this process's web side, if it was ever made."""
    if process.cache_info().currsize:
        process().close()
        process.cache_clear()


def __getattr__(name: str) -> Any:
    """Make `app` when a server asks for it, and nothing at import."""
    if name == "app":
        return process().app
    raise AttributeError(name)
