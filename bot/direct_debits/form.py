"""The form of a rejection: which invoice, the bank's day, when it is presented again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import chosen, day_of, typed
from bot.slack.visit import Desk, Visit
from bot.typed.words import clean, cut, plain
from message_templates.catalogue import say
from receivables.company import Company

CALLBACK = "debit_rejection"
NOTE = 300
SHOWN = 100
"""As many lines as a list of Slack takes."""


@dataclass(frozen=True, slots=True)
class RejectionFields:
    """What the form says."""

    invoice_id: int
    on: date
    again_on: date | None
    note: str | None


def view(
    visit: Visit, customer: str, invoices: Mapping[int, str], *, on: date | None = None, note: str = ""
) -> Block:
    """Return the form for one of the customer's `invoices`, numbers by id; it asks which when several.

    `on`: the bank's day and `note`: its reason, as far as they were said; no day is today.
    """
    known = {"company": visit.company.key, "channel": visit.voice.channel, "invoice": next(iter(invoices))}
    intro = say(
        "rejet.form.intro",
        visit.language,
        customer=cut(customer, 100),
        number=cut(next(iter(invoices.values())), 40) if len(invoices) == 1 else "",
    )
    drawn = [blocks.section(intro)]
    if len(invoices) > 1:
        options = [blocks.option(cut(number, 70), str(id_)) for id_, number in [*invoices.items()][:SHOWN]]
        which = blocks.select("invoice", plain("rejet.form.which_one", visit.language), options)
        drawn.append(blocks.field("invoice", plain("rejet.form.invoice", visit.language), which))
    drawn += [
        blocks.field(
            "on",
            plain("rejet.form.on", visit.language),
            blocks.day_input("on", (on or visit.today).isoformat()),
        ),
        blocks.field(
            "again_on",
            plain("rejet.form.again_on", visit.language),
            blocks.day_input("again_on"),
            optional=True,
            hint=plain("rejet.form.again_on_hint", visit.language),
        ),
        blocks.field(
            "note",
            plain("rejet.form.note", visit.language),
            blocks.text_input(
                "note", initial=note, placeholder=plain("rejet.form.note_like", visit.language), most=NOTE
            ),
            optional=True,
        ),
    ]
    return blocks.modal(
        CALLBACK,
        plain("rejet.form.title", visit.language),
        drawn,
        submit=plain("rejet.form.submit", visit.language),
        close=plain("rejet.form.close", visit.language),
        metadata=json.dumps(known),
    )


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the days."""
    on, again_on = day_of(view, "on"), day_of(view, "again_on")
    if on is not None and on > company.day_of(desk.now()):
        return {"on": plain("rejet.form.to_come", company.language)}
    if on is not None and again_on is not None and again_on <= on:
        return {"again_on": plain("rejet.form.before", company.language)}
    return {}


def read(view: dict[str, Any], today: date) -> RejectionFields:
    """Return what the form says."""
    one = chosen(view, "invoice") or json.loads(view["private_metadata"])["invoice"]
    note = clean(typed(view, "note"))
    return RejectionFields(int(one), day_of(view, "on") or today, day_of(view, "again_on"), note or None)
