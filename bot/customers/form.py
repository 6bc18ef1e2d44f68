"""The form of a customer's file: schedule, language, manners, owner, address, insolvency."""

import json
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import chosen, day_of, typed, user_of
from bot.slack.visit import Desk, Visit
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.codes.customers import CustomerKind, StatementRhythm
from receivables.company import Company
from receivables.language import Language
from store.customers.facts import CustomerFacts

CALLBACK = "client_file"
BY_DEFAULT = "-"
"""Stands for None in a list: Slack has no empty choice."""
LISTS = {
    "language": (BY_DEFAULT, *Language),
    "address_form": (BY_DEFAULT, "tu"),
    "kind": (BY_DEFAULT, *CustomerKind),
    "statement": (BY_DEFAULT, *StatementRhythm),
}
DEFAULTS = {
    "language": "fiche.form.language_unknown",
    "address_form": "fiche.value.vous",
    "kind": "fiche.form.kind_unknown",
    "statement": "fiche.form.statement_company",
    "policy": "fiche.form.policy_company",
}


def view(visit: Visit, customer: CustomerFacts, facts: dict[str, Any]) -> Block:
    """Return the form with what the file says now."""
    known = {"company": visit.company.key, "channel": visit.voice.channel, "customer": customer.id}
    intro = blocks.section(say("fiche.form.intro", visit.language, customer=cut(customer.name, 100)))
    return blocks.modal(
        CALLBACK,
        plain("fiche.form.title", visit.language),
        [intro, *_fields(visit.company, facts)],
        submit=plain("fiche.form.submit", visit.language),
        close=plain("fiche.form.close", visit.language),
        metadata=json.dumps(known),
    )


def _fields(company: Company, facts: dict[str, Any]) -> list[Block]:
    policies = (BY_DEFAULT, *sorted(company.policies)[:99])
    since = facts["insolvent_on"]
    address = blocks.text_input(
        "postal_address", initial=facts["postal_address"] or "", multiline=True, most=500
    )
    return [
        _list("policy", policies, facts["policy"], company.language),
        *(_list(name, values, facts[name], company.language) for name, values in LISTS.items()),
        _field("owner", blocks.user_input("owner", facts["owner"]), language=company.language),
        _field(
            "payer_id",
            blocks.text_input("payer_id", initial=facts["payer_id"] or "", most=200),
            hint=plain("fiche.form.payer_hint", company.language),
            language=company.language,
        ),
        _field(
            "phone",
            blocks.text_input("phone", initial=facts["phone"] or "", most=60),
            language=company.language,
        ),
        _field(
            "postal_address",
            address,
            hint=plain("fiche.form.address_hint", company.language),
            language=company.language,
        ),
        _field(
            "insolvent_on",
            blocks.day_input("insolvent_on", since.isoformat() if since else None),
            hint=plain("fiche.form.insolvent_hint", company.language),
            language=company.language,
        ),
    ]


def _field(name: str, element: Block, hint: str = "", *, language: Language) -> Block:
    return blocks.field(name, plain(f"fiche.label.{name}", language), element, optional=True, hint=hint)


def _list(name: str, values: tuple[str, ...], current: str | None, language: Language) -> Block:
    options = {value: blocks.option(_word(name, value, language), value) for value in values}
    initial = options.get(current or BY_DEFAULT)
    menu = blocks.select(name, plain(f"fiche.label.{name}", language), list(options.values()), initial)
    return _field(name, menu, language=language)


def _word(name: str, value: str, language: Language) -> str:
    if value == BY_DEFAULT:
        return plain(DEFAULTS[name], language)
    return value if name == "policy" else plain(f"fiche.value.{value}", language)


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the fields, by the field it is shown under."""
    day = day_of(view, "insolvent_on")
    future = day is not None and day > company.day_of(desk.now())
    return {"insolvent_on": plain("fiche.form.future", company.language)} if future else {}


def customer_of(view: dict[str, Any]) -> int:
    """Return the id of the customer that the form is about."""
    return int(json.loads(view["private_metadata"])["customer"])


def read_fields(view: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of the form, by name; the payer as it was typed."""
    lists = {name: chosen(view, name) for name in (*LISTS, "policy")}
    return {
        **{name: None if value == BY_DEFAULT else value for name, value in lists.items()},
        "owner": user_of(view, "owner"),
        "payer_id": typed(view, "payer_id") or None,
        "phone": typed(view, "phone") or None,
        "postal_address": typed(view, "postal_address") or None,
        "insolvent_on": day_of(view, "insolvent_on"),
    }
