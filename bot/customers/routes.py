"""Who may see a customer's file, and who may change it."""

from collections.abc import Mapping

from bot.customers import command as fiche
from bot.customers import form as client_file
from bot.slack.access import FINANCE
from bot.slack.front import Form, Rule

CLICKS: Mapping[str, Rule] = {fiche.EDIT: Rule(fiche.edit, FINANCE)}
FORMS: Mapping[str, Form] = {client_file.CALLBACK: Form(client_file.errors, fiche.submitted, FINANCE)}
