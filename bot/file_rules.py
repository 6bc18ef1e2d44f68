"""Who may see a customer's file, and who may change it."""

from collections.abc import Mapping

from bot.access import FINANCE
from bot.commands import fiche
from bot.front import Form, Rule
from bot.modals import client_file

CLICKS: Mapping[str, Rule] = {fiche.EDIT: Rule(fiche.edit, FINANCE)}
FORMS: Mapping[str, Form] = {client_file.CALLBACK: Form(client_file.errors, fiche.submitted, FINANCE)}
