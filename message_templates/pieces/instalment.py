"""A word about an instalment of a payment plan, on its date: friendly, and no reminder."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from message_templates.catalogue import tell
from message_templates.pieces.courtesy import render
from message_templates.pieces.foreign import clean
from message_templates.pieces.mail import Rendered
from message_templates.pieces.mail_context import EmailContext
from message_templates.pieces.transfer import code, motive
from message_templates.writer import writer
from receivables.codes.messages import MessageKind
from receivables.company import Company
from receivables.language import Language

TEMPLATE = "instalment"


class InstalmentRow(NamedTuple):
    """The instalment as it is printed; `after` is empty when it is the last to pay."""

    amount: str
    on: str
    short: str
    rank: int
    ordinal: str
    of: int
    after: str
    numbers: list[str]
    later: list[str]
    """Day and amount of each of the later ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentContext:
    """One mail about the `rank`-th instalment of `count`, due on `on`; `after` is what the later ones ask.

    `later` are these, each with its day. Amounts are in `currency`; `today` is the company's local day.
    `language` is fr or en, `address_form` vous or tu; `sandbox_for` the address it would have gone to.
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
    later: tuple[tuple[date, Decimal], ...] = ()
    code: str | None = None
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
    rank = tell("mail.motive.rank", Language(context.language), rank=context.rank, count=context.count)
    text = motive(
        context.numbers,
        context.code or context.customer,
        context.today,
        context.language,
        what=MessageKind.INSTALMENT,
        also=rank,
    )
    shown = code(context.company, context.amount, text) if context.currency == "EUR" else None
    more: dict[str, object] = {"instalment": _row(context), "reference": text, "qr": shown}
    amount = writer(context.language).amount(context.amount, context.currency)
    return render(email, TEMPLATE, overrides, more | {"qr_amount": amount})


def _row(context: InstalmentContext) -> InstalmentRow:
    write = writer(context.language)
    return InstalmentRow(
        amount=write.amount(context.amount, context.currency),
        on=write.due_day(context.on),
        short=write.month_day(context.on),
        rank=context.rank,
        ordinal=write.ordinal(context.rank),
        of=context.count,
        after=write.amount(context.after, context.currency) if context.after else "",
        numbers=[clean(number) for number in context.numbers],
        later=[f"{write.day(on)} – {write.amount(amount, context.currency)}" for on, amount in context.later],
    )
