"""The main job against an independent Slack: digest in the morning, `/paye` by a signed request."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from slack_sdk import WebClient

from relance import web
from relance.commands.common import Place
from relance.commands.tick import strike
from relance.demo.slack_person import Answer, signed_request
from relance.settings import load
from store.books import open_books, read_books
from store.imports.apply import bring_in
from store.invoices import acts as invoices
from tests.builders import at
from tests.e2e.conftest import CHANNEL, PERSON, TEAM, TOKEN

pytestmark = pytest.mark.e2e

SECRET = "un-secret-de-signature"
SETTINGS = f"""
[company.durand]
name = "Atelier Durand SAS"
slack_team = "{TEAM}"
slack_channel = "{CHANNEL}"
email_from = "Comptabilité Durand <compta@durand.example>"
iban = "FR7630006000011234567890189"
mode = "live"
"""
FILE = """Client;Facture;Montant TTC;Date;Échéance;E-mail
Garage Martin;FAC-1;1 200,00;02/03/2026;01/04/2026;compta@martin.example
<!channel> & Fils;FAC-2;300,50;02/03/2026;20/03/2026;fils@fils.example
"""
MORNING = datetime(2026, 4, 8, 6, 35, tzinfo=UTC)
"""Wednesday 8 April 2026, 8:35 in Paris."""


@pytest.fixture
def process(tmp_path: Path, emulator: str) -> Iterator[web.WebProcess]:
    """The web process of a company whose books hold two late invoices, on the emulator."""
    (tmp_path / "relance.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "factures.csv").write_text(FILE, encoding="utf-8")
    settings = load(
        {
            "RELANCE_CONFIG": str(tmp_path / "relance.toml"),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'relance.db'}",
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": emulator,
            "SMTP_URL": f"file://{tmp_path / 'mails'}",
        }
    )
    process = web.WebProcess(settings)
    durand = settings.companies["durand"]
    bring_in(process.running.database, durand, tmp_path / "factures.csv", at=at(date(2026, 3, 2)))
    yield process
    process.close()


def place(process: web.WebProcess) -> Place:
    settings = process.running.settings
    return Place(settings, process.running.database, settings.companies["durand"])


def types(process: web.WebProcess, command: str, text: str) -> Answer:
    """Have the emulator's person type a command; return the acknowledgement once all is done."""
    fields = {
        "command": command,
        "text": text,
        "team_id": TEAM,
        "channel_id": CHANNEL,
        "user_id": PERSON,
        "trigger_id": "1.1.test",
        "response_url": "http://127.0.0.1:1/respond",
    }
    signed = signed_request(fields, SECRET)
    answer = process.app.test_client().post("/slack/events", data=signed.body, headers=signed.headers)
    assert process.crew.wait_idle(20)
    return Answer(answer.status_code, answer.get_data(as_text=True))


def posted(slack: WebClient) -> list[str]:
    """Return the channel's messages, newest first, with all that their blocks show."""
    return [
        json.dumps(message, ensure_ascii=False)
        for message in slack.conversations_history(channel=CHANNEL)["messages"]
    ]


def test_the_process_is_ready_for_this_slack(process: web.WebProcess) -> None:
    assert process.app.test_client().get("/readyz").status_code == 200


def test_the_digest_is_posted_once_with_the_late_invoices(process: web.WebProcess, slack: WebClient) -> None:
    before = len(posted(slack))
    done = strike(place(process), MORNING)
    assert done["announced"] >= 1
    fresh = posted(slack)[: len(posted(slack)) - before]
    digests = [message for message in fresh if "FAC-1" in message]
    assert len(digests) == 1
    assert "Garage Martin" in digests[0]
    assert "<!channel>" not in digests[0]
    count = len(posted(slack))
    strike(place(process), MORNING)
    assert len(posted(slack)) == count


def test_a_payment_typed_in_slack_is_told_to_all_and_kept(process: web.WebProcess, slack: WebClient) -> None:
    before = len(posted(slack))
    assert types(process, "/paye", "fac 1 500 le 07/04/2026 par virement").status == 200
    with read_books(process.running.database, place(process).company) as b:
        assert str(invoices.find(b, "FAC-1").outstanding) == "700.00"
    fresh = posted(slack)[: len(posted(slack)) - before]
    assert len(fresh) == 1
    assert "FAC-1" in fresh[0]


def test_an_unsigned_request_changes_nothing(process: web.WebProcess, slack: WebClient) -> None:
    before = posted(slack)
    body = {"command": "/paye", "text": "FAC-1", "team_id": TEAM, "user_id": PERSON}
    assert process.app.test_client().post("/slack/events", data=body).status_code == 401
    assert posted(slack) == before
    with open_books(process.running.database, place(process).company) as b:
        assert str(invoices.find(b, "FAC-1").outstanding) == "1200.00"
