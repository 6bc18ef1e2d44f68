"""Who may press the buttons of what the clock has said: a send of unknown fate."""

from bot.announcements import sends
from bot.slack.access import FINANCE
from bot.slack.front import Rule
from bot.slack.routes import Routes

ROUTES = Routes(
    clicks={
        sends.RESEND: Rule(sends.resend, FINANCE),
        sends.CONSIDER_SENT: Rule(sends.considered_sent, FINANCE),
    },
)
