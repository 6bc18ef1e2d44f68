"""Web processes and clocks on one PostgreSQL, beside stand-ins for Slack and a mail server."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from relance.demo.slack_standin import SIGNING_SECRET, SlackStandin
from tests import builders
from tests.conftest import postgres_server
from tests.scheduler.posting import Mailbox, mail_server

ROOT = Path(__file__).parents[2]
SETTINGS = """
[company.durand]
name = "Atelier Durand SAS"
slack_channel = "C0RELANCES"
slack_team = "T0DURAND"
email_from = "Comptabilité Durand <compta@atelier.example>"
iban = "FR8120041010050707013M02606"
mode = "live"
timezone = "{zone}"
window = ["00:30", "23:30"]
digest_at = "00:01"
"""
CUSTOMERS, INVOICES = 60, 120


def number(rank: int) -> str:
    """Return the number of an invoice."""
    return f"FAC-{1000 + rank}"


def file_of(folder: Path, today: date, *, revision: int) -> Path:
    """Write the company's list of invoices, each revision a little different; return its path."""
    lines = ["Client;Facture;Montant TTC;Date;Échéance;E-mail"]
    for rank in range(INVOICES):
        who = rank % CUSTOMERS
        due = today - timedelta(days=(rank % 30) - 6)
        issued = due - timedelta(days=30)
        amount = 500_000 + (revision if rank == 0 else 0)
        lines.append(
            f"Client {who};{number(rank)};{amount},00;{issued:%d/%m/%Y};{due:%d/%m/%Y};c{who}@client.example"
        )
    path = folder / f"factures-{revision}.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@dataclass
class World:
    """All that runs, and how to reach it."""

    folder: Path
    environ: dict[str, str]
    slack: SlackStandin
    mailbox: Mailbox
    server: Any
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)

    def web(self) -> None:
        """Start a web process, and wait until it answers."""
        port = _free_port()
        command = ["-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "relance.web:app"]
        self._start(f"web-{port}", *command, PORT=str(port))
        self.ports.append(port)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                return
            time.sleep(0.1)
        raise AssertionError("the web process never answered")

    def clock(self) -> None:
        """Start a clock."""
        self._start(f"clock-{len(self.processes)}", "-m", "relance.cli", "clock")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        command = [sys.executable, "-m", "relance.cli", *arguments]
        return subprocess.run(
            command, env=self.environ, cwd=self.folder, capture_output=True, text=True, check=False
        )

    def restart_database(self) -> None:
        """Stop PostgreSQL while all are at work, and start it again."""
        self.server.stop()
        time.sleep(3)
        self.server.start()

    def _start(self, name: str, *arguments: str, **more: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], env=self.environ | more, cwd=self.folder, stderr=log, stdout=log
            )
        self.processes.append(process)

    def end(self) -> list[int]:
        """Ask all processes to end; return their statuses."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        return [process.wait(90) for process in self.processes]

    def logged(self, level: str) -> list[dict[str, Any]]:
        """Return what the processes logged at a level."""
        lines = [line for path in self.folder.glob("*.log") for line in path.read_text("utf-8").splitlines()]
        found = [json.loads(line) for line in lines if line.startswith("{")]
        return [record for record in found if str(record.get("level", "")).lower() == level]


@contextlib.contextmanager
def world(folder: Path) -> Iterator[World]:
    """Have PostgreSQL, Slack and a mail server, and a company with its books; end all that was started."""
    zone = builders.noon_zone(datetime.now(UTC))
    (folder / "relance.toml").write_text(SETTINGS.format(zone=zone), encoding="utf-8")
    with postgres_server() as server, SlackStandin() as slack, mail_server() as mailbox:
        server.psql("CREATE DATABASE mixed")
        environ = {
            **os.environ,
            "RELANCE_CONFIG": str(folder / "relance.toml"),
            "DATABASE_URL": server.get_uri("mixed"),
            "SLACK_BOT_TOKEN": slack.token,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.url,
            "SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
            "PYTHONUNBUFFERED": "1",
        }
        made = World(folder, environ, slack, mailbox, server)
        try:
            yield made
        finally:
            for process in made.processes:
                if process.poll() is None:
                    process.kill()
                    process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
