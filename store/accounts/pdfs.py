"""Which invoices wait for their PDF before they are sent on their issue day (B1)."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select

from receivables.codes.steps import Attach
from receivables.codes.tasks import TaskKind, TaskState
from receivables.policy import Policy, Step
from store.accounts import invoice_files
from store.books import Books
from store.db.tables import Customer, Invoice, StepDone, Task, TaskItem


def requiring(policy: Policy) -> Step | None:
    """Return the step by which a policy sends invoices with their PDF, if it has one."""
    return next((step for step in policy.issuing if step.attach == Attach.INVOICE), None)


def of_customers(b: Books, customer_ids: Sequence[int], today: date) -> dict[int, bool]:
    """Return the invoices still to be sent on their issue, whose PDF is missing and not given up on."""
    policies = {key for key, policy in b.company.policies.items() if requiring(policy) is not None}
    if not policies:
        return {}
    sent = select(StepDone.id).where(
        StepDone.invoice_id == Invoice.id, StepDone.from_issue.is_(True), StepDone.undone_at.is_(None)
    )
    statement = (
        select(Invoice.id, Invoice.pdf_path, Customer.policy)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Invoice.company_id == b.company_id, Invoice.customer_id.in_(customer_ids))
        .where(Invoice.outstanding > 0, Invoice.due_date >= today, Invoice.issue_date.is_not(None))
        .where(~sent.exists())
    )
    found = [
        key
        for key, path, policy in b.session.execute(statement)
        if b.company.policy_for(policy).key in policies and missing(b, path)
    ]
    return dict.fromkeys(set(found) - given_up(b, found), True)


def missing(b: Books, path: str | None) -> bool:
    """Whether a PDF that should be there is not, or may not be sent."""
    return invoice_files.expected(b.company, path) and invoice_files.trouble(b.company, path) is not None


def given_up(b: Books, invoice_ids: Collection[int]) -> set[int]:
    """Return those of these invoices that a person has said to send without their PDF."""
    if not invoice_ids:
        return set()
    statement = (
        select(TaskItem.invoice_id)
        .join(Task, Task.id == TaskItem.task_id)
        .where(
            Task.company_id == b.company_id, Task.kind == TaskKind.MISSING_PDF, Task.state == TaskState.DONE
        )
        .where(TaskItem.invoice_id.in_(invoice_ids))
    )
    return set(b.session.scalars(statement))
