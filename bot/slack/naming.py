"""People in what is said: named as text; mentioned only where something is asked of them.

Every sentence writes a person as `<@U…>`. On its way out this becomes the person's name, so that nobody is
called for having done something; what `asked` returns stays a mention, which calls.
"""

import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.slack.access import SLACK_TROUBLE
from bot.slack.gate import GatedClient
from message_templates.catalogue import Mrkdwn, escape
from receivables import duty

KEPT_FOR = timedelta(hours=1)
MOST_KEPT = 5_000
_PERSON = re.compile(r"<@([UW][A-Z0-9]{2,20})(\|ask)?>")


def asked(holder: str) -> Mrkdwn:
    """Return the mention of a Slack user or group of whom something is asked."""
    return Mrkdwn(f"<@{holder}|ask>" if duty.is_user(holder) else f"<!subteam^{holder}>")


class WhoIsWho:
    """What people are called, as Slack says, kept for an hour."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._kept: dict[str, tuple[datetime, str]] = {}
        self._lock = threading.Lock()

    def of(self, user: str) -> str:
        """Return a person's name, "" when Slack does not say."""
        now = datetime.now(UTC)
        with self._lock:
            kept = self._kept.get(user)
        if kept and abs(now - kept[0]) < KEPT_FOR:
            return kept[1]
        name = self._ask(user)
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[user] = (now, name)
        return name

    def _ask(self, user: str) -> str:
        try:
            found: Mapping[str, Any] = self._client.users_info(user=user)["user"]
        except SLACK_TROUBLE:
            return ""
        profile = found.get("profile") or {}
        return str(profile.get("real_name") or profile.get("display_name") or found.get("real_name") or "")

    def fill(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call, or an answer, with people by their names."""
        filled = {key: self._piece(value) for key, value in content.items()}
        text = content.get("text")
        return {**filled, "text": self.write(text)} if isinstance(text, str) else filled

    def _piece(self, piece: Any) -> Any:
        if isinstance(piece, list | tuple):
            return [self._piece(each) for each in piece]
        if not isinstance(piece, Mapping):
            return piece
        if piece.get("type") == "mrkdwn":
            return {**piece, "text": self.write(piece["text"])}
        return {key: self._piece(value) for key, value in piece.items()}

    def write(self, text: str) -> str:
        """Return mrkdwn with people by their names; whom Slack does not name stays a mention."""
        return _PERSON.sub(self._named, text)

    def _named(self, match: re.Match[str]) -> str:
        user, call = match[1], match[2]
        name = "" if call else self.of(user)
        return escape(name) if name else f"<@{user}>"


class NamingClient(GatedClient):
    """A client of Slack's that names people in all that it says."""

    names: WhoIsWho

    def api_call(self, api_method: str, *, json: dict[str, Any] | None = None, **more: Any) -> Any:
        """Call a method; what it says is written with names."""
        return super().api_call(api_method, json=self.names.fill(json) if json else json, **more)


def naming(client: WebClient, handlers: list[Any] | None = None) -> NamingClient:
    """Return a client like `client` that names people; `handlers`: how it repeats calls, else the same."""
    known = getattr(client, "names", None)
    made = NamingClient(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        retry_handlers=client.retry_handlers if handlers is None else handlers,
    )
    made.names = known or WhoIsWho(client)
    return made
