"""What is to be known of a file's customers: how many are new, and whom something lacks."""

from collections.abc import Collection

from sqlalchemy import exists, select

from receivables.codes.roles import ContactRole
from store.books import Books
from store.db.tables import Contact, Customer
from store.imports.books import bulk
from store.imports.report import CustomersOfFile


def customers_described(b: Books, of_file: Collection[int], new: int) -> CustomersOfFile:
    """Return the figures of the file's customers, with the names of those that lack an address or a kind."""
    told = CustomersOfFile(total=len(of_file), new=new)
    reachable = exists().where(
        Contact.customer_id == Customer.id,
        Contact.role == ContactRole.BILLING,
        Contact.email.is_not(None),
        Contact.bounced_at.is_(None),
    )
    for batch in bulk.batches(sorted(of_file)):
        rows = b.session.execute(
            select(Customer.name, Customer.kind, reachable.label("reachable"))
            .where(Customer.id.in_(batch))
            .order_by(Customer.id)
        )
        for name, kind, reached in rows:
            if not reached:
                told.without_address.append(name)
            if kind is None:
                told.unknown_kind.append(name)
    return told
