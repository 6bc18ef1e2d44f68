"""Who may note a promise."""

from bot.promises import command
from bot.slack.access import COMMERCIAL
from bot.slack.front import Rule
from bot.slack.routes import Routes

ROUTES = Routes(
    words={
        "promesse": Rule(command.answer_promesse, COMMERCIAL),
        "promesses": Rule(command.listed, COMMERCIAL),
    },
)
