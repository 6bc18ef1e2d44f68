"""The way out to Slack: whatever address Slack is said to name, only Slack's own is asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt.context import BoltContext
from slack_sdk.errors import SlackApiError

from bot.slack import gate
from bot.slack.access import SLACK_TROUBLE
from bot.slack.gate import ElsewhereError, GatedClient, answering, check

SLACK = "https://slack.com/api/"
TOKEN = "xoxb-1-canari"


@pytest.mark.parametrize(
    "url",
    [
        "https://slack.com/api/chat.postMessage",
        "https://hooks.slack.com/commands/T1/2/abc",
        "https://files.slack.com/upload/v1/CwABAAAA?x=1&y=%20",
        "https://durand.enterprise.slack.com",
        "wss://wss-primary.slack.com/link/?ticket=1",
        "https://slack-gov.com:443/api/",
    ],
)
def test_slacks_own_addresses_are_asked(url: str) -> None:
    """Over TLS, at the usual port."""
    check(url, SLACK)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/upload",
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "http://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://10.0.0.8/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://0x7f.1/",
        "https://localhost/",
        "https://intranet/",
        "https://files.slack.com@evil.example/",
        "https://files.slack.com:x@evil.example/",
        "https://evil.example/@files.slack.com/",
        "https://files.slack.com.evil.example/",
        "https://evilslack.com/",
        "https://files.slack.com\\@evil.example/",
        "https://evil.example\\.slack.com/",
        "https://evil.example#.slack.com/",
        "https://evil.example?.slack.com/",
        "https://files.slack.com:8443/",
        "https://files.slack.com%00.evil.example/",
        "https://files.ѕlack.com/",
        "https://files.slack。com/",
        "https://files.slack.com/\r\nHost: evil",
        "https://files.slack.com /",
        "https:///files.slack.com/",
        "https:files.slack.com/",
        "//files.slack.com/",
        "file:///etc/passwd",
        "ftp://files.slack.com/",
        "gopher://files.slack.com/",
        "",
        None,
        7,
    ],
)
@pytest.mark.parametrize("base", [SLACK, "http://stand-in.example:8000/api/"])
def test_no_other_address_is(url: object, base: str) -> None:
    """However it is written, also where the address of Slack was set to another."""
    with pytest.raises(ElsewhereError) as error:
        check(url, base)
    assert str(url) not in str(error.value) or not url


def test_the_host_that_was_set_is_asked_in_its_own_way() -> None:
    """A test or a stand-in names itself; what is set with TLS is never asked in the clear."""
    check("http://127.0.0.1:9000/upload/1", "http://127.0.0.1:8000/api/")
    check("ws://127.0.0.1:9000/link", "http://127.0.0.1:8000/api/")
    check("https://slack.proxy.example/upload", "https://slack.proxy.example/api/")
    for url in ("http://slack.proxy.example/upload", "https://other.example/", "https://proxy.example/"):
        with pytest.raises(ElsewhereError):
            check(url, "https://slack.proxy.example/api/")


class Server(ThreadingHTTPServer):
    """Answers all with what is set, and notes what it was asked."""

    def __init__(self, host: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://{host}:{self.server_port}/"
        self.asked: list[tuple[str, str | None]] = []
        self.status = 200
        self.location = ""
        self.body: bytes = b'{"ok": true}'


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def _serving(host: str) -> Iterator[Server]:
    server = Server(host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def slack() -> Iterator[Server]:
    """Return what is set as Slack."""
    with _serving("127.0.0.1") as server:
        yield server


@pytest.fixture
def inside() -> Iterator[Server]:
    """Return a service of the network that nobody of Slack's may reach; it has another name."""
    with _serving("localhost") as server:
        yield server


@pytest.fixture
def client(slack: Server) -> GatedClient:
    """Return a client of that Slack, with a token."""
    return GatedClient(token=TOKEN, base_url=f"{slack.url}api/", retry_handlers=[])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(slack: Server, inside: Server, client: GatedClient, status: int) -> None:
    """The token would go with it."""
    slack.status, slack.location, slack.body = status, f"{inside.url}secret", b"{}"
    with pytest.raises(SLACK_TROUBLE):
        client.auth_test()
    assert slack.asked == [("/api/auth.test", f"Bearer {TOKEN}")]
    assert inside.asked == []


def test_no_file_is_put_elsewhere(slack: Server, inside: Server, client: GatedClient) -> None:
    """Slack's answer names where; a forged one sends a customer's file to nobody."""
    slack.body = json.dumps({"ok": True, "upload_url": f"{inside.url}take", "file_id": "F1"}).encode()
    with pytest.raises(ElsewhereError):
        client.files_upload_v2(content="IBAN", filename="a.txt", channel="C1")
    assert inside.asked == []
    assert [path for path, _ in slack.asked] == ["/api/files.getUploadURLExternal"]


def test_no_socket_opens_elsewhere(slack: Server, client: GatedClient) -> None:
    """What people type would come through it."""
    slack.body = b'{"ok": true, "url": "wss://evil.example/link"}'
    with pytest.raises(ElsewhereError):
        client.apps_connections_open(app_token="xapp-1")


def _answer(client: GatedClient, url: str) -> Any:
    context = BoltContext({"response_url": url})
    went_on: list[int] = []
    answering(client)(context, lambda: went_on.append(1))
    assert went_on
    assert context.respond is not None
    return context.respond(text="500,00 €", response_type="ephemeral")


def test_no_answer_goes_elsewhere(slack: Server, inside: Server, client: GatedClient) -> None:
    """A body that is signed, and names an address inside: nothing leaves, no redirect leads there."""
    with pytest.raises(ElsewhereError):
        _answer(client, f"{inside.url}respond")
    assert _answer(client, f"{slack.url}respond/1").status_code == 200
    slack.status, slack.location = 302, f"{inside.url}secret"
    assert _answer(client, f"{slack.url}respond/1").status_code == 302
    assert inside.asked == []
    assert [token for path, token in slack.asked if path.startswith("/respond")] == [None, None]


@pytest.mark.parametrize("status", [200, 500])
def test_no_answer_is_read_without_end(
    slack: Server, client: GatedClient, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one that is huge, whatever its status."""
    monkeypatch.setattr(gate, "LARGEST", 100_000)
    slack.status, slack.body = status, b" " * 1_000_000
    with pytest.raises(ElsewhereError):
        client.auth_test()


def test_an_answer_that_drips_is_left(
    slack: Server, client: GatedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time is that of the whole answer, not of a piece."""
    monkeypatch.setattr(gate, "LONGEST_SECONDS", -1.0)
    with pytest.raises(ElsewhereError):
        client.auth_test()


def test_what_slack_refuses_is_told_as_ever(slack: Server, client: GatedClient) -> None:
    """A status and an error pass through the gate unchanged."""
    slack.status, slack.body = 429, b'{"ok": false, "error": "ratelimited"}'
    with pytest.raises(SlackApiError, match="ratelimited") as error:
        client.auth_test()
    assert error.value.response.status_code == 429
