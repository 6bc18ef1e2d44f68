"""The forms that ask for a customer (to file a mail) and for an address (to put one right)."""

import json
from collections.abc import Sequence
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import typed
from bot.slack.visit import Desk, Visit
from bot.typed.words import clean, cut, plain
from message_templates.catalogue import say
from receivables.addresses import fault
from receivables.company import Company

FILE, ADDRESS = "reply_form_file", "reply_form_address"


def file_view(visit: Visit, incoming_id: int) -> Block:
    """Return the form that asks which customer wrote."""
    entry = blocks.text_input("customer", most=200)
    hint = plain("reponses.form.file_hint", visit.language)
    return blocks.modal(
        FILE,
        plain("reponses.form.file", visit.language),
        [blocks.field("customer", plain("reponses.form.file_customer", visit.language), entry, hint=hint)],
        submit=plain("reponses.form.file_submit", visit.language),
        close=plain("reponses.form.close", visit.language),
        metadata=json.dumps(_known(visit, incoming=incoming_id)),
    )


def address_view(visit: Visit, customer_id: int, name: str, bad: Sequence[str]) -> Block:
    """Return the form that asks for a customer's address; `bad` are those that were refused."""
    entry = blocks.text_input("address", placeholder="compta@client.fr", most=254)
    hint = plain("reponses.form.address_hint", visit.language) if bad else ""
    intro = say(
        "reponses.form.address_intro",
        visit.language,
        customer=cut(name, 100),
        bad=[cut(one, 80) for one in bad[:5]],
    )
    return blocks.modal(
        ADDRESS,
        plain("reponses.form.address", visit.language),
        [
            blocks.section(intro),
            blocks.field("address", plain("reponses.form.address_field", visit.language), entry, hint=hint),
        ],
        submit=plain("reponses.form.address_submit", visit.language),
        close=plain("reponses.form.close", visit.language),
        metadata=json.dumps(_known(visit, customer=customer_id)),
    )


def _known(visit: Visit, **ids: int) -> dict[str, Any]:
    return {"company": visit.company.key, "channel": visit.voice.channel, **ids}


def file_errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:  # noqa: ARG001 - a Form's
    """Return what is wrong with the customer asked for."""
    return (
        {}
        if clean(typed(view, "customer"))
        else {"customer": plain("reponses.form.file_missing", company.language)}
    )


def address_errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:  # noqa: ARG001 - a Form's
    """Return what is wrong with the address."""
    found = fault(typed(view, "address"))
    return {"address": plain(f"reponses.form.address_{found}", company.language)} if found else {}


def read_filing(view: dict[str, Any], field: str) -> tuple[dict[str, Any], str]:
    """Return what the form was opened with, and what was typed."""
    known: dict[str, Any] = json.loads(view["private_metadata"])
    return known, typed(view, field).strip()
