"""A letter on paper: whom it may speak to and how, what it asks for, and the mark by which a change shows.

Which text goes to whom follows the law, not the policy: no indemnity, no penalties between businesses and no
recovery costs ever stand in a letter to a consumer (Code de commerce L441-10; Code des procédures civiles
d'exécution L111-8; Code de la consommation L122-16), and nothing of the law in a letter to somebody of whom
nothing is known.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from receivables.calendar.workdays import ONE_DAY, Calendar
from receivables.codes.customers import CustomerKind
from receivables.company import Company
from receivables.money import ZERO
from receivables.penalties import INDEMNITY_CURRENCY

SIMPLE = "reminder_letter"
FORMAL, PUBLIC, CONSUMER = NOTICES = ("formal_notice", "public_notice", "consumer_notice")
CONSUMERS_OWN = "consumer_"
"""Beginning of the names of texts that a company has written for consumers."""
LONG_DAYS = 15
"""Days that a notice leaves to a consumer or to a public body, at least."""
LONG = frozenset({CustomerKind.CONSUMER, CustomerKind.PUBLIC})
KEEPS = timedelta(days=5)
"""How long an approved letter may wait for its deposit: beyond, its date misleads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterItem:
    """One invoice in a letter. `claimed` is what is asked for of it, `amount` the whole invoice.

    `interest` is None when a half-year's rate is not confirmed: then no figure is shown. `indemnity` is in
    euros. `bears` says whether late payment of it gives a right to penalties that nobody has waived. `rate`
    is the one yearly rate, in percent, that says its interest; None when there is none or more than one.
    """

    invoice_id: int
    number: str
    issue_date: date | None
    due_date: date
    days_late: int
    amount: Decimal
    claimed: Decimal
    currency: str = "EUR"
    interest: Decimal | None = ZERO
    indemnity: Decimal = ZERO
    bears: bool = False
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCredit:
    """Money in the customer's favour: an open credit note (`number`), or a payment not allocated (none)."""

    amount: Decimal
    currency: str = "EUR"
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSum:
    """What a letter asks for in one currency; `interest` None: due, without a figure."""

    currency: str
    principal: Decimal
    credit: Decimal
    interest: Decimal | None
    indemnity: Decimal

    @property
    def total(self) -> Decimal:
        """All that has a figure: principal less credits, interest, indemnity."""
        return self.principal - self.credit + (self.interest or ZERO) + self.indemnity


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContext:
    """One letter to one customer, dated `day`, the company's local date. `address` are its lines.

    `kind` is business, public, consumer or unknown. `contract_rate` is the agreed rate of penalties, in
    percent a year; None: the law's. `earlier` are the days of the reminders that left.
    `contact` is the person who gets the invoices, by name, where one is known; a consumer is greeted by the
    customer's own. `held` are the invoices left out, each with its reason code (SCHEDULE 10).
    """

    company: Company
    customer_id: int
    customer: str
    day: date
    template: str
    address: tuple[str, ...] = ()
    kind: str = "unknown"
    siren: str | None = None
    code: str | None = None
    contract_rate: Decimal | None = None
    items: tuple[LetterItem, ...] = ()
    credits: tuple[LetterCredit, ...] = ()
    earlier: tuple[date, ...] = ()
    contact: str = ""
    language: str = "fr"
    form: str = "vous"
    step: str | None = None
    task_id: int | None = None
    held: tuple[tuple[str, str], ...] = ()

    @property
    def formal(self) -> bool:
        """Whether it is a formal notice, or a company's own text in the place of one."""
        return self.template != SIMPLE

    @property
    def notice_days(self) -> int:
        """Days that the letter leaves to pay, from its first presentation: at least fifteen to some."""
        own = self.company.notice_days
        return max(own, LONG_DAYS) if self.kind in LONG else own

    @property
    def principal_only(self) -> bool:
        """Whether its delay is for the principal: a public body pays what comes on top of it afterwards.

        (Code de la commande publique, R2192-36.)
        """
        return self.template == PUBLIC

    @property
    def person(self) -> str:
        """Who is greeted by name, if anybody: a public body's notice goes to an office, not to a person."""
        if self.kind == CustomerKind.CONSUMER:
            return self.customer
        return "" if self.template == PUBLIC else self.contact

    @property
    def rate(self) -> Decimal | None:
        """The one yearly rate, in percent, by which all its interest is reckoned; None without one."""
        rates = {item.rate for item in self.items if item.bears}
        return rates.pop() if len(rates) == 1 else None

    @property
    def deadline(self) -> date:
        """An open day by which to pay, for a text that names one: counted from the last day of deposit."""
        last_deposit = self.day + KEEPS
        return first_open(self.company.calendar, last_deposit + timedelta(days=self.notice_days))

    @property
    def asked(self) -> tuple[AskedSum, ...]:
        """What is asked for in each currency, euros first."""
        codes = {item.currency for item in self.items}
        codes |= {INDEMNITY_CURRENCY} if any(item.indemnity for item in self.items) else set()
        return tuple(self._asked(code) for code in sorted(codes, key=lambda code: (code != "EUR", code)))

    def _asked(self, currency: str) -> AskedSum:
        mine = [item for item in self.items if item.currency == currency]
        principal = sum((item.claimed for item in mine), ZERO)
        credit = sum((each.amount for each in self.credits if each.currency == currency), ZERO)
        interests = [item.interest for item in mine]
        known = [interest for interest in interests if interest is not None]
        return AskedSum(
            currency=currency,
            principal=principal,
            credit=min(credit, principal),
            interest=sum(known, ZERO) if len(known) == len(interests) else None,
            indemnity=self._indemnity if currency == INDEMNITY_CURRENCY else ZERO,
        )

    @property
    def _indemnity(self) -> Decimal:
        return sum((item.indemnity for item in self.items), ZERO)

    @property
    def missing(self) -> tuple[str, ...]:
        """What a letter cannot do without: `address`, `company_address`, `iban`; `items`: nothing to ask."""
        needed = {
            "items": bool(self.items),
            "address": bool(self.address),
            "company_address": bool(self.company.address),
            "iban": bool(self.company.iban),
        }
        return tuple(name for name, there in needed.items() if not there)

    @property
    def mark(self) -> str:
        """Fingerprint of what it says, to whom and for whom; not of its date, nor of daily interest."""
        who = [self.customer, *self.address, self.kind, self.template, self.language, self.form]
        who += [self.person] if self.person not in {"", self.customer} else []
        us = (self.company.name, self.company.address, self.company.iban, self.company.bic)
        items = (f"{i.invoice_id}:{i.number}:{i.due_date}:{_figures(i)}:{i.currency}" for i in self.items)
        open_credits = (f"{c.number}:{c.amount}:{c.currency}" for c in self.credits)
        return _hash([*who, "|", *us, "|", *items, "|", *open_credits])


