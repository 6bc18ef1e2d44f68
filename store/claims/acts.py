"""What can be done about an old claim: note that the customer acknowledged it in writing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from receivables.acts import Act
from receivables.errors import Refused
from receivables.schedule.claims import YOUNGEST_DAYS, prescribed_on
from store import journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Acknowledgement, Customer, Invoice, JournalLine
from store.invoices import settling
from store.traces.claims import ClaimAcknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgedOutcome:
    """An acknowledgement noted. `prescribed_on` is the day from which the claim may be prescribed now."""

    entry_id: int
    invoice_id: int
    number: str
    customer: str
    on: date
    prescribed_on: date
    revived: bool
    """Whether it counts anew: what came once the claim was over revives nothing."""


def acknowledge(
    b: Books, invoice_id: int, *, on: date, note: str | None = None, by: str, at: datetime
) -> AcknowledgedOutcome:
    """Note that the customer acknowledged its debt in writing on the day `on`; one journal line.

    Raises AlreadySettled, and Refused for a day to come.
    """
    invoice = locks.invoice(b, invoice_id)
    settling.refuse_settled(b, invoice)
    if on > b.today(at):
        raise Refused("claims.acknowledged_to_come", day=on)
    before = limit_of(b, invoice, at)
    row = Acknowledgement(
        company_id=b.company_id,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
        on=on,
        note=note,
        at=at,
        by=by,
    )
    b.session.add(row)
    settling.touch(b, invoice.customer_id)
    told = ClaimAcknowledged(acknowledgement_id=row.id, number=invoice.number, on=on, note=note)
    entry_id = journal.write(
        b,
        Act.CLAIM_ACKNOWLEDGED,
        told,
        by=by,
        at=at,
        customer_id=invoice.customer_id,
        invoice_id=invoice.id,
    )
    return AcknowledgedOutcome(
        entry_id=entry_id,
        invoice_id=invoice.id,
        number=invoice.number,
        customer=b.session.get_one(Customer, invoice.customer_id).name,
        on=on,
        prescribed_on=limit_of(b, invoice, at),
        revived=on < before,
    )


def limit_of(b: Books, invoice: Invoice, at: datetime) -> date:
    """Return the first day on which an invoice's claim may be prescribed, as the books stand."""
    old = invoice.due_date + timedelta(days=YOUNGEST_DAYS)
    found = accounts.account(b, invoice.customer_id, today=max(old, b.today(at)), now=at, also=[invoice.id])
    if found is None:
        raise LookupError(f"no customer {invoice.customer_id}")
    return prescribed_on(found, next(item for item in found.items if item.id == invoice.id))


def undo_acknowledged(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take an acknowledgement back."""
    locks.fresh(b, Acknowledgement, journal.data(line, ClaimAcknowledged).acknowledgement_id).undone_at = at
