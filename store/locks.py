"""Rows taken for the length of a transaction, always in the same order: company, customer, invoice.

On PostgreSQL two acts on one customer wait for each other here; on SQLite writers already do. Whatever is
read after the lock is read afresh, so that an act decides on what the one before it left. Foreign keys
still find the locked rows: `FOR NO KEY UPDATE` lets others add an invoice to a customer under way.
"""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select

from receivables.errors import Refused, UnknownInvoice
from store.books import Books
from store.db.tables import Base, CompanyRow, Customer, Invoice

Row = TypeVar("Row", bound=Base)


def _take(b: Books, query: Select[Row]) -> list[Row]:
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(b.session.scalars(locked))


def company(b: Books) -> None:
    """Take the company and all its customers: for what changes every account at once."""
    _take(b, select(CompanyRow).where(CompanyRow.id == b.company_id))
    _take_ids(b, Customer.company_id == b.company_id)


def customers(b: Books, customer_ids: Sequence[int]) -> None:
    """Take several customers, in the one order: for what changes the accounts of a batch."""
    _take_ids(b, Customer.id.in_(_with_payers(b, customer_ids)))


def _take_ids(b: Books, which: ColumnElement[bool]) -> None:
    ids = select(Customer.id).where(which).order_by(Customer.id)
    b.session.execute(ids.with_for_update(key_share=True)).all()


def customer(b: Books, customer_id: int) -> Customer:
    """Take one customer of these books, and who pays for it: one message may be about both.

    Raises Refused when it is not there.
    """
    which = Customer.id.in_(_with_payers(b, [customer_id]))
    rows = _take(b, select(Customer).where(Customer.company_id == b.company_id, which).order_by(Customer.id))
    found = next((row for row in rows if row.id == customer_id), None)
    if found is None:
        raise Refused("customers.absent")
    return found


def _with_payers(b: Books, customer_ids: Sequence[int]) -> set[int]:
    payers = select(Customer.payer_id).where(Customer.id.in_(customer_ids), Customer.payer_id.is_not(None))
    return {*customer_ids, *(key for key in b.session.scalars(payers) if key is not None)}


def invoice(b: Books, invoice_id: int) -> Invoice:
    """Take one invoice of these books, after its customer. Raises UnknownInvoice when it is not there."""
    own = Invoice.company_id == b.company_id, Invoice.id == invoice_id
    customer_id = b.session.scalar(select(Invoice.customer_id).where(*own))
    if customer_id is None:
        raise UnknownInvoice("invoices.absent")
    customer(b, customer_id)
    return _take(b, select(Invoice).where(*own))[0]


def fresh(b: Books, table: type[Row], row_id: int | None) -> Row:
    """Return a row as it stands in the database now; its customer is taken already."""
    b.session.flush()
    return b.session.get_one(table, row_id, populate_existing=True)


def own(b: Books, table: type[Row], row_id: int, absent: str) -> Row:
    """Return a row of these books, to look at. Raises Refused(absent) when there is no such row."""
    found = b.session.get(table, row_id)
    if found is None or getattr(found, "company_id", None) != b.company_id:
        raise Refused(absent)
    return found


def row(b: Books, table: type[Row], row_id: int, absent: str) -> Row:
    """Take the customer (or invoice, or company) that a row of these books is about; return the row, fresh.

    Raises Refused(absent) when there is no such row.
    """
    found = own(b, table, row_id, absent)
    customer_id, invoice_id = getattr(found, "customer_id", None), getattr(found, "invoice_id", None)
    if customer_id is not None:
        customer(b, customer_id)
    elif invoice_id is not None:
        invoice(b, invoice_id)
    else:
        company(b)
    return fresh(b, table, row_id)
