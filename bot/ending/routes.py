"""Who may write off, withdraw and hand over an invoice, and take it up again."""

from bot.ending import command, form
from bot.ending.command import ENDINGS
from bot.ending.form import How
from bot.slack.access import FINANCE
from bot.slack.front import Command, Form
from bot.slack.routes import Routes
from bot.typed import understanding

_READ = understanding.noted("fins.example")

ROUTES = Routes(
    words={
        "perte": Command("perte", _READ, command.answer(How.WRITE_OFF), ENDINGS[How.WRITE_OFF].role),
        "annuler": Command("annuler", _READ, command.answer(How.WITHDRAW), ENDINGS[How.WITHDRAW].role),
        "recouvrement": Command(
            "recouvrement", _READ, command.answer(How.HAND_OVER), ENDINGS[How.HAND_OVER].role
        ),
        # what finance withdrew finance takes up again; the rest is looked at in the command
        "rouvrir": Command("rouvrir", _READ, command.answer(How.REOPEN), FINANCE),
    },
    forms={form.CALLBACK: Form(form.errors, command.confirmed, FINANCE)},
)
