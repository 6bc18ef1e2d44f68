"""Who may bring files in that came by Slack."""

from bot.arrivals import buttons, card, form
from bot.slack.access import FINANCE
from bot.slack.front import Form, Rule
from bot.slack.routes import Routes

ROUTES = Routes(
    clicks={
        card.TAKE: Rule(buttons.take, FINANCE),
        card.ANSWER: Rule(buttons.ask_answers, FINANCE),
        card.MAP: Rule(buttons.ask_columns, FINANCE),
        card.GIVE_UP: Rule(buttons.give_up, FINANCE),
    },
    forms={
        form.ANSWERS: Form(form.no_errors, buttons.answered, FINANCE),
        form.COLUMNS: Form(form.no_errors, buttons.mapped, FINANCE),
    },
)
