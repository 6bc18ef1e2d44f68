"""The form of a payment: number, amount, day, means."""

import json
from datetime import date
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import chosen, day_of, typed
from bot.slack.visit import Desk, Visit
from bot.typed import amounts, fields
from bot.typed.meaning import INVOICE
from bot.typed.values import Amount, Picked, Reading, Understood
from bot.typed.words import clean, plain, refusal
from message_templates.catalogue import say
from receivables.codes.payments import Means
from receivables.company import Company
from receivables.errors import RelanceError
from receivables.language import Language
from receivables.text import fold_typed
from store.invoices.acts import InvoiceFacts

CALLBACK = "payment"
TOPIC = "paye"


def view(visit: Visit, invoice: InvoiceFacts | None) -> Block:
    """Return the form, about one invoice or with a field for its number."""
    metadata = {
        "company": visit.company.key,
        "channel": visit.voice.channel,
        "invoice": invoice.id if invoice else None,
    }
    return blocks.modal(
        CALLBACK,
        plain("paye.form.title", visit.language),
        [_about(invoice, visit.language), *_fields(visit, invoice)],
        submit=plain("paye.form.submit", visit.language),
        close=plain("paye.form.close", visit.language),
        metadata=json.dumps(metadata),
    )


def _about(invoice: InvoiceFacts | None, language: Language) -> Block:
    if invoice is None:
        field = blocks.text_input("number", placeholder="FAC-123", most=120)
        return blocks.field("number", plain("paye.form.number", language), field)
    return blocks.section(
        say(
            "paye.form.intro",
            language,
            number=invoice.number,
            customer=invoice.customer,
            due=invoice.due_date,
            outstanding=invoice.outstanding,
            currency=invoice.currency,
        )
    )


def _fields(visit: Visit, invoice: InvoiceFacts | None) -> list[Block]:
    left = f"{invoice.outstanding:.2f}".replace(".", ",") if invoice else ""
    means = [blocks.option(plain(f"paye.form.means_option.{key}", visit.language), key) for key in Means]
    amount = blocks.text_input("amount", initial=left, placeholder="1 200,50", most=40)
    menu = blocks.select("means", plain("paye.form.means_any", visit.language), means)
    hint = plain("paye.form.amount_hint", visit.language)
    return [
        blocks.field("amount", plain("paye.form.amount", visit.language), amount, optional=True, hint=hint),
        blocks.field(
            "received_on",
            plain("paye.form.received_on", visit.language),
            blocks.day_input("received_on", visit.today.isoformat()),
        ),
        blocks.field("means", plain("paye.form.means", visit.language), menu, optional=True),
        blocks.field(
            "reference",
            plain("paye.form.reference", visit.language),
            blocks.text_input("reference", most=120),
            optional=True,
            hint=plain("paye.form.reference_hint", visit.language),
        ),
    ]


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
    if json.loads(view["private_metadata"])["invoice"] is None and not clean(typed(view, "number")):
        found["number"] = plain("paye.form.number_missing", company.language)
    if not found:
        with desk.look(company) as b:
            said = understood(view, company.day_of(desk.now()))
            found = fields.errors(b, said, plain("paye.example", company.language), "amount")
    return found


def understood(view: dict[str, Any], today: date) -> Understood:
    """Return the fields of the form as what was said. Raises Refused as `bot.typed.amounts` does."""
    invoice_id = json.loads(view["private_metadata"])["invoice"]
    subject = clean(typed(view, "number")) if invoice_id is None else Picked(INVOICE, invoice_id)
    means = chosen(view, "means")
    reading = Reading(
        subject,
        amount=_amount(view),
        means=Means(means) if means else None,
        reference=clean(typed(view, "reference")),
    )
    return Understood(topic=TOPIC, readings=(reading,), day=day_of(view, "received_on") or today)


def _amount(view: dict[str, Any]) -> Amount | None:
    text = typed(view, "amount")
    return amounts.read_amount(text) if fold_typed(clean(text)) else None
