"""The front desk: each request of Slack is acknowledged, let through once, and handed to its conversation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack import again, requests
from bot.slack.access import company_of
from bot.slack.failures import answered
from bot.slack.requests import Body
from bot.slack.visit import Desk, Visit
from bot.slack.voice import Respond, Voice
from bot.typed.choosing import NoSuchInvoice
from receivables.company import Company
from receivables.errors import Refused
from store.health import deliveries

Ack = Callable[..., Any]
Conversation = Callable[[Visit, str], None]


@dataclass(frozen=True)
class Rule:
    """A conversation, and the role that may hold it."""

    run: Conversation
    role: str


@dataclass(frozen=True)
class Form:
    """A modal: `errors` reads its fields without the books, `run` acts on them.

    `following` may give the page that comes instead of acting, also without the books.
    """

    errors: Callable[[Body, Company, Desk], dict[str, str]]
    run: Callable[[Visit, Body], None]
    role: str
    following: Callable[[Body, Company, Desk], Body | None] | None = None


@dataclass(frozen=True)
class Asked:
    """A command as somebody typed it, or pressed the button that runs it again."""

    command: str
    text: str
    company: Company | None = None


def on_command(desk: Desk, command: str, rule: Rule) -> Callable[..., None]:
    """Return the listener of one slash command."""

    def listen(ack: Ack, body: Body, respond: Respond) -> None:
        ack()
        _later(desk, body, respond, requests.command_key(body), lambda: work(body, respond))

    def work(body: Body, respond: Respond) -> None:
        voice = Voice(desk.client, body["user_id"], body["channel_id"], respond)
        run_command(desk, voice, body, Asked(command, body.get("text") or ""), rule)

    return listen


def on_again(desk: Desk, rules: Mapping[str, Rule]) -> Callable[..., None]:
    """Return the listener of the buttons that run a command again."""

    def listen(ack: Ack, body: Body, respond: Respond) -> None:
        ack()
        _later(desk, body, respond, requests.click_key(body), lambda: work(body, respond))

    def work(body: Body, respond: Respond) -> None:
        key, command, text = again.read(requests.carried_by(body))
        asked = Asked(command, text, _company(desk, key))
        run_command(desk, _clicker(desk, body, respond), body, asked, rules[command])

    return listen


def on_click(desk: Desk, rule: Rule | Mapping[str, Rule]) -> Callable[..., None]:
    """Return the listener of a button, or of a menu whose lines name their conversation."""

    def listen(ack: Ack, body: Body, respond: Respond) -> None:
        ack()
        key = requests.click_key(body)
        _later(desk, body, respond, key, lambda: _clicked(desk, body, respond, rule))

    return listen


def on_form(desk: Desk, form: Form) -> Callable[..., None]:
    """Return the listener of a form that is sent."""

    def listen(ack: Ack, body: Body) -> None:
        view = body["view"]
        company = desk.companies.get(requests.metadata_of(view)["company"])
        errors = form.errors(view, company, desk) if company else {}
        if errors:
            ack(response_action="errors", errors=errors)
            return
        page = form.following(view, company, desk) if form.following and company else None
        if page:
            ack(response_action="update", view=page)
            return
        ack()
        _later(desk, body, None, requests.form_key(body), lambda: _sent(desk, body, form))

    return listen


def run_command(desk: Desk, voice: Voice, body: Body, asked: Asked, rule: Rule) -> None:
    """Run a command for its company, or ask which. Raises RelanceError."""
    company = asked.company or company_of(desk.companies, voice.channel)
    if company is None:
        allowed = [one for one in desk.companies.values() if _may(desk, one, voice, body, rule)]
        if len(allowed) != 1:
            shown = allowed or list(desk.companies.values())
            voice.whisper(*again.which_company(shown, asked.command, asked.text, desk.language))
            return
        company = allowed[0]
    visit = _visit(desk, company, voice, body, rule.role, command=asked.command)
    try:
        rule.run(visit, asked.text)
    except NoSuchInvoice as error:
        visit.tell(*again.closest(visit, error, asked.text, error.typed))


def _may(desk: Desk, company: Company, voice: Voice, body: Body, rule: Rule) -> bool:
    return desk.access.may(company, voice.user, rule.role, team=requests.team_of(body))


def _clicked(desk: Desk, body: Body, respond: Respond, rule: Rule | Mapping[str, Rule]) -> None:
    carried = requests.carried_by(body)
    if not isinstance(rule, Rule):
        name, _, carried = carried.partition("|")
        rule = rule[name]
    key, _, carried = carried.partition(":")
    voice = _clicker(desk, body, respond)
    clicked = requests.clicked_of(body)
    rule.run(_visit(desk, _company(desk, key), voice, body, rule.role, clicked=clicked), carried)


def _sent(desk: Desk, body: Body, form: Form) -> None:
    known = requests.metadata_of(body["view"])
    voice = Voice(desk.client, requests.user_of(body), known["channel"])
    form.run(_visit(desk, _company(desk, known["company"]), voice, body, form.role), body["view"])


def _visit(desk: Desk, company: Company, voice: Voice, body: Body, role: str, **more: str) -> Visit:
    """Let somebody in, if the role is theirs. Raises Refused."""
    desk.access.check(company, voice.user, role, team=requests.team_of(body))
    return Visit(desk, company, voice, desk.now(), body.get("trigger_id") or "", **more)


def _company(desk: Desk, key: str) -> Company:
    company = desk.companies.get(key)
    if company is None:
        raise Refused(again.no_company(desk.language))
    return company


def _clicker(desk: Desk, body: Body, respond: Respond) -> Voice:
    usable = respond if body.get("response_url") else None
    return Voice(desk.client, requests.user_of(body), requests.channel_of(body), usable)


def _later(desk: Desk, body: Body, respond: Respond | None, key: str, work: Callable[[], None]) -> None:
    """Have the work of one delivery done after its acknowledgement; the same delivery again does nothing."""

    def once() -> None:
        with answered(desk, body, respond):
            if deliveries.first(desk.database, key, at=desk.now()):
                work()

    desk.crew.later(once)
