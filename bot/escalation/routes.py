"""Who may look at the next step of an invoice, and who may take it."""

from bot.escalation import command
from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.front import Command, Rule
from bot.slack.routes import Routes
from bot.typed import understanding

ROUTES = Routes(
    commands={
        "/escalade": Command(
            "escalade", understanding.number("escalade.example"), command.answer_escalade, COMMERCIAL
        ),
    },
    lines={
        "escalade": Rule(command.show_for_invoice, COMMERCIAL),
    },
    clicks={
        command.SEND: Rule(command.send, FINANCE),
        command.SEND_ANYWAY: Rule(command.send_anyway, FINANCE),
        command.RAISE: Rule(command.raise_up, COMMERCIAL),
    },
)
