"""What the journal keeps of money: payments, credit notes and their use, penalties, rates and terms."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from receivables.codes.payments import Means, PaymentOrigin
from receivables.penalties import PenaltyRule
from store.traces.codec import ActData, absent, act_data, flat


@act_data
class PaymentRecorded(ActData):
    """Money received, and what of it is set against invoices. `outstanding` is what is left of those."""

    payment_id: int
    allocation_ids: tuple[int, ...]
    number: str | None
    amount: Decimal
    allocated: Decimal
    credit: Decimal
    outstanding: Decimal
    currency: str
    received_on: date
    means: Means | None = None
    origin: PaymentOrigin = PaymentOrigin.DECLARED
    lapsed_tasks: tuple[int, ...] = ()
    plan: int | None = absent()
    reference: str | None = absent()
    on_account_task: int | None = absent()
    """Of money for a withdrawn invoice: the task that tells finance of it."""


@act_data
class CreditUse(ActData):
    """Credit set against an invoice: its allocations, and the payments and credit notes it came from."""

    allocation_ids: tuple[int, ...]
    payment_ids: tuple[int, ...] = ()
    credit_note_ids: tuple[int, ...] = ()
    lapsed_tasks: tuple[int, ...] = ()


@act_data
class CreditAllocated(ActData):
    """A customer's credit used on an invoice."""

    number: str | None = None
    amount: Decimal
    currency: str
    used: CreditUse = flat()


@act_data
class CreditNoteAdded(CreditAllocated):
    """A credit note, set against an invoice or not."""

    credit_note_id: int
    note_number: str


@act_data
class NoteGranted(ActData):
    """A credit note that another act brought about, set against the invoice of that act."""

    credit_note_id: int
    note_number: str
    amount: Decimal
    used: CreditUse = flat()


@act_data
class CreditNoteImported(ActData):
    """A credit note that a file brought."""

    credit_note_id: int
    note_number: str
    amount: Decimal


@act_data
class CreditNoteUpdated(ActData):
    """What a file changed in a credit note: what is left of it, before and after."""

    credit_note_id: int
    note_number: str
    open: tuple[Decimal, Decimal]


@act_data
class PenaltiesDecided(ActData):
    """Penalties claimed or waived. `interest` None: a rate was not confirmed."""

    decision_id: int
    number: str
    on: date
    interest: Decimal | None = None
    indemnity: Decimal
    currency: str
    rule: PenaltyRule | None = None
    reason: str | None = None


@act_data
class RatesConfirmed(ActData):
    """The rates of a half-year, confirmed, and the confirmation that this one replaces."""

    confirmation_id: int
    replaced_id: int | None = None
    semester: str
    refinancing: Decimal
    legal: Decimal | None = None


@act_data
class TermsChanged(ActData):
    """A customer's penalty rate or discount, by the names of its facts: rates as text, days as numbers."""

    before: Mapping[str, str | int | None]
    after: Mapping[str, str | int | None]
