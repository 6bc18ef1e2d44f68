"""What an e-mail to a customer is about: the facts that the texts are written from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from receivables.codes.channels import Channel
from receivables.codes.customers import CustomerKind
from receivables.company import Company
from receivables.money import ZERO


@dataclass(frozen=True, slots=True)
class EmailLine:
    """One item. `outstanding` is what is left to pay, `amount` the whole invoice, both in `currency`.

    `days_late` is 0 or less until the day after the due date: such a line stands under « À venir ».
    `disputed` is a part set aside, which is not asked for: neither outstanding nor paid. `order_number` is
    the customer's own, by which its accounts know the invoice.
    """

    number: str
    issue_date: date | None
    due_date: date
    days_late: int
    outstanding: Decimal
    currency: str = "EUR"
    amount: Decimal | None = None
    payment_link: str | None = None
    disputed: Decimal = ZERO
    order_number: str | None = None
    pulled: bool = False
    """Whether we collect it ourselves: there is nothing to transfer."""
    customer: str = ""
    """Whose it is, where who is written to pays for several."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Money in the customer's favour: an open credit note (`number`), or an unallocated payment (none).

    `attached`: the credit note's PDF goes with the mail.
    """

    amount: Decimal
    currency: str = "EUR"
    number: str | None = None
    day: date | None = None
    attached: bool = False


@dataclass(frozen=True, slots=True)
class BrokenPromiseShown:
    """A payment announced for `day` that did not come; `partly` when some of it did.

    `of_plan`: an instalment of a payment plan; its `number` is empty when it is of several invoices.
    `has_left`: the customer said that the transfer had been made, and named no day.
    """

    number: str
    day: date
    amount: Decimal | None = None
    currency: str = "EUR"
    partly: bool = False
    of_plan: bool = False
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class PenaltiesShown:
    """What late payment of the late items gives a right to, on the day of the mail; never part of the sums.

    `interest` is None when it cannot be computed, and `to_confirm` when that is because a rate waits for the
    company's confirmation: then no figure is shown. `rate_text` says the rate in words, if one says all.
    `claimed`: a person claims them, for the invoices `numbers` (empty: all the late ones); else they are only
    possible. `waived`: a person gave all of them up, and nothing at all is said of them.
    """

    interest: Decimal | None
    indemnity: Decimal
    currency: str = "EUR"
    rate_text: str | None = None
    to_confirm: bool = False
    claimed: bool = False
    numbers: tuple[str, ...] = ()
    waived: bool = False


@dataclass(frozen=True, slots=True)
class DiscountShown:
    """An early-payment discount: `rate` percent of the invoice, which is `amount`, if paid by `until`."""

    number: str
    rate: Decimal
    until: date
    amount: Decimal
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class EmailContext:
    """One e-mail to one customer, on the company's local date `today`.

    `kind` is business, public, consumer or None; unknown with the `siren` of a public body is
    public, else it gets no legal line. `lines` are in the order they are shown in. `code` is the customer's
    with us, for the motive of a transfer. `earlier` are the days of past messages on the late items, `pay_by`
    the last day before the next one can come, `next_step` by what it comes when that is not a message again;
    `answer_by` is that day where it is too near to pay by.
    `sandbox_for` is the address the mail would have gone to. `with_qr` is for measuring only.
    `language` is fr or en, `address_form` vous or tu. `attached` says
    that PDFs go with the mail, or gives their names. `own_subject` and `own_text` are what a person wrote in
    place of the subject and of the template's own paragraphs; the items, the bank details and the legal
    lines stay.
    """

    company: Company
    customer: str
    today: date
    lines: tuple[EmailLine, ...]
    contact: str | None = None
    owner: str | None = None
    kind: CustomerKind | None = None
    siren: str | None = None
    credits: tuple[Credit, ...] = ()
    broken: tuple[BrokenPromiseShown, ...] = ()
    code: str | None = None
    earlier: tuple[date, ...] = ()
    pay_by: date | None = None
    next_step: Channel | None = None
    answer_by: date | None = None
    attached: tuple[str, ...] | bool = False
    sandbox_for: str | None = None
    with_qr: bool = True
    language: str = "fr"
    address_form: str = "vous"
    penalties: PenaltiesShown | None = None
    discount: tuple[DiscountShown, ...] = ()
    own_subject: str | None = None
    own_text: str | None = None
