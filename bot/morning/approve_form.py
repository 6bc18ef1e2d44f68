"""The page that lets one message leave: to whom, its text, and the button that approves it."""

import json
from typing import Any

from bot.digest.approval_card import lines_of, why_of
from bot.morning import mail_view
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.visit import Desk, Visit
from bot.typed.words import plain
from correspondence.shown import Shown
from message_templates.catalogue import say
from receivables.company import Company
from store.approvals.facts import ApprovalFacts

CALLBACK = "approval_given"


def view(visit: Visit, told: ApprovalFacts, shown: Shown) -> Block:
    """Return the page; without its button when nothing of the message can leave."""
    known = {"company": visit.company.key, "channel": visit.voice.channel, "approval": told.id}
    head = [blocks.section("\n".join(lines_of(told, visit.language)))]
    if told.why and not told.changed:
        head.append(blocks.context(say("accords.held", visit.language, why=why_of(told, visit.language))))
    drawn = blocks.modal(
        CALLBACK,
        plain("accords.sure.title", visit.language),
        [*head, *mail_view.drawn(visit.company, shown)],
        submit=plain("accords.sure.yes", visit.language),
        close=plain("accords.sure.no", visit.language),
        metadata=json.dumps(known),
    )
    if shown.mail is None:
        del drawn["submit"]
    return drawn


def errors(_view: dict[str, Any], _company: Company, _desk: Desk) -> dict[str, str]:
    """Return what is wrong with the fields: there are none."""
    return {}
