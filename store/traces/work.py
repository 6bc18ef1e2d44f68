"""What the journal keeps of people's work: calls and letters."""

from datetime import date, datetime
from decimal import Decimal

from receivables.codes.calls import CallResult
from receivables.codes.letters import LetterState, LetterVoid
from store.traces.agreements import PaymentLeft, PromisePut
from store.traces.codec import ActData, absent, act_data, flat, named
from store.traces.tasks import TaskRecord


@act_data
class PromiseByCall(PromisePut):
    """A promise made in a call."""

    promised: Decimal | None = None


@act_data
class CallFollowed(ActData):
    """What a call had opened and put off: tasks, and the instants that those were put off to before."""

    opened: tuple[int, ...] = ()
    put_off: tuple[tuple[int, datetime | None], ...] = ()
    agreed: tuple[tuple[int, datetime | None], ...] = absent(())
    """Tasks whose agreed hour changed, with the hour before."""
    paused: tuple[int, ...] = absent(())
    pauses_replaced: tuple[int, ...] = absent(())


@act_data
class CallLogged(ActData):
    """A call, with the promise, the dispute, the tasks and the steps that came of it."""

    call_id: int
    number: str
    outcome: CallResult
    contact: str | None = None
    currency: str
    promised_on: date | None = named("date", default=None)
    dispute_id: int | None = None
    tasks: tuple[TaskRecord, ...] = ()
    step: str | None = None
    step_ids: tuple[int, ...] = ()
    followed: CallFollowed = CallFollowed()
    pauses: tuple[int, ...] = absent(())
    """Pauses until a call back that this call ended."""
    also: tuple[PromisePut, ...] = absent(())
    """The promise on the other invoices of the call."""
    disputes_too: tuple[int, ...] = absent(())
    """The disputes on the other invoices of the call."""
    left: PaymentLeft | None = absent()
    promise: PromiseByCall | None = flat(default=None)

    @property
    def promised(self) -> tuple[PromisePut, ...]:
        """The promise that it put in the books, on each invoice."""
        return (*((self.promise,) if self.promise else ()), *self.also)

    @property
    def puts(self) -> tuple[PromisePut, ...]:
        """All that it put in the books of promises, and of payments that have left."""
        return (*self.promised, *(self.left.puts if self.left else ()))

    @property
    def disputes(self) -> tuple[int, ...]:
        """The disputes that it opened."""
        return (*(() if self.dispute_id is None else (self.dispute_id,)), *self.disputes_too)


@act_data
class LetterTold(ActData):
    """A letter as an act leaves it. `number`: its invoice, when it is about one alone."""

    letter_id: int
    task_id: int | None = None
    template: str
    number: str | None = None
    sha256: str | None = None
    invoice_ids: tuple[int, ...] = ()


@act_data
class LetterVoided(LetterTold):
    """A letter that was overtaken, and by what."""

    reason: LetterVoid


@act_data
class LetterDeposited(LetterTold):
    """A letter that left, with the state it had before and the task that it closed."""

    before: LetterState
    task: TaskRecord | None = None
    on: date
    tracking: str | None = None
