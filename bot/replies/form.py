"""The forms that a reply opens: a promise, a dispute, a payment, filled in with what it seems to say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.replies import card as incoming
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import chosen, day_of, many_chosen, typed
from bot.slack.visit import Desk, Visit
from bot.typed import amounts
from bot.typed.words import clean, cut, plain, refusal
from message_templates.catalogue import say
from receivables.codes.disputes import DisputeKind
from receivables.codes.replies import ACTED_ON, Handled
from receivables.company import Company
from receivables.errors import RelanceError
from receivables.language import Language
from store.invoices import acts as invoices
from store.replies.facts import IncomingFacts, OpenInvoice

CALLBACKS = {how: f"reply_form_{how}" for how in ACTED_ON}
NOTE = 1_500
SHOWN = 700


@dataclass(frozen=True, slots=True)
class ReplyFields:
    """What the form says. No amount: all that is left on the invoices."""

    incoming_id: int
    invoice_ids: tuple[int, ...]
    amount: Decimal | None
    on: date | None
    kind: DisputeKind
    note: str | None


def view(
    visit: Visit, how: Handled, mail: IncomingFacts, owed: Sequence[OpenInvoice], meant: Sequence[OpenInvoice]
) -> Block:
    """Return the form of `how` (one that is acted on) about a mail; `meant` invoices are chosen already."""
    known = {"company": visit.company.key, "channel": visit.voice.channel, "incoming": mail.id, "how": how}
    intro = say(
        "reponses.form.intro",
        visit.language,
        customer=cut(mail.customer or "", 100),
        text=incoming.said(mail, SHOWN, visit.language),
    )
    return blocks.modal(
        CALLBACKS[how],
        plain(f"reponses.form.{how}", visit.language),
        [
            blocks.section(intro),
            _invoices(owed, meant, visit.language, left=how is Handled.PAYMENT_LEFT),
            *_fields(visit, how, mail),
        ],
        submit=plain("reponses.form.submit", visit.language),
        close=plain("reponses.form.close", visit.language),
        metadata=json.dumps(known),
    )


def _invoices(
    owed: Sequence[OpenInvoice], meant: Sequence[OpenInvoice], language: Language, *, left: bool
) -> Block:
    options = {
        one.id: blocks.option(
            plain(
                "reponses.form.invoice",
                language,
                number=cut(one.number, 30),
                outstanding=one.outstanding,
                currency=one.currency,
                due=one.due_date,
            ),
            str(one.id),
        )
        for one in owed[:100]
    }
    chosen_already = [options[one.id] for one in meant if one.id in options]
    menu = blocks.multi_select(
        "invoices", plain("reponses.form.invoices_any", language), list(options.values())
    )
    if chosen_already:
        menu["initial_options"] = chosen_already
    hint = plain("reponses.form.payment_left_how" if left else "reponses.form.invoices_hint", language)
    return blocks.field("invoices", plain("reponses.form.invoices", language), menu, hint=hint)


def _fields(visit: Visit, how: Handled, mail: IncomingFacts) -> Iterator[Block]:
    read = incoming.reading_of(mail, how)
    if how == Handled.DISPUTE:
        yield from _dispute(read, visit.language)
    if how in {Handled.DISPUTE, Handled.PAYMENT_LEFT}:
        return
    day = date.fromisoformat(read["date"]) if read.get("date") else None
    name = "date" if how == Handled.PROMISE else "received_on"
    if how == Handled.PAID:
        day = day if day and day <= visit.today else visit.today
    elif day is not None and day < visit.today:
        day = None
    yield blocks.field(
        name,
        plain(f"reponses.form.{name}", visit.language),
        blocks.day_input(name, day.isoformat() if day else None),
    )
    amount = f"{Decimal(read['amount']):.2f}".replace(".", ",") if read.get("amount") else ""
    entry = blocks.text_input("amount", initial=amount, placeholder="1 200,50", most=40)
    hint = plain("reponses.form.amount_hint", visit.language)
    yield blocks.field(
        "amount", plain("reponses.form.amount", visit.language), entry, optional=True, hint=hint
    )


def _dispute(read: Mapping[str, Any], language: Language) -> Iterator[Block]:
    options = {
        str(kind): blocks.option(cut(plain(f"litiges.kind.{kind}", language), 75), kind)
        for kind in DisputeKind
    }
    first = options.get(str(read.get("dispute")), options[DisputeKind.OTHER])
    menu = blocks.select("kind", plain("reponses.form.kind", language), list(options.values()), first)
    yield blocks.field("kind", plain("reponses.form.kind", language), menu)
    note = blocks.text_input("note", initial=str(read.get("quote") or ""), multiline=True, most=NOTE)
    hint = plain("reponses.form.note_hint", language)
    yield blocks.field("note", plain("reponses.form.note", language), note, optional=True, hint=hint)


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the fields, by the field it is shown under."""
    how, today = json.loads(view["private_metadata"])["how"], company.day_of(desk.now())
    found: dict[str, str] = {}
    if not many_chosen(view, "invoices"):
        found["invoices"] = plain("reponses.form.invoices_missing", company.language)
    day, received = day_of(view, "date"), day_of(view, "received_on")
    if how == Handled.PROMISE and day is None:
        found["date"] = plain("reponses.form.date_missing", company.language)
    elif how == Handled.PROMISE and day is not None and day < today:
        found["date"] = plain("reponses.form.date_past", company.language)
    if received is not None and received > today:
        found["received_on"] = plain("reponses.form.received_future", company.language)
    try:
        _check_currency(view, company, desk)
    except RelanceError as error:
        found["amount"] = refusal(error, company.language)
    return found


def _check_currency(view: dict[str, Any], company: Company, desk: Desk) -> None:
    """Refuse an amount in another currency than that of the chosen invoices. Raises Refused."""
    text = typed(view, "amount")
    if not clean(text):
        return
    with desk.look(company) as b:
        chosen_ones = [invoices.get_invoice(b, int(value)) for value in many_chosen(view, "invoices")]
    currencies = sorted({one.currency for one in chosen_ones})
    for currency in currencies or [amounts.read_amount(text).currency or ""]:
        amounts.read_in(text, currency)


def read_fields(view: dict[str, Any], today: date) -> ReplyFields:
    """Return the fields of the form. Raises Refused as `bot.typed.amounts` does."""
    known = json.loads(view["private_metadata"])
    return ReplyFields(
        incoming_id=int(known["incoming"]),
        invoice_ids=tuple(int(value) for value in many_chosen(view, "invoices")),
        amount=_amount(view),
        on=day_of(view, "date") or day_of(view, "received_on") or today,
        kind=DisputeKind(chosen(view, "kind") or DisputeKind.OTHER),
        note=typed(view, "note").strip() or None,
    )


def _amount(view: dict[str, Any]) -> Decimal | None:
    text = clean(typed(view, "amount"))
    return amounts.read_amount(text).amount if text else None
