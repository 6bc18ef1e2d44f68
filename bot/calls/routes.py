"""Who may log a call."""

from bot.calls import command, form
from bot.slack.access import COMMERCIAL
from bot.slack.front import Form, Rule
from bot.slack.routes import Routes
from bot.tasks import card as task_card

ROUTES = Routes(
    commands={
        "/appel": Rule(command.run, COMMERCIAL),
    },
    lines={
        "appel": Rule(command.menu, COMMERCIAL),
    },
    clicks={
        task_card.LOG_CALL: Rule(command.menu, COMMERCIAL),
    },
    forms={
        form.CALLBACK: Form(form.errors, command.submitted, COMMERCIAL),
    },
)
