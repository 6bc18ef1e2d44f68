"""What customers with a SIREN are, asked once for a file; and who is still on the company's own schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from receivables.acts import Act
from receivables.codes.customers import CustomerKind
from receivables.codes.tasks import TaskKind, TaskState
from receivables.errors import Refused
from receivables.kinds import told_by_siren
from store import journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Customer, JournalLine, Task
from store.tasks import acts as tasks
from store.traces.claims import KindsSaid

MADE_FOR = {"public": CustomerKind.PUBLIC, "particulier": CustomerKind.CONSUMER}
"""The shipped schedules that are made for others than businesses."""


@dataclass(frozen=True, slots=True)
class OnOwnSchedule:
    """A public body or a consumer that is reminded by the company's own schedule, made for businesses."""

    customer_id: int
    customer: str
    kind: CustomerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class KindsOutcome:
    """What was answered of how many customers; `kind` None: they stay unknown."""

    entry_id: int
    kind: CustomerKind | None
    customers: int


def unknown_with_siren(b: Books) -> list[Customer]:
    """Return the customers of whom only a SIREN is known that tells nothing, by name."""
    rows = b.session.scalars(
        select(Customer)
        .where(Customer.company_id == b.company_id, Customer.kind.is_(None), Customer.siren.is_not(None))
        .order_by(Customer.name, Customer.id)
    )
    return [row for row in rows if told_by_siren(row.siren) is None]


def asked_about(b: Books) -> list[Customer]:
    """Return the customers that the open question is about."""
    return [row for row in unknown_with_siren(b) if row.kind_asked_at is not None]


def say(b: Books, task_id: int, *, business: bool, by: str, at: datetime) -> KindsOutcome:
    """Answer whether the customers asked about are businesses; one journal line. They stay unknown on no.

    Raises Refused when the question is closed.
    """
    locks.company(b)
    task = b.session.get(Task, task_id)
    if task is None or task.company_id != b.company_id or task.kind != TaskKind.KIND_ASKED:
        raise Refused("tasks.absent")
    if task.state != TaskState.OPEN:
        raise Refused("kinds.answered")
    return say_of(b, asked_about(b), business=business, by=by, at=at)


def say_of(b: Books, about: Sequence[Customer], *, business: bool, by: str, at: datetime) -> KindsOutcome:
    """Say whether these customers are businesses, which ends an open question; one journal line."""
    for row in about if business else ():
        row.kind = CustomerKind.BUSINESS
        accounts.touch(b, row.id)
    b.session.flush()
    closed = [task.id for task in _open_questions(b)]
    tasks.answer(b, closed, by=by, at=at)
    kind = CustomerKind.BUSINESS if business else None
    ids = tuple(row.id for row in about) if business else ()
    told = KindsSaid(kind=kind, customer_ids=ids, task_ids=tuple(closed))
    entry_id = journal.write(b, Act.KINDS_SAID, told, by=by, at=at)
    return KindsOutcome(entry_id=entry_id, kind=kind, customers=len(about))


def ask(b: Books, about: Sequence[Customer], *, at: datetime) -> None:
    """Ask finance whether these customers are businesses: one question stands at a time."""
    for row in about:
        row.kind_asked_at = row.kind_asked_at or at
    b.session.flush()
    if not _open_questions(b):
        tasks.open_task(b, kind=TaskKind.KIND_ASKED, customer_id=None, at=at)


def _open_questions(b: Books) -> Sequence[Task]:
    return b.session.scalars(
        select(Task)
        .where(Task.company_id == b.company_id, Task.kind == TaskKind.KIND_ASKED)
        .where(Task.state == TaskState.OPEN)
        .order_by(Task.id)
    ).all()


def undo_said(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take an answer back: the customers are unknown again, and asked about."""
    told = journal.data(line, KindsSaid)
    for customer_id in told.customer_ids:
        row = locks.customer(b, customer_id)
        if row.kind == told.kind:
            row.kind = None
        accounts.touch(b, customer_id)
    tasks.revive(b, told.task_ids, at=at)


def answered_before(b: Books) -> bool | None:
    """Return what was last answered for this company's files; None when nobody has yet."""
    undoing = aliased(JournalLine)
    undone = select(undoing.id).where(undoing.undoes_id == JournalLine.id)
    line = b.session.scalars(
        select(JournalLine)
        .where(JournalLine.company_id == b.company_id, JournalLine.act == Act.KINDS_SAID, ~undone.exists())
        .order_by(JournalLine.id.desc())
        .limit(1)
    ).one_or_none()
    return None if line is None else journal.data(line, KindsSaid).kind is not None


def on_own_schedule(b: Books) -> list[OnOwnSchedule]:
    """Return the public bodies and consumers without a schedule of their own, by name.

    Nobody is named when the company's own schedule is the one made for them.
    """
    public = or_(Customer.siren.like("1%"), Customer.siren.like("2%"))
    rows = b.session.execute(
        select(Customer.id, Customer.name, Customer.kind)
        .where(Customer.company_id == b.company_id, Customer.policy.is_(None))
        .where(
            or_(
                Customer.kind.in_([CustomerKind.PUBLIC, CustomerKind.CONSUMER]),
                Customer.kind.is_(None) & public,
            )
        )
        .order_by(Customer.name, Customer.id)
    )
    made_for = MADE_FOR.get(b.company.policy)
    found = (OnOwnSchedule(id_, name, kind or CustomerKind.PUBLIC) for id_, name, kind in rows)
    return [each for each in found if each.kind is not made_for]
