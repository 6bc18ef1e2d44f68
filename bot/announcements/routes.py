"""Who may press the buttons of what the clock has said: a send of unknown fate."""

from bot.announcements import notices
from bot.slack.access import FINANCE
from bot.slack.front import Rule
from bot.slack.routes import Routes
from bot.tasks import buttons as task

ROUTES = Routes(
    clicks={
        notices.RESEND: Rule(task.resend, FINANCE),
        notices.CONSIDER_SENT: Rule(task.considered_sent, FINANCE),
    },
)
