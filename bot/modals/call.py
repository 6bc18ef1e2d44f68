"""The form of a call: who, outcome, promise, note."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot import amounts, blocks
from bot.blocks import Block
from bot.modals.fields import chosen, day_of, typed
from bot.visit import Desk, Visit
from bot.words import clean, plain
from message_templates.catalogue import say
from receivables.company import Company
from receivables.errors import RelanceError
from store.calls import OUTCOMES
from store.customers import CustomerFacts
from store.invoices import InvoiceFacts

CALLBACK = "call"
NOTE = 1500
NAME = 120


@dataclass(frozen=True, slots=True)
class CallFields:
    """What the form says. No invoice id: the number was typed."""

    invoice_id: int | None
    number: str
    contact: str | None
    outcome: str
    promise_date: date | None
    promise_amount: Decimal | None
    note: str | None


def view(
    visit: Visit, invoice: InvoiceFacts | None, customer: CustomerFacts | None = None, note: str = ""
) -> Block:
    """Return the form, about one invoice or with a field for its number; `note` is written in already."""
    known = {"company": visit.company.key, "channel": visit.voice.channel}
    metadata = {**known, "invoice": invoice.id if invoice else None}
    return blocks.modal(
        CALLBACK,
        plain("appel.form.title"),
        [_about(invoice, customer), *_fields(customer, note)],
        submit=plain("appel.form.submit"),
        close=plain("appel.form.close"),
        metadata=json.dumps(metadata),
    )


def _about(invoice: InvoiceFacts | None, customer: CustomerFacts | None) -> Block:
    if invoice is None:
        field = blocks.text_input("number", placeholder="FAC-123", most=120)
        return blocks.field("number", plain("appel.form.number"), field)
    return blocks.section(
        say(
            "appel.form.intro",
            number=invoice.number,
            customer=invoice.customer,
            due=invoice.due_date,
            outstanding=invoice.outstanding,
            currency=invoice.currency,
            phone=phone_of(customer),
        )
    )


def phone_of(customer: CustomerFacts | None) -> str:
    """Return the number to call, "" when none is known."""
    phones = [customer.phone, *(contact.phone for contact in customer.contacts)] if customer else []
    return next((phone for phone in phones if phone), "")


def _contact(customer: CustomerFacts | None) -> str:
    return next((contact.name for contact in customer.contacts if contact.name), "") if customer else ""


def _fields(customer: CustomerFacts | None, note: str) -> Iterator[Block]:
    outcomes = [blocks.option(plain(f"appel.form.outcome_option.{key}"), key) for key in OUTCOMES]
    menu = blocks.select("outcome", plain("appel.form.outcome_any"), outcomes)
    who = blocks.text_input("contact", initial=_contact(customer), most=NAME)
    amount = blocks.text_input("promise_amount", placeholder="1 200,50", most=40)
    words = blocks.text_input("note", initial=note, multiline=True, most=NOTE)
    for name, element, optional in (
        ("contact", who, True),
        ("outcome", menu, False),
        ("promise_date", blocks.day_input("promise_date"), True),
        ("promise_amount", amount, True),
        ("note", words, True),
    ):
        hinted = name in {"contact", "promise_amount", "note"}
        hint = plain(f"appel.form.{name}_hint") if hinted else ""
        yield blocks.field(name, plain(f"appel.form.{name}"), element, optional=optional, hint=hint)


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the fields, by the field it is shown under."""
    promised, day = chosen(view, "outcome") == "promise", day_of(view, "promise_date")
    found: dict[str, str] = {}
    if promised and day is None:
        found["promise_date"] = plain("appel.form.promise_date_missing")
    elif day is not None and not promised:
        found["promise_date"] = plain("appel.form.promise_date_useless")
    elif day is not None and day < company.day_of(desk.now()):
        found["promise_date"] = plain("appel.form.promise_date_past")
    try:
        if _amount(view) is not None and not promised:
            found["promise_amount"] = plain("appel.form.promise_amount_useless")
    except RelanceError as error:
        found["promise_amount"] = str(error)
    if json.loads(view["private_metadata"])["invoice"] is None and not clean(typed(view, "number")):
        found["number"] = plain("appel.form.number_missing")
    return found


def read(view: dict[str, Any]) -> CallFields:
    """Return the fields of the form. Raises Refused as `bot.amounts` does."""
    return CallFields(
        invoice_id=json.loads(view["private_metadata"])["invoice"],
        number=clean(typed(view, "number")),
        contact=clean(typed(view, "contact")) or None,
        outcome=chosen(view, "outcome") or "reached",
        promise_date=day_of(view, "promise_date"),
        promise_amount=_amount(view),
        note=typed(view, "note").strip() or None,
    )


def _amount(view: dict[str, Any]) -> Decimal | None:
    text = clean(typed(view, "promise_amount"))
    return amounts.read_amount(text).amount if text else None
