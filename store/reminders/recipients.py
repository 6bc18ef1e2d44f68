"""To whom a message goes: the roles that its step names, else whoever there is, by what its channel wants."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from receivables.codes.channels import REACHES, Channel, Reach
from receivables.codes.roles import TO, ContactRole
from receivables.schedule.account import Message
from store.books import Books
from store.db.tables import Contact, Customer

_KEPT: Mapping[Reach, InstrumentedAttribute[str | None]] = {
    Reach.EMAIL: Contact.email,
    Reach.PHONE: Contact.phone,
}
"""Where the books keep what a channel writes to, of a contact."""
_USUAL: Mapping[Reach, InstrumentedAttribute[str | None]] = {Reach.PHONE: Customer.phone}
"""The same of the customer as a whole, for contacts who have none of their own: files name one number."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody at a customer's, by what a channel writes to."""

    customer_id: int
    name: str | None
    address: str
    role: ContactRole
    language: str | None


def reached(b: Books, customer_ids: Sequence[int], reach: Reach) -> list[Reached]:
    """Return whom these customers can be written to by what a channel wants, as they were learnt.

    What bounced is left out; a number that several share is named once.
    """
    address: ColumnElement[str | None] = _KEPT[reach].expression
    if reach in _USUAL:
        address = func.coalesce(func.nullif(address, ""), _USUAL[reach])
    rows = b.session.connection().execute(
        select(Customer.id, Contact.name, address, Contact.role, Contact.language)
        .outerjoin(Contact, Contact.customer_id == Customer.id)
        .where(Customer.company_id == b.company_id, Customer.id.in_(customer_ids))
        .where(address.is_not(None), Contact.bounced_at.is_(None) if REACHES[reach].mailbox else true())
        .order_by(Contact.id)
    )
    found: dict[tuple[int, str], Reached] = {}
    for customer_id, name, written, role, language in rows:
        one = Reached(customer_id, name, written or "", role or ContactRole.BILLING, language)
        found.setdefault((customer_id, one.address), one)
    return list(found.values())


ByRole = dict[str, list[str]]


def recipients(b: Books, customer_ids: Sequence[int], channel: Channel) -> dict[int, ByRole]:
    """Return what a channel can write to, by customer and role of the contact."""
    found: dict[int, ByRole] = defaultdict(lambda: defaultdict(list))
    if channel.reach is None:
        return found
    for one in reached(b, customer_ids, channel.reach):
        found[one.customer_id][one.role].append(one.address)
    return found


def addressed(b: Books, messages: Sequence[Message]) -> list[list[str]]:
    """Return to whom each message goes, in their order, each by its channel; what people do, to nobody."""
    known = {
        channel: recipients(b, [each.customer_id for each in messages if each.channel is channel], channel)
        for channel in {each.channel for each in messages if each.channel.written}
    }
    return [
        chosen(each.step.to, known[each.channel].get(each.customer_id, {})) if each.channel.written else []
        for each in messages
    ]


def chosen(to: str, by_role: ByRole) -> list[str]:
    """Return the addresses of the roles `to` (billing, manager or both), else of whoever there is."""
    found = [address for role in TO.get(to, (to,)) for address in by_role.get(role, ())]
    anyone = [address for addresses in by_role.values() for address in addresses][:1]
    return list(dict.fromkeys(found)) or anyone
