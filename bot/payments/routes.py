"""Who may note a payment."""

from bot.payments import command, form
from bot.slack.access import COMMERCIAL
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.typed import paying

ROUTES = Routes(
    commands={
        "/paye": Command("paye", paying.payment, command.answer_paye, COMMERCIAL),
    },
    lines={
        "paye": Rule(command.open_for_invoice, COMMERCIAL),
    },
    forms={
        form.CALLBACK: Form(form.errors, command.submitted, COMMERCIAL),
    },
)
