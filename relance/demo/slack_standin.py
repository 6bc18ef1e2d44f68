"""A small stand-in for Slack's Web API on loopback, for the demo and the tests.

    with SlackStandin() as slack:
        client = WebClient(token=slack.token, base_url=slack.url)

It keeps what it is told, refuses what Slack refuses, and fails on demand. It never talks to Slack.
"""

import contextlib
import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl

from relance.demo.slack_methods import METHODS, answer_url
from relance.demo.slack_world import CHANNEL, Json, SlackError, World

TOKEN = "xoxb-demo"  # noqa: S105 - the stand-in's own, of no use elsewhere
SIGNING_SECRET = "secret-de-demonstration"  # noqa: S105 - same


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call of the Web API, with the answer it got ("" cut: the connection was dropped)."""

    method: str
    args: Json
    status: int
    answer: Json


@dataclass
class ApiFault:
    """How the next `times` calls of `method` fail.

    `how`: `ratelimited`, `http_500` (any status), `cut_before`, `cut_after` (the call takes effect, the
    answer is lost), or any error code that Slack would give.
    """

    method: str
    how: str
    times: int = 1
    retry_after: int = 1


class SlackStandin:
    """The stand-in: `url`, `token`, what was called (`calls`) and what people see (`messages()`…)."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.world = World(clock)
        self.token = TOKEN
        self.signing_secret = SIGNING_SECRET
        self.calls: list[ApiCall] = []
        self._faults: list[ApiFault] = []
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.slack = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    @property
    def root(self) -> str:
        """Where the stand-in listens."""
        if self._server is None:
            raise RuntimeError("the stand-in is not open: use it in a with statement")
        return f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def url(self) -> str:
        """Base address of the Web API, for `WebClient(base_url=…)`."""
        return f"{self.root}api/"

    def messages(self, channel: str = CHANNEL, *, thread: str | None = None) -> list[Json]:
        """Return a channel's messages as they stand, oldest first; of one thread when asked."""
        return [
            message
            for message in self.world.messages
            if message["channel"] == channel and (thread is None or message.get("thread_ts") == thread)
        ]

    @property
    def ephemerals(self) -> list[Json]:
        """What one person only was shown (`to` says whom), oldest first."""
        return self.world.ephemerals

    @property
    def views(self) -> list[Json]:
        """The modals that are open."""
        return list(self.world.views.values())

    @property
    def files(self) -> list[Json]:
        """The files uploaded: id, name, content (bytes)."""
        return list(self.world.files.values())

    def called(self, method: str) -> list[ApiCall]:
        """Return the calls of one method."""
        return [call for call in self.calls if call.method == method]

    def fail(self, method: str, how: str, *, times: int = 1, retry_after: int = 1) -> None:
        """Make the next calls of `method` fail; see `ApiFault`."""
        self._faults.append(ApiFault(method, how, times, retry_after))

    def take_fault(self, method: str) -> ApiFault | None:
        """Return the fault that this call must suffer, if any, and count it."""
        with self.world.lock:
            for fault in self._faults:
                if fault.method == method and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None

    def add_people(self, people: Iterable[Json]) -> None:
        """Add or replace people (see `slack_world.person`)."""
        self.world.people.update((one["id"], one) for one in people)

    def call(self, method: str, args: Json) -> Json:
        """Run one method and return Slack's JSON answer."""
        if method not in METHODS:
            return {"ok": False, "error": "unknown_method"}
        try:
            with self.world.lock:
                return {"ok": True, **METHODS[method](self.world, args)}
        except SlackError as error:
            messages = {"response_metadata": {"messages": [f"[ERROR] {one}" for one in error.details]}}
            return {"ok": False, "error": error.code, "errors": error.details, **messages}


class _Server(ThreadingHTTPServer):
    """The server knows its stand-in; its threads end with it."""

    daemon_threads = True
    slack: SlackStandin