def _figures(item: LetterItem) -> str:
    known = "?" if item.interest is None else ""
    return f"{item.amount:.2f}:{item.claimed:.2f}:{item.indemnity:.2f}:{item.bears}{known}"


def _hash(parts: Iterable[str]) -> str:
    return hashlib.blake2s("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def template_for(template: str, kind: str) -> str:
    """Return the text that a customer of this kind gets where the policy says `template`.

    Consumers never get a text that was not written for them; nobody else gets theirs.
    """
    if template == SIMPLE:
        return template
    if kind == CustomerKind.CONSUMER:
        return template if template.startswith(CONSUMERS_OWN) else CONSUMER
    if template in NOTICES or template.startswith(CONSUMERS_OWN):
        return PUBLIC if kind == CustomerKind.PUBLIC else FORMAL
    return template


def form_for(template: str, form: str) -> str:
    """Return the form of address: a formal notice never says « tu »."""
    return form if template == SIMPLE else "vous"


def first_open(calendar: Calendar, day: date) -> date:
    """Return `day`, or the first open day after it."""
    while not calendar.is_open(day):
        day += ONE_DAY
    return day


def too_old(day: date, today: date) -> bool:
    """Whether a letter dated `day`, approved and not deposited, should be written anew."""
    return today > day + KEEPS
