"""Who may log a call."""

from bot.calls import command, form
from bot.slack.access import COMMERCIAL
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.tasks import card as task_card
from bot.typed import calls as typed_calls

ROUTES = Routes(
    commands={
        "/appel": Command("appel", typed_calls.call, command.answer_appel, COMMERCIAL),
    },
    lines={
        "appel": Rule(command.open_for_invoice, COMMERCIAL),
    },
    clicks={
        task_card.LOG_CALL: Rule(command.open_for_invoice, COMMERCIAL),
    },
    forms={
        form.CALLBACK: Form(form.errors, command.submitted, COMMERCIAL),
    },
)
