"""From the facts of the books to what the mail of a reminder tells, invoice by invoice."""

from collections.abc import Mapping, Sequence
from datetime import date

from correspondence.finishing import contact_of, sandbox_for
from correspondence.terms_shown import discounts_shown, penalties_shown
from message_templates.pieces.mail_context import BrokenPromiseShown, Credit, EmailContext, EmailLine
from receivables.company import Company
from receivables.correspondence import Addressee, Claimed, Correspondent, MailFacts
from receivables.money import ZERO
from receivables.schedule.outlook import NOTHING, Outlook

RECALLED = 3
"""How many earlier messages a mail recalls, at most."""
LANGUAGES = ("fr", "en")
"""The languages that the shipped texts speak; who reads another is written to in English."""


def context(
    company: Company,
    customer: Correspondent,
    facts: MailFacts,
    items: Sequence[Claimed],
    people: Sequence[Addressee],
    *,
    today: date,
    with_qr: bool = True,
    edits: Mapping[str, str] | None = None,
    outlook: Outlook = NOTHING,
) -> EmailContext:
    """Return what the reminder is about, on the company's local day `today`.

    `edits` is what a person wrote for this one mail: its `subject` and its `text`, each where changed.
    `outlook` is what comes after it.
    """
    edits, tongue = edits or {}, language(customer, people)
    return EmailContext(
        company=company,
        customer=customer.name,
        today=today,
        lines=tuple(line(item, facts, today) for item in items),
        contact=contact_of(people),
        owner=customer.owner_name,
        kind=customer.kind,
        siren=customer.siren,
        credits=credits_shown(customer, items, today),
        broken=broken(items, facts),
        code=customer.code,
        earlier=earlier(items, facts, today),
        pay_by=outlook.pay_by,
        next_step=outlook.next_step,
        answer_by=outlook.answer_by,
        sandbox_for=sandbox_for(company, people),
        with_qr=with_qr,
        language=tongue,
        address_form=customer.address_form or "vous",
        penalties=penalties_shown(facts, items, today=today, language=tongue) if facts.penalties else None,
        discount=discounts_shown(customer, items, today=today),
        own_subject=edits.get("subject"),
        own_text=edits.get("text"),
    )


def earlier(items: Sequence[Claimed], facts: MailFacts, today: date) -> tuple[date, ...]:
    """Return the days of the last messages about the items that are late."""
    late = [item.invoice_id for item in items if item.due_date < today]
    told = {day for invoice_id in late for day in facts.earlier.get(invoice_id, ()) if day < today}
    return tuple(sorted(told)[-RECALLED:])


def language(customer: Correspondent, people: Sequence[Addressee] = ()) -> str:
    """Return in which language to write: the contact's when they agree, else the customer's, else French."""
    told = {person.language or customer.language for person in people}
    wanted = told.pop() if len(told) == 1 else customer.language
    return spoken(wanted)


def spoken(wanted: str | None) -> str:
    """Return the language of the texts that fits a code such as `fr`, `en-GB`, `de`: `fr` or `en`."""
    code = (wanted or "fr").strip().lower()[:2]
    return code if code in LANGUAGES else "en"


def line(item: Claimed, facts: MailFacts, today: date) -> EmailLine:
    """Return an invoice as an e-mail lists it.

    What is late is reminded of after a rejection only, or by a person who insists: it is asked for then.
    """
    return EmailLine(
        number=item.number,
        issue_date=item.issue_date,
        due_date=item.due_date,
        days_late=(today - item.due_date).days,
        outstanding=item.claimed,
        currency=item.currency,
        amount=item.amount,
        payment_link=item.payment_link,
        disputed=item.outstanding - item.claimed,
        order_number=item.order_number,
        pulled=item.invoice_id in facts.pulled and item.due_date >= today,
        customer=facts.whose.get(item.invoice_id, ""),
    )


def broken(items: Sequence[Claimed], facts: MailFacts) -> tuple[BrokenPromiseShown, ...]:
    """Return the broken promises that the reminder speaks of; an instalment once, whatever its invoices."""
    told: dict[object, BrokenPromiseShown] = {}
    for item in items:
        promise = facts.promises.get(item.invoice_id)
        if promise is None:
            continue
        key = (promise.date, promise.amount, item.currency) if promise.of_plan else item.invoice_id
        number = "" if key in told else item.number
        told[key] = BrokenPromiseShown(
            number,
            promise.date,
            promise.amount,
            item.currency,
            promise.received > 0,
            promise.of_plan,
            promise.payment_left,
        )
    return tuple(told.values())


def credits_shown(customer: Correspondent, items: Sequence[Claimed], today: date) -> tuple[Credit, ...]:
    """Return the credits to show: about nothing late, only what late items leave (SCHEDULE 7)."""
    taken = {} if any(item.due_date < today for item in items) else dict(customer.late)
    shown = []
    for each in customer.credits:
        used = min(each.amount, taken.get(each.currency, ZERO))
        taken[each.currency] = taken.get(each.currency, ZERO) - used
        if each.amount > used:
            shown.append(Credit(each.amount - used, each.currency, each.number, each.day))
    return tuple(shown)
