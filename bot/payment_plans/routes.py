"""Who may agree on a payment plan, and note its instalments."""

from bot.payment_plans import command, form, received
from bot.promises import card as promise_card
from bot.slack.access import COMMERCIAL
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.typed import understanding

ROUTES = Routes(
    words={
        "echeancier": Command("echeancier", understanding.plan, command.answer_echeancier, COMMERCIAL),
    },
    clicks={
        promise_card.RECEIVED: Rule(command.ask_received, COMMERCIAL),
    },
    forms={
        form.ASK: Form(form.asked_errors, command.submitted, COMMERCIAL, following=form.after_asked),
        form.CHECK: Form(form.checked_errors, command.submitted, COMMERCIAL, following=form.after_checked),
        received.CALLBACK: Form(received.errors, command.received, COMMERCIAL),
    },
)
