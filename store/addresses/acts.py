"""E-mail addresses put right by a person: the customer can be written to again (SCHEDULE 14)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from receivables.acts import Act
from receivables.addresses import BadAddress, judge
from receivables.codes.addresses import AddressFault
from receivables.codes.roles import ContactRole
from receivables.codes.steps import StepHow
from receivables.codes.tasks import TaskKind, TaskOutcome
from receivables.errors import Refused
from store import journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Contact, JournalLine, Task
from store.tasks import acts as tasks
from store.traces.inbox import AddressBefore, AddressChanged
from store.traces.tasks import TaskRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressCorrected:
    """An address put right. `before` None: there was none."""

    entry_id: int
    customer_id: int
    customer: str
    before: str | None
    address: str


def bad(b: Books, customer_id: int) -> list[str]:
    """Return the customer's addresses that bounced."""
    rows = b.session.scalars(
        select(Contact.email)
        .where(Contact.company_id == b.company_id, Contact.customer_id == customer_id)
        .where(Contact.email.is_not(None), Contact.bounced_at.is_not(None))
        .order_by(Contact.id)
    )
    return [email for email in rows if email]


def correct(b: Books, customer_id: int, address: str, *, by: str, at: datetime) -> AddressCorrected:
    """Write to the customer at `address` from now on, in the place of one that bounced, if any.

    The same address again says that it works after all. The task that asked for an address is done with it.
    One journal line. Raises Refused when it is no address.
    """
    customer = locks.customer(b, customer_id)
    told = _checked(address)
    contact = _to_correct(b, customer.id, told)
    before = contact.email if contact else None
    if contact is None:
        contact = Contact(company_id=b.company_id, customer_id=customer.id, role=ContactRole.BILLING)
        b.session.add(contact)
    old = AddressBefore(
        email=contact.email, bounced_at=contact.bounced_at, bounce_reason=contact.bounce_reason
    )
    contact.email, contact.bounced_at, contact.bounce_reason = told, None, None
    b.session.flush()
    task = _finish_task(b, customer.id, by=by, at=at)
    kept = AddressChanged(contact_id=contact.id, before=old, task=task)
    accounts.touch(b, customer.id)
    return AddressCorrected(
        entry_id=journal.write(b, Act.ADDRESS_CORRECTED, kept, by=by, at=at, customer_id=customer.id),
        customer_id=customer.id,
        customer=customer.name,
        before=before,
        address=told,
    )


def _checked(address: str) -> str:
    try:
        return judge(address).ascii
    except BadAddress as bad:
        if bad.fault is AddressFault.ACCENTS:
            raise Refused("addresses.accents") from bad
        raise Refused("addresses.not_an_address", typed=address) from bad


def _to_correct(b: Books, customer_id: int, address: str) -> Contact | None:
    """Return the contact to change: the one with that very address, else one that bounced or has none."""
    rows = b.session.scalars(
        select(Contact)
        .where(Contact.company_id == b.company_id, Contact.customer_id == customer_id)
        .order_by(Contact.id)
    ).all()
    same = [row for row in rows if row.email and row.email.lower() == address.lower()]
    return next(iter([*same, *(row for row in rows if row.bounced_at or not row.email)]), None)


def _finish_task(b: Books, customer_id: int, *, by: str, at: datetime) -> TaskRecord | None:
    """End the task that asked for an address; return what reopening needs."""
    found = tasks.open_tasks(b, kind=TaskKind.NO_ADDRESS, customer_id=customer_id, limit=1)
    if not found:
        return None
    task = b.session.get_one(Task, found[0].id)
    record = tasks.finish(b, task, how=StepHow.TASK, outcome=TaskOutcome.DONE, by=by, at=at)
    b.session.flush()
    return record


def undo_corrected(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Put the address before back, with its bounce, and reopen the task."""
    told = journal.data(line, AddressChanged)
    contact, before = locks.fresh(b, Contact, told.contact_id), told.before
    contact.email, contact.bounce_reason = before.email, before.bounce_reason
    contact.bounced_at = before.bounced_at
    if told.task:
        tasks.reopen(b, told.task, at=at)
