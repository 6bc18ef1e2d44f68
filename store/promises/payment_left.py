"""« The payment has left »: it holds for some days, and is not believed twice without money (SCHEDULE 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select

from receivables.acts import Act
from receivables.codes.agreements import PromiseEnd
from receivables.codes.tasks import TaskKind
from receivables.money import total
from receivables.people import Automaton
from store import dependents, journal, locks
from store.books import Books
from store.db.tables import Allocation, Customer, Invoice, JournalLine, Promise, Task
from store.invoices import settling
from store.promises import putting
from store.reminders import task_marks
from store.tasks import acts as tasks
from store.traces.about import AboutTask
from store.traces.agreements import PaymentLeft, PaymentLeftTold, PromisePut

COMES_WITHIN = 3
"""Open days that a payment takes to be seen, once it has left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftPut:
    """What the word that a payment has left brought about, by the numbers of the invoices.

    `until`: the last day on which it holds, None where it holds nothing. `again`: said before, without money
    since. `planned`: a payment plan runs there, and holds already.
    """

    puts: tuple[PromisePut, ...] = ()
    until: date | None = None
    again: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    task_id: int | None = None
    owner: str | None = None
    called_off: int = 0

    @property
    def record(self) -> PaymentLeft:
        """What undoing needs, for the journal."""
        return PaymentLeft(puts=self.puts, task_id=self.task_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutcome:
    """The word that the payment of invoices has left, as noted. `entry_id` None: it said nothing new."""

    entry_id: int | None
    customer_id: int
    customer: str
    invoice_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    left: LeftPut


def note(b: Books, invoice_ids: Sequence[int], *, by: str, at: datetime) -> LeftOutcome:
    """Note that the payment of some invoices of one customer has left; one journal line.

    From a file (`by` the import) the same word again says nothing. Raises AlreadySettled, Refused.
    """
    rows = [locks.invoice(b, id_) for id_ in dict.fromkeys(invoice_ids)]
    for row in rows:
        settling.refuse_settled(b, row)
    putting.refuse_apart(rows)
    fresh = [row for row in rows if by != Automaton.IMPORT or not _said_by_file(b, row)]
    left = put(b, fresh, by=by, at=at)
    entry_id = None
    if fresh:
        entry_id = journal.write(
            b,
            Act.PROMISE_PAYMENT_LEFT,
            PaymentLeftTold(
                left=left.record,
                number=", ".join(row.number for row in fresh),
                amount=total(row.outstanding for row in fresh),
                currency=rows[0].currency,
            ),
            by=by,
            at=at,
            customer_id=rows[0].customer_id,
            invoice_id=fresh[0].id if len(fresh) == 1 else None,
        )
    return LeftOutcome(
        entry_id=entry_id,
        customer_id=rows[0].customer_id,
        customer=b.session.get_one(Customer, rows[0].customer_id).name,
        invoice_ids=tuple(row.id for row in rows),
        numbers=tuple(row.number for row in rows),
        left=left,
    )


def put(b: Books, invoices: Sequence[Invoice], *, by: str, at: datetime) -> LeftPut:
    """Put the word in the books, for the acts that tell of it; they write the journal line.

    On each invoice with something left: a promise of all of it, dated the third open day after, which
    replaces those of an earlier day. Where it was said before without money since: no new hold, but a task to
    ask for the transfer order.
    """
    today = b.today(at)
    day = b.company.calendar.add_open(today, COMES_WITHIN)
    made: list[tuple[Promise, tuple[Promise, ...]]] = []
    again: list[Invoice] = []
    planned: list[str] = []
    called_off = 0
    for invoice in (each for each in invoices if each.outstanding > 0):
        if putting.planned(b, invoice, today) is not None:
            planned.append(invoice.number)
        elif said_before(b, invoice) is not None:
            again.append(invoice)
            made.append((_repeated(b, invoice, day, by, at), ()))
        else:
            made.append(_held(b, invoice, day, by, at))
            called_off += putting.call_off(b, invoice, today, at, early=True)
    b.session.flush()
    holding = [row for row, _ in made if row.ended_how is None]
    task = _ask_for_order(b, again, at) if again else None
    return LeftPut(
        puts=tuple(putting.trace(row, replaced) for row, replaced in made),
        until=max((putting.holds_until(b, row) for row in holding), default=None),
        again=tuple(each.number for each in again),
        planned=tuple(planned),
        task_id=task.id if task else None,
        owner=task.owner if task else None,
        called_off=called_off,
    )


def said_before(b: Books, invoice: Invoice) -> Promise | None:
    """Return the last word that the payment of an invoice had left, unless money came in since."""
    return b.session.scalars(
        select(Promise)
        .where(Promise.company_id == b.company_id, Promise.invoice_id == invoice.id)
        .where(Promise.payment_left.is_(True), ~_money_since())
        .where(
            Promise.ended_how.is_(None) | Promise.ended_how.not_in([PromiseEnd.UNDONE, PromiseEnd.CORRECTED])
        )
        .order_by(Promise.id.desc())
        .limit(1)
    ).one_or_none()


def repeated(b: Books, customer_ids: Sequence[int]) -> list[Promise]:
    """Return the words that payments had left which were said again, no money having come in since; by id."""
    return list(
        b.session.scalars(
            select(Promise)
            .where(Promise.company_id == b.company_id, Promise.customer_id.in_(customer_ids))
            .where(Promise.ended_how == PromiseEnd.REPEATED, ~_money_since())
            .order_by(Promise.id)
        )
    )


def _money_since() -> ColumnElement[bool]:
    """Return the condition that money, or a credit, was set against the invoice since the word was given."""
    return exists().where(
        Allocation.invoice_id == Promise.invoice_id,
        Allocation.undone_at.is_(None),
        Allocation.at >= Promise.made_at,
    )


def _said_by_file(b: Books, invoice: Invoice) -> bool:
    earlier = said_before(b, invoice)
    return earlier is not None and earlier.made_by == Automaton.IMPORT


def _held(
    b: Books, invoice: Invoice, day: date, by: str, at: datetime
) -> tuple[Promise, tuple[Promise, ...]]:
    running = putting.live(b, invoice.id, b.today(at))
    replaced = tuple(each for each in running if each.payment_left or each.date < day)
    for each in replaced:
        each.ended_at, each.ended_how = at, PromiseEnd.OVERTAKEN
    row = putting.new_row(b, invoice, amount=invoice.outstanding, on=day, by=by, at=at, left=True)
    return row, replaced


def _repeated(b: Books, invoice: Invoice, day: date, by: str, at: datetime) -> Promise:
    row = putting.new_row(b, invoice, amount=invoice.outstanding, on=day, by=by, at=at, left=True)
    row.ended_at, row.ended_how = at, PromiseEnd.REPEATED
    settling.touch(b, invoice.customer_id)
    return row


def _ask_for_order(b: Books, invoices: Sequence[Invoice], at: datetime) -> Task | None:
    """Open a task to ask for the transfer order, for the invoices about which nobody is asked already."""
    unasked = [each for each in invoices if tasks.open_about(b, each.id, TaskKind.TRANSFER_ORDER) is None]
    if not unasked:
        return None
    customer = b.session.get_one(Customer, unasked[0].customer_id)
    task = tasks.put(
        b,
        kind=TaskKind.TRANSFER_ORDER,
        customer_id=customer.id,
        invoice_ids=[each.id for each in unasked],
        owner=customer.owner,
        at=at,
    )
    task_marks.say(b, at=at)
    return task


def undo_noted(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take the word back. Raises Refused when a promise replaced it, or its task was closed, since."""
    take_back(b, line, journal.data(line, PaymentLeftTold).left, at=at)


def take_back(b: Books, line: JournalLine, left: PaymentLeft, *, at: datetime) -> None:
    """Undo what `put` did in the act of `line`."""
    if left.task_id is not None:
        dependents.refuse(
            b, line, lambda _, later: isinstance(later, AboutTask) and later.task_id == left.task_id
        )
        tasks.withdraw(b, [left.task_id], by=line.by, at=at)
    putting.take_back(b, line, left.puts, at=at)
