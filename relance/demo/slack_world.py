"""What a Slack workspace remembers: people, groups, channels, messages, views, files."""

import itertools
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

BOT_USER, BOT_ID, APP_ID = "U0RELANCE", "B0RELANCE", "A0RELANCE"
TEAM, CHANNEL, ELSEWHERE = "T0DURAND", "C0RELANCES", "T0AILLEURS"


class SlackError(Exception):
    """Slack answers `ok: false` with this code, and sometimes with details."""

    def __init__(self, code: str, details: list[str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.details = details or []


@dataclass(frozen=True, slots=True)
class Event:
    """Something that people saw happen: posted, updated, deleted, ephemeral, view, home, file."""

    kind: str
    what: Json


@dataclass
class ResponseUrl:
    """An address on which the app may answer a command or a click, five times."""

    user: str
    channel: str
    ts: str | None
    left: int = 5


def person(user: str, name: str, **more: Any) -> Json:
    """Return a user as `users.info` describes one; `more`: deleted, is_restricted, team_id…"""
    profile = {"real_name": name, "display_name": name, "email": f"{user.lower()}@durand.example"}
    known = {"is_admin": False, "is_restricted": False, "is_ultra_restricted": False, "is_bot": False}
    base = {"id": user, "team_id": TEAM, "name": user.lower(), "real_name": name, "deleted": False}
    return {**base, **known, "locale": "fr-FR", "tz": "Europe/Paris", "profile": profile, **more}


def default_people() -> dict[str, Json]:
    """Return the people of the example company, with a guest, an outsider and someone who left."""
    people = [
        person(BOT_USER, "Relance", is_bot=True),
        person("U0PAUL", "Paul Durand", is_admin=True),
        person("U0MARIE", "Marie Le Goff"),
        person("U0SOPHIE", "Sophie Martin"),
        person("U0KARIM", "Karim Benali"),
        person("U0INVITE", "Léo Invité", is_restricted=True),
        person("U0EXTERNE", "Tom Externe", team_id=ELSEWHERE, is_stranger=True),
        person("U0PARTI", "Anne Partie", deleted=True),
    ]
    return {one["id"]: one for one in people}


def default_groups() -> dict[str, Json]:
    """Return the user groups of the example company."""
    sales: Json = {"id": "S0VENTE", "handle": "ventes", "name": "Ventes", "users": ["U0SOPHIE", "U0KARIM"]}
    finance: Json = {"id": "S0COMPTA", "handle": "compta", "name": "Comptabilité", "users": ["U0MARIE"]}
    return {group["id"]: group for group in (sales, finance)}


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class World:
    """The workspace. `clock` dates the messages, so that a story told in the past keeps its dates."""

    clock: Callable[[], datetime] = _now
    people: dict[str, Json] = field(default_factory=default_people)
    groups: dict[str, Json] = field(default_factory=default_groups)
    channels: dict[str, Json] = field(
        default_factory=lambda: {
            CHANNEL: {"id": CHANNEL, "name": "relances", "is_im": False, "is_member": True}
        }
    )
    messages: list[Json] = field(default_factory=list)
    ephemerals: list[Json] = field(default_factory=list)
    views: dict[str, Json] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
    triggers: dict[str, str] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _last: int = 0

    def number(self) -> int:
        """Return a number not given before."""
        return next(self._numbers)

    def stamp(self) -> str:
        """Return a message timestamp: the clock's, never the same twice, never going back."""
        with self.lock:
            self._last = max(self._last + 1, int(self.clock().timestamp() * 1_000_000))
            return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def note(self, kind: str, what: Json) -> None:
        """Remember that people saw something happen."""
        self.events.append(Event(kind, what))

    def channel(self, key: str) -> Json:
        """Return a channel by id. Raises SlackError as Slack does."""
        if key not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[key]

    def direct(self, user: str) -> Json:
        """Return the direct channel between the bot and `user`, made when there is none."""
        if user not in self.people or self.people[user]["deleted"]:
            raise SlackError("user_not_found")
        key = "D" + user[1:]
        return self.channels.setdefault(key, {"id": key, "user": user, "is_im": True, "is_member": True})

    def find(self, channel: str, ts: str) -> Json:
        """Return one message. Raises SlackError when it is not there."""
        for message in self.messages:
            if message["channel"] == channel and message["ts"] == ts:
                return message
        raise SlackError("message_not_found")

    def post(self, channel: str, content: Json, *, kind: str = "posted", **more: Any) -> Json:
        """Put a message on a channel, or before one person's eyes (`kind="ephemeral"`, user=…)."""
        message: Json = {
            "type": "message",
            "channel": channel,
            "ts": self.stamp(),
            "user": BOT_USER,
            "bot_id": BOT_ID,
        }
        message.update(content, **{key: value for key, value in more.items() if value is not None})
        number_blocks(message.get("blocks"))
        (self.ephemerals if kind == "ephemeral" else self.messages).append(message)
        self.note(kind, message)
        return message

    def change(self, message: Json, content: Json) -> None:
        """Replace text and blocks of a message that is there already."""
        message.update(content, edited={"user": BOT_USER, "ts": self.stamp()})
        number_blocks(message.get("blocks"))
        self.note("updated", message)

    def remove(self, message: Json) -> None:
        """Take a message away, ephemeral or not."""
        for shelf in (self.messages, self.ephemerals):
            if message in shelf:
                shelf.remove(message)
        self.note("deleted", message)

    def trigger(self, user: str) -> str:
        """Return a trigger id, good for opening one view for `user`."""
        key = f"{self.number()}.{secrets.token_hex(4)}"
        self.triggers[key] = user
        return key

    def show_view(self, user: str, view: Json, *, push: bool = False) -> Json:
        """Open a view before `user`, on top of the others when `push`."""
        stack = self.stacks.setdefault(user, [])
        if not push:
            stack.clear()
        if len(stack) >= 3:
            raise SlackError("push_limit_reached")
        key = f"V{self.number():06d}"
        shown = {**view, "id": key, "user": user, "team_id": TEAM, "app_id": APP_ID, "bot_id": BOT_ID}
        shown.update(hash=secrets.token_hex(4), root_view_id=(stack or [key])[0], state={"values": {}})
        shown.setdefault("private_metadata", "")
        number_blocks(shown["blocks"])
        stack.append(key)
        self.views[key] = shown
        self.note("view", shown)
        return shown

    def change_view(self, key: str, view: Json, expected_hash: str | None = None) -> Json:
        """Replace the content of a view. Raises SlackError when it is closed or has changed since."""
        if key not in self.views:
            raise SlackError("not_found")
        old = self.views[key]
        if expected_hash and expected_hash != old["hash"]:
            raise SlackError("hash_conflict")
        old.update(view, hash=secrets.token_hex(4))
        number_blocks(old["blocks"])
        self.note("view", old)
        return old

    def close_views(self, user: str, key: str | None = None) -> None:
        """Close the top view of `user`, or (no `key`) all of them."""
        stack = self.stacks.get(user, [])
        for closing in [key] if key else list(stack):
            self.views.pop(closing, None)
            if closing in stack:
                stack.remove(closing)

    def top_view(self, user: str) -> Json | None:
        """Return the view that `user` has before the eyes."""
        stack = self.stacks.get(user)
        return self.views[stack[-1]] if stack else None


def number_blocks(blocks: list[Json] | None) -> None:
    """Give every block and element without id one, as Slack does."""
    for rank, block in enumerate(blocks or []):
        block.setdefault("block_id", f"b{rank}")
        for place, element in enumerate(block.get("elements") or []):
            if element.get("type") in {"button", "overflow", "static_select", "datepicker"}:
                element.setdefault("action_id", f"a{place}")
