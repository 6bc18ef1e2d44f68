"""The form of a call: who, outcome, promise, note."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from bot.calls import ticks as tick
from bot.calls.ticks import Ticks
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import chosen, day_of, time_of, typed, user_of
from bot.slack.visit import Desk, Visit
from bot.typed import amounts, fields
from bot.typed.meaning import INVOICE
from bot.typed.values import Amount, CallDetails, Picked, Reading, Understood
from bot.typed.words import clean, plain, refusal
from message_templates.catalogue import say
from receivables.codes.calls import CALL_AGAIN, CallResult
from receivables.company import Company
from receivables.errors import RelanceError
from receivables.language import Language
from store.calls.follow_up import NextAction
from store.customers.facts import CustomerFacts
from store.invoices.acts import InvoiceFacts

CALLBACK = "call"
TOPIC = "appel"
NOTE = 1500
NAME = 120
NEXT = 300
HOUR = time(9)
MOVES = {"auto": None, "yes": True, "no": False}
HINTED = frozenset({"contact", "promise_amount", "moves", "next_what", "note"})


@dataclass(frozen=True, slots=True)
class CallFields:
    """What is written down of a call. `moves` None: by the outcome."""

    contact: str | None
    outcome: CallResult
    promise_date: date | None
    promise_amount: Decimal | None
    note: str | None
    moves: bool | None = None
    callback_at: datetime | None = None
    next_action: NextAction | None = None
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class CallFormBegun:
    """What the form begins with: the customer, which invoices to tick, an outcome and a note already said."""

    customer: CustomerFacts
    ticks: Ticks
    outcome: CallResult | None = None
    note: str = ""


def view(
    visit: Visit,
    invoice: InvoiceFacts | None,
    prepared: CallFormBegun | None = None,
    sheet: Iterable[str] = (),
) -> Block:
    """Return the form, about an invoice and what may be ticked with it, or with a field for its number.

    `sheet` are paragraphs to read before the call.
    """
    known = {"company": visit.company.key, "channel": visit.voice.channel}
    remembered = prepared.ticks.known() if prepared else {}
    metadata = {**known, "invoice": invoice.id if invoice else None, **remembered}
    told = [blocks.section(part) for part in sheet]
    customer = prepared.customer if prepared else None
    return blocks.modal(
        CALLBACK,
        plain("appel.form.title", visit.language),
        [_about(invoice, customer, visit.language), *told, *_fields(prepared, visit.language)],
        submit=plain("appel.form.submit", visit.language),
        close=plain("appel.form.close", visit.language),
        metadata=json.dumps(metadata),
    )


def _about(invoice: InvoiceFacts | None, customer: CustomerFacts | None, language: Language) -> Block:
    if invoice is None:
        field = blocks.text_input("number", placeholder="FAC-123", most=120)
        return blocks.field("number", plain("appel.form.number", language), field)
    return blocks.section(
        say(
            "appel.form.intro",
            language,
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


def _fields(prepared: CallFormBegun | None, language: Language) -> Iterator[Block]:
    ticks = prepared.ticks if prepared else Ticks()
    yield from tick.field(ticks, language)
    outcomes = {
        key: blocks.option(plain(f"appel.form.outcome_option.{key}", language), key) for key in CallResult
    }
    first = outcomes[prepared.outcome] if prepared and prepared.outcome else None
    menu = blocks.select("outcome", plain("appel.form.outcome_any", language), list(outcomes.values()), first)
    amount = tick.filled_in(ticks, language)
    moves = [blocks.option(plain(f"appel.form.moves_option.{key}", language), key) for key in MOVES]
    hour = blocks.time_input("callback_hour", placeholder=plain("appel.form.callback_hour_any", language))
    note = prepared.note if prepared else ""
    words = blocks.text_input("note", initial=note, multiline=True, most=NOTE)
    customer = prepared.customer if prepared else None
    for name, element in (
        ("contact", blocks.text_input("contact", initial=_contact(customer), most=NAME)),
        ("outcome", menu),
        ("promise_date", blocks.day_input("promise_date")),
        (
            "promise_amount",
            blocks.text_input("promise_amount", initial=amount, placeholder="1 200,50", most=40),
        ),
        ("callback_day", blocks.day_input("callback_day")),
        ("callback_hour", hour),
        ("moves", blocks.select("moves", plain("appel.form.moves_any", language), moves)),
        ("next_what", blocks.text_input("next_what", most=NEXT)),
        (
            "next_owner",
            blocks.user_input("next_owner", placeholder=plain("appel.form.next_owner_any", language)),
        ),
        ("next_on", blocks.day_input("next_on")),
        ("note", words),
    ):
        hint = plain(f"appel.form.{name}_hint", language) if name in HINTED else ""
        label = plain(f"appel.form.{name}", language)
        yield blocks.field(name, label, element, optional=name != "outcome", hint=hint)


def errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the fields, by the field it is shown under."""
    promised, day = chosen(view, "outcome") == CallResult.PROMISE, day_of(view, "promise_date")
    found: dict[str, str] = {}
    if promised and day is None:
        found["promise_date"] = plain("appel.form.promise_date_missing", company.language)
    elif day is not None and not promised:
        found["promise_date"] = plain("appel.form.promise_date_useless", company.language)
    elif day is not None and day < company.day_of(desk.now()):
        found["promise_date"] = plain("appel.form.promise_date_past", company.language)
    try:
        if not tick.untouched(view) and _amount(view) is not None and not promised:
            found["promise_amount"] = plain("appel.form.promise_amount_useless", company.language)
    except RelanceError as error:
        found["promise_amount"] = refusal(error, company.language)
    found |= tick.errors(view, company.language, promised=promised)
    found |= _again_errors(view, company, desk) | _next_errors(view, company, desk)
    if json.loads(view["private_metadata"])["invoice"] is None and not clean(typed(view, "number")):
        found["number"] = plain("appel.form.number_missing", company.language)
    if not found:
        with desk.look(company) as b:
            example = plain("appel.example", company.language)
            found = fields.errors(b, understood(view, company), example, "promise_amount")
    return found


