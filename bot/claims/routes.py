"""Who may note that a customer acknowledged its debt: finance."""

from bot.claims import command
from bot.slack.access import FINANCE
from bot.slack.front import Command
from bot.slack.routes import Routes
from bot.typed import understanding

ROUTES = Routes(
    words={
        "reconnaissance": Command(
            "reconnaissance",
            understanding.noted_on("reconnaissance.example"),
            command.answer_reconnaissance,
            FINANCE,
        ),
    }
)
