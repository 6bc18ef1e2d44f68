"""What the journal keeps of mails that came in, and of addresses."""

from datetime import datetime

from receivables.codes.replies import Handled, IncomingState
from store.traces.codec import ActData, absent, act_data, flat
from store.traces.tasks import TaskRecord


@act_data
class MailTaken(ActData):
    """A mail taken in, and the message that it answers."""

    incoming_id: int
    reminder_id: int | None = None


@act_data
class HandledBefore(ActData):
    """When, by whom and how a mail was handled before."""

    at: datetime | None = None
    by: str | None = None
    how: Handled | None = None


@act_data
class ReplyHandled(ActData):
    """What was done with a mail, with the lines of the acts that came of it and the state it had."""

    incoming_id: int
    how: Handled
    parts: tuple[int, ...] = ()
    before: IncomingState
    was: HandledBefore = HandledBefore()


@act_data
class ReplyFiled(ActData):
    """A mail filed with a customer, by name."""

    incoming_id: int
    name: str | None = None
    named_customer_id: int | None = absent()
    """Whom it named, and held, before it was filed."""


@act_data
class Unsent(ActData):
    """What a message that reached nobody had completed. `reminder_id` None: it reached somebody."""

    reminder_id: int | None = None
    step_ids: tuple[int, ...] = ()
    invoice_ids: tuple[int, ...] = ()


@act_data
class AddressBounced(ActData):
    """Addresses refused for good, what their message had completed, and the task that asks for another."""

    incoming_id: int
    contact_ids: tuple[int, ...]
    unsent: Unsent = flat()
    task_id: int | None = None

    @property
    def reminder_id(self) -> int | None:
        """The message that reached nobody."""
        return self.unsent.reminder_id


@act_data
class AddressBefore(ActData):
    """An address before it was corrected, with its bounce."""

    email: str | None = None
    bounced_at: datetime | None = None
    bounce_reason: str | None = None


@act_data
class AddressChanged(ActData):
    """An address put right, and the task that asked for it."""

    contact_id: int
    before: AddressBefore
    task: TaskRecord | None = None
