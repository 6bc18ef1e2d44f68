"""A word about an instalment of a payment plan, on its date: friendly, and no reminder."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from message_templates.pages import qr_code, transfer_code
from message_templates.pieces.courtesy import render
from message_templates.pieces.mail import Rendered
from message_templates.pieces.mail_context import EmailContext
from message_templates.pieces.mail_view import clean, motive
from message_templates.writer import writer
from receivables.company import Company

TEMPLATE = "instalment"


class InstalmentRow(NamedTuple):
    """The instalment as it is printed; `after` is empty when it is the last to pay."""

    amount: str
    on: str
    rank: int
    of: int
    after: str
    numbers: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentContext:
    """One mail about the `rank`-th instalment of `count`, due on `on`; `after` is what the later ones ask.

    Amounts are in `currency`; `today` is the company's local day. `language` is fr or en, `address_form`
    vous or tu; `sandbox_for` the address it would have gone to.
    """

    company: Company
    customer: str
    today: date
    rank: int
    count: int
    on: date
    amount: Decimal
    after: Decimal
    numbers: tuple[str, ...]
    currency: str = "EUR"
    contact: str | None = None
    owner: str | None = None
    language: str = "fr"
    address_form: str = "vous"
    sandbox_for: str | None = None


def render_instalment(context: InstalmentContext, overrides: Path | None = None) -> Rendered:
    """Return the e-mail, with the transfer's QR code in euros. Raises as `render_email` does."""
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
    more = {"instalment": _row(context), "reference": motive(list(context.numbers)), "qr": _code(context)}
    amount = writer(context.language).amount(context.amount, context.currency)
    return render(email, TEMPLATE, overrides, more | {"qr_amount": amount})


def _row(context: InstalmentContext) -> InstalmentRow:
    write = writer(context.language)
    return InstalmentRow(
        amount=write.amount(context.amount, context.currency),
        on=write.due_day(context.on),
        rank=context.rank,
        of=context.count,
        after=write.amount(context.after, context.currency) if context.after else "",
        numbers=[clean(number) for number in context.numbers],
    )


def _code(context: InstalmentContext) -> bytes | None:
    company, fits = context.company, transfer_code.LEAST <= context.amount <= transfer_code.MOST
    if context.currency != "EUR" or not company.iban or not fits:
        return None
    return qr_code.png(
        transfer_code.payload(company.name, company.iban, context.amount, " ".join(context.numbers))
    )
