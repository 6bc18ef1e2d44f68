"""Mail without a password, from end to end on loopback: authorize, send, read, and what goes wrong."""

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from sqlalchemy import select

from relance.demo.slack_standin import SlackStandin
from relance.settings import load
from relance.web import WebProcess
from store.db.engine import Database
from store.db.tables import Announcement, Contact, MailAccess, Reminder
from tests.imap_server import ImapServer, imap_server
from tests.relance.conftest import SETTINGS, Run
from tests.relance.test_serving import Process
from tests.scheduler.posting import Mailbox, token_mail_server
from tests.token_server import (
    CLIENT,
    EXCHANGE,
    SECRET,
    SERVICE_ACCOUNT,
    TENANT,
    USER,
    TokenServer,
    token_server,
)

KEY = "a long enough secret of the installation"
DAY = "2026-04-08"
OWN = SETTINGS.replace("durand.example", "atelier.example").replace(
    "FR7630006000011234567890189", "FR1420041010050500013M02606"
)


@dataclass(frozen=True)
class Place:
    """The provider, the mail servers, and the command line before them."""

    provider: TokenServer
    smtp: Mailbox
    imap: ImapServer
    folder: Path
    run: Run
    setenv: Callable[[str, str], None]

    def microsoft(self, **parts: str) -> None:
        """Set both ways up for Microsoft, with `parts` of `SMTP_OAUTH_…`."""
        self._both("microsoft", {"client_id": CLIENT, "tenant": TENANT, **parts})

    def google(self, **parts: str) -> None:
        self._both("google", parts)

    def _both(self, provider: str, parts: dict[str, str]) -> None:
        for way in ("SMTP", "IMAP"):
            self.setenv(f"{way}_OAUTH", provider)
            self.setenv(f"{way}_OAUTH_URL", self.provider.url)
            for part, value in parts.items():
                self.setenv(f"{way}_OAUTH_{part.upper()}", value)

    def tick(self, at: str = DAY) -> dict[str, Any]:
        """Tick; return its JSON with what it warned of."""
        said = self.run("tick", "--at", at, "--json")
        assert said.status == 0, said
        return {**said.json, "warned": said.err, "status": said.status}

    def age(self, by: timedelta) -> None:
        """Let the books' troubles be older, as if `by` had gone by."""
        database = Database(f"sqlite:///{self.folder}/relance.db")
        with database.write() as session:
            for row in session.scalars(select(MailAccess)):
                row.tried_at = row.tried_at and row.tried_at - by
        database.close()

    def rows(self, table: type[Any]) -> list[Any]:
        database = Database(f"sqlite:///{self.folder}/relance.db")
        with database.read() as session:
            found = list(session.scalars(select(table)))
            session.expunge_all()
        database.close()
        return found

    def told(self) -> list[dict[str, Any]]:
        """What Slack is told of the access to mail."""
        return [row.data for row in self.rows(Announcement) if row.kind == "mail_access"]


