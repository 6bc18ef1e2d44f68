"""One sum of money over several invoices: set on them in their order, and what follows for each."""

from collections.abc import Sequence
from datetime import datetime

from receivables.codes.reasons import Reason
from receivables.money import ZERO
from store.books import Books
from store.db.tables import Allocation, Invoice, Payment
from store.invoices import settling


def spread(b: Books, owed: Sequence[Invoice], payment: Payment, *, at: datetime) -> list[Allocation]:
    """Set a payment on invoices, the first first, until nothing is left of it or of them."""
    used = []
    for invoice in owed:
        part = min(payment.open, invoice.outstanding)
        if part > ZERO:
            used.append(settling.allocate(b, invoice, payment, part, day=payment.received_on, at=at))
    return used


def settle(b: Books, owed: Sequence[Invoice], *, by: str, at: datetime) -> tuple[int, list[int]]:
    """Do what follows from the money; return how many reminders it calls off, which tasks lapse."""
    called_off = 0
    lapsed: list[int] = []
    for invoice in owed:
        cancelled, over = settling.settled(b, invoice, reason=Reason.PAID, by=by, at=at)
        called_off += cancelled
        lapsed += over
    return called_off, lapsed
