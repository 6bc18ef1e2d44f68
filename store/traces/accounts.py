"""What the journal keeps of customers and invoices: what files brought, what people changed."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from receivables.acts import Act
from receivables.codes.statuses import Status
from store.traces.codec import ActData, absent, act_data

Facts = Mapping[str, str | int | bool | None]
"""Facts of the books by name, as JSON has them: money as text, days as ISO."""
Changes = Mapping[str, tuple[str | int | bool | None, str | int | bool | None]]
"""Facts that changed by name: before and after."""


@act_data
class CustomerImported(ActData):
    """A customer that a file brought."""

    name: str
    code: str | None = None


@act_data
class CustomerUpdated(ActData):
    """What a file changed in a customer."""

    changes: Changes


@act_data
class CustomerChanged(ActData):
    """What a person changed in a customer's file."""

    before: Facts
    after: Facts


@act_data
class ContactsImported(ActData):
    """Contacts that a file added and changed."""

    added: tuple[Facts, ...] = ()
    updated: tuple[Facts, ...] = ()


@act_data
class InvoiceImported(ActData):
    """An invoice that a file brought."""

    number: str
    amount: Decimal
    currency: str
    issue_date: date | None = None
    due_date: date | None = None


@act_data
class GivenBack(ActData):
    """Money taken off an invoice whose amount fell, by the ids of its allocations."""

    excess: Decimal
    allocations: Mapping[str, Decimal]


@act_data
class InvoiceUpdated(ActData):
    """What a file changed in an invoice."""

    number: str
    changes: Changes
    given_back: GivenBack | None = absent()


@act_data
class InvoiceGone(ActData):
    """An invoice that a complete file no longer shows."""

    number: str


@act_data
class InvoiceClosed(ActData):
    """An invoice given up, withdrawn or handed over, and the tasks that lapsed with it.

    `freed`: what was set on it and is open again; `task_id` tells finance of that.
    """

    number: str
    amount: Decimal
    currency: str
    note: str | None = None
    lapsed_tasks: tuple[int, ...] = ()
    freed: tuple[int, ...] | None = absent()
    task_id: int | None = absent()


@act_data
class InvoiceReopened(ActData):
    """An invoice taken up again that had `ended` since then."""

    number: str
    ended: Status
    since: datetime
    resuming_since: date | None = None
    note: str | None = None


@act_data
class ImportDone(ActData):
    """A file brought in, in figures."""

    import_id: int
    file: str
    complete: bool
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    made_numbers: int = 0


@act_data
class ActUndone(ActData):
    """An act taken back, and the number of its invoice."""

    undone_act: Act
    number: str | None = None
