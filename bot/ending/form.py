"""The form that ends an invoice: which one, how much, what follows, and why."""

import json
from enum import StrEnum
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import typed
from bot.slack.requests import metadata_of
from bot.slack.visit import Desk, Visit
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.company import Company
from store.invoices.acts import InvoiceFacts

CALLBACK = "invoice_ending"
REASON = 300


class EndHow(StrEnum):
    """What is done with the invoice. Its words are in the catalogue, by the same code."""

    WRITE_OFF = "write_off"
    WITHDRAW = "withdraw"
    HAND_OVER = "hand_over"
    REOPEN = "reopen"


def view(visit: Visit, how: EndHow, invoice: InvoiceFacts, *, note: str, back: bool) -> Block:
    """Return the form about one invoice; nothing is done before it is sent.

    `back`: taken up again it is with who collects it, as before it was given up.
    """
    facts = {
        "number": cut(invoice.number, 40),
        "customer": cut(invoice.customer, 100),
        "outstanding": invoice.outstanding,
        "paid": invoice.amount - invoice.outstanding,
        "currency": invoice.currency,
        "due": invoice.due_date,
        "days": invoice.days_late(visit.today),
        "back": back,
    }
    known = {"company": visit.company.key, "channel": visit.voice.channel, "invoice": invoice.id, "how": how}
    reason = blocks.text_input("reason", initial=note, most=REASON)
    return blocks.modal(
        CALLBACK,
        plain(f"fins.title.{how}", visit.language),
        [
            blocks.section(say("fins.intro", visit.language, **facts)),
            blocks.section(say(f"fins.follows.{how}", visit.language, **facts)),
            blocks.field(
                "reason", plain("fins.form.reason", visit.language), reason, optional=how is EndHow.REOPEN
            ),
        ],
        submit=plain(f"fins.submit.{how}", visit.language),
        close=plain("fins.form.close", visit.language),
        metadata=json.dumps(known),
    )


def errors(view: dict[str, Any], company: Company, _desk: Desk) -> dict[str, str]:
    """Return what is wrong with the fields: a reason of blanks, which Slack lets pass, is none."""
    if metadata_of(view)["how"] == EndHow.REOPEN or typed(view, "reason").strip():
        return {}
    return {"reason": plain("fins.form.reason_missing", company.language)}
