"""/relances avoirs, /relances avoir: what a customer has to its credit, and setting it against invoices."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bot.credits import form
from bot.credits.amount import note_amount
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.outcomes import UNDO_FINANCE, joined, sentence_of, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import choose_customer, customer_of, invoice_of
from bot.typed.meaning import CUSTOMER
from bot.typed.values import Picked, Reading, Unclear, Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import escape, say
from receivables.codes.payments import Settling
from receivables.errors import Refused
from receivables.language import Language
from store.books import Books
from store.credits import acts as credit_acts
from store.credits import facts as credit_facts
from store.credits.acts import CreditOutcome
from store.credits.facts import CreditFacts
from store.customers import facts as customers
from store.customers import search as customer_search
from store.customers.facts import CustomerFacts
from store.invoices.acts import InvoiceFacts
from store.invoices.settling import AlreadySettled

ALLOCATE = "credit_allocate"
SHOWN = 20


def answer_avoirs(visit: Visit, said: Understood) -> None:
    """Answer `/relances avoirs CLIENT` with its open credits, each with *Lettrer*. Raises RelanceError."""
    if said.help:
        visit.tell(say("avoirs.help", visit.language))
        return
    with visit.look() as b:
        customer = choose_customer(b, said)
        found = credit_facts.of_customer(b, customer.id)
    name = cut(customer.name, 100)
    if not found:
        visit.tell(say("avoirs.none", visit.language, customer=name))
        return
    title = say("avoirs.title", visit.language, customer=name, totals=customer.credit)
    drawn = [_credit(visit, customer, each) for each in found[:SHOWN]]
    left = len(found) - len(drawn)
    foot = [blocks.context(say("avoirs.more", visit.language, count=left))] if left else []
    visit.tell(title, [blocks.section(title), *drawn, *foot])


def _credit(visit: Visit, customer: CustomerFacts, each: CreditFacts) -> Block:
    value = visit.value(customer.id, each.kind, each.id)
    button = blocks.button(plain("avoirs.button", visit.language), ALLOCATE, value)
    return blocks.section(_credit_sentence(each, visit.language), button, block_id=f"{each.kind}:{each.id}")


def _credit_sentence(each: CreditFacts, language: Language) -> str:
    facts = {"on": each.on, "open": each.open, "amount": each.amount, "currency": each.currency}
    if each.kind == Settling.CREDIT_NOTE:
        return say("avoirs.note", language, number=cut(each.number or "", 60), **facts)
    return say(
        "avoirs.money",
        language,
        means=say(f"paye.means.{each.means}", language) if each.means else "",
        **facts,
    )


def ask(visit: Visit, carried: str) -> None:
    """Answer *Lettrer*: ask against which invoice. Raises Refused when nothing is left of the credit."""
    customer_id, kind, id_ = carried.split(":")
    with visit.look() as b:
        customer = customers.get_customer(b, int(customer_id))
        found = credit_facts.of_customer(b, customer.id)
        credit = next((each for each in found if (each.kind, each.id) == (kind, int(id_))), None)
        owed = credit_facts.owed(b, customer.id, credit.currency) if credit else []
    name = cut(customer.name, 100)
    if credit is None:
        raise Refused("credits.gone", customer=name)
    if not owed:
        raise Refused("credits.nothing_owed", customer=name, currency=credit.currency)
    visit.open(
        form.view(visit, credit, f"*{escape(name)}*\n{_credit_sentence(credit, visit.language)}", owed)
    )


def submitted(visit: Visit, view: dict[str, Any]) -> None:
    """Set the credit against the invoice that was chosen. Raises RelanceError."""
    fields = form.read_fields(view)
    money = fields.credit_id if fields.kind == Settling.PAYMENT else None
    note = fields.credit_id if fields.kind == Settling.CREDIT_NOTE else None
    try:
        with visit.books() as b:
            done = credit_acts.allocate(
                b,
                fields.invoice_id,
                amount=fields.amount,
                payment_id=money,
                credit_note_id=note,
                by=visit.user,
                at=visit.at,
            )
    except AlreadySettled as error:
        visit.tell(sentence_of(error, visit.language))
        return
    names = {"number": cut(done.number or "", 40), "customer": cut(done.customer, 100)}
    said = say(
        "avoirs.allocated",
        visit.language,
        by=visit.user,
        amount=done.allocated,
        currency=done.currency,
        **names,
    )
    text = joined((said, *_left(done, visit.language)))
    visit.publish(text, with_undo(visit, text, done.entry_id, action=UNDO_FINANCE))


def _left(done: CreditOutcome, language: Language) -> Sequence[str | None]:
    facts = {"currency": done.currency, "outstanding": done.outstanding, "credit": done.credit}
    left = None
    if done.number is not None:
        left = say("avoirs.settled", language) if done.settled else say("avoirs.left", language, **facts)
    called_off = say("appel.called_off", language, count=done.called_off) if done.called_off else None
    return (left, say("avoirs.credit", language, **facts) if done.credit else None, called_off)


def add(visit: Visit, said: Understood) -> None:
    """Answer `/relances avoir CLIENT 120 AV-12 [FAC-123]`: note a credit note. Raises RelanceError."""
    if said.help:
        visit.tell(say("avoirs.help", visit.language))
        return
    example = plain("avoirs.add_example", visit.language)
    with visit.look() as b:
        customer, reading = _customer(b, said, example)
        if not reading.rest:
            raise Refused("credits.number_missing", example=example)
        invoice = _target(b, said, reading, example) if reading.other else None
        money = note_amount(b, said, reading, customer, invoice, example=example)
    try:
        with visit.books() as b:
            done = credit_acts.add_credit_note(
                b,
                customer.id,
                number=reading.rest,
                amount=money.amount,
                currency=money.currency or "",
                issue_date=visit.today,
                invoice_id=invoice.id if invoice else None,
                by=visit.user,
                at=visit.at,
            )
    except AlreadySettled as error:
        visit.tell(sentence_of(error, visit.language))
        return
    facts = {"amount": done.amount, "currency": done.currency, "customer": cut(done.customer, 100)}
    text = say("avoirs.added", visit.language, by=visit.user, number=cut(reading.rest, 60), **facts)
    used = None
    if done.number is not None:
        used = say(
            "avoirs.used",
            visit.language,
            amount=done.allocated,
            currency=done.currency,
            number=cut(done.number, 40),
        )
    whole = joined((text, used, *_left(done, visit.language)))
    visit.publish(whole, with_undo(visit, whole, done.entry_id, action=UNDO_FINANCE))


def _customer(b: Books, said: Understood, example: str) -> tuple[CustomerFacts, Reading]:
    """Return the customer that exists, and the reading that names it whole, if any. Raises Unclear."""
    whole = [each for each in said.readings if _named_whole(b, each.subject)]
    unknown: Unclear | None = None
    for reading in whole or said.readings:
        try:
            customer = customer_of(b, reading.subject, partial(said.meaning, reading))
        except Unclear as error:
            unknown = unknown or error
        else:
            return customer, replace(reading, subject=Picked(CUSTOMER, customer.id))
    raise unknown or Refused("credits.amount_missing", example=example)


def _named_whole(b: Books, subject: str | Picked) -> bool:
    return isinstance(subject, str) and len(customer_search.named(b, subject, loosely=False)) == 1


def _target(b: Books, said: Understood, reading: Reading, example: str) -> InvoiceFacts:
    """Return the invoice that the credit note is set against. Raises Unclear with the closest."""

    def against(picked: Picked) -> Understood:
        return replace(said, readings=(replace(reading, other=picked),))

    return invoice_of(b, reading.other, example, against)
