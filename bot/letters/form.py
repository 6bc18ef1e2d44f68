"""The form of a letter's deposit: the day, and the tracking number."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.letters.card import what
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import day_of, typed
from bot.slack.visit import Desk, Visit
from bot.typed.words import clean, cut, plain
from message_templates.catalogue import say
from receivables.company import Company
from store.letters.acts import TRACKING
from store.letters.pages import LetterFacts

CALLBACK = "letter_deposit"


@dataclass(frozen=True, slots=True)
class DepositFields:
    """What the form says."""

    letter_id: int
    on: date
    tracking: str | None


def view(visit: Visit, letter: LetterFacts) -> Block:
    """Return the form about an approved letter; today, unless changed."""
    known = {
        "company": visit.company.key,
        "channel": visit.voice.channel,
        "letter": letter.id,
        "formal": letter.formal,
        "approved": letter.approved_on.isoformat() if letter.approved_on else None,
    }
    intro = say(
        "lettres.form.intro",
        visit.language,
        what=what(letter.template, visit.language),
        customer=cut(letter.customer, 100),
        on=letter.approved_on,
    )
    return blocks.modal(
        CALLBACK,
        plain("lettres.form.title", visit.language),
        [blocks.section(intro), *_fields(visit, letter)],
        submit=plain("lettres.form.submit", visit.language),
        close=plain("lettres.form.close", visit.language),
        metadata=json.dumps(known),
    )


def _fields(visit: Visit, letter: LetterFacts) -> list[Block]:
    number = blocks.text_input("tracking", placeholder="1A 123 456 7890 1", most=TRACKING)
    day = blocks.day_input("on", visit.today.isoformat())
    return [
        blocks.field(
            "on",
            plain("lettres.form.on", visit.language),
            day,
            hint=plain("lettres.form.on_hint", visit.language),
        ),
        blocks.field(
            "tracking",
            plain("lettres.form.tracking", visit.language),
            number,
            optional=not letter.formal,
            hint=plain("lettres.form.tracking_hint", visit.language),
        ),
    ]


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the fields, by the field it is shown under."""
    known, day = json.loads(view["private_metadata"]), day_of(view, "on")
    approved = date.fromisoformat(known["approved"])
    found: dict[str, str] = {}
    if day is None:
        found["on"] = plain("lettres.form.on_missing", company.language)
    elif day > company.day_of(desk.now()):
        found["on"] = plain("lettres.form.on_future", company.language)
    elif day < approved:
        found["on"] = plain("lettres.form.on_early", company.language, on=approved)
    if known["formal"] and not clean(typed(view, "tracking")):
        found["tracking"] = plain("lettres.form.tracking_missing", company.language)
    return found


def read_fields(view: dict[str, Any]) -> DepositFields:
    """Return the fields of the form, checked already. Raises ValueError without a day."""
    day = day_of(view, "on")
    if day is None:
        raise ValueError("a deposit has a day")
    letter_id = int(json.loads(view["private_metadata"])["letter"])
    return DepositFields(letter_id, day, clean(typed(view, "tracking")) or None)
