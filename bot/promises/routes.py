"""Who may note a promise."""

from bot.promises import command
from bot.slack.access import COMMERCIAL
from bot.slack.front import Command
from bot.slack.routes import Routes
from bot.typed import paying, understanding

ROUTES = Routes(
    words={
        "promesse": Command("promesse", paying.promise, command.answer_promesse, COMMERCIAL),
        "promesses": Command("promesses", understanding.nothing, command.listed, COMMERCIAL),
    },
)
