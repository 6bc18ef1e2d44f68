"""Statements of account: planned once a month, or asked for by a person (D2, SCHEDULE 4, 6, 24)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select

from receivables.acts import Act
from receivables.codes.customers import StatementRhythm
from receivables.codes.messages import MessageKind, MessageState, Origin
from receivables.codes.reasons import Obstacle, Reason, Why, lasting
from receivables.company import Mode
from receivables.errors import Refused
from receivables.statements import STATEMENT_STEP, Statement, first_open_day, period_of, period_start
from store import journal, locks, payers
from store.accounts import facts as accounts
from store.books import Books
from store.courtesies import acts as courtesies
from store.courtesies import statement_rows
from store.courtesies.acts import Draft
from store.db.tables import Customer, JournalLine, Reminder, Run
from store.health import runs
from store.reminders import acts as reminders
from store.reminders import copies
from store.traces.messages import StatementByHand

JOB = "statements"
BEGIN_WITHIN = 5
"""Open days after the first of the month on which the month's statements may still begin, after an outage."""
_NOT_RETRIED = frozenset({Mode.DRAFT.value, Mode.MANUAL.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementAsked:
    """A statement that leaves within the minute."""

    entry_id: int
    reminder_id: int
    customer: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementShown:
    """A statement as it would leave now. `warnings` are reason codes; `refusal` a sentence."""

    customer_id: int
    customer: str
    statement: Statement
    to: tuple[str, ...]
    warnings: tuple[Why, ...]
    refusal: str | None


def plan(b: Books, day: date, *, at: datetime, busy: Collection[int]) -> int:
    """Plan the month's statements that leave on the open day `day`; return how many.

    The first time in the month that is everyone who gets them; later those that had to wait: for a day
    without another message (`busy` are the customers who get one), the end of a pause, a read reply.
    """
    run, asked = _run(b, day, at)
    if run is None:
        return 0
    waiting: dict[str, str] = {}
    count = 0
    for start in range(0, len(asked), accounts.BATCH):
        batch = asked[start : start + accounts.BATCH]
        held: dict[int, Why] = {**courtesies.holds(b, batch, now=at)}
        held |= dict.fromkeys(set(batch) & set(busy), Obstacle.MESSAGE_TODAY)
        waiting |= {str(key): held[key] for key in batch if key in held and not lasting(held[key])}
        count += _write(b, [key for key in batch if key not in held], day, at)
    run.data = {"mode": b.company.mode.value, "waiting": waiting}
    return count


def _run(b: Books, day: date, at: datetime) -> tuple[Run | None, list[int]]:
    """Return the month's job, begun if need be, and the customers to look at; None when it is over."""
    period = period_of(day)
    if runs.begin(b, JOB, period, at=at, data={"mode": b.company.mode.value, "waiting": {}}):
        last = b.company.calendar.add_open(first_open_day(day, b.company.calendar), BEGIN_WITHIN)
        return _row(b, period), _everyone(b) if day <= last else []
    run = _row(b, period)
    if run.data.get("mode") in _NOT_RETRIED or b.company.mode.value in _NOT_RETRIED:
        return None, []
    waiting = {int(key) for key in run.data.get("waiting", {})}
    return run, sorted((waiting | _called_off(b, day)) & set(_everyone(b)))


def _row(b: Books, period: str) -> Run:
    own = Run.company_id == b.company_id, Run.job == JOB, Run.period == period
    return b.session.scalars(select(Run).where(*own).with_for_update()).one()


def _everyone(b: Books) -> list[int]:
    """Return the customers who get a monthly statement: their own setting, else the company's.

    For whom another pays gets none: the payer's is of them all.
    """
    wanted = func.coalesce(Customer.statement, b.company.statements) == StatementRhythm.MONTHLY
    own = Customer.company_id == b.company_id, Customer.payer_id.is_(None), wanted
    return list(b.session.scalars(select(Customer.id).where(*own).order_by(Customer.id)))


def _called_off(b: Books, day: date) -> set[int]:
    """Return the customers whose statement of this month was planned and could not leave."""
    statement = select(Reminder.customer_id).where(
        Reminder.company_id == b.company_id,
        Reminder.kind == MessageKind.STATEMENT,
        Reminder.origin == Origin.CLOCK,
        Reminder.state == MessageState.CANCELLED,
        Reminder.day >= day.replace(day=1),
        Reminder.day < day,
    )
    return set(b.session.scalars(statement))


def _write(b: Books, ids: Sequence[int], day: date, at: datetime) -> int:
    since = period_start(day)
    found = statement_rows.statements_of(b, ids, since=since, on=day)
    trial = ":sandbox" if b.company.mode is Mode.SANDBOX else ""
    data = {"period": period_of(day), "since": since.isoformat()}
    drafts = [
        Draft(key, f"{key}:{data['period']}:{MessageKind.STATEMENT}{trial}", data)
        for key in ids
        if found[key].worth_sending
    ]
    return courtesies.plan_courtesies(b, drafts, STATEMENT_STEP, MessageKind.STATEMENT, day=day, at=at)


def show(b: Books, customer_id: int, *, now: datetime) -> StatementShown:
    """Return the statement that would leave now, to whom, and what speaks against it. Changes nothing.

    It is the payer's, where another pays for the customer.
    """
    customer_id = payers.payer_of(b, customer_id)
    customer = b.session.get(Customer, customer_id)
    if customer is None or customer.company_id != b.company_id:
        raise Refused("customers.absent")
    today = b.today(now)
    statement = statement_rows.statements_of(b, [customer_id], since=period_start(today), on=today)[
        customer_id
    ]
    _, to = courtesies.row_by_hand(
        b, Draft(customer_id, ""), STATEMENT_STEP, MessageKind.STATEMENT, by="", at=now
    )
    held = courtesies.holds(b, [customer_id], now=now).get(customer_id)
    found: list[Why] = [held] if held else []
    if customer_id in courtesies.busy(b, today):
        found.append(Obstacle.SENT_TODAY)
    return StatementShown(
        customer_id=customer_id,
        customer=customer.name,
        statement=statement,
        to=tuple(to),
        warnings=tuple(code for code in found if code != Reason.NO_ADDRESS),
        refusal=_refusal(b, statement, to),
    )


def _refusal(b: Books, statement: Statement, to: Sequence[str]) -> str | None:
    if b.company.mode is Mode.DRAFT:
        return "statements.draft_mode"
    if not statement.worth_sending:
        return "statements.nothing_to_state"
    if not to:
        return "statements.no_address"
    if courtesies.still_planned(b, statement.customer_id, MessageKind.STATEMENT):
        return "statements.waits_already"
    return None


def ask(b: Books, customer_id: int, *, by: str, at: datetime) -> StatementAsked:
    """Send the customer's statement now: a planned row due now; one journal line, undone until it leaves.

    Raises Refused in draft mode, without an address, when there is nothing to tell, or when one waits.
    """
    customer_id = payers.payer_of(b, customer_id)
    locks.customer(b, customer_id)
    found = show(b, customer_id, now=at)
    if found.refusal is not None:
        raise Refused(found.refusal)
    data = {"since": found.statement.since.isoformat()}
    draft = Draft(customer_id, "", data)
    row, to = courtesies.row_by_hand(b, draft, STATEMENT_STEP, MessageKind.STATEMENT, by=by, at=at)
    reminder_id = b.session.scalars(insert(Reminder).returning(Reminder.id), [row]).one()
    copies.plan(b, {reminder_id: to})
    told = StatementByHand(reminder_id=reminder_id, warnings=tuple(found.warnings))
    entry = journal.write(b, Act.STATEMENT_ASKED, told, by=by, at=at, customer_id=customer_id)
    return StatementAsked(entry_id=entry, reminder_id=reminder_id, customer=found.customer, to=found.to)


def undo_asked(b: Books, line: JournalLine, *, at: datetime) -> None:  # noqa: ARG001 - as every undo
    """Call a statement off that has not left. Raises Refused once it is on its way."""
    if not reminders.cancel(b, journal.data(line, StatementByHand).reminder_id, reason=Obstacle.UNDONE):
        raise Refused("statements.mail_left")
