"""Who may see a customer's file, and who may change it."""

from bot.customers import command as fiche
from bot.customers import form as client_file
from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.typed import understanding

ROUTES = Routes(
    words={
        "fiche": Command("fiche", understanding.customer_if_any, fiche.answer_fiche, COMMERCIAL),
    },
    clicks={
        fiche.EDIT: Rule(fiche.edit, FINANCE),
    },
    forms={
        client_file.CALLBACK: Form(client_file.errors, fiche.submitted, FINANCE),
    },
)
