"""The form that sets a credit against an invoice."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import chosen, typed
from bot.slack.visit import Desk, Visit
from bot.typed import amounts
from bot.typed.words import cut, plain, refusal
from receivables.codes.payments import Settling
from receivables.company import Company
from receivables.errors import RelanceError
from store.credits.facts import CreditFacts, Owed

CALLBACK = "allocate"


@dataclass(frozen=True, slots=True)
class AllocateFields:
    """What the form says. No amount: as much as the invoice takes."""

    kind: Settling
    credit_id: int
    invoice_id: int
    amount: Decimal | None


def view(visit: Visit, credit: CreditFacts, told: str, owed: Sequence[Owed]) -> Block:
    """Return the form: which invoice, how much."""
    options = [
        blocks.option(
            plain(
                "avoirs.form.option",
                visit.language,
                number=cut(each.number, 30),
                outstanding=each.outstanding,
                currency=credit.currency,
                due=each.due_date,
            ),
            str(each.id),
        )
        for each in owed
    ]
    known = {
        "company": visit.company.key,
        "channel": visit.voice.channel,
        "kind": credit.kind,
        "id": credit.id,
        "currency": credit.currency,
    }
    menu = blocks.select("invoice", plain("avoirs.form.invoice_any", visit.language), options, options[0])
    amount = blocks.text_input("amount", placeholder="120,00", most=40)
    hint = plain("avoirs.form.amount_hint", visit.language)
    return blocks.modal(
        CALLBACK,
        plain("avoirs.form.title", visit.language),
        [
            blocks.section(told),
            blocks.field("invoice", plain("avoirs.form.invoice", visit.language), menu),
            blocks.field(
                "amount", plain("avoirs.form.amount", visit.language), amount, optional=True, hint=hint
            ),
        ],
        submit=plain("avoirs.form.submit", visit.language),
        close=plain("avoirs.form.close", visit.language),
        metadata=json.dumps(known),
    )


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:  # noqa: ARG001 - as every form
    """Return what is wrong with the fields, by the field it is shown under."""
    try:
        _amount(view)
    except RelanceError as error:
        return {"amount": refusal(error, company.language)}
    return {}


def read_fields(view: dict[str, Any]) -> AllocateFields:
    """Return the fields of the form. Raises Refused as `bot.typed.amounts` does."""
    known = json.loads(view["private_metadata"])
    return AllocateFields(
        Settling(known["kind"]), known["id"], int(chosen(view, "invoice") or 0), _amount(view)
    )


def _amount(view: dict[str, Any]) -> Decimal | None:
    known = json.loads(view["private_metadata"])
    return amounts.read_in(typed(view, "amount"), known["currency"])
