"""The front desk: each request of Slack is acknowledged, let through once, and handed to its conversation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from slack_bolt import BoltResponse

from bot.slack import again, answers, asking, requests
from bot.slack.access import company_of
from bot.slack.blocks import Block
from bot.slack.kept import keeping, telling
from bot.slack.requests import Body
from bot.slack.visit import Attempt, Desk, Visit
from bot.slack.voice import Respond, Voice
from bot.typed import carried, questions
from bot.typed.understanding import Understand
from bot.typed.values import Understood
from bot.typed.words import clean, cut
from message_templates.catalogue import Mrkdwn, escape, say
from receivables.codes.roles import Role
from receivables.company import Company
from receivables.errors import Refused
from receivables.language import Language
from store.db.spool import NotKept, Unanswered

Ack = Callable[..., Any]
Context = Mapping[str, Any]
Conversation = Callable[[Visit, str], None]


@dataclass(frozen=True)
class Rule:
    """A conversation, and the role that may hold it."""

    run: Conversation
    role: Role


@dataclass(frozen=True)
class Form:
    """A modal: `errors` reads its fields, with a look into the books where one needs it, `run` acts on them.

    `following` may give the page that comes instead of acting, also without the books.
    """

    errors: Callable[[Body, Company, Desk], dict[str, str]]
    run: Callable[[Visit, Body], None]
    role: Role
    following: Callable[[Body, Company, Desk], Body | None] | None = None


@dataclass(frozen=True)
class Command:
    """A command, or a word of one: how its text is understood, who answers it, and the role it takes.

    `topic` is its name in buttons: it stays when the word is renamed.
    """

    topic: str
    read: Understand
    run: Callable[[Visit, Understood], None]
    role: Role

    def understand(self, text: str, today: date, language: Language) -> Understood:
        """Return what was typed as values. Raises Refused."""
        return self.read(text, today, language).about(self.topic)


@dataclass(frozen=True)
class Commands:
    """The slash commands by name, and all that answers by topic."""

    named: Mapping[str, Command]
    topics: Mapping[str, Command]


@dataclass(frozen=True)
class Asked:
    """What somebody wants of a command: how it is understood on a company's day, and how it is shown."""

    understand: Callable[[date, Language], Understood]
    role: Role
    company: Company | None = None
    shown: str = ""

    @property
    def wanted(self) -> str:
        """What was typed, as it can be asked of another."""
        return escape(self.shown)


def on_command(desk: Desk, name: str, commands: Commands) -> Callable[..., None]:
    """Return the listener of one slash command."""

    def listen(ack: Ack, body: Body, respond: Respond, context: Context) -> None:
        keeping.keep(desk, ack, body, context, respond, requests.command_key, partial(work, body, respond))

    def work(body: Body, respond: Respond, attempt: Attempt) -> None:
        voice = _late(desk, Voice(desk.client, body["user_id"], body["channel_id"], respond), attempt)
        asked = _typed(commands.named[name], name, body.get("text") or "")
        _answer(desk, voice, body, asked, commands, attempt)

    return listen


def on_again(desk: Desk, commands: Commands) -> Callable[..., None]:
    """Return the listener of the buttons that go on with what was understood."""

    def listen(ack: Ack, body: Body, respond: Respond, context: Context) -> None:
        keeping.keep(desk, ack, body, context, respond, requests.click_key, partial(work, body, respond))

    def work(body: Body, respond: Respond, attempt: Attempt) -> None:
        voice = _clicker(desk, body, respond, attempt)
        with answers.once(desk, voice, requests.answer_key(body), by=attempt.key) as facts:
            if facts is not None:
                asked = _asked_by(desk, requests.carried_by(body), commands)
                _answer(desk, voice, body, asked, commands, attempt, facts)

    return listen


def on_click(desk: Desk, rule: Rule | Mapping[str, Rule]) -> Callable[..., None]:
    """Return the listener of a button, or of a menu whose lines name their conversation."""

    def listen(ack: Ack, body: Body, respond: Respond, context: Context) -> None:
        work = partial(_clicked, desk, body, respond, rule)
        keeping.keep(desk, ack, body, context, respond, requests.click_key, work)

    return listen


def on_form(desk: Desk, form: Form) -> Callable[..., None]:
    """Return the listener of a form that is sent."""

    def listen(ack: Ack, body: Body, context: Context) -> None:
        if keeping.RESUMED in context or not _goes_on(desk, ack, body["view"], form):
            work = partial(_sent, desk, body, form)
            keeping.keep(desk, ack, body, context, None, requests.form_key, work)

    return listen


def _goes_on(desk: Desk, ack: Ack, view: Body, form: Form) -> bool:
    """Answer a form that stays open, with what is wrong or its next page; False for one that is done."""
    company = desk.companies.get(requests.metadata_of(view)["company"])
    errors = form.errors(view, company, desk) if company else {}
    if errors:
        ack(response_action="errors", errors=errors)
        return True
    page = form.following(view, company, desk) if form.following and company else None
    if page:
        ack(response_action="update", view=page)
    return bool(page)


def on_event(desk: Desk, work: Callable[[Body], None]) -> tuple[Callable[..., Any], Callable[..., None]]:
    """Return what writes an event down before Bolt acknowledges it, and its listener.

    Slack repeats an event that it is told no to.
    """

    def first(body: Body, context: Context, next: Callable[[], Any]) -> Any:  # noqa: A002 - Bolt's name
        try:
            if keeping.RESUMED in context or keeping.write(desk, body, requests.event_key(body)):
                return next()
        except NotKept:
            return BoltResponse(status=503)
        return BoltResponse(status=200)

    def listen(body: Body, context: Context) -> None:
        taken = context.get(keeping.RESUMED) or Unanswered(requests.event_key(body), {}, desk.now(), 0)
        keeping.have_done(desk, body, taken, None, lambda _attempt: work(body["event"]))

    return first, listen


