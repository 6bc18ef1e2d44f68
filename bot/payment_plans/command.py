"""/relances echeancier: agree on paying some invoices by instalments."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from bot.payment_plans import form
from bot.payment_plans import received as received_form
from bot.payment_plans.form import Subject
from bot.promises.card import numbers_of
from bot.slack.following import what_follows
from bot.slack.outcomes import joined, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import find_customer, invoice_of, known_invoice, only_reading
from bot.typed.unknown import closest_customers
from bot.typed.values import Picked, Reading, Understood
from bot.typed.words import clean, cut, plain
from message_templates.catalogue import say
from receivables.errors import Refused, UnknownCustomer
from receivables.money import total
from receivables.schedule.holds import missing
from store.accounts import promises as promise_facts
from store.books import Books
from store.customers.facts import CustomerFacts
from store.invoices import acts as invoices
from store.invoices.acts import InvoiceFacts
from store.payment_plans import acts as payment_plans
from store.payment_plans import facts as plan_facts
from store.payment_plans import payments as plan_payments
from store.payment_plans.acts import PlanOutcome
from store.payment_plans.payments import PlanPaid


def answer_echeancier(visit: Visit, said: Understood) -> None:
    """Open the form about the invoices, or the customer, that were typed. Raises RelanceError."""
    if said.help:
        visit.tell(say("promesses.plan.help", visit.language))
        return
    with visit.look() as b:
        subject = _subject(b, _chosen(visit, b, said), visit)
    visit.open(form.view(visit, subject))


def _chosen(visit: Visit, b: Books, said: Understood) -> list[InvoiceFacts]:
    """Return the invoices that were named, else those that are late of the customer that was."""
    if _known(b, said.parts) is None:
        found = _customer(visit, b, said)
        return _late_of(visit, b, found.id, found.name)
    chosen: list[InvoiceFacts] = []
    start = 0
    while start < len(said.parts):
        chosen.append(_invoice(visit, b, said, start, _known(b, said.parts[start:]) or 1))
        start += _known(b, said.parts[start:]) or 1
    return chosen


def _customer(visit: Visit, b: Books, said: Understood) -> CustomerFacts:
    """Return the customer that was named. Raises Unclear: of numbers, when it looks like one."""
    reading = only_reading(said)
    try:
        return find_customer(b, reading.subject)
    except UnknownCustomer as error:
        if said.parts and any(sign.isdigit() for sign in str(said.parts[0])):
            _invoice(visit, b, said, 0, 1)  # says which numbers are close
        raise closest_customers(b, error, lambda picked: _of_customer(said, picked)) from error


def _of_customer(said: Understood, picked: Picked) -> Understood:
    return replace(said, readings=(Reading(picked),), parts=())


def _invoice(visit: Visit, b: Books, said: Understood, start: int, count: int) -> InvoiceFacts:
    """Return the invoice that some of the parts name. Raises Unclear with the closest."""
    before, named, after = said.parts[:start], said.parts[start : start + count], said.parts[start + count :]
    subject = named[0] if count == 1 else " ".join(str(part) for part in named)
    example = plain("promesses.plan.example", visit.language)
    return invoice_of(b, subject, example, lambda picked: replace(said, parts=(*before, picked, *after)))


def _known(b: Books, parts: Sequence[str | Picked]) -> int | None:
    """Return how many of the first parts are the number of an invoice."""
    words = [str(part) for part in takewhile(lambda part: isinstance(part, str), parts[:4])]
    if parts and not words:
        return 1
    ends = range(len(words), 0, -1)
    return next((end for end in ends if known_invoice(b, " ".join(words[:end])) is not None), None)


def _late_of(visit: Visit, b: Books, customer_id: int, name: str) -> list[InvoiceFacts]:
    late = [invoices.get_invoice(b, id_) for id_ in plan_facts.late_of(b, customer_id, visit.today)]
    if not late:
        raise Refused("payment_plans.no_late", customer=cut(name, 100))
    if len({each.currency for each in late}) > 1:
        raise Refused("payment_plans.currencies", customer=cut(name, 100))
    return late


def _subject(b: Books, chosen: Sequence[InvoiceFacts], visit: Visit) -> Subject:
    """Return what the plan is about. Raises Refused as noting it would, before anything is typed."""
    ids = tuple(dict.fromkeys(each.id for each in chosen))
    own = [each for each in chosen if each.id in ids]
    payment_plans.check(b, ids)
    return Subject(
        invoice_ids=ids,
        customer=own[0].customer,
        numbers=tuple(dict.fromkeys(each.number for each in own)),
        total=total({each.id: each.outstanding for each in own}.values()),
        currency=own[0].currency,
        running=any(promise_facts.running(b, id_, visit.today) for id_ in ids),
    )


def submitted(visit: Visit, view: dict[str, Any]) -> None:
    """Note the plan that the second page showed. Raises RelanceError."""
    fields = form.read_fields(view, visit.today)
    with visit.books() as b:
        done = payment_plans.make(
            b,
            fields.invoice_ids,
            instalments=fields.instalments,
            note=clean(fields.note or "") or None,
            by=visit.user,
            at=visit.at,
        )
    text = plan_sentences(done, visit)
    visit.publish(text, with_undo(visit, text, done.entry_id))


def plan_sentences(done: PlanOutcome, visit: Visit) -> str:
    """Return what was noted, in sentences."""
    language = visit.language
    first, last = done.instalments[0].on, done.instalments[-1].on
    key = "made" if len(done.instalments) > 1 else "made_once"
    return joined(
        (
            say(
                f"promesses.plan.{key}",
                language,
                by=visit.user,
                customer=cut(done.customer, 100),
                amount=done.amount,
                currency=done.currency,
                count=len(done.instalments),
                first=first,
                last=last,
                numbers=numbers_of(done.numbers),
            ),
            say("promesses.plan.replaced", language) if done.postponed else None,
            say("promesses.plan.outside", language, outside=done.outside, currency=done.currency)
            if done.outside
            else None,
            say("promesses.plan.holds", language),
            say("appel.called_off", language, count=done.called_off) if done.called_off else None,
            what_follows(visit, done.invoice_ids),
        )
    )


def ask_received(visit: Visit, carried: str) -> None:
    """Answer *Noter le règlement* of an instalment: how much, when."""
    with visit.look() as b:
        plan = plan_facts.get_plan(b, int(carried))
    visit.open(received_form.view(visit, plan))


def received(visit: Visit, view: dict[str, Any]) -> None:
    """Note money that came for a plan. Raises RelanceError."""
    fields = received_form.read_fields(view, visit.today)
    with visit.books() as b:
        done = plan_payments.record(
            b,
            fields.plan_id,
            amount=fields.amount,
            received_on=fields.received_on,
            means=fields.means,
            by=visit.user,
            at=visit.at,
        )
    text = _received(done, visit)
    visit.publish(text, with_undo(visit, text, done.entry_id))


def _received(done: PlanPaid, visit: Visit) -> str:
    language = visit.language
    plan, currency = done.plan, done.plan.currency
    counts = {"met": plan.met, "count": len(plan.instalments), "next": plan.awaited.promised_on}
    following = say("promesses.received.over", language)
    if plan.met < len(plan.instalments):
        following = say(
            "promesses.received.next", language, missing=missing(plan.awaited), currency=currency, **counts
        )
    return joined(
        (
            say(
                "promesses.received.noted",
                language,
                by=visit.user,
                amount=done.amount,
                currency=currency,
                on=done.received_on,
                means=say(f"paye.means.{done.means}", language) if done.means else "",
                customer=cut(plan.customer, 100),
                numbers=numbers_of(plan.numbers),
            ),
            following,
            say("promesses.received.credit", language, credit=done.credit, currency=currency)
            if done.credit
            else None,
            say("appel.called_off", language, count=done.called_off) if done.called_off else None,
            what_follows(visit, done.left) if done.left else None,
        )
    )
