"""A person in front of Slack: types commands, presses buttons, fills forms; all is signed.

marie = Person(slack, "U0MARIE", to_app(app))
marie.command("/paye FAC-123 500")
marie.press(message, "undo")
marie.submit({"outcome": "promise", "promise_date": "2026-12-15"})
"""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from slack_bolt import App

from bot.slack.http_requests import bolt_request
from relance.demo.slack_fields import STATELESS, NotThere, field_of, first, held, option, state_entry
from relance.demo.slack_limits import interactive, view_errors
from relance.demo.slack_standin import SIGNING_SECRET, SlackStandin
from relance.demo.slack_world import APP_ID, CHANNEL, TEAM, Json, ResponseUrl

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Signed:
    """A request as Slack sends it: a form body and the headers that sign it."""

    body: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered at once (the acknowledgement)."""

    status: int
    body: str
    seconds: float = 0.0

    @property
    def data(self) -> Json:
        """The body as JSON; empty when the app only acknowledged."""
        return dict(json.loads(self.body)) if self.body.startswith("{") else {}


Deliver = Callable[[Signed], Answer]


def signed_request(fields: Json, secret: str = SIGNING_SECRET, *, at: int | None = None) -> Signed:
    """Sign a form as Slack does; `at` is a Unix time (default: now), for requests too old."""
    body, stamp = urlencode(fields), str(int(time.time()) if at is None else at)
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    signature = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
    return Signed(body, {"Content-Type": FORM, **signature})


def signed_event(event: Json, key: str, secret: str = SIGNING_SECRET) -> Signed:
    """Sign an event as Slack does; `key` is its id."""
    told = {"type": "event_callback", "team_id": TEAM, "event_id": key, "api_app_id": APP_ID, "event": event}
    body, stamp = json.dumps(told), str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    signature = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
    return Signed(body, {"Content-Type": "application/json", **signature})


def to_app(app: App) -> Deliver:
    """Deliver straight to a Bolt app."""

    def deliver(signed: Signed) -> Answer:
        started = time.monotonic()
        headers: dict[str, str | Sequence[str]] = {name: [value] for name, value in signed.headers.items()}
        response = app.dispatch(bolt_request(signed.body, headers))
        return Answer(response.status, response.body or "", time.monotonic() - started)

    return deliver


def to_url(url: str) -> Deliver:
    """Deliver over HTTP, as Slack does to the request URL."""

    def deliver(signed: Signed) -> Answer:
        started = time.monotonic()
        request = Request(url, signed.body.encode(), signed.headers)  # noqa: S310 - loopback, given by the caller
        try:
            with urlopen(request, timeout=10) as response:  # noqa: S310 - same
                return Answer(response.status, response.read().decode(), time.monotonic() - started)
        except HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), time.monotonic() - started)

    return deliver


@dataclass
class SlackPerson:
    """Somebody of the workspace. Ids are Slack's; `team` differs for people from elsewhere."""

    slack: SlackStandin
    user: str
    deliver: Deliver
    channel: str = CHANNEL
    team: str = TEAM
    typed: dict[tuple[str, str, str], Json] = field(default_factory=dict)

    def _who(self) -> Json:
        return {
            "id": self.user,
            "username": self.user.lower(),
            "name": self.user.lower(),
            "team_id": self.team,
        }

    def _response_url(self, ts: str | None = None) -> str:
        token = secrets.token_hex(8)
        self.slack.world.response_urls[token] = ResponseUrl(self.user, self.channel, ts)
        return f"{self.slack.root}response/{token}"

    def command_form(self, line: str) -> Json:
        """Return the form of a slash command, such as `/paye FAC-123 500`."""
        command, _, text = line.partition(" ")
        place = {"channel_id": self.channel, "channel_name": "relances"}
        who = {
            "user_id": self.user,
            "user_name": self.user.lower(),
            "team_id": self.team,
            "team_domain": "durand",
        }
        back = {"response_url": self._response_url(), "trigger_id": self.slack.world.trigger(self.user)}
        known = {"api_app_id": APP_ID, "token": "-", "is_enterprise_install": "false"}
        return {"command": command, "text": text, **place, **who, **back, **known}

    def command(self, line: str) -> Answer:
        """Type a slash command. An answer in the acknowledgement is shown to the person alone."""
        answer = self.deliver(signed_request(self.command_form(line)))
        self._show_ack(answer)
        return answer

    def _show_ack(self, answer: Answer) -> None:
        shown = answer.data or ({"text": answer.body} if answer.body else {})
        if answer.status == 200 and (shown.get("text") or shown.get("blocks")):
            kept: Json = {key: shown[key] for key in ("text", "blocks") if key in shown}
            self.slack.world.post(self.channel, kept, kind="ephemeral", to=self.user)

    def upload(self, name: str, content: bytes, *, size: int | None = None) -> Answer:
        """Share a file where this person is; `size`: what Slack says of it."""
        world, key = self.slack.world, f"F{self.slack.world.number():06d}"
        message = world.post(self.channel, {"text": "", "files": [{"id": key, "name": name}]}, user=self.user)
        place = "public" if self.channel.startswith("C") else "private"
        file: Json = {"id": key, "name": name, "size": len(content) if size is None else size}
        file |= {"user": self.user, "content": content}
        file["url_private_download"] = f"{self.slack.root}files/{key}"
        file["shares"] = {place: {self.channel: [{"ts": message["ts"]}]}}
        world.files[key] = file
        event = {"type": "file_shared", "file_id": key, "user_id": self.user, "channel_id": self.channel}
        return self.deliver(signed_event(event, f"Ev{key}"))

    def press(
        self, holder: Json, action_id: str, *, value: str | None = None, block_id: str | None = None
    ) -> Answer:
        """Press a button or choose in a menu of a message or a view.

        `value` is the button's value, or the option's (value or label) for a menu. Raises NotThere.
        """
        found = [
            (block, element)
            for block, element in interactive(holder.get("blocks") or [])
            if element.get("action_id") == action_id and block_id in {None, block["block_id"]}
            if element["type"] != "button" or value in {None, element.get("value")}
        ]
        if not found:
            raise NotThere(f"no element {action_id!r} with value {value!r} in this message")
        block, element = next((each for each in found if _offers(each[1], value)), found[0])
        return self.deliver(
            signed_request({"payload": json.dumps(self.actions(holder, block, element, value))})
        )

    def actions(self, holder: Json, block: Json, element: Json, chosen: str | None) -> Json:
        """Return the payload of one click."""
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        action |= {"action_ts": self.slack.world.stamp(), **self._chosen(holder, block, element, chosen)}
        payload: Json = {"type": "block_actions", "user": self._who(), "api_app_id": APP_ID, "token": "-"}
        payload |= {"team": {"id": self.team, "domain": "durand"}, "actions": [action], "enterprise": None}
        payload |= {"trigger_id": self.slack.world.trigger(self.user), "is_enterprise_install": False}
        return payload | (self._in_view(holder) if "callback_id" in holder else self._in_message(holder))

    def _chosen(self, holder: Json, block: Json, element: Json, chosen: str | None) -> Json:
        if element["type"] == "button":
            return {key: element[key] for key in ("text", "value") if key in element}
        if element["type"] == "overflow":
            return {"selected_option": option(element, chosen or "")}
        state = state_entry(element, chosen)
        self.typed[holder.get("id") or holder["ts"], block["block_id"], element["action_id"]] = state
        return state

    def _in_message(self, message: Json) -> Json:
        seen = {key: value for key, value in message.items() if key != "channel"}
        channel = {"id": message["channel"], "name": "relances"}
        container = {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]}
        container["is_ephemeral"] = "to" in message
        base = {"container": container, "channel": channel, "response_url": self._response_url(message["ts"])}
        base["state"] = {"values": self._values(message)}
        return base if "to" in message else {**base, "message": seen}

    def _in_view(self, view: Json) -> Json:
        return {"container": {"type": "view", "view_id": view["id"]}, "view": self.filled(view)}

    def filled(self, view: Json) -> Json:
        """Return a view with what the person has typed in it so far, as Slack sends it."""
        return {**view, "state": {"values": self._values(view)}}

    def _values(self, holder: Json) -> Json:
        """Return what all the fields hold now: typed, or as they were at first."""
        values: Json = {}
        for block, element in interactive(holder.get("blocks") or []):
            if element["type"] not in STATELESS:
                key = (holder.get("id") or holder["ts"], block["block_id"], element["action_id"])
                values.setdefault(block["block_id"], {})[element["action_id"]] = self.typed.get(key) or first(
                    element
                )
        return values

    @property
    def view(self) -> Json | None:
        """The modal before the person's eyes."""
        return self.slack.world.top_view(self.user)

    def fill(self, wanted: dict[str, str | None]) -> None:
        """Put values into the open modal. Keys: label, block_id or action_id. Raises NotThere."""
        view = self.view
        if view is None:
            raise NotThere("no modal is open")
        for key, value in wanted.items():
            block, element = field_of(view, key)
            self.typed[view["id"], block["block_id"], element["action_id"]] = state_entry(element, value)

    def missing(self) -> list[str]:
        """Return the labels of required fields still empty: Slack would not send the form."""
        view = self.view or {"blocks": []}
        values = self._values(view) if view["blocks"] else {}
        needed = [b for b in view["blocks"] if b["type"] == "input" and not b.get("optional")]
        return [
            block["label"]["text"]
            for block in needed
            if not held(values[block["block_id"]][block["element"]["action_id"]])
        ]

    def submit(self, wanted: dict[str, str | None] | None = None) -> Answer:
        """Fill and send the open modal; what the app answers (errors, update, push, clear) is applied."""
        self.fill(wanted or {})
        view = self.view
        if view is None:
            raise NotThere("no modal is open")
        payload: Json = {
            "type": "view_submission",
            "user": self._who(),
            "view": self.filled(view),
            "api_app_id": APP_ID,
        }
        payload |= {
            "team": {"id": self.team, "domain": "durand"},
            "token": "-",
            "enterprise": None,
            "response_urls": [],
        }
        payload |= {"trigger_id": self.slack.world.trigger(self.user), "is_enterprise_install": False}
        answer = self.deliver(signed_request({"payload": json.dumps(payload)}))
        if answer.status == 200:
            self._after_submit(view, answer.data)
        return answer

    def _after_submit(self, view: Json, told: Json) -> None:
        action, world = told.get("response_action"), self.slack.world
        if action in {"update", "push"} and view_errors(told["view"]):
            raise ValueError(f"Slack would refuse this view: {view_errors(told['view'])}")
        if action == "update":
            world.change_view(view["id"], told["view"])
        elif action == "push":
            world.show_view(self.user, told["view"], push=True)
        elif action == "clear":
            world.close_views(self.user)
        elif action is None:
            world.close_views(self.user, view["id"])

    def close(self) -> None:
        """Close the open modal without sending it."""
        if self.view:
            self.slack.world.close_views(self.user, self.view["id"])


def _offers(element: Json, value: str | None) -> bool:
    """Whether a menu has a line of that value or label; other elements take any."""
    if element["type"] != "overflow" or value is None:
        return True
    try:
        return bool(option(element, value))
    except NotThere:
        return False
