"""Thanks for a payment: one mail for all the invoices that it settled."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from message_templates.pieces.courtesy import render
from message_templates.pieces.foreign import clean
from message_templates.pieces.mail import Rendered
from message_templates.pieces.mail_context import EmailContext
from message_templates.writer import writer
from receivables.company import Company

TEMPLATE = "thanks"


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """An invoice that nothing is left of; `amount` is the whole of it."""

    number: str
    amount: Decimal
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class ThanksContext:
    """One mail of thanks, on the company's local day `today`.

    `language` is fr or en, `address_form` vous or tu; `sandbox_for` the address it would have gone to.
    """

    company: Company
    customer: str
    today: date
    paid: tuple[PaidInvoice, ...]
    contact: str | None = None
    owner: str | None = None
    language: str = "fr"
    address_form: str = "vous"
    sandbox_for: str | None = None


def render_thanks(context: ThanksContext, overrides: Path | None = None) -> Rendered:
    """Return the e-mail of thanks; it asks for nothing. Raises as `render_email` does."""
    write = writer(context.language)
    paid = [
        {"number": clean(each.number), "amount": write.amount(each.amount, each.currency)}
        for each in context.paid
    ]
    email = EmailContext(
        company=context.company,
        customer=context.customer,
        today=context.today,
        lines=(),
        contact=context.contact,
        owner=context.owner,
        language=context.language,
        address_form=context.address_form,
        sandbox_for=context.sandbox_for,
        with_qr=False,
    )
    return render(email, TEMPLATE, overrides, {"paid": paid, "iban": ""})
