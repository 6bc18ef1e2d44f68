"""Who pays for whom: customers with one payer are written to as one, at the payer's address (SCHEDULE 4)."""

from collections.abc import Iterable

from sqlalchemy import select

from store.books import Books
from store.db.tables import Customer


def known(b: Books) -> dict[int, int]:
    """Return the payer of each customer for whom another pays."""
    rows = select(Customer.id, Customer.payer_id).where(
        Customer.company_id == b.company_id, Customer.payer_id.is_not(None)
    )
    return {customer_id: payer_id or 0 for customer_id, payer_id in b.session.execute(rows)}


def units(b: Books, customer_ids: Iterable[int]) -> list[int]:
    """Return who is written to for these customers, in order and once: their payers, or they themselves."""
    payers = known(b)
    return list(dict.fromkeys(payers.get(key, key) for key in customer_ids))


def payer_of(b: Books, customer_id: int) -> int:
    """Return who is written to for a customer: its payer, or the customer itself."""
    return units(b, [customer_id])[0]


def covered(b: Books, customer_ids: Iterable[int]) -> dict[int, int]:
    """Return those in whose place one of these is written to, and these themselves, each with that one."""
    own = dict.fromkeys(customer_ids)
    found = {key: key for key in own}
    return found | {key: payer for key, payer in known(b).items() if payer in own and key not in own}


def together(b: Books, customer_ids: Iterable[int]) -> dict[int, int]:
    """Return all who are written to as one with these customers, each with the one who is written to."""
    payers = known(b)
    written_to = dict.fromkeys(payers.get(key, key) for key in customer_ids)
    found = {key: key for key in written_to}
    return found | {key: payer for key, payer in payers.items() if payer in written_to}
