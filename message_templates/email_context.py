"""What an e-mail to a customer is about: the facts that the texts are written from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from receivables.company import Company


@dataclass(frozen=True, slots=True)
class EmailLine:
    """One item. `outstanding` is what is left to pay, `amount` the whole invoice, both in `currency`.

    `days_late` is 0 or less until the day after the due date: such a line stands under « À venir ».
    """

    number: str
    issue_date: date | None
    due_date: date
    days_late: int
    outstanding: Decimal
    currency: str = "EUR"
    amount: Decimal | None = None
    payment_link: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """Money in the customer's favour: an open credit note (`number`), or an unallocated payment (none)."""

    amount: Decimal
    currency: str = "EUR"
    number: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """A payment announced for `day` that did not come; `partly` when some of it did."""

    number: str
    day: date
    amount: Decimal | None = None
    currency: str = "EUR"
    partly: bool = False


@dataclass(frozen=True, slots=True)
class EmailContext:
    """One e-mail to one customer, on the company's local date `today`.

    `kind` is business, public, consumer or None; unknown with a `siren` is business, without one it gets no
    legal line. `lines` are in the order they are shown in. `reply` says that the customer's thread has a mail
    already. `sandbox_for` is the address the mail would have gone to. `with_qr` is for measuring only.
    """

    company: Company
    customer: str
    today: date
    lines: tuple[EmailLine, ...]
    contact: str | None = None
    owner: str | None = None
    kind: str | None = None
    siren: str | None = None
    credits: tuple[Credit, ...] = ()
    broken: tuple[BrokenPromise, ...] = ()
    reply: bool = False
    attached: bool = False
    sandbox_for: str | None = None
    with_qr: bool = True
