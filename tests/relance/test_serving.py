"""Processes that stay: they start, answer, and end at SIGTERM without cutting a send."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from receivables.company import Company
from relance.demo.slack_standin import SIGNING_SECRET, SlackStandin
from relance.settings import load
from relance.wiring import NoMail, mail, slack_client
from scheduler import clock as clocks
from scheduler.delivery import Sent
from scheduler.email.eml_files import FileTransport
from scheduler.email.sender import by_mail
from scheduler.email.transport import Envelope
from store.books import open_books, read_books
from store.db.engine import Database
from store.reminders.listing import outbox
from tests import builders
from tests.builders import at, customer, invoice
from tests.relance.conftest import SETTINGS

ROOT = Path(__file__).parents[2]


class Process:
    """One `relance …` process, its JSON logs read as they come."""

    def __init__(self, arguments: list[str], environ: dict[str, str], folder: Path) -> None:
        self.logs: list[dict[str, Any]] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "relance.cli", *arguments],
            env={**os.environ, **environ, "PYTHONUNBUFFERED": "1"},
            cwd=folder,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stderr
        for line in self._process.stderr:
            self.logs.append(json.loads(line) if line.startswith("{") else {"event": line})

    def wait_for(self, event: str, seconds: float = 60) -> dict[str, Any]:
        """Wait until this is logged, a pattern of its whole, and return the record."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for record in self.logs:
                if re.fullmatch(event, record["event"].strip()):
                    return record
            time.sleep(0.02)
        raise AssertionError(f"{event!r} was never logged: {self.logs}")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send the signal; return the exit status."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        status = self._process.wait(60)
        self._reader.join()
        if self._process.stderr:
            self._process.stderr.close()
        return status


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    (tmp_path / "relance.toml").write_text(SETTINGS, encoding="utf-8")
    with SlackStandin() as slack:
        yield {
            "RELANCE_CONFIG": str(tmp_path / "relance.toml"),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'relance.db'}",
            "SLACK_BOT_TOKEN": slack.token,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.url,
            "SMTP_URL": f"file://{tmp_path / 'out'}",
        }


@pytest.fixture
def start(environ: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def start(*arguments: str) -> Process:
        started.append(Process(list(arguments), environ, tmp_path))
        return started[-1]

    yield start
    for process in started:
        process.end(signal.SIGKILL)


def test_serve_answers_then_ends_at_sigterm(start: Callable[..., Process]) -> None:
    process = start("serve", "--port", "0")
    port = process.wait_for("serving")["port"]
    for path in ("healthz", "readyz", "metrics"):
        with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
            assert answer.status == 200
    forwarded = Request(f"http://127.0.0.1:{port}/readyz", headers={"X-Forwarded-For": "192.0.2.7"})
    with urlopen(forwarded, timeout=10) as answer:
        assert json.load(answer) == {"status": "ready"}
    assert process.end() == 0
    assert [record["event"] for record in process.logs][-1] == "ended"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_clock_alone_ends_cleanly(start: Callable[..., Process], number: int) -> None:
    process = start("clock")
    process.wait_for("clock started")
    assert process.end(number) == 0
    assert [record["event"] for record in process.logs][-1] == "clock ended"


def test_serve_without_slack_names_what_is_missing(
    start: Callable[..., Process], environ: dict[str, str]
) -> None:
    environ["SLACK_BOT_TOKEN"] = ""
    process = start("serve", "--port", "0")
    assert process.end(0) == 1
    assert "SLACK_BOT_TOKEN" in process.logs[-1]["event"]


class Slow:
    """A mail server that takes its time; says when it began."""

    def __init__(self) -> None:
        self.begun, self.letters = threading.Event(), list[Envelope]()

    def ready(self) -> None:
        """Always ready."""

    def send(self, mail: Envelope) -> Sent:
        self.begun.set()
        time.sleep(0.5)
        self.letters.append(mail)
        return Sent("250 taken")

    def close(self) -> None:
        """Nothing is held open."""


def test_what_is_being_sent_when_the_signal_comes_is_sent_and_recorded_and_the_rest_waits(
    database: Database, company: Company
) -> None:
    with open_books(database, company) as b:
        for name in ("Garage Martin", "Boulangerie Léa", "Studio Nord"):
            invoice(b, customer(b, name), f"FAC-{name[0]}", learnt_at=at(date(2026, 3, 2)))
    slow, now = Slow(), datetime(2026, 4, 8, 9, 0, tzinfo=UTC)
    clock = clocks.Clock(
        database=database,
        companies={company.key: company},
        senders=lambda: by_mail(slow, builders.KEYS),
        announce=lambda: 0,
        now=lambda: now,
        stop=threading.Event(),
    )
    clock.morning(company.key)
    scheduler = clocks.start(clock)
    scheduler.modify_job(f"{company.key}:send", next_run_time=datetime.now(UTC))
    assert slow.begun.wait(20)
    clocks.close(scheduler, clock)
    with read_books(database, company) as b:
        states = sorted(row["state"] for row in outbox(b))
    assert len(slow.letters) == 1
    assert states == ["planned", "planned", "sent"]


def test_the_way_out_follows_smtp_url(environ: dict[str, str]) -> None:
    assert isinstance(mail(load(environ)), FileTransport)
    silent = mail(load({**environ, "SMTP_URL": ""}))
    assert isinstance(silent, NoMail)
    assert silent.ready() is not None


def test_the_slack_client_is_made_from_the_environment(environ: dict[str, str]) -> None:
    client = slack_client(load(environ))
    assert client is not None
    assert client.base_url == environ["SLACK_API_URL"]
    assert slack_client(load({**environ, "SLACK_BOT_TOKEN": ""})) is None


def test_the_procfile_runs_web_and_clock_side_by_side(environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    bin_folder = Path(sys.executable).parent
    path = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
    told: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-m", "honcho", "start", "--no-colour"],
        env={**os.environ, **environ, "PATH": path, "PORT": str(port), "PYTHONUNBUFFERED": "1"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as honcho:
        assert honcho.stdout
        reader = threading.Thread(target=told.extend, args=(honcho.stdout,))
        reader.start()
        try:
            assert wait_until_it_answers(f"http://127.0.0.1:{port}/readyz")
            assert wait_until(lambda: any("clock started" in line for line in told))
        finally:
            honcho.send_signal(signal.SIGTERM)
            reader.join(60)
    assert any("clock ended" in line for line in told)
    assert not any("Traceback" in line for line in told)


def wait_until(done: Callable[[], bool], seconds: float = 60) -> bool:
    """Look until it is so."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if done():
            return True
        time.sleep(0.1)
    return False


def wait_until_it_answers(url: str) -> bool:
    """Ask until the address answers 200."""

    def answers() -> bool:
        with contextlib.suppress(OSError), urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    return wait_until(answers)
