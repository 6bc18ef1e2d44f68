"""Who may press the buttons of promises, plans, disputes and credits, and send their forms."""

from collections.abc import Mapping

from bot import pauses as pause
from bot.credits import command as avoirs
from bot.credits import form as allocate_form
from bot.disputes import card as dispute_card
from bot.disputes import command as litige
from bot.disputes import form as dispute_form
from bot.payment_plans import command as echeancier
from bot.payment_plans import form as plan_form
from bot.payment_plans import received as received_form
from bot.promises import card as promise_notices
from bot.promises import command as promesse
from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.front import Form, Rule

CLICKS: Mapping[str, Rule | Mapping[str, Rule]] = {
    dispute_card.SETTLE: Rule(litige.ask_settled, FINANCE),
    dispute_card.FOLLOW: Rule(litige.ask_followed, COMMERCIAL),
    dispute_card.MENU: {
        dispute_card.SETTLE: Rule(litige.ask_settled, FINANCE),
        dispute_card.FOLLOW: Rule(litige.ask_followed, COMMERCIAL),
    },
    dispute_card.YES: Rule(litige.paid, FINANCE),
    dispute_card.NO: Rule(litige.stays_open, COMMERCIAL),
    avoirs.ALLOCATE: Rule(avoirs.ask, FINANCE),
    promise_notices.RECEIVED: Rule(echeancier.ask_received, COMMERCIAL),
}
FORMS: Mapping[str, Form] = {
    plan_form.ASK: Form(
        plan_form.asked_errors, echeancier.submitted, COMMERCIAL, following=plan_form.after_asked
    ),
    plan_form.CHECK: Form(
        plan_form.checked_errors, echeancier.submitted, COMMERCIAL, following=plan_form.after_checked
    ),
    received_form.CALLBACK: Form(received_form.errors, echeancier.received, COMMERCIAL),
    dispute_form.OPEN: Form(dispute_form.open_errors, litige.opened, COMMERCIAL),
    dispute_form.FOLLOW: Form(dispute_form.follow_errors, litige.followed, COMMERCIAL),
    dispute_form.SETTLE: Form(dispute_form.settle_errors, litige.settled, FINANCE),
    allocate_form.CALLBACK: Form(allocate_form.errors, avoirs.submitted, FINANCE),
}
SUBJECTS: Mapping[str, Rule] = {
    "promesse": Rule(promesse.run, COMMERCIAL),
    "promesses": Rule(promesse.listed, COMMERCIAL),
    "echeancier": Rule(echeancier.run, COMMERCIAL),
    "litige": Rule(litige.run, COMMERCIAL),
    "litiges": Rule(litige.listed, COMMERCIAL),
    "avoirs": Rule(avoirs.run, COMMERCIAL),
    "avoir": Rule(avoirs.add, FINANCE),
    "pause": Rule(pause.run, COMMERCIAL),
    "reprendre": Rule(pause.resume, COMMERCIAL),
}
