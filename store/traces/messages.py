"""What the journal keeps of messages: what left, what people changed of a day's list, what they approved."""

from collections.abc import Mapping
from datetime import date, datetime

from receivables.codes.messages import Origin
from receivables.company import Mode
from store.traces.codec import ActData, absent, act_data, named

Words = Mapping[str, str | None]
"""A person's own words for a mail: subject, text, and the mark of what they were about."""


@act_data
class ReminderEnded(ActData):
    """A message that left, failed, or whose fate is unknown, with the ids of its invoices."""

    reminder_id: int
    step: str | None = None
    invoices: tuple[int, ...] = ()


@act_data
class FateSettled(ActData):
    """A person's word on a message of unknown fate."""

    reminder_id: int


@act_data
class ReminderEscalated(ActData):
    """A step taken by hand: a task, a message with the warnings confirmed, or what asks for an approval."""

    step: str
    task_id: int | None = absent()
    reminder_id: int | None = absent()
    warnings: tuple[str, ...] | None = absent()
    approval_id: int | None = absent()


@act_data
class StatementByHand(ActData):
    """A statement sent by hand."""

    reminder_id: int
    warnings: tuple[str, ...] = ()


@act_data
class MessageHeld(ActData):
    """A message taken out of its day, or put off: its invoices leave again on `until`."""

    reminder_id: int
    step: str | None = None
    veto_ids: tuple[int, ...] = ()
    until: date
    reason: str | None = None


@act_data
class MessageEdited(ActData):
    """A message with words of its own. None: the step's."""

    reminder_id: int
    step: str | None = None
    before: Words | None = None
    before_by: str | None = None
    after: Words | None = None


@act_data
class PlannedBefore(ActData):
    """A message of the clock as it was planned."""

    origin: Origin
    by: str
    plan_key: str | None = None
    due_at: datetime


@act_data
class MessageSentNow(ActData):
    """A message sent at once, with the warnings that were confirmed."""

    reminder_id: int
    step: str | None = None
    before: PlannedBefore
    warnings: tuple[str, ...] = ()


@act_data
class ApprovalGiven(ActData):
    """A message approved. `reminder_id` None: it leaves with a later plan.

    `added`: the invoices that joined a message planned already.
    """

    approval_id: int
    asked_by: str
    step: str | None = None
    reminder_id: int | None = None
    added: tuple[int, ...] | None = absent()


@act_data
class ApprovalRefused(ActData):
    """A message refused: its invoices are held until `until`, or paused without end."""

    approval_id: int
    veto_ids: tuple[int, ...] = ()
    pause_ids: tuple[int, ...] | None = absent()
    replaced_ids: tuple[int, ...] | None = absent()
    until: date | None
    reason: str | None = None
    asked_by: str | None = None


@act_data
class ForcingTold(ActData):
    """A day on which old books may send, asked for or confirmed."""

    day: date
    asked_by: str
    reason: str | None = None


@act_data
class MorningGo(ActData):
    """The day whose messages may leave."""

    day: date


@act_data
class ModeChanged(ActData):
    """The mode of a company, as last seen and now."""

    before: Mode = named("from")
    to: Mode


@act_data
class DossierMade(ActData):
    """The file of a case: its fingerprint, its size, what is owed in it. `for_task`: the hand-over's."""

    sha256: str
    bytes: int
    invoice_ids: tuple[int, ...] = ()
    for_task: int | None = absent()