def _loads(value: str) -> Any:
    """Return a form value, read as JSON when it is an object or an array."""
    if value[:1] in {"[", "{"}:
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value


def parse_args(body: bytes, content_type: str) -> Json:
    """Return the arguments of a call, sent as a form or as JSON."""
    if content_type.startswith("application/json"):
        return dict(json.loads(body or b"{}"))
    return {key: _loads(value) for key, value in parse_qsl(body.decode(), keep_blank_values=True)}


class _Handler(BaseHTTPRequestHandler):
    """One request: a method of the API, an uploaded file, or a response_url."""

    server: _Server

    def do_POST(self) -> None:
        """Answer one post."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        place, _, rest = self.path.lstrip("/").partition("/")
        {
            "api": self._api,
            "upload": self._upload,
            "response": self._response,
            "files": self._download,
        }[place](rest, body)

    do_GET = do_POST  # noqa: N815 - some clients call auth.test with GET

    def _api(self, method: str, body: bytes) -> None:
        slack = self.server.slack
        args = parse_args(body, self.headers.get("Content-Type") or "")
        if self.headers.get("Authorization") != f"Bearer {slack.token}":
            self._record(method, args, 200, {"ok": False, "error": "invalid_auth"})
            return
        fault = slack.take_fault(method)
        if fault is None or fault.how == "cut_after":
            answer = slack.call(method, args)
            if "upload_url" in answer:
                answer["upload_url"] = slack.root + answer["upload_url"]
            self._record(method, args, 200, answer, lost=fault is not None)
        else:
            self._suffer(fault, args)

    def _suffer(self, fault: ApiFault, args: Json) -> None:
        if fault.how == "cut_before":
            self._record(fault.method, args, 0, {}, lost=True)
        elif fault.how == "ratelimited":
            answer = {"ok": False, "error": "ratelimited"}
            self._record(fault.method, args, 429, answer, headers={"Retry-After": str(fault.retry_after)})
        elif fault.how.startswith("http_"):
            self._record(fault.method, args, int(fault.how[5:]), {"ok": False, "error": "internal_error"})
        else:
            self._record(fault.method, args, 200, {"ok": False, "error": fault.how})

    def _record(
        self,
        method: str,
        args: Json,
        status: int,
        answer: Json,
        *,
        lost: bool = False,
        headers: Json | None = None,
    ) -> None:
        self.server.slack.calls.append(ApiCall(method, args, 0 if lost else status, answer))
        if lost:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self._answer(status, json.dumps(answer).encode(), headers)

    def _upload(self, key: str, body: bytes) -> None:
        file = self.server.slack.world.files.get(key)
        if file is not None:
            file["content"] = body
        self._answer(200 if file is not None else 404, b"OK", {"Content-Type": "text/plain"})

    def _download(self, key: str, _body: bytes) -> None:
        """Give a file to who shows the token; others see a page to sign in."""
        slack = self.server.slack
        file = slack.world.files.get(key)
        if file is None or self.headers.get("Authorization") != f"Bearer {slack.token}":
            self._answer(200, b"<html></html>", {"Content-Type": "text/html"})
        else:
            self._answer(200, file["content"], {"Content-Type": "application/octet-stream"})

    def _response(self, token: str, body: bytes) -> None:
        slack = self.server.slack
        args = parse_args(body, self.headers.get("Content-Type") or "")
        try:
            with slack.world.lock:
                answer_url(slack.world, token, args)
            self._record("response_url", args, 200, {"ok": True})
        except SlackError as error:
            self._record("response_url", args, 404, {"ok": False, "error": error.code})

    def _answer(self, status: int, body: bytes, headers: Json | None = None) -> None:
        self.send_response(status)
        self.send_header("X-Slack-Req-Id", secrets.token_hex(16))
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return what the answers say that the time is: the stand-in's own."""
        return formatdate(timestamp or self.server.slack.world.clock().timestamp(), usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        """Say nothing: `calls` holds it all."""
