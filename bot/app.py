"""The Slack application: which conversation answers which command, click and form.

The same application serves HTTP and Socket Mode; both are opened by `relance`.
"""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import relances, routes
from bot.arrivals import receiving
from bot.invoices import list as late_list
from bot.slack import again, failures, front
from bot.slack.access import Access, Directory
from bot.slack.crew import Crew
from bot.slack.front import Command, Commands
from bot.slack.gate import GatedClient, answering
from bot.slack.naming import naming
from bot.slack.visit import Desk
from bot.slack.voice import patient
from bot.tasks import home
from receivables.company import Company
from store.db.engine import Database

ROUTES = (*routes.SUBJECTS, relances.ROUTES)
COMMANDS: Mapping[str, Command] = {name: one for each in ROUTES for name, one in each.commands.items()}
TOPICS: Mapping[str, Command] = {
    one.topic: one for each in ROUTES for one in (*each.commands.values(), *each.words.values())
}


def build_app(
    database: Database,
    companies: Mapping[str, Company],
    *,
    client: WebClient,
    signing_secret: str,
    now: Callable[[], datetime],
    crew: Crew | None = None,
) -> App:
    """Return the Bolt application. It asks nothing of Slack until somebody acts; `now` is aware.

    `crew` are the threads its listeners work in; give one to wait until they are idle.
    """
    crew = crew or Crew()
    desk = Desk(database, companies, naming(patient(client)), Access(Directory(client, now)), now, crew)
    app = App(
        client=_nobody(client),
        authorize=_authorize(client),
        signing_secret=signing_secret,
        token_verification_enabled=False,
        listener_executor=crew,
        logger=_bolt_logger(),
    )
    app.use(answering(client))
    commands = Commands(COMMANDS, TOPICS)
    for name in COMMANDS:
        app.command(name)(front.on_command(desk, name, commands))
    app.action(re.compile(rf"{again.ACTION}:\d+"))(front.on_again(desk, commands))
    lines = {line: rule for each in ROUTES for line, rule in each.lines.items()}
    app.action(late_list.MENU)(front.on_click(desk, lines))
    for subject in ROUTES:
        for action, chosen in subject.clicks.items():
            app.action(action)(front.on_click(desk, chosen))
        for callback, form in subject.forms.items():
            app.view(callback)(front.on_form(desk, form))
    for event, work in (
        ("app_home_opened", home.on_opened(desk)),
        ("file_shared", receiving.on_shared(desk)),
    ):
        kept, listen = front.on_event(desk, work)
        app.event(event, middleware=[kept])(listen)
    app.error(failures.handler(desk))
    return app


def _bolt_logger() -> logging.Logger:
    """Return the logger whose level all of Bolt's parts take: below an error they repeat requests."""
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)
    return logger


def _nobody(client: WebClient) -> WebClient:
    """Return a client of the same Slack without a token: Bolt takes ours from `_authorize`."""
    return GatedClient(base_url=client.base_url, timeout=client.timeout, ssl=client.ssl, proxy=client.proxy)


def _authorize(client: WebClient) -> Callable[..., AuthorizeResult]:
    """Let requests through without asking Slack who we are: there is one workspace, one token."""

    def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_token=client.token
        )

    return authorize
