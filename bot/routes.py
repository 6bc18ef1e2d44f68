"""Every subject's routes, and the words of `/relances <word> …` among them."""

from collections.abc import Mapping

from bot import pauses, preview, statements
from bot.announcements import routes as announcements
from bot.arrivals import routes as arrivals
from bot.calls import routes as calls
from bot.claims import routes as claims
from bot.credits import routes as credits_
from bot.customers import routes as customers
from bot.direct_debits import routes as direct_debits
from bot.disputes import routes as disputes
from bot.dossier import routes as dossier
from bot.ending import routes as ending
from bot.escalation import routes as escalation
from bot.going_live import routes as going_live
from bot.invoices import routes as invoices
from bot.letters import routes as letters
from bot.morning import routes as morning
from bot.payment_plans import routes as payment_plans
from bot.payments import routes as payments
from bot.penalties import routes as penalties
from bot.promises import routes as promises
from bot.replies import routes as replies
from bot.slack import undo
from bot.slack.front import Command
from bot.slack.routes import Routes
from bot.tasks import routes as tasks

SUBJECTS: tuple[Routes, ...] = (
    announcements.ROUTES,
    arrivals.ROUTES,
    calls.ROUTES,
    claims.ROUTES,
    credits_.ROUTES,
    customers.ROUTES,
    direct_debits.ROUTES,
    disputes.ROUTES,
    dossier.ROUTES,
    ending.ROUTES,
    escalation.ROUTES,
    going_live.ROUTES,
    invoices.ROUTES,
    letters.ROUTES,
    morning.ROUTES,
    pauses.ROUTES,
    payment_plans.ROUTES,
    payments.ROUTES,
    penalties.ROUTES,
    preview.ROUTES,
    promises.ROUTES,
    replies.ROUTES,
    statements.ROUTES,
    tasks.ROUTES,
    undo.ROUTES,
)
WORDS: Mapping[str, Command] = {
    word: command for routes in SUBJECTS for word, command in routes.words.items()
}
"""By the word as typed, accents and case aside. The rest of the text goes to the conversation."""
