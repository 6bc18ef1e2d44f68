"""Who may write off, withdraw and hand over an invoice, and take it up again."""

from bot.ending import command, form
from bot.ending.command import ENDINGS
from bot.ending.form import EndHow
from bot.slack.access import FINANCE
from bot.slack.front import Command, Form
from bot.slack.routes import Routes
from bot.typed import understanding

_READ = understanding.noted("fins.example")

ROUTES = Routes(
    words={
        "perte": Command("perte", _READ, command.answer(EndHow.WRITE_OFF), ENDINGS[EndHow.WRITE_OFF].role),
        "annuler": Command("annuler", _READ, command.answer(EndHow.WITHDRAW), ENDINGS[EndHow.WITHDRAW].role),
        "recouvrement": Command(
            "recouvrement", _READ, command.answer(EndHow.HAND_OVER), ENDINGS[EndHow.HAND_OVER].role
        ),
        # what finance withdrew finance takes up again; the rest is looked at in the command
        "rouvrir": Command("rouvrir", _READ, command.answer(EndHow.REOPEN), FINANCE),
    },
    forms={form.CALLBACK: Form(form.errors, command.confirmed, FINANCE)},
)
