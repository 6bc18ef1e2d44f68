"""Who may see a credit, and who may set it against an invoice."""

from bot.credits import command, form
from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.front import Form, Rule
from bot.slack.routes import Routes

ROUTES = Routes(
    words={
        "avoirs": Rule(command.answer_avoirs, COMMERCIAL),
        "avoir": Rule(command.add, FINANCE),
    },
    clicks={
        command.ALLOCATE: Rule(command.ask, FINANCE),
    },
    forms={
        form.CALLBACK: Form(form.errors, command.submitted, FINANCE),
    },
)
