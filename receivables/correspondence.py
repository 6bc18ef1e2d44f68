"""What a message to a customer is written from: the customer, whom to write to, credits, broken promises.

Plain facts that the books give and that the texts are filled from, so that the mail that leaves, the one
that is shown before it leaves and the one that is only tried say the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from receivables.codes.channels import Channel, Reach
from receivables.codes.customers import CustomerKind
from receivables.codes.penalties import PenaltyChoice
from receivables.codes.roles import TO, ContactRole
from receivables.penalties import Penalties


class Told(StrEnum):
    """What a mail may tell that costs reading, by the name of the value in its words."""

    PENALTIES = "penalties"
    EARLIER = "earlier"
    PAY_BY = "pay_by"
    NEXT_STEP = "next_step"
    ANSWER_BY = "answer_by"


AHEAD = frozenset({Told.PAY_BY, Told.NEXT_STEP, Told.ANSWER_BY})
"""What takes the whole account to know: what comes after the mail."""


class Claimed(Protocol):
    """An invoice of a message, as it stands now."""

    @property
    def invoice_id(self) -> int:
        """The invoice in the books."""

    @property
    def number(self) -> str:
        """Its number."""

    @property
    def issue_date(self) -> date | None:
        """When it was made out, if known."""

    @property
    def due_date(self) -> date:
        """When it was or is to be paid."""

    @property
    def amount(self) -> Decimal:
        """The whole invoice, in `currency`."""

    @property
    def outstanding(self) -> Decimal:
        """What is left to pay, a disputed part included."""

    @property
    def claimed(self) -> Decimal:
        """What may be asked for: the outstanding less a disputed part."""

    @property
    def currency(self) -> str:
        """The currency of all its amounts."""

    @property
    def payment_link(self) -> str | None:
        """Where it can be paid online."""

    @property
    def order_number(self) -> str | None:
        """The customer's own order, by which its accounts know the invoice."""

    @property
    def step(self) -> str | None:
        """Its own step, by key; None when it is only listed."""

    @property
    def pdf_path(self) -> str | None:
        """Where its PDF lies in the company's folder, if the books know."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody at the customer's, with an address or a number that is still good."""

    name: str | None
    address: str
    role: ContactRole
    language: str | None
    reach: Reach
    """What the address is."""


@dataclass(frozen=True, slots=True)
class OpenCredit:
    """Money in the customer's favour: an open credit note (`number`), or money not allocated (none)."""

    amount: Decimal
    currency: str
    number: str | None
    day: date | None
    pdf_path: str | None = None
    """Where a credit note's PDF lies in the company's folder, if the books know."""


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """The last promise on an invoice, past its grace and short of its amount by what did not come in.

    `of_plan`: it is an instalment of a payment plan, which is broken with it (SCHEDULE 11). `payment_left`:
    the customer had said that the payment had left; `date` is then a day that nobody named to us.
    """

    date: date
    amount: Decimal
    received: Decimal
    of_plan: bool = False
    payment_left: bool = False


@dataclass(frozen=True, slots=True)
class Correspondent:
    """One customer, as messages need it."""

    id: int
    name: str
    code: str | None
    siren: str | None
    kind: CustomerKind | None
    language: str | None
    address_form: str | None
    """tu: on first-name terms; None: vous."""
    owner: str | None
    owner_name: str | None
    thread_id: str | None
    last_message: str | None
    addressees: tuple[Addressee, ...]
    credits: tuple[OpenCredit, ...]
    late: Mapping[str, Decimal] = field(default_factory=dict)
    """All that is late and not disputed, per currency: credits are set against it first (SCHEDULE 7)."""
    discount_rate: Decimal | None = None
    """Early-payment discount, percent, within `discount_days` of the issue date; None: none."""
    discount_days: int | None = None
    postal_address: str | None = None
    """Lines of the postal address."""


@dataclass(frozen=True, slots=True)
class LatePenalties:
    """What the lateness of one invoice gives a right to, and what was decided: claimed, waived or None."""

    computed: Penalties
    decision: PenaltyChoice | None


@dataclass(frozen=True, slots=True)
class MailFacts:
    """Facts for the messages to several customers."""

    customers: Mapping[int, Correspondent]
    promises: Mapping[int, BrokenPromise] = field(default_factory=dict)
    """By invoice: the broken promise that the next reminder speaks of."""
    penalties: Mapping[int, LatePenalties] = field(default_factory=dict)
    """By invoice, for those whose reminder speaks of penalties."""
    earlier: Mapping[int, tuple[date, ...]] = field(default_factory=dict)
    """By invoice, for those whose reminder recalls them: the days of the reminders that left about it."""
    pulled: Collection[int] = ()
    """The invoices that we collect ourselves, by direct debit or draft (SCHEDULE 27)."""
    whose: Mapping[int, str] = field(default_factory=dict)
    """By invoice, whose it is, where one customer pays for several: each line says so (SCHEDULE 4)."""


def addressees(customer: Correspondent, to: str, channel: Channel) -> list[Addressee]:
    """Return whom a step is sent to (`billing`, `manager` or `both`), or anyone when that role is empty."""
    known = [person for person in customer.addressees if person.reach is channel.reach]
    wanted = TO.get(to, (to,))
    chosen = [person for person in known if person.role in wanted]
    return chosen or known[:1]
