"""Whether what each customer owes here is what its account says, to the cent."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, func, select

from store.books import Books
from store.db.tables import CreditNote, Customer, Invoice, Payment
from store.imports.books import bulk
from store.imports.books.ledger.entries import to_cents
from store.imports.fec.reading import told
from store.imports.report import Findings


def balances(b: Books, customer_ids: Sequence[int]) -> dict[int, int]:
    """Return what customers owe in euros, in cents: open invoices less money on account and credit notes."""
    found: dict[int, int] = defaultdict(int)
    for of, column, sign in (
        (Invoice, Invoice.outstanding, 1),
        (Payment, Payment.open, -1),
        (CreditNote, CreditNote.open, -1),
    ):
        for batch in bulk.batches(customer_ids):
            query = (
                select(of.customer_id, func.sum(column))
                .where(of.company_id == b.company_id, of.customer_id.in_(batch))
                .where(of.currency == "EUR", column > 0, live(of))
                .group_by(of.customer_id)
            )
            for customer_id, left in b.session.execute(query):
                found[customer_id] += sign * to_cents(left)
    return found


def live(of: type[Invoice] | type[Payment] | type[CreditNote]) -> ColumnElement[bool]:
    """Return what makes a row count: owed, or not undone."""
    if issubclass(of, Invoice):
        return and_(of.withdrawn_at.is_(None), of.written_off_at.is_(None))
    return of.undone_at.is_(None)


def compare(b: Books, expected: Mapping[int, int], findings: Findings) -> None:
    """Note each customer whose balance here is not that of its account, and by how much."""
    here = balances(b, sorted(expected))
    wrong = {id_: here.get(id_, 0) - cents for id_, cents in expected.items() if here.get(id_, 0) != cents}
    for batch in bulk.batches(sorted(wrong)):
        names = select(Customer.id, Customer.name).where(Customer.id.in_(batch)).order_by(Customer.name)
        for id_, name in b.session.execute(names):
            findings.notice("fec_differs", value=f"{name} ({told(wrong[id_])})")
