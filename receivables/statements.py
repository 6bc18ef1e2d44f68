"""A statement of account (relevé): what was owed, what moved, what is owed now, per currency.

Balances are drawn so that they always add up: closing = opening + invoiced − received − credited. What a
company has written off for itself is left out of all of them: it is not asked for, and not told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from receivables.calendar.workdays import ONE_DAY, Calendar
from receivables.codes.channels import USUAL
from receivables.codes.messages import MessageKind
from receivables.codes.payments import Entry, Means
from receivables.correspondence import OpenCredit
from receivables.money import ZERO
from receivables.policy import Step

"""Kinds of messages that are no reminders: they have no items, and climb nothing."""

COURTESIES_BY = USUAL
"""By what leaves what no policy plans: statements, thanks, words on an instalment."""
STATEMENT_STEP = Step("releve", 0, COURTESIES_BY, "statement")
THANKS_STEP = Step("remerciement", 0, COURTESIES_BY, "thanks")
INSTALMENT_STEP = Step("echeancier", 0, COURTESIES_BY, "instalment")
STEPS = {
    MessageKind.STATEMENT: STATEMENT_STEP,
    MessageKind.THANKS: THANKS_STEP,
    MessageKind.INSTALMENT: INSTALMENT_STEP,
}
"""What stands in the place of a policy's step for each kind that no policy plans."""

LIMITS = (30, 60, 90)
"""Days past the due date at which the ageing line changes column (FACTS A10); not due stands apart."""
NO_AGE = (ZERO,) * (len(LIMITS) + 2)
"""Nothing left, in each column."""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice with something left to pay. `left` includes what is disputed.

    `disputed` is the part under dispute, the whole of `left` when no part was named.
    """

    id: int
    number: str
    issue_date: date | None
    due_date: date
    amount: Decimal
    left: Decimal
    currency: str
    disputed: Decimal = ZERO
    handed_over: bool = False
    gone: bool = False
    payment_link: str | None = None
    pulled: bool = False
    """Whether we collect it, by direct debit or draft: its customer has nothing to do (SCHEDULE 27)."""
    customer: str = ""
    """Whose it is, where the account is of several customers with one payer (SCHEDULE 4)."""

    def days_late(self, on: date) -> int:
        """Return the days past the due date on `on`: 0 or less when it is not late."""
        return (on - self.due_date).days

    @property
    def asked(self) -> Decimal:
        """What the customer is asked for: not what is disputed, nor what others, or we ourselves, collect."""
        return ZERO if self.handed_over or self.pulled else self.undisputed

    @property
    def undisputed(self) -> Decimal:
        """What is left and not under dispute."""
        return max(self.left - self.disputed, ZERO)


@dataclass(frozen=True, slots=True)
class Received:
    """Money that came in on the local day `day`."""

    day: date
    amount: Decimal
    currency: str
    means: Means | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One line of an account. `day` is None when nobody knows it.

    `amount` is what it adds to what is owed: below zero for a payment or a credit note. `numbers` are its
    own, or those of the invoices that a payment settles.
    """

    day: date | None
    entry: Entry
    numbers: tuple[str, ...]
    amount: Decimal
    currency: str
    means: Means | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """One currency: the balance on the eve of the period, what moved in it, and the balance now."""

    currency: str
    opening: Decimal
    invoiced: Decimal
    received: Decimal
    credited: Decimal

    @property
    def closing(self) -> Decimal:
        """What is owed at the end; negative when the customer is in credit."""
        return self.opening + self.invoiced - self.received - self.credited

    @property
    def moved(self) -> bool:
        """Whether anything happened in the period."""
        return bool(self.invoiced or self.received or self.credited)


@dataclass(frozen=True, slots=True)
class Statement:
    """The account of one customer from `since` to `on`, both local days and both included."""

    customer_id: int
    since: date
    on: date
    balances: tuple[Balance, ...]
    items: tuple[OpenItem, ...]
    credits: tuple[OpenCredit, ...]
    payments: tuple[Received, ...]
    """The last ones, newest first."""
    movements: tuple[Movement, ...] = ()
    """What moved in the period, oldest first: the lines between the two ends of each balance."""

    @property
    def earlier_payments(self) -> tuple[Received, ...]:
        """Those of the last payments that came before the period."""
        return tuple(each for each in self.payments if each.day < self.since)

    @property
    def worth_sending(self) -> bool:
        """Whether something is owed, by either side, or moved in the period."""
        return bool(self.items or self.credits) or any(balance.moved for balance in self.balances)

    @property
    def mark(self) -> Decimal:
        """One figure by which a change of the account is seen: all that is owed, less all credits."""
        return sum((item.left for item in self.items), ZERO) - sum(
            (each.amount for each in self.credits), ZERO
        )


