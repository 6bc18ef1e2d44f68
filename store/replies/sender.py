"""Whose mail it is: by the reminder that it answers, by the address that wrote it, by the numbers in it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from receivables.codes.replies import IncomingKind
from receivables.replies.numbers import WrittenNumbers, written_in
from store import payers
from store.books import Books
from store.db.tables import Contact, Customer, Incoming, Invoice, Reminder
from store.reminders import copies

_OURS = re.compile(r"^<relance-(\d{1,18})-[0-9a-f]+@")
"""How a reminder's Message-ID begins: its id finds the row, which then must bear that very Message-ID."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A message that left, which a mail answers or returns. `to`: the addresses it was handed over for."""

    reminder_id: int
    customer_id: int
    to: tuple[str, ...]
    sandbox: bool


def by_message_id(b: Books, message_ids: Iterable[str]) -> Answered | None:
    """Return the first of these messages that this company sent."""
    for message_id in message_ids:
        ours = _OURS.match(message_id)
        found = by_id(b, int(ours[1]), message_id) if ours else None
        if found is not None:
            return found
    return None


def by_id(b: Books, reminder_id: int, message_id: str | None = None) -> Answered | None:
    """Return a message that this company sent, with that Message-ID when one is given."""
    row = b.session.execute(
        select(Reminder.customer_id, Reminder.sandbox, Reminder.message_id).where(
            Reminder.company_id == b.company_id,
            Reminder.id == reminder_id,
            Reminder.message_id.is_not(None),
        )
    ).one_or_none()
    if row is None or (message_id is not None and row.message_id != message_id):
        return None
    to = [copy.address for copy in copies.of(b, [reminder_id])[reminder_id] if copy.state in copies.HANDED]
    return Answered(reminder_id, row.customer_id, tuple(to), row.sandbox)


def by_address(b: Books, address: str) -> list[int]:
    """Return the customers known to write from an address: by their contacts, else by mails filed before.

    Where all of them have one payer, that is who writes.
    """
    if not address:
        return []
    contacts = select(Contact.customer_id).where(
        Contact.company_id == b.company_id, func.lower(Contact.email) == address.lower()
    )
    found = set(b.session.scalars(contacts))
    if not found:
        earlier = select(Incoming.customer_id).where(
            Incoming.company_id == b.company_id,
            Incoming.sender == address.lower(),
            Incoming.kind == IncomingKind.REPLY,
            Incoming.customer_id.is_not(None),
        )
        found = {one for one in b.session.scalars(earlier) if one is not None}
    written_to = payers.units(b, found)
    return written_to if len(written_to) == 1 and len(found) > 1 else sorted(found)


def addresses(b: Books, customer_id: int) -> list[str]:
    """Return the customer's addresses, in small letters."""
    rows = b.session.scalars(
        select(Contact.email).where(Contact.company_id == b.company_id, Contact.customer_id == customer_id)
    )
    return [email.lower() for email in rows if email]


def numbers_in(b: Books, text: str) -> dict[int, list[str]]:
    """Return the numbers of invoices written in a text, by customer."""
    return _of_customers(b, written_in(text))


def _of_customers(b: Books, written: WrittenNumbers) -> dict[int, list[str]]:
    rows = b.session.execute(
        select(Invoice.customer_id, func.coalesce(Invoice.whole, Invoice.number))
        .distinct()
        .where(Invoice.company_id == b.company_id, Invoice.folded.in_(written.folded))
    )
    found: dict[int, list[str]] = {}
    for customer_id, number in rows:
        if written.name(number):
            found.setdefault(customer_id, []).append(number)
    return found


def named(b: Books, text: str) -> set[int]:
    """Return the customers whose invoices a text surely names, whoever wrote it.

    A number of a few figures is sure only after the word for an invoice, or written with its own signs.
    """
    written = written_in(text)
    return {
        customer_id
        for customer_id, numbers in _of_customers(b, written).items()
        if any(map(written.surely, numbers))
    }


def seems_ours(b: Books, sender: str, text: str) -> bool:
    """Whether a mail of nobody sure has to do with us: a shared address, or the number of an invoice in it.

    The others, such as advertisements in a mailbox that serves for all, need not be said one by one.
    """
    return bool(by_address(b, sender) or numbers_in(b, text))


def names(b: Books, customer_ids: Sequence[int]) -> dict[int, str]:
    """Return the names of customers."""
    rows = select(Customer.id, Customer.name).where(
        Customer.company_id == b.company_id, Customer.id.in_(customer_ids)
    )
    return dict(b.session.execute(rows).all())
