"""The Slack application: which conversation answers which command, click and form.

The same application serves HTTP and Socket Mode; both are opened by `relance`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import agreement_routes as agreement_rules
from bot import preview as apercu
from bot import relances
from bot import statements as releve
from bot import task_routes as task_rules
from bot.announcements import notices
from bot.calls import command as appel
from bot.calls import form as call_form
from bot.customers import routes as file_rules
from bot.digest import card as digest
from bot.escalation import command as escalade
from bot.invoices import list as late_list
from bot.letters import routes as letter_rules
from bot.morning import go
from bot.morning import routes as card_rules
from bot.payments import command as paye
from bot.payments import form as payment_form
from bot.penalties import routes as penalty_rules
from bot.replies import routes as reply_rules
from bot.slack import again, failures, front, undo
from bot.slack.access import COMMERCIAL, FINANCE, Access, Directory
from bot.slack.crew import Crew
from bot.slack.front import Form, Rule
from bot.slack.outcomes import UNDO, UNDO_FINANCE
from bot.slack.visit import Desk
from bot.slack.voice import patient
from bot.tasks import buttons as task
from bot.tasks import home
from receivables.company import Company
from store.db.engine import Database

COMMANDS: Mapping[str, Rule] = {
    "/paye": Rule(paye.run, COMMERCIAL),
    "/appel": Rule(appel.run, COMMERCIAL),
    "/escalade": Rule(escalade.run, COMMERCIAL),
    "/relances": Rule(relances.run, COMMERCIAL),
}
CLICKS: Mapping[str, Rule | Mapping[str, Rule]] = {
    UNDO: Rule(undo.run, COMMERCIAL),
    UNDO_FINANCE: Rule(undo.run, COMMERCIAL),  # their own; of others, as finance: `undo.check`
    late_list.MENU: {
        "paye": Rule(paye.menu, COMMERCIAL),
        "appel": Rule(appel.menu, COMMERCIAL),
        "escalade": Rule(escalade.menu, COMMERCIAL),
        "pourquoi": Rule(relances.menu, COMMERCIAL),
    },
    escalade.SEND: Rule(escalade.send, FINANCE),
    escalade.SEND_ANYWAY: Rule(escalade.send_anyway, FINANCE),
    escalade.RAISE: Rule(escalade.raise_up, FINANCE),
    digest.GO: Rule(go.run, FINANCE),
    apercu.OTHER: Rule(apercu.other, COMMERCIAL),
    **task_rules.CLICKS,
    releve.SEND: Rule(releve.send, FINANCE),
    notices.RESEND: Rule(task.resend, FINANCE),
    notices.CONSIDER_SENT: Rule(task.considered_sent, FINANCE),
    **reply_rules.CLICKS,
    **agreement_rules.CLICKS,
    **file_rules.CLICKS,
    **card_rules.CLICKS,
    **letter_rules.CLICKS,
    **penalty_rules.CLICKS,
}
FORMS: Mapping[str, Form] = {
    **task_rules.FORMS,
    payment_form.CALLBACK: Form(payment_form.errors, paye.submitted, COMMERCIAL),
    call_form.CALLBACK: Form(call_form.errors, appel.submitted, COMMERCIAL),
    **reply_rules.FORMS,
    **agreement_rules.FORMS,
    **file_rules.FORMS,
    **card_rules.FORMS,
    **letter_rules.FORMS,
    **penalty_rules.FORMS,
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
    desk = Desk(database, companies, patient(client), Access(Directory(client, now)), now, crew)
    app = App(
        client=_nobody(client),
        authorize=_authorize(client),
        signing_secret=signing_secret,
        token_verification_enabled=False,
        listener_executor=crew,
    )
    for command, rule in COMMANDS.items():
        app.command(command)(front.on_command(desk, command, rule))
    app.action(re.compile(rf"{again.ACTION}:\d+"))(front.on_again(desk, COMMANDS))
    for action, chosen in CLICKS.items():
        app.action(action)(front.on_click(desk, chosen))
    for callback, form in FORMS.items():
        app.view(callback)(front.on_form(desk, form))
    app.event("app_home_opened")(home.on_opened(desk))
    app.error(failures.handler(desk))
    return app


def _nobody(client: WebClient) -> WebClient:
    """Return a client of the same Slack without a token: Bolt takes ours from `_authorize`."""
    return WebClient(base_url=client.base_url, timeout=client.timeout, ssl=client.ssl, proxy=client.proxy)


def _authorize(client: WebClient) -> Callable[..., AuthorizeResult]:
    """Let requests through without asking Slack who we are: there is one workspace, one token."""

    def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_token=client.token
        )

    return authorize
