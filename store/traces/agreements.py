"""What the journal keeps of what was agreed: promises, plans, disputes and pauses."""

from datetime import date
from decimal import Decimal

from receivables.codes.agreements import PauseScope
from receivables.codes.disputes import DisputeEnd, DisputeKind
from store.traces.codec import ActData, absent, act_data, flat, named
from store.traces.money import NoteGranted
from store.traces.tasks import CallsDone


@act_data
class PromisePut(ActData):
    """A promise put in the books, and the one that it replaces."""

    promise_id: int
    replaced_id: int | None = None
    replaced_too: tuple[int, ...] = absent(())
    """Others that ran beside it."""

    @property
    def replaced(self) -> tuple[int, ...]:
        """All the promises that it replaces."""
        return (*(() if self.replaced_id is None else (self.replaced_id,)), *self.replaced_too)


@act_data
class PromiseTold(ActData):
    """A promise, made, postponed or corrected; of several invoices `also` has the others."""

    put: PromisePut = flat()
    also: tuple[PromisePut, ...] = absent(())
    number: str
    amount: Decimal
    currency: str
    promised_on: date = named("date")
    calls: CallsDone = absent(CallsDone())

    @property
    def puts(self) -> tuple[PromisePut, ...]:
        """What was put in the books, on each invoice."""
        return (self.put, *self.also)


@act_data
class PaymentLeft(ActData):
    """What the word that a payment has left put in the books, and the task that it opened."""

    puts: tuple[PromisePut, ...] = ()
    task_id: int | None = None


@act_data
class PaymentLeftTold(ActData):
    """That the payment of invoices has left."""

    left: PaymentLeft = flat()
    number: str
    amount: Decimal
    currency: str


@act_data
class PromiseEnded(ActData):
    """A promise that was kept or broken."""

    promise_id: int


@act_data
class PlanTold(ActData):
    """A payment plan: its instalments (day, amount), and the promises and plans that it replaces."""

    plan_id: int
    invoice_ids: tuple[int, ...]
    number: str
    amount: Decimal
    currency: str
    instalments: tuple[tuple[date, Decimal], ...] = ()
    replaced_ids: tuple[int, ...] = ()
    replaced_plan_ids: tuple[int, ...] = ()
    calls: CallsDone = absent(CallsDone())


@act_data
class InstalmentEnded(ActData):
    """An instalment of a plan that was met, or that broke it."""

    plan: int
    promised_on: date = named("date")


@act_data
class DisputeTold(ActData):
    """A dispute as an act leaves it. `disputed` None: the whole invoice."""

    dispute_id: int
    number: str
    kind: DisputeKind
    disputed: Decimal | None = None
    currency: str
    outcome: DisputeEnd | None = None


@act_data
class DisputeBefore(ActData):
    """A dispute as it was before it was followed. `resuming`: since when its invoice was chased again."""

    follow_up_on: date | None = None
    followed_on: date | None = None
    resolver: str | None = None
    note: str | None = None
    disputed: Decimal | None = None
    released: bool = False
    outcome: DisputeEnd | None = None
    resuming: date | None = None


@act_data
class DisputeFollowed(DisputeTold):
    """A dispute kept open, to be looked at again."""

    before: DisputeBefore


@act_data
class DisputeSettled(DisputeTold):
    """A dispute that is over, with the credit note that was granted."""

    resuming_before: date | None = None
    outcome_before: DisputeEnd | None = None
    granted: NoteGranted | None = flat(default=None)


@act_data
class PauseTold(ActData):
    """A pause set or ended, of an invoice, a customer or the company (`scope`)."""

    pause_id: int
    replaced_id: int | None = None
    scope: PauseScope
    number: str | None = None
    until: date | None = None
    reason: str | None = None
