"""Addresses that are written to no more, for whatever cause, and the one task that asks for another.

What a file brings, what a server refuses and what a report of delivery says all end here.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from receivables.addresses import fault
from receivables.codes.roles import Role
from receivables.codes.tasks import TaskKind, TaskOutcome
from receivables.company import Mode
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Contact, Customer, Invoice
from store.reminders import task_marks
from store.reminders.copies import as_handed
from store.tasks import acts as tasks
from store.tasks import causes

REASON = 300
_TOLD = 10


def stop(b: Books, customer_id: int, dead: Mapping[str, str], *, at: datetime) -> list[Contact]:
    """Write no more to the customer's addresses of `dead`, each with its cause; return their contacts.

    A cause is the status and the words of a server, or a fault of the address itself.
    """
    causes_of = {as_handed(address).lower(): cause for address, cause in dead.items()}
    rows = b.session.scalars(
        select(Contact)
        .where(Contact.company_id == b.company_id, Contact.customer_id == customer_id)
        .where(Contact.email.is_not(None), Contact.bounced_at.is_(None))
        .order_by(Contact.id)
    )
    stopped = [row for row in rows if as_handed(row.email or "").lower() in causes_of]
    for contact in stopped:
        contact.bounced_at = at
        contact.bounce_reason = causes_of[as_handed(contact.email or "").lower()][:REASON] or None
    if stopped:
        b.session.flush()
        accounts.touch(b, customer_id)
    return stopped


def stop_unwritable(b: Books, customer_id: int, *, at: datetime) -> list[Contact]:
    """Write no more to those of the customer's addresses that cannot be written to; return their contacts."""
    rows = b.session.scalars(
        select(Contact.email)
        .where(Contact.company_id == b.company_id, Contact.customer_id == customer_id)
        .where(Contact.email.is_not(None), Contact.bounced_at.is_(None))
    )
    faults = {email: found for email in rows if email and (found := fault(email)) is not None}
    return stop(b, customer_id, faults, at=at)


def without(b: Books, customer_ids: Collection[int]) -> list[int]:
    """Return those of these customers that have no address left to write to."""
    written_to = select(Contact.customer_id).where(
        Contact.company_id == b.company_id,
        Contact.customer_id.in_(customer_ids),
        Contact.email.is_not(None),
        Contact.bounced_at.is_(None),
    )
    known = set(b.session.scalars(written_to))
    return sorted(set(customer_ids) - known)


def ask(
    b: Books,
    customer_id: int,
    *,
    invoice_ids: Sequence[int] = (),
    announced: bool = True,
    by: str,
    at: datetime,
) -> int | None:
    """Have the customer's owner find an address, unless somebody is at it already; return the task's id.

    `invoice_ids` are those that wait for it; without any, all that is owed.
    """
    if tasks.open_tasks(b, kind=TaskKind.NO_ADDRESS, customer_id=customer_id, limit=1):
        return None
    owner = b.session.scalar(select(Customer.owner).where(Customer.id == customer_id))
    refused = _stopped(b, customer_id)
    task = tasks.open_task(
        b,
        kind=TaskKind.NO_ADDRESS,
        customer_id=customer_id,
        invoice_ids=list(invoice_ids) or _owed(b, customer_id),
        owner=owner,
        role=None if owner else Role.FINANCE,
        note=causes.kept(refused) if refused else None,
        at=at,
        by=by,
    )
    if announced:
        task_marks.say(b, at=at)
    return task.id


def ask_where_none_is_left(b: Books, customer_ids: Collection[int], *, by: str, at: datetime) -> None:
    """Ask for an address of those of these customers that have none left, in modes where people act."""
    if b.company.mode not in {Mode.LIVE, Mode.MANUAL}:
        return
    for customer_id in without(b, customer_ids):
        ask(b, customer_id, by=by, at=at)


def close_answered(b: Books, customer_ids: Collection[int], *, by: str, at: datetime) -> None:
    """End the tasks that asked for an address of customers that can be written to again."""
    every = tasks.open_tasks(b, kind=TaskKind.NO_ADDRESS)
    asked = [task for task in every if task.customer_id in customer_ids]
    waiting = set(without(b, [task.customer_id for task in asked if task.customer_id]))
    for task in asked:
        if task.customer_id not in waiting:
            tasks.close(b, task.id, outcome=TaskOutcome.DONE, by=by, at=at)


def _stopped(b: Books, customer_id: int) -> list[causes.Cause]:
    rows = b.session.execute(
        select(Contact.email, Contact.bounce_reason)
        .where(Contact.company_id == b.company_id, Contact.customer_id == customer_id)
        .where(Contact.email.is_not(None), Contact.bounced_at.is_not(None))
        .order_by(Contact.bounced_at.desc(), Contact.id)
        .limit(_TOLD)
    )
    return [(email or "", reason or "") for email, reason in rows]


def _owed(b: Books, customer_id: int) -> list[int]:
    query = select(Invoice.id).where(
        Invoice.company_id == b.company_id, Invoice.customer_id == customer_id, Invoice.outstanding > 0
    )
    return list(b.session.scalars(query.order_by(Invoice.due_date, Invoice.id).limit(50)))
