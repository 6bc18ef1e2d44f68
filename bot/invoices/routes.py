"""Who may note that an invoice was refused on the e-invoicing platform: finance."""

from bot.invoices import platform
from bot.slack.access import FINANCE
from bot.slack.front import Command
from bot.slack.routes import Routes
from bot.typed import understanding

ROUTES = Routes(
    words={
        "refus": Command("refus", understanding.number("refus.example"), platform.answer_refus, FINANCE),
        "refus-leve": Command(
            "refus_leve", understanding.number("refus.lifted_example"), platform.answer_leve, FINANCE
        ),
    }
)
