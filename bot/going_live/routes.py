"""Who may look at the checklist of the first live morning, and have a mail sent to themselves."""

from bot.going_live import card, form
from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.front import Form, Rule
from bot.slack.routes import Routes

ROUTES = Routes(
    clicks={
        card.OPEN: Rule(form.open_checklist, COMMERCIAL),
        card.TRY: Rule(form.ask_where, FINANCE),
    },
    forms={
        form.CALLBACK: Form(form.errors, form.submitted, FINANCE),
    },
)