@pytest.fixture
def place(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with token_server() as provider:

        def opens(scope: str) -> Callable[[str, str], bool]:
            return lambda user, token: provider.opens(user, token, f"{EXCHANGE}{scope}")

        with (
            token_mail_server(opens("SMTP.Send")) as smtp,
            imap_server(opens=opens("IMAP.AccessAsUser.All")) as imap,
        ):
            user = USER.replace("@", "%40")
            monkeypatch.setenv("RELANCE_SECRET", KEY)
            monkeypatch.setenv("SMTP_URL", f"smtp://{user}@127.0.0.1:{smtp.port}")
            monkeypatch.setenv("IMAP_URL", f"imap://{user}@127.0.0.1:{imap.port}")
            (folder / "relance.toml").write_text(OWN, encoding="utf-8")
            run("import", "factures.csv", "--at", "2026-04-01")
            yield Place(provider, smtp, imap, folder, run, monkeypatch.setenv)


REPLY = """From: lea@lea.example
To: relances@durand.example
Subject: Re: facture FAC-2
Message-ID: <a@lea.example>
Date: Tue, 7 Apr 2026 10:00:00 +0200

Bonjour, le paiement de FAC-2 partira vendredi.
"""


def reply(place: Place) -> None:
    place.imap.deliver(REPLY.replace("\n", "\r\n").encode(), at=datetime(2026, 4, 7, 8, tzinfo=UTC))


GROUNDS = {
    "microsoft, by secret": {"client_secret": SECRET},
    "microsoft, by a consent with secret": {"client_secret": SECRET, "refresh_token": "given"},
    "microsoft, by a consent": {"refresh_token": "given"},
    "google, by a consent": {"client_id": CLIENT, "client_secret": SECRET, "refresh_token": "given"},
    "google, by a service account": {"service_account": json.dumps(SERVICE_ACCOUNT)},
}


@pytest.mark.parametrize("ground", GROUNDS)
def test_mails_leave_and_replies_are_read_without_a_password(place: Place, ground: str) -> None:
    parts = dict(GROUNDS[ground])
    place.provider.secret = parts.get("client_secret", "")
    if "refresh_token" in parts:
        parts["refresh_token"] = place.provider.consent()
    (place.google if "google" in ground else place.microsoft)(**parts)
    reply(place)
    done = place.tick()
    assert (done["status"], done["incoming"], done["sent"]) == (0, 1, 1), done
    assert done["warned"].count("Slack") == 1
    assert [mail["To"] for mail in place.smtp.mails] == ["compta@martin.example"]
    assert len(place.provider.asked) == 1  # one token for both ways, and for every run of an hour
    place.tick("2026-04-09")
    assert len(place.provider.asked) == 1


def test_nothing_of_a_token_is_readable_in_the_books(place: Place) -> None:
    place.provider.secret = ""
    given = place.provider.consent()
    place.microsoft(refresh_token=given)
    place.tick()
    [kept] = [row for row in place.rows(MailAccess) if row.sealed]
    raw = b"".join(path.read_bytes() for path in place.folder.glob("relance.db*"))
    assert kept.sealed.encode() in raw
    for secret in (*place.provider.refresh_tokens, given, *place.smtp.shown, KEY):
        assert secret.encode() not in raw


# --- relance mail authorize ------------------------------------------------------------------------------


def beside(act: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=act)
    thread.start()
    return thread


def wait_for(found: Callable[[], Any]) -> Any:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if (value := found()) is not None:
            return value
        time.sleep(0.01)
    raise AssertionError("it never came")


def test_a_person_agrees_by_a_code_on_any_machine_and_mails_leave(place: Place) -> None:
    place.provider.secret = ""
    place.microsoft()
    assert "relance mail authorize" in place.tick()["warned"]

    def agree() -> None:
        code = wait_for(lambda: next(iter(place.provider.device), None))
        place.provider.device[code] = "agreed"

    person = beside(agree)
    said = place.run("mail", "authorize")
    person.join()
    assert said.status == 0, said
    assert "KD7P-4QXM" in said.out
    assert "https://microsoft.example/devicelogin" in said.out
    assert "SMTP : le serveur laisse entrer." in said.out.replace("\u00a0", " ")
    assert "IMAP : le serveur laisse entrer." in said.out.replace("\u00a0", " ")
    assert place.tick("2026-04-09")["sent"] == 1
    asked = next(form for form in place.provider.asked if "scope" in form)
    assert set(asked["scope"].split()) == place.provider.permissions


@pytest.mark.parametrize("provider", ["google", "microsoft"])
def test_a_person_agrees_in_a_browser_that_comes_back_here(
    place: Place, provider: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if provider == "google":
        place.google(client_id=CLIENT, client_secret=SECRET)
    else:
        place.provider.secret = ""
        place.microsoft()
    shown: list[str] = []

    def address() -> str | None:
        shown.append(capsys.readouterr().out)
        found = re.search(r"http://127\.0\.0\.1\S+", "".join(shown))
        return found[0] if found else None

    pages: list[str] = []

    def agree() -> None:
        back = place.provider.agree(wait_for(address)).replace("localhost", "127.0.0.1")
        with urlopen(back) as page:
            pages.append(page.read().decode())

    person = beside(agree)
    said = place.run("mail", "authorize", *(["--browser"] if provider == "microsoft" else []))
    person.join()
    assert said.status == 0, (said, shown)
    assert "Vous pouvez fermer cette page" in pages[0]
    done = place.tick("2026-04-09")
    assert done["sent"] == 1
    assert place.provider.refresh_tokens  # the one that was given last is the one that is kept


def test_where_nobody_has_to_agree_the_servers_are_tried(place: Place) -> None:
    place.microsoft(client_secret=SECRET)
    said = place.run("mail", "authorize")
    assert said.status == 0
    assert "Rien à autoriser ici" in said.out
    place.smtp.opens = lambda user, token: False
    said = place.run("mail", "authorize")
    assert said.status == 1
    assert "535" in said.err
    assert "IMAP" in said.out


def test_what_was_put_right_is_tried_at_once(place: Place) -> None:
    place.microsoft(client_secret="expired")
    assert "a expiré" in place.tick()["warned"]
    place.microsoft(client_secret=SECRET)
    said = place.run("mail", "authorize")
    assert said.status == 0, said
    assert place.tick()["sent"] == 1


def test_without_oauth_there_is_nothing_to_authorize(folder: Path, run: Run) -> None:
    said = run("mail", "authorize")
    assert said.status == 1
    assert "SMTP_OAUTH" in said.err


# --- what goes wrong -------------------------------------------------------------------------------------


def test_a_consent_withdrawn_holds_the_mails_and_is_told_once(place: Place) -> None:
    place.provider.secret = ""
    place.microsoft(refresh_token=place.provider.consent())
    place.tick("2026-04-07T06:00")  # before the window: the token is there
    place.provider.withdraw()
    first = place.tick()
    assert first["sent"] == 0
    assert "a pris fin" in first["warned"]
    for _ in range(3):
        place.tick()
    states = {row.state for row in place.rows(Reminder)}
    assert states == {"planned"}
    assert [data["trouble"] for data in place.told()] == ["withdrawn"]
    assert not [row for row in place.rows(Announcement) if row.key.startswith("smtp_down")]
    asked = len([form for form in place.provider.asked if form.get("grant_type") == "refresh_token"])
    assert asked == 2  # it is not asked again and again
    assert {row.bounced_at for row in place.rows(Contact)} == {None}

    person = beside(
        lambda: place.provider.device.update(
            {wait_for(lambda: next(iter(place.provider.device), None)): "agreed"}
        )
    )
    assert place.run("mail", "authorize").status == 0
    person.join()
    assert place.tick("2026-04-08T14:00")["sent"] == 1


def test_a_server_that_refuses_a_good_token_is_down_and_told_in_its_words(place: Place) -> None:
    place.microsoft(client_secret=SECRET)
    place.smtp.opens = lambda user, token: False
    done = place.tick()
    assert done["sent"] == 0
    assert len(place.smtp.shown) == len(set(place.smtp.shown)) == 2  # the second is a new one
    assert [data["trouble"] for data in place.told()] == ["refused"]
    assert "535" in place.told()[0]["words"]
    assert place.told()[0]["ways"] == ["SMTP"]
    assert done["incoming"] == 0
    assert "IMAP" not in done["warned"]


def test_authorize_in_vain_has_nothing_told_again_the_same_day(place: Place) -> None:
    place.microsoft(client_secret=SECRET)
    place.smtp.opens = lambda user, token: False
    place.tick()
    for _ in range(2):
        assert place.run("mail", "authorize").status == 1
        place.tick()
    assert [data["trouble"] for data in place.told()] == ["refused"]


def test_tokens_that_the_server_has_ended_early_are_renewed_once(place: Place) -> None:
    place.microsoft(client_secret=SECRET)
    place.tick("2026-04-07T06:00")
    place.provider.end_access()
    reply(place)
    done = place.tick()
    assert (done["incoming"], done["sent"]) == (1, 1)
    assert len(place.provider.asked) == 2
    assert place.told() == []


@pytest.mark.parametrize("fault", ["503", "redirect", "page"])
def test_a_provider_that_is_away_stops_nothing_while_a_token_is_good(place: Place, fault: str) -> None:
    place.microsoft(client_secret=SECRET)
    place.provider.expires_in = 40  # past the time to renew at once, by the margin still good
    place.provider.fault = fault
    away = place.tick()
    assert away["sent"] == 0
    assert "ne répond pas comme attendu" in away["warned"]
    assert place.told() == []
    assert [row for row in place.rows(Announcement) if row.key == f"smtp_down:{DAY}"]
    place.provider.fault = ""
    assert place.tick()["sent"] == 1


# --- RELANCE_SECRET, and health --------------------------------------------------------------------------


def test_the_secret_can_be_changed_with_the_old_one_after_it(place: Place) -> None:
    place.provider.secret = ""
    given = place.provider.consent()
    place.microsoft(refresh_token=given)
    place.tick("2026-04-07T06:00")
    place.setenv("RELANCE_SECRET", f"another long enough secret,{KEY}")
    assert place.tick()["sent"] == 1
    assert len(place.provider.asked) == 1


def test_the_old_secret_gone_the_consent_is_said_to_be_unreadable(place: Place) -> None:
    place.provider.secret = ""
    place.microsoft()
    person = beside(
        lambda: place.provider.device.update(
            {wait_for(lambda: next(iter(place.provider.device), None)): "agreed"}
        )
    )
    place.run("mail", "authorize")
    person.join()
    place.setenv("RELANCE_SECRET", "another long enough secret")
    assert "ne se déchiffre plus" in place.tick()["warned"]
    assert [data["trouble"] for data in place.told()] == ["unreadable"]
    place.setenv("RELANCE_SECRET", f"another long enough secret,{KEY}")
    place.age(timedelta(minutes=6))
    assert place.tick()["sent"] == 1


def test_without_the_secret_nothing_starts(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.microsoft(client_secret=SECRET)
    monkeypatch.delenv("RELANCE_SECRET")
    said = place.run("tick")
    assert said.status == 1
    assert said.err.replace("\u00a0", " ").startswith("RELANCE_SECRET : absente")
    assert "SMTP_OAUTH et IMAP_OAUTH" in said.err


def test_readyz_says_what_is_wrong_with_the_access(place: Place, slack: SlackStandin) -> None:
    place.microsoft(client_secret="wrong")
    place.tick()
    environ = {"SLACK_BOT_TOKEN": slack.token, "SLACK_SIGNING_SECRET": "s" * 32, "SLACK_API_URL": slack.url}
    for name, value in environ.items():
        place.setenv(name, value)
    process = WebProcess(load(os.environ))
    answer = process.app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["reasons"]["mail"] == "access secret (invalid_client AADSTS7000215)"
    process.close()


def test_the_clock_tells_the_admins_in_slack_whatever_the_hour(place: Place, slack: SlackStandin) -> None:
    """Nothing is due and the window may be closed: what will stop the mails is said all the same."""
    place.microsoft(client_secret="wrong")
    environ = {"SLACK_BOT_TOKEN": slack.token, "SLACK_SIGNING_SECRET": "s" * 32, "SLACK_API_URL": slack.url}
    roles = '[company.durand.roles]\nadmin = ["U0PAUL"]\n'
    (place.folder / "relance.toml").write_text(OWN + roles, encoding="utf-8")
    clock = Process(["clock"], environ, place.folder)
    try:
        said = wait_for(
            lambda: next((one for one in slack.messages("C0RELANCES") if "AADSTS7000215" in str(one)), None)
        )
    finally:
        assert clock.end() == 0
    assert "<@U0PAUL>" in str(said["blocks"])
    assert SECRET not in json.dumps(clock.logs)


def test_no_token_is_said_anywhere(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Servers that repeat what they are shown are the worst case."""
    caplog.set_level("DEBUG")
    place.provider.secret = ""
    given = place.provider.consent()
    place.microsoft(refresh_token=given)
    said = [place.tick()["warned"]]
    place.provider.withdraw()
    said.append(place.tick("2026-04-09")["warned"])
    place.age(timedelta(minutes=6))
    said.append(place.tick("2026-04-10")["warned"])
    told = json.dumps(place.told()) + caplog.text + "".join(said)
    for token in (*place.smtp.shown, *place.provider.used, given, *place.provider.refresh_tokens):
        assert token not in told
    assert "AADSTS" in told
