"""The form of a refusal: why, and until when nothing leaves."""

import json
from typing import Any

from bot.digest.approval_card import numbers
from bot.digest.mail_card import NAME
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import day_of
from bot.slack.visit import Desk, Visit
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.company import Company
from store.approvals.facts import ApprovalFacts

CALLBACK = "approval_refusal"


def view(visit: Visit, facts: ApprovalFacts) -> Block:
    """Return the form for one approval."""
    known = {"company": visit.company.key, "channel": visit.voice.channel, "approval": facts.id}
    reason = blocks.text_input("reason", most=300)
    hint = plain("accords.form.until_hint", visit.language)
    until = blocks.day_input("until")
    return blocks.modal(
        CALLBACK,
        plain("accords.form.title", visit.language),
        [
            blocks.section(
                say(
                    "accords.form.intro",
                    visit.language,
                    customer=cut(facts.customer, NAME),
                    numbers=numbers(facts, visit.language),
                )
            ),
            blocks.field("reason", plain("accords.form.reason", visit.language), reason),
            blocks.field(
                "until", plain("accords.form.until", visit.language), until, optional=True, hint=hint
            ),
        ],
        submit=plain("accords.form.submit", visit.language),
        close=plain("accords.form.close", visit.language),
        metadata=json.dumps(known),
    )


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the fields: a day must be to come."""
    until = day_of(view, "until")
    if until is not None and until <= company.day_of(desk.now()):
        return {"until": plain("accords.form.past", company.language)}
    return {}
