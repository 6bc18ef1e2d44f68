"""A specimen: the very mail that a customer would get at a step today, were it to leave now."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from correspondence import attachments, reminder
from correspondence.finishing import own_texts
from correspondence.order import Order
from correspondence.piece import Mail
from message_templates.email import QR_CID, EmailContext, EmailLine
from message_templates.email_templates import email
from receivables.company import Company
from receivables.correspondence import addressees
from receivables.policy import Step
from receivables.specimen import Chosen, Specimen


@dataclass(frozen=True, slots=True)
class SpecimenMail:
    """The mail of a specimen, and how its invoices were chosen."""

    mail: Mail
    chosen: Chosen


def written(
    company: Company,
    specimen: Specimen,
    *,
    at: datetime,
    language: str | None = None,
    form: str | None = None,
) -> SpecimenMail:
    """Return the mail of a specimen; in the customer's own language and form of address unless said.

    It is shown also where nobody can be written to yet, and with the copies that there are. Raises as
    `reminder.write` does.
    """
    order, people = _order(specimen), addressees(specimen.customer, specimen.step.to)
    copies = attachments.of_invoices(company, order)
    going_with = copies.found + attachments.of_account(company, order, people, at=at)
    told = reminder.told_to(company, order, people, today=specimen.today)
    if not told.lines:
        told = replace(told, lines=(sample_line(specimen.step, told),), credits=())
    told = replace(told, language=language or told.language, address_form=form or told.address_form)
    mail = reminder.compose(company, order, people, told, going_with)
    tu = email(specimen.step.template, own_texts(company), told.language, told.address_form).tu
    return SpecimenMail(replace(mail, form="tu" if tu else "vous"), specimen.chosen)


def _order(specimen: Specimen) -> Order:
    return Order(
        customer=specimen.customer,
        facts=specimen.facts,
        step=specimen.step,
        items=specimen.items,
        policy=specimen.policy,
        statement=specimen.statement,
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