def _typed(command: Command, name: str, text: str, company: Company | None = None) -> Asked:
    shown = cut(f"{name} {clean(text)}".strip(), 200)
    return Asked(partial(command.understand, text), command.role, company, shown)


def _asked_by(desk: Desk, value: str, commands: Commands) -> Asked:
    """Return what a button asks: values; the text of a button of earlier versions is read as if typed now."""
    old = again.read_old(value)
    if old is not None:
        key, name, text = old
        if name not in commands.named:
            raise Refused("saisie.old_button")
        return _typed(commands.named[name], name, text, _company(desk, key))
    key, understood = carried.unpack(value)
    if understood.topic not in commands.topics:
        raise Refused("saisie.old_button")
    company = _company(desk, key) if key else None
    return Asked(lambda _today, _language: understood, commands.topics[understood.topic].role, company)


def _answer(  # noqa: PLR0917 - what each request gives
    desk: Desk,
    voice: Voice,
    body: Body,
    asked: Asked,
    commands: Commands,
    attempt: Attempt,
    facts: list[Sequence[Block]] | None = None,
) -> None:
    """Answer for the company, or ask which; what is said aloud is added to `facts`. Raises RelanceError."""
    company = asked.company or company_of(desk.companies, voice.channel)
    if company is None:
        allowed = [one for one in desk.companies.values() if _may(desk, one, voice, body, asked.role)]
        if len(allowed) != 1:
            voice.whisper(*_which_company(desk, allowed or list(desk.companies.values()), asked))
            return
        company = allowed[0]
    visit = _visit(desk, company, voice, body, asked.role, attempt, wanted=asked.wanted)
    visit = replace(visit, facts=facts if facts is not None else visit.facts)
    with again.asked_back(visit):
        understood = asked.understand(visit.today, visit.language)
        command = commands.topics[understood.topic]
        team = requests.team_of(body)
        asking.check(desk.access, company, voice.user, command.role, team=team, what=asked.wanted)
        questions.refuse_doubtful_day(understood, visit.language)
        command.run(visit, understood)


def _which_company(desk: Desk, companies: Sequence[Company], asked: Asked) -> tuple[str, list[Block]]:
    """Return the question which company; each answer carries what was understood on that company's day."""
    now = desk.now()
    understood = [(one, asked.understand(one.day_of(now), one.language)) for one in companies]
    return again.which_company(understood, asked.shown, desk.language)


def _may(desk: Desk, company: Company, voice: Voice, body: Body, role: Role) -> bool:
    return desk.access.may(company, voice.user, role, team=requests.team_of(body))


def _clicked(
    desk: Desk, body: Body, respond: Respond, rule: Rule | Mapping[str, Rule], attempt: Attempt
) -> None:
    carried = requests.carried_by(body)
    if not isinstance(rule, Rule):
        name, _, carried = carried.partition("|")
        rule = rule[name]
    key, _, carried = carried.partition(":")
    voice = _clicker(desk, body, respond, attempt)
    clicked = requests.clicked_of(body)
    visit = _visit(desk, _company(desk, key), voice, body, rule.role, attempt, wanted=_pressed(desk, body))
    rule.run(replace(visit, clicked=clicked, among_others=requests.among_others(body)), carried)


def _sent(desk: Desk, body: Body, form: Form, attempt: Attempt) -> None:
    known = requests.metadata_of(body["view"])
    voice = _late(desk, Voice(desk.client, requests.user_of(body), known["channel"]), attempt)
    visit = _visit(desk, _company(desk, known["company"]), voice, body, form.role, attempt)
    with again.asked_back(visit):
        form.run(visit, body["view"])


def _pressed(desk: Desk, body: Body) -> str:
    """Return what somebody pressed, as it can be asked of another: the button, and what it stood under."""
    about = requests.about_of(body)
    return say("acces.wanted", desk.language, label=requests.label_of(body), about=Mrkdwn(cut(about, 150)))


def _visit(  # noqa: PLR0917 - what each request gives
    desk: Desk,
    company: Company,
    voice: Voice,
    body: Body,
    role: Role,
    attempt: Attempt,
    *,
    wanted: str = "",
) -> Visit:
    """Let somebody in, if the role is theirs. Raises Refused, and MayNot for what can be asked of others."""
    asking.check(desk.access, company, voice.user, role, team=requests.team_of(body), what=wanted)
    trigger = body.get("trigger_id") or ""
    modals = requests.modals_of(body)
    return Visit(desk, company, voice, desk.now(), trigger, modals=modals, attempt=attempt)


def _company(desk: Desk, key: str) -> Company:
    company = desk.companies.get(key)
    if company is None:
        raise Refused("saisie.unknown_company")
    return company


def _clicker(desk: Desk, body: Body, respond: Respond, attempt: Attempt) -> Voice:
    usable = respond if body.get("response_url") else None
    voice = Voice(desk.client, requests.user_of(body), requests.channel_of(body), usable)
    return _late(desk, voice, attempt)


def _late(desk: Desk, voice: Voice, attempt: Attempt) -> Voice:
    """Return the voice that reaches who asked, however long ago."""
    asked_at = attempt.asked_at
    return voice.late(asked_at is not None and telling.by_message(asked_at, desk.now()))
