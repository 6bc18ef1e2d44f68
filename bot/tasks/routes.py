"""Who may press the buttons of tasks and send their forms.

Owners may do and pass some tasks of their own, finance all: `bot.tasks.buttons` looks whose each is.
"""

from bot.customers import kinds
from bot.invoices import platform
from bot.slack.access import COMMERCIAL, FINANCE, RESPONSABLE
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.tasks import board, buttons, card, command, form
from bot.typed import understanding
from receivables.codes.tasks import TaskKind

ROUTES = Routes(
    words={
        "taches": Command("taches", understanding.tasks, command.answer_taches, COMMERCIAL),
        "tache": Command("taches", understanding.tasks, command.answer_taches, COMMERCIAL),
    },
    clicks={
        board.OPEN: Rule(buttons.show, COMMERCIAL),
        board.TAKE_BACK: Rule(buttons.take_back, COMMERCIAL),
        card.DONE[TaskKind.ESCALATION]: Rule(buttons.done, RESPONSABLE),
        card.DONE_OTHER: Rule(buttons.done, COMMERCIAL),
        card.PUT_OFF: Rule(buttons.ask_when, COMMERCIAL),
        card.BUSINESSES: Rule(kinds.are_businesses, FINANCE),
        card.NOT_BUSINESSES: Rule(kinds.not_all, FINANCE),
        card.ACCEPTED: Rule(platform.accepted, FINANCE),
        card.PASS: Rule(buttons.ask_why, COMMERCIAL),
        card.PASS_HANDOVER: Rule(buttons.ask_why, RESPONSABLE),
    },
    forms={
        card.PUT_OFF: Form(form.put_off_errors, buttons.put_off, COMMERCIAL),
        card.PASS: Form(form.pass_errors, buttons.passed, COMMERCIAL),
        card.PASS_HANDOVER: Form(form.pass_errors, buttons.passed, RESPONSABLE),
    },
)
