"""Who may press the buttons of penalties, rates and discounts, and send their forms: finance, for money."""

from collections.abc import Mapping

from bot.penalties import card as penalty_view
from bot.penalties import command as penalites
from bot.penalties import discounts as escompte
from bot.penalties import form
from bot.penalties import rates as taux
from bot.slack.access import FINANCE
from bot.slack.front import Form, Rule

CLICKS: Mapping[str, Rule | Mapping[str, Rule]] = {
    penalty_view.CLAIM: Rule(penalites.claim, FINANCE),
    penalty_view.WAIVE: Rule(penalites.ask_why, FINANCE),
    penalty_view.UNDO: Rule(penalites.take_back, FINANCE),
    penalty_view.CONFIRM_RATES: Rule(taux.ask, FINANCE),
    escompte.GRANT: Rule(escompte.grant, FINANCE),
}
FORMS: Mapping[str, Form] = {
    form.WAIVE: Form(form.waiving_errors, penalites.waived, FINANCE),
    form.RATES: Form(form.confirming_errors, taux.submitted, FINANCE),
}
