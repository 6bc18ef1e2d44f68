"""What the team of the example company did in the weeks before: payments, calls, promises, disputes.

Each deed is one act of the books, done at its own instant by the person named, as it would be in Slack.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from message_templates.catalogue import TEAM, tell
from receivables.calendar.workdays import Calendar
from receivables.codes.calls import CallResult
from receivables.codes.disputes import DisputeKind
from receivables.codes.payments import Means
from relance.demo.company_data import Bill, Ledger
from store import pauses
from store.books import Books
from store.calls import acts as calls
from store.credits import acts as to_credit
from store.disputes import acts as disputes
from store.invoices import acts as invoices
from store.payments import acts as payments
from store.promises import acts as promises

MARIE, PAUL, SOPHIE, KARIM = "U0MARIE", "U0PAUL", "U0SOPHIE", "U0KARIM"
Act = Callable[[Books, datetime], object]


@dataclass(frozen=True, slots=True)
class Deed:
    """One act on a local day; `act` takes the books and the instant."""

    day: date
    act: Act


def by_day(ledger: Ledger, calendar: Calendar, *, since: date) -> dict[date, list[Deed]]:
    """Return all that is done on each day after `since`, the day of the first import.

    That is the weeks before the demonstration, and the usual payments of the weeks to come.
    """
    paid = [(bill, bill.paid_on) for bill in ledger.bills if bill.paid_on and bill.paid_on > since]
    usual = [Deed(on, _paid(bill)) for bill, on in paid]
    told = [Deed(_open_day(ledger.today, ago, calendar), act) for ago, act in _particular_cases(ledger)]
    days: dict[date, list[Deed]] = {}
    for deed in [*usual, *told]:
        days.setdefault(deed.day, []).append(deed)
    return days


def _open_day(today: date, ago: int, calendar: Calendar) -> date:
    """Return an open day about `ago` days back: later than a closed one, but never the day itself."""
    day = calendar.next_open(today - timedelta(days=ago))
    return day if day < today else calendar.previous_open(today - timedelta(days=1))


def _particular_cases(ledger: Ledger) -> list[tuple[int, Act]]:
    """Return the particular cases: how many days ago, and what was done."""
    bill, today = ledger.of, ledger.today
    return [
        (15, _promised(bill("C002"), SOPHIE, today - timedelta(days=8))),
        (1, _called(bill("C003"), SOPHIE, CallResult.VOICEMAIL, tell("demo.voicemail", TEAM))),
        (10, _called(bill("C004"), SOPHIE, CallResult.REACHED, tell("demo.signature", TEAM))),
        (10, _called(bill("C005"), KARIM, CallResult.WAITING_APPROVAL, tell("demo.accountant", TEAM))),
        (14, _disputed(bill("C010"), KARIM, tell("demo.paint", TEAM))),
        (4, _promised(bill("C011"), SOPHIE, today + timedelta(days=5))),
        (12, _paused(bill("C012"), PAUL, today + timedelta(days=11))),
        (9, _credited(bill("C015"), Decimal("1488.00"))),
        (10, _paid(bill("C016"), Decimal("8000.00"))),
        (11, _paid(bill("C017"), Decimal("3120.00"))),
        (6, _paid(bill("C020"), Decimal("1736.80"))),
        (18, _promised(bill("C018", 1), SOPHIE, today - timedelta(days=14), Decimal("5000.00"))),
        (14, _paid(bill("C018", 1), Decimal("5000.00"))),
        (
            11,
            _called(bill("C019", 2), KARIM, CallResult.REACHED, tell("demo.deposits", TEAM)),
        ),
        (1, _paid(bill("C023", 1))),
    ]


def _id(b: Books, bill: Bill) -> int:
    return invoices.find(b, bill.number).id


def _paid(bill: Bill, amount: Decimal | None = None) -> Act:
    """Money came in by transfer on that very day; no amount: all that is left."""

    def act(b: Books, at: datetime) -> object:
        return payments.record(
            b, _id(b, bill), amount=amount, received_on=b.today(at), means=Means.TRANSFER, by=MARIE, at=at
        )

    return act


def _promised(bill: Bill, by: str, on: date, amount: Decimal | None = None) -> Act:
    def act(b: Books, at: datetime) -> object:
        return promises.make(b, _id(b, bill), amount=amount, date=on, by=by, at=at)

    return act


def _called(bill: Bill, by: str, outcome: CallResult, note: str) -> Act:
    def act(b: Books, at: datetime) -> object:
        return calls.log(
            b, _id(b, bill), contact=bill.client.contact, outcome=outcome, note=note, by=by, at=at
        )

    return act


def _disputed(bill: Bill, by: str, note: str) -> Act:
    def act(b: Books, at: datetime) -> object:
        return disputes.open_dispute(b, _id(b, bill), kind=DisputeKind.QUALITY, note=note, by=by, at=at)

    return act


def _paused(bill: Bill, by: str, until: date) -> Act:
    def act(b: Books, at: datetime) -> object:
        customer = invoices.find(b, bill.number).customer_id
        return pauses.pause(
            b, customer_id=customer, until=until, reason=tell("demo.season", TEAM), by=by, at=at
        )

    return act


def _credited(bill: Bill, amount: Decimal) -> Act:
    """A credit note not yet set against anything."""

    def act(b: Books, at: datetime) -> object:
        found = invoices.find(b, bill.number)
        return to_credit.add_credit_note(
            b, found.customer_id, number="AV-12", amount=amount, currency=found.currency,
            issue_date=b.today(at), by=MARIE, at=at,
        )  # fmt: skip

    return act


def office_hour(rank: int) -> time:
    """Return the time of the day's n-th act: people work in the afternoon, one after the other."""
    return time(14 + rank // 12 % 4, rank % 12 * 5)
