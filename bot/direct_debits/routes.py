"""Who may note that a direct debit came back, and by what is paid: finance."""

from bot.direct_debits import command, form
from bot.slack.access import FINANCE
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.tasks import card
from bot.typed import understanding

ROUTES = Routes(
    words={
        "rejet": Command("rejet", understanding.noted_on("rejet.example"), command.answer_rejet, FINANCE),
        "represente": Command("represente", understanding.pause, command.answer_represente, FINANCE),
        "moyen": Command("moyen", understanding.noted("moyen.example"), command.answer_moyen, FINANCE),
    },
    clicks={card.DEBIT_REJECTED: Rule(command.ask, FINANCE)},
    forms={form.CALLBACK: Form(form.errors, command.submitted, FINANCE)},
)
