"""A specimen in words: the very mail that a customer would get at a step today."""

import base64
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from message_templates.email import QR_CID, Rendered, render_email
from message_templates.email_context import EmailContext, EmailLine
from message_templates.email_facts import context
from message_templates.email_templates import email
from receivables.company import Company
from receivables.correspondence import addressees
from receivables.policy import Step
from receivables.specimen import Chosen, Specimen


@dataclass(frozen=True, slots=True)
class Shown:
    """The mail of a specimen: to whom, language and form, its words, how its invoices were chosen."""

    to: tuple[str, ...]
    language: str
    form: str
    mail: Rendered
    chosen: Chosen


def written(
    company: Company, specimen: Specimen, *, language: str | None = None, form: str | None = None
) -> Shown:
    """Return the mail of a specimen; in the customer's own language and form of address unless said.

    Raises as `render_email` does.
    """
    people = addressees(specimen.customer, specimen.step.to)
    told = context(company, specimen.customer, specimen.facts, specimen.items, people, today=specimen.today)
    if not told.lines:
        told = replace(told, lines=(sample_line(specimen.step, told),), credits=())
    told = replace(told, language=language or told.language, address_form=form or told.address_form)
    overrides, name = Path(company.templates) if company.templates else None, specimen.step.template
    tu = email(name, overrides, told.language, told.address_form).tu
    return Shown(
        to=tuple(person.email for person in people),
        language=told.language,
        form="tu" if tu else "vous",
        mail=render_email(told, name, overrides),
        chosen=specimen.chosen,
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


def standalone(mail: Rendered) -> str:
    """Return the HTML of a mail with its code within it, to be opened by itself in a browser."""
    if mail.qr is None:
        return mail.html
    data = base64.b64encode(mail.qr).decode("ascii")
    return mail.html.replace(f"cid:{QR_CID}", f"data:image/png;base64,{data}")