def _again_errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    outcome, at = chosen(view, "outcome"), _callback(view, company)
    if at is None:
        hour = time_of(view, "callback_hour") is not None
        needed = outcome == CallResult.CALLBACK or hour
        return {"callback_day": plain("appel.form.callback_missing", company.language)} if needed else {}
    if outcome not in CALL_AGAIN:
        return {"callback_day": plain("appel.form.callback_useless", company.language)}
    return {"callback_day": plain("appel.form.callback_past", company.language)} if at <= desk.now() else {}


def _next_errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    on, owner = day_of(view, "next_on"), user_of(view, "next_owner")
    if (on or owner) and not clean(typed(view, "next_what")):
        return {"next_what": plain("appel.form.next_what_missing", company.language)}
    past = on is not None and on < company.day_of(desk.now())
    return {"next_on": plain("appel.form.next_past", company.language)} if past else {}


def _callback(view: dict[str, Any], company: Company) -> datetime | None:
    """Return when to call again, in the company's timezone; without an hour, nine o'clock."""
    day = day_of(view, "callback_day")
    return company.instant(day, time_of(view, "callback_hour") or HOUR) if day else None


def next_action(details: CallDetails) -> NextAction | None:
    """Return what is to be done after the call, if anything."""
    if not details.next_what:
        return None
    return NextAction(details.next_what, details.next_owner, details.next_on)


def understood(view: dict[str, Any], company: Company) -> Understood:
    """Return the fields of the form as what was said. Raises Refused as `bot.typed.amounts` does."""
    ticked = tick.chosen(view)
    named = json.loads(view["private_metadata"])["invoice"]
    ids = ticked or (() if named is None else (named,))
    subject = Picked(INVOICE, ids[0], ids[1:]) if ids else clean(typed(view, "number"))
    outcome = CallResult(chosen(view, "outcome") or CallResult.REACHED)
    all_left = outcome != CallResult.PROMISE or tick.untouched(view)
    note = typed(view, "note").strip()
    return Understood(
        topic=TOPIC,
        readings=(Reading(subject, note, None if all_left else _amount(view)),),
        outcome=outcome,
        day=day_of(view, "promise_date"),
        call=CallDetails(
            contact=clean(typed(view, "contact")) or None,
            moves=MOVES.get(chosen(view, "moves") or "auto"),
            callback_at=_callback(view, company),
            next_what=typed(view, "next_what").strip() or None,
            next_owner=user_of(view, "next_owner"),
            next_on=day_of(view, "next_on"),
            ticked=bool(ticked),
        ),
    )


def _amount(view: dict[str, Any]) -> Amount | None:
    text = clean(typed(view, "promise_amount"))
    return amounts.read_amount(text) if text else None
