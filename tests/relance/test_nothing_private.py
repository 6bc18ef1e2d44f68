"""At DEBUG too, what the processes write holds no name, address, amount, account or secret."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from aiosmtpd.smtp import AuthResult

from relance.demo.slack_person import SlackPerson, signed_request, to_url
from relance.demo.slack_standin import SIGNING_SECRET, SlackStandin
from tests import builders
from tests.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.relance.test_serving import ROOT, Process
from tests.scheduler.posting import Mailbox, mail_server

SETTINGS = """
[company.durand]
name = "Canariverie Zyxelle SAS"
slack_channel = "C0RELANCES"
slack_team = "T0DURAND"
email_from = "Ondine Zyxelle <compta@zyxelle.example>"
reply_to = "relances@zyxelle.example"
iban = "FR1420041010050500013M02606"
phone = "06 11 22 33 44"
mode = "live"
timezone = "{zone}"
"""
INVOICES = """Client;Facture;Montant TTC;Date;Échéance;E-mail;Contact;Téléphone
Plomberie Quetzal;FAC-1;98 765,43;02/03/2026;20/03/2026;ara@quetzal.example;Ysolde Quetzal;06 55 66 77 88
Menuiserie Wombat;FAC-2;45 678,91;02/03/2026;20/03/2026;ixe@wombat.example;Ulysse Wombat;
Garage Kiwi;FAC-3;12 345,67;02/03/2026;20/03/2026;oka@kiwi.example;Noa Kiwi;
"""
MAIL_PASSWORD = "mot-de-passe-canari"
SECRET = "secret-qui-signe-canari"
METRICS = "jeton-des-chiffres-canari"
CANARIES = (
    "zyxelle|ondine|quetzal|ysolde|wombat|ulysse|kiwi|canari",
    r"98.?765.43|45.?678.91|12.?345.67|FR14.?2004|3M02606|06.?11.?22|06.?55.?66",
    f"xoxb|{SIGNING_SECRET}|{re.escape(PASSWORD)}|s3cret",
)
"""None of these, whatever the case."""


def private(text: str) -> list[str]:
    """Return the lines that hold a canary."""
    found = re.compile("|".join(CANARIES), re.IGNORECASE)
    return [line[:300] for line in text.splitlines() if found.search(line)]


class Stage:
    """Servers around the product, all on loopback, and what it wrote."""

    def __init__(self, folder: Path, slack: SlackStandin, mailbox: Mailbox, box: ImapServer) -> None:
        self.folder, self.slack, self.mailbox, self.box = folder, slack, mailbox, box
        self.written = ""
        zone = builders.noon_zone(datetime.now(UTC))
        (folder / "relance.toml").write_text(SETTINGS.format(zone=zone), encoding="utf-8")
        (folder / "factures.csv").write_text(INVOICES, encoding="utf-8")
        self.environ = {
            "RELANCE_CONFIG": str(folder / "relance.toml"),
            "DATABASE_URL": f"sqlite:///{folder / 'relance.db'}",
            "SLACK_BOT_TOKEN": slack.token,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.url,
            "SMTP_URL": f"smtp://ondine:{MAIL_PASSWORD}@127.0.0.1:{mailbox.port}",
            "IMAP_URL": box.url,
            "RELANCE_SECRET": SECRET,
            "METRICS_TOKEN": METRICS,
            "LOG_LEVEL": "DEBUG",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "always",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; what it writes beside its answer is kept."""
        done = subprocess.run(
            [sys.executable, "-m", "relance.cli", *arguments],
            env={**os.environ, **self.environ},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.written += done.stderr
        return done

    def reply(self, text: str) -> None:
        """Have a customer answer."""
        mail = EmailMessage()
        mail["From"], mail["To"] = "Ysolde Quetzal <ara@quetzal.example>", USER
        mail["Subject"], mail["Message-ID"] = "Re: FAC-1 Plomberie Quetzal", make_msgid()
        mail.set_content(text)
        self.box.deliver(mail.as_bytes())


def _takes_all(*_asked: object) -> AuthResult:
    return AuthResult(success=True)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return the product's surroundings, with three invoices taken in."""
    with ExitStack() as stack:
        slack = stack.enter_context(SlackStandin())
        mailbox = stack.enter_context(mail_server(authenticator=_takes_all, auth_require_tls=False))
        box = stack.enter_context(imap_server())
        made = Stage(tmp_path, slack, mailbox, box)
        assert made.run("import", "factures.csv").returncode == 0
        yield made


def _ask(url: str, body: str, headers: dict[str, str]) -> int:
    try:
        with urlopen(Request(url, body.encode(), headers), timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def _typing(stage: Stage, process: Process) -> None:
    """Have people type, click and be refused, then have the books break under them."""
    url = f"http://127.0.0.1:{process.wait_for('serving')['port']}/slack/events"
    marie = SlackPerson(stage.slack, "U0MARIE", to_url(url))
    marie.command("/paye FAC-1 1 234,50 chèque de Ysolde Quetzal")
    marie.command("/relances compte Plomberie Quetzal")
    marie.command("/paye Wombat 45 678,91 et la suite, canari")
    stage.slack.fail("chat.postEphemeral", "internal_error", times=3)
    marie.command("/relances litige FAC-2 Ulysse Wombat conteste, canari")
    form = {"command": "/paye", "text": "Quetzal 98 765,43", "user_name": "ondine", "response_url": "x"}
    assert _ask(url, signed_request(form, "un autre").body, {}) == 401
    bad = signed_request({"payload": '{"type": "canari", "user": {"name": "Ondine"}}'})
    assert _ask(url, bad.body, bad.headers) == 404
    with sqlite3.connect(stage.folder / "relance.db") as books:
        for table in ("reminders", "journal", "customers"):
            books.execute(f"drop table {table}")
    books.close()
    marie.command("/relances compte Garage Kiwi")
    marie.command("/paye FAC-3 12 345,67 virement de Noa Kiwi")


def test_a_whole_day_at_debug_writes_nothing_private(stage: Stage) -> None:
    """Import, tick, mails refused, replies, the web process, a mail server and books that break."""
    stage.mailbox.refuse_recipient["ixe@wombat.example"] = "550 5.1.1 Ulysse Wombat unknown here"
    stage.mailbox.refuse_recipient["oka@kiwi.example"] = "451 4.3.0 Noa Kiwi over quota"
    for at in ("2026-04-08T08:30", "2026-04-08T10:00"):
        done = stage.run("tick", "--at", at, "--json")
        assert done.returncode == 0, done.stderr
        stage.written += done.stdout
        stage.reply("Bonjour, Ysolde Quetzal vous paiera 98 765,43 EUR. Canari.")
    assert '"incoming": 1' in stage.written
    assert stage.mailbox.tried, "nothing was sent, so that nothing was tried"
    stage.mailbox.refuse_sender = "421 4.7.0 Ondine Zyxelle, come back later"
    stage.written += stage.run("tick", "--at", "2026-04-09T10:00", "--json").stdout
    process = Process(["serve", "--port", "0"], stage.environ, stage.folder)
    try:
        _typing(stage, process)
        process.wait_for(r"job durand:\w+ failed", 90)  # at once on open days, within a minute on others
    finally:
        process.end()
    assert any(record.get("level") == "debug" for record in process.logs)
    stage.written += "\n".join(str(record) for record in process.logs)
    stage.run("tick", "--at", "2026-04-10T10:00")
    assert private(stage.written) == []
    left = [file for file in stage.folder.iterdir() if file.suffix in {".log", ".txt"}]
    assert left == []


CRASHES = """
import threading, warnings, logging, sys
from relance import logs
logs.set_up(level=logging.DEBUG)
warnings.warn("Plomberie Quetzal doit 98 765,43")
logging.getLogger("bot").info("%s %s", "Plomberie Quetzal")
class Ends:
    def __del__(self): raise ValueError("Plomberie Quetzal")
Ends()
def fails(): raise ValueError("Ysolde Quetzal doit 98 765,43")
thread = threading.Thread(target=fails)
thread.start()
thread.join()
fails()
"""


def test_what_nobody_caught_is_told_without_its_words(tmp_path: Path) -> None:
    """In a thread, at the end, in a finaliser, as a warning, in the writing of a log itself."""
    done = subprocess.run(
        [sys.executable, "-c", CRASHES],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert private(done.stdout + done.stderr) == []
    assert done.stderr.count("ValueError") == 3
    assert "UserWarning" in done.stderr
    assert all(line.startswith("{") for line in done.stderr.splitlines())
