"""A specimen: the very mail that a customer would get at a step today, were it to leave now."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from correspondence import ahead, attachments, facts, reminder
from correspondence.finishing import own_texts
from correspondence.order import Order
from correspondence.piece import Mail
from message_templates.pieces.mail import QR_CID, EmailContext, EmailLine
from message_templates.sources.templates import email
from receivables.correspondence import addressees
from receivables.policy import Step
from receivables.schedule.specimen import Chosen, Specimen
from store.books import Books
from store.morning import specimens


@dataclass(frozen=True, slots=True)
class SpecimenMail:
    """The mail of a specimen, and how its invoices were chosen."""

    mail: Mail
    chosen: Chosen


def specimen_mail(
    b: Books,
    customer_id: int,
    step: Step,
    *,
    now: datetime,
    language: str | None = None,
    form: str | None = None,
) -> SpecimenMail:
    """Return the mail of a step to a customer; in its own language and form of address unless said.

    It is shown also where nobody can be written to yet, and with the copies that there are. Raises what
    the templates raise.
    """
    company = b.company
    found = specimens.specimen_of(b, customer_id, step, now=now, told=ahead.told(company, step))
    order, people = _order(b, found), addressees(found.customer, step.to, step.channel)
    copies = attachments.of_invoices(company, order)
    told = reminder.told_to(company, order, people, today=found.today)
    credit_notes = attachments.of_credits(company, order, told.credits, copies)
    going_with = copies.found + credit_notes + attachments.of_account(company, order, people, at=now)
    if not told.lines:
        told = replace(told, lines=(sample_line(step, told),), credits=())
    told = replace(told, language=language or told.language, address_form=form or told.address_form)
    mail = reminder.compose(company, order, people, told, going_with)
    texts = step.channel.texts
    tu = email(step.template, own_texts(company), told.language, told.address_form, texts).tu
    return SpecimenMail(replace(mail, form="tu" if tu else "vous"), found.chosen)


def _order(b: Books, found: Specimen) -> Order:
    policy = facts.policy_of(b, found.customer.id)
    return Order(
        customer=found.customer,
        facts=found.facts,
        channel=found.step.channel,
        step=found.step,
        items=found.items,
        policy=policy,
        statement=facts.statement_of(b, found.customer.id, policy, found.today),
        outlook=ahead.of(b.company, found.step, policy, found.items, found.account, today=found.today),
    )


def sample_line(step: Step, told: EmailContext) -> EmailLine:
    """Return a made-up invoice, as late as the step wants it."""
    late = step.day if step.day > 0 and not step.from_issue else min(step.day, 0)
    due = told.today - timedelta(days=late if not step.from_issue else -30)
    return EmailLine(
        number="EXEMPLE-001",
        issue_date=due - timedelta(days=30),
        due_date=due,
        days_late=(told.today - due).days,
        outstanding=Decimal("1234.50"),
        amount=Decimal("1234.50"),
    )


def standalone(mail: Mail) -> str:
    """Return the HTML of a mail with its code within it, to be opened by itself in a browser."""
    if mail.qr is None:
        return mail.html
    data = base64.b64encode(mail.qr).decode("ascii")
    return mail.html.replace(f"cid:{QR_CID}", f"data:image/png;base64,{data}")