def ageing(items: Iterable[OpenItem], on: date) -> dict[str, tuple[Decimal, ...]]:
    """Return what is left per currency: not due, 1–30, 31–60, 61–90 days late, more than 90.

    Due on `on` itself is not late. Credits are shown apart, never set against it (FACTS A10).
    """
    found: dict[str, list[Decimal]] = {}
    for item in items:
        late = item.days_late(on)
        column = 0 if late <= 0 else 1 + sum(late > limit for limit in LIMITS)
        found.setdefault(item.currency, [ZERO] * (len(LIMITS) + 2))[column] += item.left
    return {currency: tuple(columns) for currency, columns in found.items()}


@dataclass(frozen=True, slots=True)
class Net:
    """What a customer is to pay in one currency: every figure of a statement leads here.

    `ages` is all that is left, by age; `credits` all that is in the customer's favour; `disputed`,
    `elsewhere` (with those who collect for us) and `pulled` (we collect it by direct debit or draft) are set
    aside. `due` is what of `amount` has fallen due.
    """

    currency: str
    ages: tuple[Decimal, ...]
    credits: Decimal
    disputed: Decimal
    elsewhere: Decimal
    pulled: Decimal
    due: Decimal

    @property
    def total(self) -> Decimal:
        """All that is left on the invoices."""
        return sum(self.ages, ZERO)

    @property
    def amount(self) -> Decimal:
        """What is to be paid; negative when the customer is in credit."""
        return self.total - self.disputed - self.elsewhere - self.pulled - self.credits

    @property
    def bare(self) -> bool:
        """Whether nothing is taken off: what is left is what is to be paid."""
        return not (self.credits or self.disputed or self.elsewhere or self.pulled)


def nets(statement: Statement) -> tuple[Net, ...]:
    """Return what is to be paid in each currency, euros first; credits go against what is due first."""
    by_age = ageing(statement.items, statement.on)
    codes = {*by_age, *(credit.currency for credit in statement.credits)}
    return tuple(_net(statement, code, by_age.get(code, NO_AGE)) for code in currencies(codes))


def covered_items(statement: Statement) -> dict[int, str]:
    """Return the late items that what is in the customer's favour covers whole, oldest first (SCHEDULE 7).

    With the number of the credit note when there is one credit alone, else nothing.
    """
    left: dict[str, Decimal] = {}
    numbers: dict[str, list[str]] = {}
    for credit in statement.credits:
        left[credit.currency] = left.get(credit.currency, ZERO) + credit.amount
        numbers.setdefault(credit.currency, []).append(credit.number or "")
    covered = {}
    for item in sorted(statement.items, key=lambda item: (item.due_date, item.number)):
        if item.days_late(statement.on) > 0 and ZERO < item.asked <= left.get(item.currency, ZERO):
            left[item.currency] -= item.asked
            covered[item.id] = numbers[item.currency][0] if len(numbers[item.currency]) == 1 else ""
    return covered


def _net(statement: Statement, code: str, ages: tuple[Decimal, ...]) -> Net:
    items = [item for item in statement.items if item.currency == code]
    taken = sum((each.amount for each in statement.credits if each.currency == code), ZERO)
    late = sum((item.asked for item in items if item.days_late(statement.on) > 0), ZERO)
    return Net(
        currency=code,
        ages=ages,
        credits=taken,
        disputed=sum((min(item.disputed, item.left) for item in items if not item.handed_over), ZERO),
        elsewhere=sum((item.left for item in items if item.handed_over), ZERO),
        pulled=sum((item.undisputed for item in items if item.pulled and not item.handed_over), ZERO),
        due=max(late - taken, ZERO),
    )


def currencies(amounts: Mapping[str, object] | Iterable[str]) -> list[str]:
    """Return currency codes in the order in which they are shown: euros first."""
    return sorted(amounts, key=lambda code: (code != "EUR", code))


def period_of(day: date) -> str:
    """Return the name of the month of `day`, by which a monthly statement is unique: `2026-04`."""
    return f"{day.year:04d}-{day.month:02d}"


def period_start(day: date) -> date:
    """Return the day from which a statement of `day` tells what moved: the first of the month before."""
    return (day.replace(day=1) - ONE_DAY).replace(day=1)


def first_open_day(day: date, calendar: Calendar) -> date:
    """Return the day on which the monthly statements of the month of `day` leave: its first open day."""
    return calendar.next_open(day.replace(day=1))
