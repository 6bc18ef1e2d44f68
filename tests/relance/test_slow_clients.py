"""Connections that make half a request and wait: they hold up nobody, on waitress and behind a proxy."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from relance import web
from relance.demo.slack_person import SlackPerson, to_url
from relance.demo.slack_standin import SlackStandin
from relance.server import CONNECTIONS, MAY_BE_SILENT, REQUEST_MAY_TAKE, Server, listen

ROOT = Path(__file__).parents[2]
HALVES = (
    b"",
    b"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le",
    b"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\n" + b"x" * 30_000,
)
"""What a client says that then waits: nothing, half its headers, half its body."""


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def half_open(port: int, count: int, halves: tuple[bytes, ...] = HALVES) -> Iterator[list[socket.socket]]:
    """Hold so many connections that have made half a request."""
    with ExitStack() as held:
        lines = []
        for number in range(count):
            line = held.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=10)))
            line.sendall(halves[number % len(halves)])
            lines.append(line)
        yield lines


def slowest_ack(slack: SlackStandin, port: int, count: int = 10) -> float:
    """Have somebody type; return the seconds until the slowest acknowledgement."""
    marie = SlackPerson(slack, "U0MARIE", to_url(f"http://127.0.0.1:{port}/slack/events"))
    answers = [marie.command("/paye aide") for _ in range(count)]
    assert {answer.status for answer in answers} == {200}
    return max(answer.seconds for answer in answers)


# --- waitress --------------------------------------------------------------------------------------------


@pytest.fixture
def server(process: web.WebProcess) -> Iterator[Server]:
    """The server of `relance serve`, at work on loopback."""
    server = listen(process.app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.asyncore.close_all(server._map)  # its loop ends when nothing is left to look at
    thread.join(20)
    server.task_dispatcher.shutdown()
    assert not thread.is_alive()


@pytest.mark.parametrize("count", [110, pytest.param(300, marks=pytest.mark.soak)])
def test_half_open_connections_hold_up_nobody(server: Server, slack: SlackStandin, count: int) -> None:
    with half_open(int(server.effective_port), count):
        assert slowest_ack(slack, int(server.effective_port)) < 2
    assert CONNECTIONS >= 2 * 300


@pytest.mark.parametrize(
    ("half", "after"),
    [(HALVES[0], MAY_BE_SILENT), (HALVES[1], REQUEST_MAY_TAKE), (HALVES[2], REQUEST_MAY_TAKE)],
)
def test_who_takes_too_long_is_closed_though_a_little_comes_each_time(
    server: Server, half: bytes, after: float
) -> None:
    with half_open(int(server.effective_port), 3, (half,)) as lines:
        until = time.monotonic() + 10
        while len(server.active_channels) < len(lines) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.2)
        if half:
            for line in lines:
                line.sendall(b"x")
        server.maintenance(time.time())
        server.maintenance(time.time() + after - 2)
        assert not [each for each in server.active_channels.values() if each.will_close]
        server.maintenance(time.time() + after + 4)
        for line in lines:
            line.settimeout(5)
            with suppress(ConnectionError):
                assert line.recv(100) == b""


# --- gunicorn behind a proxy -----------------------------------------------------------------------------


@pytest.fixture
def gunicorn(environ: dict[str, str]) -> Iterator[int]:
    """The web process under gunicorn, with two threads; its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--threads", "2"]
    with running([*command, "relance.web:app"], {**environ, "PORT": str(port)}):
        assert answers(f"http://127.0.0.1:{port}/healthz")
        yield port


@contextmanager
def running(command: list[str], environ: dict[str, str]) -> Iterator[None]:
    """Hold a process of another program."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env={**os.environ, **environ}, cwd=ROOT, **quiet) as process:  # type: ignore[call-overload]
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def answers(url: str) -> bool:
    """Whether this address answers 200, within a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(OSError), urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
        time.sleep(0.1)
    return False


def nginx(folder: Path, port: int, behind: int) -> list[str]:
    """Write the shipped configuration for loopback; return the command that runs it."""
    site = (ROOT / "docs" / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    site = site.replace("127.0.0.1:3000", f"127.0.0.1:{behind}")
    site = re.sub(r".*ssl_certificate.*\n", "", site.replace("listen 443 ssl", f"listen 127.0.0.1:{port}"))
    assert "443" not in site
    paths = "".join(
        f"{name}_temp_path {folder / name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"daemon off;\npid {folder / 'pid'};\nerror_log stderr;\nevents {{}}\n"
    whole += f"http {{\naccess_log off;\n{paths}{site}\n}}\n"
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    return ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, port: int, behind: int) -> list[str]:
    """Write the shipped configuration for loopback; return the command that runs it."""
    site = (ROOT / "docs" / "proxy" / "Caddyfile").read_text(encoding="utf-8")
    site = site.replace("127.0.0.1:3000", f"127.0.0.1:{behind}")
    site = site.replace("relance.example", f"http://127.0.0.1:{port}")
    site = site.replace("{\n\tservers", "{\n\tauto_https off\n\tadmin off\n\tservers", 1)
    version = subprocess.run(["caddy", "version"], capture_output=True, text=True, check=True).stdout
    if not version.removeprefix("v").startswith("2.6."):
        site = site.replace("\tbuffer_requests\n", "\trequest_buffers 1MB\n")
    (folder / "Caddyfile").write_text(site, encoding="utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.mark.parametrize("proxy", [nginx, caddy])
def test_behind_the_proxies_of_the_page_on_operation_half_open_connections_hold_up_nobody(
    gunicorn: int, slack: SlackStandin, tmp_path: Path, proxy: object
) -> None:
    write = {nginx: nginx, caddy: caddy}[proxy]  # type: ignore[index]
    if shutil.which(write.__name__) is None:
        pytest.skip(f"{write.__name__} is not installed (Debian's package of that name)")
    port = free_port()
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with running(write(tmp_path, port, gunicorn), home):
        assert answers(f"http://127.0.0.1:{port}/healthz")
        with half_open(port, 30):
            assert slowest_ack(slack, port) < 2
        for path in ("metrics", "readyz", ""):
            with pytest.raises(HTTPError) as refused, urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5):
                pass
            refused.value.close()
            assert refused.value.code == 404
