"""A folder with settings and a file to import, the command line run in it, and a web process."""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from receivables.company import Company
from relance import logs, web
from relance.cli import main
from relance.demo.slack_standin import SIGNING_SECRET, SlackStandin
from relance.settings import load

SETTINGS = """
[company.durand]
name = "Atelier Durand SAS"
slack_channel = "C0RELANCES"
slack_team = "T0DURAND"
email_from = "Comptabilité Durand <compta@durand.example>"
iban = "FR7630006000011234567890189"
mode = "live"
"""
INVOICES = """Client;Facture;Montant TTC;Date;Échéance;E-mail
Garage Martin;FAC-1;1 200,00;02/03/2026;01/04/2026;compta@martin.example
Boulangerie Léa;FAC-2;300,50;02/03/2026;20/04/2026;lea@lea.example
"""
VARIABLES = (
    "DATABASE_URL",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SLACK_API_URL",
    "SMTP_URL",
    "IMAP_URL",
    "PUBLIC_URL",
    "METRICS_TOKEN",
    "LOG_LEVEL",
    "RELANCE_SECRET",
    "RELANCE_CONFIG",
    *(
        f"{way}_OAUTH{part}"
        for way in ("SMTP", "IMAP")
        for part in (
            "",
            "_CLIENT_ID",
            "_CLIENT_SECRET",
            "_TENANT",
            "_REFRESH_TOKEN",
            "_SERVICE_ACCOUNT",
            "_URL",
        )
    ),
)


@dataclass(frozen=True)
class Said:
    """What one command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The only line of standard output, read."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Each line of standard output, read."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder: relance.toml, factures.csv, mails written to `out`."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SMTP_URL", f"file://{tmp_path / 'out'}")
    (tmp_path / "relance.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "factures.csv").write_text(INVOICES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def logging_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put away afterwards how a command has set up its logs, and who is told of what nobody catches."""
    for module, name in (
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
        (warnings, "showwarning"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    named = [logging.getLogger(name) for name in (None, *logs.ROOMS, *logs.NOISY)]
    before = [(each, each.handlers[:], each.level) for each in named]
    yield
    for each, handlers, level in before:
        each.handlers[:] = handlers
        each.setLevel(level)


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], logging_kept: None) -> Run:
    """Run `relance …` in the folder."""

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        shown = capsys.readouterr()
        return Said(int(end.value.code or 0), shown.out, shown.err)

    return run


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    """Slack's side, on loopback."""
    with SlackStandin() as slack:
        yield slack


@pytest.fixture
def environ(tmp_path: Path, slack: SlackStandin) -> dict[str, str]:
    """The environment of a web process with books of its own."""
    path = tmp_path / "relance.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    return {
        "RELANCE_CONFIG": str(path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'relance.db'}",
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.url,
    }


@pytest.fixture
def process(environ: dict[str, str]) -> Iterator[web.WebProcess]:
    """The web process of these settings."""
    process = web.WebProcess(load(environ))
    yield process
    process.close()


@pytest.fixture
def durand(process: web.WebProcess) -> Company:
    """The company of these settings."""
    return process.running.settings.companies["durand"]


@pytest.fixture
def client(process: web.WebProcess) -> FlaskClient:
    """Whoever asks the web process, without a network."""
    return process.app.test_client()
