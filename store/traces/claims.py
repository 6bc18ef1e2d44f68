"""What the journal keeps of claims: direct debits, acknowledgements, what is refused, what customers are."""

from datetime import date

from receivables.codes.customers import CustomerKind
from store.traces.codec import ActData, act_data


@act_data
class DebitRejected(ActData):
    """A direct debit that the bank sent back, and the tasks that were done with it."""

    rejection_id: int
    number: str
    on: date
    again_on: date | None = None
    note: str | None = None
    closed_tasks: tuple[int, ...] = ()


@act_data
class DebitPresented(ActData):
    """A rejected direct debit that is presented again, and the day noted before."""

    rejection_id: int
    number: str
    again_on: date
    before: date | None = None


@act_data
class MeansSet(ActData):
    """By what an invoice (`number`), or a customer, is to pay, as a person said it; None: as files say."""

    number: str | None = None
    before: str | None = None
    after: str | None = None
    closed_tasks: tuple[int, ...] = ()


@act_data
class ClaimAcknowledged(ActData):
    """What a customer wrote that acknowledges its debt, and on which day."""

    acknowledgement_id: int
    number: str
    on: date
    note: str | None = None


@act_data
class InvoiceRefused(ActData):
    """An invoice refused on the e-invoicing platform, or no longer; its task, opened or done with."""

    number: str
    task_ids: tuple[int, ...] = ()


@act_data
class KindsSaid(ActData):
    """What the customers of a file with a SIREN are, as a person answered; the questions that it ended."""

    kind: CustomerKind | None = None
    customer_ids: tuple[int, ...] = ()
    task_ids: tuple[int, ...] = ()
