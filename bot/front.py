"""The front desk: each request of Slack is acknowledged, let through once, and handed to its conversation."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot import again
from bot.access import company_of
from bot.choosing import NoSuchInvoice
from bot.visit import Desk, Visit
from bot.voice import Respond, Voice
from receivables.company import Company
from receivables.errors import Refused
from store import deliveries

Ack = Callable[..., Any]
Body = dict[str, Any]
Conversation = Callable[[Visit, str], None]


@dataclass(frozen=True)
class Rule:
    """A conversation, and the role that may hold it."""

    run: Conversation
    role: str


def on_command(desk: Desk, command: str, rule: Rule) -> Callable[..., None]:
    """Return the listener of one slash command."""

    def listen(ack: Ack, body: Body, respond: Respond) -> None:
        ack()
        if not _first(desk, f"command:{body.get('trigger_id')}"):
            return
        voice = Voice(desk.client, body["user_id"], body["channel_id"], respond)
        run_command(desk, voice, body, Asked(command, body.get("text") or ""), rule)

    return listen


@dataclass(frozen=True)
class Asked:
    """A command as somebody typed it, or pressed the button that runs it again."""

    command: str
    text: str
    company: Company | None = None


def run_command(desk: Desk, voice: Voice, body: Body, asked: Asked, rule: Rule) -> None:
    """Run a command for its company, or ask which. Raises RelanceError."""
    company = asked.company or company_of(desk.companies, voice.channel)
    if company is None:
        allowed = [one for one in desk.companies.values() if _may(desk, one, voice, body, rule)]
        if len(allowed) != 1:
            shown = allowed or list(desk.companies.values())
            voice.whisper(*again.which_company(shown, asked.command, asked.text))
            return
        company = allowed[0]
    desk.access.check(company, voice.user, rule.role, team=team_of(body))
    visit = Visit(desk, company, voice, desk.now(), body.get("trigger_id") or "", asked.command)
    try:
        rule.run(visit, asked.text)
    except NoSuchInvoice as error:
        visit.tell(*again.closest(visit, error, asked.text, error.typed))


def _may(desk: Desk, company: Company, voice: Voice, body: Body, rule: Rule) -> bool:
    return desk.access.may(company, voice.user, rule.role, team=team_of(body))


def on_again(desk: Desk, rules: Mapping[str, Rule]) -> Callable[..., None]:
    """Return the listener of the buttons that run a command again."""

    def listen(ack: Ack, body: Body, respond: Respond) -> None:
        ack()
        if not _first(desk, _click_key(body)):
            return
        voice = _clicker(desk, body, respond)
        key, command, text = again.read(body["actions"][0]["value"])
        company = desk.companies.get(key)
        if company is None or command not in rules:
            raise Refused(again.no_company())
        run_command(desk, voice, body, Asked(command, text, company), rules[command])

    return listen


def on_click(desk: Desk, rule: Rule | Mapping[str, Rule]) -> Callable[..., None]:
    """Return the listener of a button, or of a menu whose options name their conversation."""

    def listen(ack: Ack, body: Body, respond: Respond) -> None:
        ack()
        if not _first(desk, _click_key(body)):
            return
        carried = _carried(body["actions"][0])
        chosen = rule
        if not isinstance(chosen, Rule):
            name, _, carried = carried.partition("|")
            chosen = chosen[name]
        _let_in(desk, _clicker(desk, body, respond), body, chosen, carried)

    return listen


def _let_in(desk: Desk, voice: Voice, body: Body, rule: Rule, carried: str) -> None:
    key, _, carried = carried.partition(":")
    company = desk.companies.get(key)
    if company is None:
        raise Refused(again.no_company())
    desk.access.check(company, voice.user, rule.role, team=team_of(body))
    trigger = body.get("trigger_id") or ""
    rule.run(Visit(desk, company, voice, desk.now(), trigger, clicked=_clicked(body)), carried)


@dataclass(frozen=True)
class Form:
    """A modal: `errors` reads its fields without the books, `run` acts on them."""

    errors: Callable[[Body, Company, Desk], dict[str, str]]
    run: Callable[[Visit, Body], None]
    role: str


def on_form(desk: Desk, form: Form) -> Callable[..., None]:
    """Return the listener of a form that is sent."""

    def listen(ack: Ack, body: Body) -> None:
        view = body["view"]
        known = json.loads(view["private_metadata"])
        company = desk.companies.get(known["company"])
        errors = form.errors(view, company, desk) if company else {}
        if errors:
            ack(response_action="errors", errors=errors)
            return
        ack()
        voice = Voice(desk.client, body["user"]["id"], known["channel"])
        if not _first(desk, f"view:{view['id']}"):
            return
        if company is None:
            raise Refused(again.no_company())
        desk.access.check(company, voice.user, form.role, team=team_of(body))
        form.run(Visit(desk, company, voice, desk.now(), body.get("trigger_id") or ""), view)

    return listen


def team_of(body: Body) -> str:
    """Return the workspace of the person, when Slack's request names it."""
    user = body.get("user")
    named = user.get("team_id") if isinstance(user, dict) else body.get("team_id")
    return str(named or "")


def channel_of(body: Body) -> str:
    """Return the channel of a command, click or form; the person's own when there is none."""
    user = body.get("user")
    own = user.get("id") if isinstance(user, dict) else body.get("user_id")
    place = body.get("channel") or {}
    if "view" in body:
        known = body["view"].get("private_metadata") or "{}"
        return str((json.loads(known) if known.startswith("{") else {}).get("channel") or own)
    return str(body.get("channel_id") or place.get("id") or own)


def _clicker(desk: Desk, body: Body, respond: Respond) -> Voice:
    usable = respond if body.get("response_url") else None
    return Voice(desk.client, body["user"]["id"], channel_of(body), usable)


def _clicked(body: Body) -> str:
    """Return the first paragraph of the message that was clicked; Slack leaves it out of whispers."""
    shown = (body.get("message") or {}).get("blocks") or [{}]
    return str((shown[0].get("text") or {}).get("text") or "")


def _carried(action: Body) -> str:
    option = action.get("selected_option") or {}
    return str(option.get("value") or action.get("value") or "")


def _click_key(body: Body) -> str:
    action = body["actions"][0]
    return f"click:{body['user']['id']}:{action.get('action_ts')}:{action.get('action_id')}"


def _first(desk: Desk, key: str) -> bool:
    return deliveries.first(desk.database, key, at=desk.now())


def voice_of(desk: Desk, body: Body, respond: Respond) -> Voice | None:
    """Return the voice to answer a request with; None when no person made it."""
    user = body.get("user_id") or (body.get("user") or {}).get("id")
    usable = respond if body.get("response_url") else None
    return Voice(desk.client, user, channel_of(body), usable) if user else None
