"""Who may press the buttons of the morning's cards and send their forms.

Commercial people act for their own customers, finance for all: `bot.morning.buttons` looks whose each is.
"""

from bot.digest import approval_card, freshness
from bot.digest import card as digest
from bot.digest import mail_card as cards
from bot.morning import approval_buttons as approval
from bot.morning import approve_all_form, approve_form, command, force, go
from bot.morning import buttons as card
from bot.morning import edit_form as edit_text
from bot.morning import postpone_form as postpone_mail
from bot.morning import refusal_form as refusal
from bot.slack.access import COMMERCIAL, FINANCE, RESPONSABLE
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.typed import understanding

ROUTES = Routes(
    words={
        "carte": Command("carte", understanding.customer_if_any, command.answer_carte, COMMERCIAL),
    },
    clicks={
        digest.GO: Rule(go.give_go, FINANCE),
        cards.TEXT: Rule(card.show_text, COMMERCIAL),
        cards.REMOVE: Rule(card.remove, COMMERCIAL),
        cards.POSTPONE: Rule(card.postpone, COMMERCIAL),
        cards.EDIT: Rule(card.edit, COMMERCIAL),
        cards.SEND: Rule(card.send, COMMERCIAL),
        cards.UNDO: Rule(card.take_back, COMMERCIAL),
        card.SEND_ANYWAY: Rule(card.send_anyway, COMMERCIAL),
        approval_card.TEXT: Rule(approval.show_text, COMMERCIAL),
        approval_card.APPROVE: Rule(approval.approve, RESPONSABLE),
        approval_card.REFUSE: Rule(approval.refuse, RESPONSABLE),
        approval_card.UNDO: Rule(approval.take_back, RESPONSABLE),
        approval_card.ALL: Rule(approval.ask_all, RESPONSABLE),
        approval_card.MENU: {
            "text": Rule(approval.show_text, COMMERCIAL),
            "approve": Rule(approval.ask_sure, RESPONSABLE),
            "refuse": Rule(approval.refuse, RESPONSABLE),
        },
        freshness.ASK: Rule(force.ask, FINANCE),
        freshness.CONFIRM: Rule(force.confirm, RESPONSABLE),
        cards.MENU: {
            "text": Rule(card.show_text, COMMERCIAL),
            "remove": Rule(card.remove, COMMERCIAL),
            "postpone": Rule(card.postpone, COMMERCIAL),
            "edit": Rule(card.edit, COMMERCIAL),
            "send": Rule(card.send_from_menu, COMMERCIAL),
            "undo": Rule(card.take_back, COMMERCIAL),
        },
    },
    forms={
        postpone_mail.CALLBACK: Form(postpone_mail.errors, card.postponed, COMMERCIAL),
        approve_form.CALLBACK: Form(approve_form.errors, approval.approved, RESPONSABLE),
        approve_all_form.CALLBACK: Form(approve_all_form.errors, approval.approved_all, RESPONSABLE),
        refusal.CALLBACK: Form(refusal.errors, approval.refused, RESPONSABLE),
        edit_text.CALLBACK: Form(edit_text.errors, card.edited, COMMERCIAL),
    },
)
