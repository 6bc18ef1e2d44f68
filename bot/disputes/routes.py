"""Who may open, follow and settle a dispute."""

from bot.disputes import card, command, form
from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.typed import understanding

ROUTES = Routes(
    words={
        "litige": Command(
            "litige", understanding.noted("litiges.example"), command.answer_litige, COMMERCIAL
        ),
        "litiges": Command("litiges", understanding.nothing, command.listed, COMMERCIAL),
    },
    clicks={
        card.SETTLE: Rule(command.ask_settled, FINANCE),
        card.FOLLOW: Rule(command.ask_followed, COMMERCIAL),
        card.MENU: {
            card.SETTLE: Rule(command.ask_settled, FINANCE),
            card.FOLLOW: Rule(command.ask_followed, COMMERCIAL),
        },
        card.YES: Rule(command.paid, FINANCE),
        card.NO: Rule(command.stays_open, COMMERCIAL),
    },
    forms={
        form.OPEN: Form(form.open_errors, command.opened, COMMERCIAL),
        form.FOLLOW: Form(form.follow_errors, command.followed, COMMERCIAL),
        form.SETTLE: Form(form.settle_errors, command.settled, FINANCE),
    },
)
