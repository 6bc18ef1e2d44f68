"""The Home tab."""

import hashlib
import hmac
import json
import time
from collections.abc import Sequence

from slack_bolt import BoltRequest

from tests.bot import limits
from tests.bot.conftest import Office, plain


def opened(office: Office, user: str) -> str:
    event = {"type": "event_callback", "team_id": "T0DURAND", "event_id": f"Ev{user}", "api_app_id": "A0"}
    event |= {"event": {"type": "app_home_opened", "user": user, "tab": "home", "channel": "D0"}}
    body, now = json.dumps(event), str(int(time.time()))
    digest = hmac.new(office.slack.signing_secret.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256)
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": ["application/json"],
        "X-Slack-Request-Timestamp": [now],
        "X-Slack-Signature": [f"v0={digest.hexdigest()}"],
    }
    assert office.app.dispatch(BoltRequest(body=body, headers=headers)).status == 200
    office.settle()
    blocks = office.slack.world.homes[user]["blocks"]
    return plain("\n".join(limits.texts(blocks)))


def test_it_shows_what_is_late_and_what_to_type(office: Office) -> None:
    office.add_invoice()
    text = opened(office, "U0MARIE")
    assert "Atelier Durand SAS" in text
    assert "*FAC-123* · 1 200,00 € · 21 jours de retard" in text
    assert "`/paye FAC-123 500 le 15/11 par virement`" in text


def test_strangers_see_nothing(office: Office) -> None:
    office.add_invoice()
    assert "FAC-123 ·" not in opened(office, "U0INVITE")
    assert "Aucune société ne vous est ouverte" in opened(office, "U0EXTERNE")
