"""Who may press the buttons of penalties, rates and discounts, and send their forms: finance, for money."""

from bot.penalties import card as penalty_view
from bot.penalties import command as penalites
from bot.penalties import discounts as escompte
from bot.penalties import form
from bot.penalties import rates as taux
from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.typed import understanding

ROUTES = Routes(
    words={
        "penalites": Command("penalites", understanding.penalties, penalites.answer_penalites, COMMERCIAL),
        "penalite": Command("penalites", understanding.penalties, penalites.answer_penalites, COMMERCIAL),
        "taux": Command("taux", understanding.semester, taux.answer_taux, COMMERCIAL),
        "escompte": Command("escompte", understanding.discount, escompte.answer_escompte, COMMERCIAL),
    },
    clicks={
        penalty_view.CLAIM: Rule(penalites.claim, FINANCE),
        penalty_view.WAIVE: Rule(penalites.ask_why, FINANCE),
        penalty_view.UNDO: Rule(penalites.take_back, FINANCE),
        penalty_view.CONFIRM_RATES: Rule(taux.ask, FINANCE),
        escompte.GRANT: Rule(escompte.grant, FINANCE),
    },
    forms={
        form.WAIVE: Form(form.waiving_errors, penalites.waived, FINANCE),
        form.RATES: Form(form.confirming_errors, taux.submitted, FINANCE),
    },
)
