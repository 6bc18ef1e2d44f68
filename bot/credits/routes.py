"""Who may see a credit, and who may set it against an invoice."""

from bot.credits import command, form
from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.typed import understanding

ROUTES = Routes(
    words={
        "avoirs": Command("avoirs", understanding.customer, command.answer_avoirs, COMMERCIAL),
        "avoir": Command("avoir", understanding.credit, command.add, FINANCE),
    },
    clicks={
        command.ALLOCATE: Rule(command.ask, FINANCE),
    },
    forms={
        form.CALLBACK: Form(form.errors, command.submitted, FINANCE),
    },
)
