"""The form that puts a message off: until when, and why."""

import json
from datetime import timedelta
from typing import Any

from bot.digest.mail_card import NAME, NUMBER
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import day_of
from bot.slack.visit import Desk, Visit
from bot.typed.words import cut, plain, refusal
from message_templates.catalogue import say
from receivables.company import Company
from receivables.errors import Refused
from store.morning.cards import Card

CALLBACK = "postpone_mail"
FIRST = timedelta(days=7)


def view(visit: Visit, card: Card) -> Block:
    """Return the form for one message, a week on proposed."""
    proposed = visit.company.calendar.next_open(visit.today + FIRST)
    reason = blocks.text_input("reason", most=300)
    return blocks.modal(
        CALLBACK,
        plain("cartes.postpone.title", visit.language),
        [
            blocks.section(say("cartes.postpone.intro", visit.language, **about(card))),
            blocks.field(
                "until",
                plain("cartes.postpone.until", visit.language),
                blocks.day_input("until", proposed.isoformat()),
            ),
            blocks.field(
                "reason",
                plain("cartes.postpone.reason", visit.language),
                reason,
                optional=True,
                hint=plain("cartes.postpone.reason_hint", visit.language),
            ),
        ],
        submit=plain("cartes.postpone.submit", visit.language),
        close=plain("cartes.postpone.close", visit.language),
        metadata=metadata(visit, card),
    )


def about(card: Card) -> dict[str, Any]:
    """Return the customer and the invoices of a card, as a form's introduction names them."""
    numbers = [cut(item.number, NUMBER) for item in card.items]
    return {
        "customer": cut(card.customer, NAME),
        "numbers": numbers if len(numbers) <= 10 else [*numbers[:9], "…"],
    }


def metadata(visit: Visit, card: Card, **more: str) -> str:
    """Return what a form about a message is opened with."""
    known = {"company": visit.company.key, "channel": visit.voice.channel, "reminder": card.id}
    return json.dumps({**known, **more})


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the fields: the day must be to come."""
    until = day_of(view, "until")
    if until is None or until <= company.day_of(desk.now()):
        return {"until": refusal(Refused("cards.postponed_past"), company.language)}
    return {}
