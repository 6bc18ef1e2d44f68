"""What an import asks about early-payment discounts: money in time that left nothing but the discount."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from receivables.codes.tasks import TaskKind
from store import discounts
from store.books import Books
from store.db.tables import Customer, Invoice, Task, TaskItem
from store.imports.books import bulk, questions
from store.imports.books.bulk import Trace


def ask_about_discounts(b: Books, customers: Iterable[int], trace: Trace) -> None:
    """Open a task, once for each invoice ever, where a discount is earned: nothing is granted by itself."""
    found: dict[int, list[int]] = defaultdict(list)
    for batch in bulk.batches(sorted(customers)):
        asked = (
            select(TaskItem.invoice_id)
            .join(Task, Task.id == TaskItem.task_id)
            .where(Task.kind == TaskKind.DISCOUNT_EARNED)
        )
        rows = b.session.execute(
            select(Invoice.id, Invoice.customer_id)
            .join(Customer, Customer.id == Invoice.customer_id)
            .where(
                Invoice.company_id == b.company_id,
                Invoice.customer_id.in_(batch),
                Customer.discount_rate.is_not(None),
                Invoice.outstanding > 0,
                Invoice.outstanding < Invoice.amount,
                Invoice.id.not_in(asked),
            )
            .order_by(Invoice.id)
        )
        for invoice_id, customer_id in rows.all():
            if discounts.of_invoice(b, invoice_id).earned:
                found[customer_id].append(invoice_id)
    questions.ask(b, TaskKind.DISCOUNT_EARNED, found, trace)
