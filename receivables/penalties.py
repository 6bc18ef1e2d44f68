"""Late-payment penalties and the 40 € indemnity: what each day of lateness gives a right to.

Between businesses: the refinancing rate of each half-year and ten points, or the contract's rate (Code de
commerce, L441-10 II), and 40 € an invoice (D441-5). Public bodies: eight points above the rate of the
half-year in which interest began, frozen (Code de la commande publique, R2192-31), and 40 €. Consumers: legal
interest only, from a formal notice (Code civil, 1231-6), and never 40 €. Nobody knows whom we deal with:
nothing.

Days run from the day after the due date to the day when the money is there, both counted, over 365, without
interest on interest. The law gives a rate for each half-year, so days are counted by half-year, and by what
was left to pay; each such slice is rounded once to the cent, half up, so that the lines shown add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from receivables.calendar.workdays import ONE_DAY
from receivables.codes.customers import CustomerKind
from receivables.codes.penalties import Imputation
from receivables.kinds import kind_of
from receivables.money import ZERO, from_cents, to_cents, total
from receivables.rates import BUSINESS_POINTS, PUBLIC_POINTS, Rates, Semester, cut, semester_of

INDEMNITY = Decimal("40.00")
"""Fixed indemnity for recovery costs, in euros, once for each late invoice (Code de commerce, D441-5)."""
INDEMNITY_CURRENCY = "EUR"
YEAR = 365
"""Days of a year in the formula, leap years too: the practice."""


class PenaltyRule(StrEnum):
    """Which rule of law the computation follows."""

    BUSINESS = "business"
    CONTRACT = "contract"
    PUBLIC = "public"
    CONSUMER = "consumer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What reduced an invoice: money received or a credit note, and its day. It still bears that day.

    When the money is `undated`, `day` is only when we heard of it: it counts as received by the due date, so
    that nobody is charged for days on which the money may have been there.
    """

    day: date
    amount: Decimal
    undated: bool = False

    def counted(self, due_date: date) -> "Receipt":
        """Return it with the day that counts for an invoice due on `due_date`."""
        return replace(self, day=min(self.day, due_date)) if self.undated else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One invoice as penalties see it, in its `currency`.

    `amount` includes VAT. `kind` is business, public, consumer or None; `siren` tells a public body when
    it is None. `contract_rate` is percent a year. `notice_on` is the deposit day of a formal notice.
    `stopped_on` is the first day that bears nothing more (insolvency, write-off).
    """

    amount: Decimal
    due_date: date
    currency: str = "EUR"
    receipts: tuple[Receipt, ...] = ()
    kind: CustomerKind | None = None
    siren: str | None = None
    contract_rate: Decimal | None = None
    notice_on: date | None = None
    insolvent: bool = False
    stopped_on: date | None = None
    imputation: Imputation = Imputation.PRINCIPAL


@dataclass(frozen=True, slots=True)
class Slice:
    """Days of one half-year with one amount left to pay. `rate` (percent) and `amount` None: no rate yet."""

    first: date
    last: date
    rate: Decimal | None
    base: Decimal
    amount: Decimal | None

    @property
    def days(self) -> int:
        """The days counted, the first and the last included."""
        return (self.last - self.first).days + 1

    @property
    def semester(self) -> Semester:
        """The half-year that the days are in."""
        return semester_of(self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalties:
    """What one invoice gives a right to on the day `on`; never part of the invoice or of a balance.

    `principal` is what is left of the invoice itself. `interest` is the sum of the slices, None when
    `unknown` names half-years whose rate is missing or not confirmed. `interest_paid` is what part payments
    settled of it, when they go to interest first. `indemnity` is in euros. `total` is principal, interest and
    indemnity together; `accessories` the same without the principal; both None when they cannot be said.
    """

    on: date
    rule: PenaltyRule
    currency: str
    principal: Decimal
    slices: tuple[Slice, ...] = ()
    indemnity: Decimal = ZERO
    interest_paid: Decimal = ZERO
    unknown: tuple[Semester, ...] = ()
    undated: Decimal = ZERO
    """Money whose day nobody knows, counted as received by the due date."""

    @property
    def interest(self) -> Decimal | None:
        """The sum of the slices, which are rounded; None when a rate is missing."""
        return None if self.unknown else total(each.amount or ZERO for each in self.slices)

    @property
    def owed(self) -> Decimal | None:
        """The interest less what part payments settled of it; None when a rate is missing."""
        return None if self.interest is None else self.interest - self.interest_paid

    @property
    def accessories(self) -> Decimal | None:
        """Interest still owed and indemnity; None when a rate is missing, or for two currencies."""
        if self.owed is None or (self.indemnity and self.currency != INDEMNITY_CURRENCY):
            return None
        return self.owed + self.indemnity

    @property
    def total(self) -> Decimal | None:
        """All that is owed: principal, interest and indemnity; None when the accessories cannot be said."""
        return None if self.accessories is None else self.principal + self.accessories

    @property
    def any(self) -> bool:
        """Whether there is anything to speak of: interest, an indemnity, or days without a rate."""
        return bool(self.slices) or self.indemnity > 0


def rule_of(debt: Debt) -> PenaltyRule:
    """Return the rule that an invoice follows, by whom it is owed and what was agreed."""
    kind = kind_of(debt.kind, debt.siren)
    if kind == CustomerKind.BUSINESS:
        return PenaltyRule.BUSINESS if debt.contract_rate is None else PenaltyRule.CONTRACT
    return {"public": PenaltyRule.PUBLIC, "consumer": PenaltyRule.CONSUMER}.get(
        kind or "", PenaltyRule.UNKNOWN
    )


def penalties(debt: Debt, rates: Rates, *, on: date) -> Penalties:
    """Return the penalties and indemnity of an invoice up to `on`, that day included.

    What came in later is not looked at; for a day to come, nothing more is supposed to come in.
    """
    rule = rule_of(debt)
    counted = (each.counted(debt.due_date) for each in debt.receipts)
    receipts = sorted((each for each in counted if each.day <= on), key=lambda each: each.day)
    first, last = _first_day(debt, rule), _last_day(debt, on)
    ledger = _Ledger(debt, rule, rates, first)
    for receipt in receipts:
        ledger.run(min(receipt.day, last))
        ledger.receive(receipt.amount)
    ledger.run(last)
    return Penalties(
        on=on,
        rule=rule,
        currency=debt.currency,
        principal=from_cents(ledger.left),
        slices=tuple(ledger.slices),
        indemnity=_indemnity(debt, rule, receipts, last),
        interest_paid=from_cents(ledger.interest_paid),
        unknown=tuple(ledger.unknown),
        undated=total(each.amount for each in receipts if each.undated),
    )


def _first_day(debt: Debt, rule: PenaltyRule) -> date | None:
    """Return the first day that bears interest; None when none ever does."""
    late = debt.due_date + ONE_DAY
    if rule is PenaltyRule.UNKNOWN or (rule is PenaltyRule.CONSUMER and debt.notice_on is None):
        return None
    if rule is PenaltyRule.CONSUMER and debt.notice_on is not None:
        return max(late, debt.notice_on + ONE_DAY)
    return late


def _last_day(debt: Debt, on: date) -> date:
    return on if debt.stopped_on is None else min(on, debt.stopped_on - ONE_DAY)


def _indemnity(debt: Debt, rule: PenaltyRule, receipts: Sequence[Receipt], last: date) -> Decimal:
    """Return 40 € when something was still owed on the day after the due date (Code de commerce, D441-5).

    Once, whatever came in since; never from consumers, nor from a company under insolvency proceedings.
    """
    if (
        rule not in {PenaltyRule.BUSINESS, PenaltyRule.CONTRACT, PenaltyRule.PUBLIC}
        or debt.insolvent
        or last <= debt.due_date
    ):
        return ZERO
    in_time = total(each.amount for each in receipts if each.day <= debt.due_date)
    return INDEMNITY if debt.amount > in_time else ZERO


def record(found: Penalties) -> dict[str, Any]:
    """Return the computation as scripts and files read it: amounts and rates as texts, unknown None.

    `total` is principal, interest still owed and indemnity; `to_confirm` names half-years without a rate;
    `undated` is money whose day nobody gave, counted as received by the due date.
    """
    return {
        "principal": str(found.principal),
        "slices": [_slice_record(each) for each in found.slices],
        "interest": _text(found.interest),
        "indemnity": str(found.indemnity),
        "total": _text(found.total),
        "rule": str(found.rule),
        "on": found.on.isoformat(),
        "currency": found.currency,
        "interest_paid": str(found.interest_paid),
        "to_confirm": [str(each) for each in found.unknown],
        "undated": str(found.undated),
    }


def _slice_record(each: Slice) -> dict[str, Any]:
    return {
        "from": each.first.isoformat(),
        "to": each.last.isoformat(),
        "days": each.days,
        "rate": _text(each.rate),
        "base": str(each.base),
        "amount": _text(each.amount),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


class _Ledger:
    """An invoice's days, taken in order: what is left, in cents, and the slices so far."""

    def __init__(self, debt: Debt, rule: PenaltyRule, rates: Rates, first: date | None) -> None:
        self.left = to_cents(debt.amount)
        self.slices: list[Slice] = []
        self.unknown: dict[Semester, None] = {}
        self.interest_paid = 0
        self._accrued = 0
        self._next = first
        self._interest_first = debt.imputation == Imputation.INTEREST
        self._rule, self._rates, self._contract = rule, rates, debt.contract_rate
        self._frozen = semester_of(first) if rule is PenaltyRule.PUBLIC and first else None

    def run(self, last: date) -> None:
        """Count the days not yet counted, up to `last`."""
        if self._next is None or last < self._next:
            return
        if self.left > 0:
            self.slices += [self._slice(start, end) for start, end in cut(self._next, last)]
        self._next = last + ONE_DAY

    def receive(self, amount: Decimal) -> None:
        """Take what came in off what is left; off the interest first when part payments go there.

        (Code civil, 1343-1.) Beyond what is owed, it is the customer's credit and no matter of this invoice.
        """
        cents = to_cents(amount)
        if self._interest_first:
            to_interest = min(cents, self._accrued - self.interest_paid)
            self.interest_paid += to_interest
            cents -= to_interest
        self.left = max(0, self.left - cents)

    def _slice(self, first: date, last: date) -> Slice:
        semester = self._frozen or semester_of(first)
        rate, base = self._rate(semester), from_cents(self.left)
        if rate is None:
            self.unknown[semester] = None
            return Slice(first, last, None, base, None)
        cents = interest_cents(self.left, rate, (last - first).days + 1)
        self._accrued += cents
        return Slice(first, last, rate, base, from_cents(cents))

    def _rate(self, semester: Semester) -> Decimal | None:
        """Return the rate of a half-year, percent; None when it is missing or not confirmed."""
        if self._rule is PenaltyRule.CONTRACT:
            return self._contract
        if self._rule is PenaltyRule.CONSUMER:
            return self._rates.legal(semester)
        refinancing = self._rates.refinancing(semester)
        points = PUBLIC_POINTS if self._rule is PenaltyRule.PUBLIC else BUSINESS_POINTS
        return None if refinancing is None else refinancing + points


def interest_cents(base: int, rate: Decimal, days: int) -> int:
    """Return simple interest in cents on `base` cents at `rate` percent a year, rounded half up, once."""
    exact = base * int(rate * 100) * days
    per = 100 * 100 * YEAR
    return (2 * exact + per) // (2 * per)
