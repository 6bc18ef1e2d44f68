"""What an import asks people: invoices gone from a complete file, and those paid here but not in the file."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from receivables.acts import Act
from receivables.codes.roles import Role
from receivables.codes.tasks import TaskKind, TaskState
from store.books import Books
from store.db.tables import CreditNote, Customer, Invoice, Task, TaskItem
from store.imports.books import bulk
from store.imports.books.bulk import Trace
from store.imports.report import Findings, ImportReport
from store.traces.accounts import InvoiceGone
from store.traces.tasks import TaskOpened

_WAIT_DAYS = 5


def ask_about_unpaid(b: Books, by_customer: Mapping[int, Sequence[int]], trace: Trace) -> None:
    """Ask, once for each invoice ever, about those that the file shows less paid than the books do."""
    asked: set[int] = set()
    for batch in bulk.batches([id_ for ids in by_customer.values() for id_ in ids]):
        asked |= set(
            b.session.scalars(
                select(TaskItem.invoice_id)
                .join(Task, Task.id == TaskItem.task_id)
                .where(Task.kind == TaskKind.PAID_SHOWN_UNPAID, TaskItem.invoice_id.in_(batch))
            )
        )
    left = {customer: [id_ for id_ in ids if id_ not in asked] for customer, ids in by_customer.items()}
    ask(b, TaskKind.PAID_SHOWN_UNPAID, {customer: ids for customer, ids in left.items() if ids}, trace)


def mark_gone(b: Books, seen: set[int], trace: Trace, report: ImportReport) -> tuple[list[int], set[int]]:
    """Hold the open invoices that a complete file no longer shows, and ask about them; delete nothing.

    Returns the ids of the invoices and of their customers.
    """
    target = bulk.table(Invoice)
    query = select(target.c.id, target.c.number, target.c.customer_id).where(
        target.c.company_id == b.company_id,
        target.c.outstanding > 0,
        target.c.gone_at.is_(None),
        target.c.withdrawn_at.is_(None),
        target.c.written_off_at.is_(None),
        target.c.handed_over_at.is_(None),
    )
    gone = [row for row in b.session.execute(query.order_by(target.c.number)) if row.id not in seen]
    bulk.change(b, Invoice, [{"id": row.id, "gone_at": trace.at} for row in gone])
    by_customer: dict[int, list[int]] = defaultdict(list)
    for row in gone:
        report.gone.append(row.number)
        by_customer[row.customer_id].append(row.id)
        trace.line(
            Act.INVOICE_GONE, InvoiceGone(number=row.number), customer_id=row.customer_id, invoice_id=row.id
        )
    ask(b, TaskKind.GONE, by_customer, trace)
    return [row.id for row in gone], set(by_customer)


def note_missing_credit(b: Books, seen: set[str], findings: Findings) -> None:
    """Note the open credit notes that a complete file no longer shows: they still hold reminders back."""
    target = bulk.table(CreditNote)
    query = select(target.c.number).where(
        target.c.company_id == b.company_id, target.c.open > 0, target.c.undone_at.is_(None)
    )
    for number in b.session.scalars(query.order_by(target.c.number)):
        if number not in seen:
            findings.notice("credit_note_missing", value=number)


def close_answered(b: Books, back: Sequence[int], trace: Trace) -> None:
    """Close the questions about invoices gone once all of theirs are back."""
    for batch in bulk.batches(back):
        about = select(TaskItem.task_id).where(TaskItem.invoice_id.in_(batch))
        still = (
            select(TaskItem.task_id)
            .join(Invoice, Invoice.id == TaskItem.invoice_id)
            .where(TaskItem.task_id == Task.id, Invoice.gone_at.is_not(None))
        )
        b.session.execute(
            update(Task)
            .where(
                Task.company_id == b.company_id,
                Task.kind == TaskKind.GONE,
                Task.state == TaskState.OPEN,
                Task.id.in_(about),
                ~still.exists(),
            )
            .values(state=TaskState.DONE, outcome="back", closed_by=trace.by, closed_at=trace.at)
            .execution_options(synchronize_session=False)
        )


def ask(b: Books, kind: TaskKind, by_customer: Mapping[int, Sequence[int]], trace: Trace) -> None:
    """Open one task a customer, for its owner and the finance team."""
    if not by_customer:
        return
    owners = _owners(b, list(by_customer))
    today = b.today(trace.at)
    rows = [
        {
            "company_id": b.company_id,
            "customer_id": customer,
            "kind": kind,
            "opened_at": trace.at,
            "opened_on": today,
            "wait_days": _WAIT_DAYS,
            "owner": owners.get(customer),
            "role": Role.FINANCE,
            "state": TaskState.OPEN,
        }
        for customer in by_customer
    ]
    items = []
    for (customer, ids), task in zip(by_customer.items(), bulk.add_for_ids(b, Task, rows), strict=True):
        items += [{"task_id": task, "invoice_id": id_, "slot": None} for id_ in ids]
        told = TaskOpened(task_id=task, kind=kind, invoice_ids=tuple(ids))
        trace.line(Act.TASK_OPENED, told, customer_id=customer, invoice_id=ids[0] if len(ids) == 1 else None)
    bulk.add(b, TaskItem, items)


def _owners(b: Books, customer_ids: Sequence[int]) -> dict[int, str | None]:
    target = bulk.table(Customer)
    found: dict[int, str | None] = {}
    for batch in bulk.batches(customer_ids):
        query = select(target.c.id, target.c.owner).where(target.c.id.in_(batch))
        found |= {row.id: row.owner for row in b.session.execute(query)}
    return found
