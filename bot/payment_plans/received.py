"""The form of an instalment that came: amount, day, means."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import chosen, day_of, typed
from bot.slack.visit import Desk, Visit
from bot.typed import amounts
from bot.typed.words import cut, plain, refusal
from message_templates.catalogue import escape, say
from receivables.codes.payments import Means
from receivables.company import Company
from receivables.errors import RelanceError
from receivables.schedule.holds import missing
from store.payment_plans.facts import PlanFacts

CALLBACK = "instalment"


@dataclass(frozen=True, slots=True)
class ReceivedFields:
    """What the form says."""

    plan_id: int
    amount: Decimal
    received_on: date
    means: Means | None


def view(visit: Visit, plan: PlanFacts) -> Block:
    """Return the form, with what the awaited instalment lacks and today's date."""
    lacks = f"{missing(plan.awaited):.2f}".replace(".", ",")
    means = [blocks.option(plain(f"paye.form.means_option.{key}", visit.language), key) for key in Means]
    facts = {"count": len(plan.instalments), "currency": plan.currency, "next": plan.awaited.promised_on}
    told = say(
        "promesses.received.next", visit.language, met=plan.met, missing=missing(plan.awaited), **facts
    )
    known = {"company": visit.company.key, "channel": visit.voice.channel, "plan": plan.id}
    known["currency"] = plan.currency
    menu = blocks.select("means", plain("paye.form.means_any", visit.language), means)
    return blocks.modal(
        CALLBACK,
        plain("promesses.received.title", visit.language),
        [
            blocks.section(f"*{escape(cut(plan.customer, 100))}*\n{told}"),
            blocks.field(
                "amount",
                plain("promesses.received.amount", visit.language),
                blocks.text_input("amount", initial=lacks),
            ),
            blocks.field(
                "received_on",
                plain("promesses.received.received_on", visit.language),
                blocks.day_input("received_on", visit.today.isoformat()),
            ),
            blocks.field("means", plain("promesses.received.means", visit.language), menu, optional=True),
        ],
        submit=plain("promesses.received.submit", visit.language),
        close=plain("promesses.plan.close", visit.language),
        metadata=json.dumps(known),
    )


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the fields, by the field it is shown under."""
    found: dict[str, str] = {}
    try:
        _amount(view)
    except RelanceError as error:
        found["amount"] = refusal(error, company.language)
    day = day_of(view, "received_on")
    if day is not None and day > company.day_of(desk.now()):
        found["received_on"] = plain("paye.form.future", company.language)
    return found


def read_fields(view: dict[str, Any], today: date) -> ReceivedFields:
    """Return the fields of the form. Raises Refused as `bot.typed.amounts` does."""
    plan_id = json.loads(view["private_metadata"])["plan"]
    means, day = chosen(view, "means"), day_of(view, "received_on") or today
    return ReceivedFields(plan_id, _amount(view), day, Means(means) if means else None)


def _amount(view: dict[str, Any]) -> Decimal:
    text, known = typed(view, "amount"), json.loads(view["private_metadata"])
    read = amounts.read_in(text, known["currency"])
    return read if read is not None else amounts.read_amount(text).amount
