"""To whom a message goes: the roles that its step names, else whoever there is, by what its channel wants."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute

from receivables.codes.channels import REACHES, Channel, Reach
from receivables.codes.roles import TO
from receivables.schedule.account import Message
from store.books import Books
from store.db.tables import Contact

_KEPT: Mapping[Reach, InstrumentedAttribute[str | None]] = {
    Reach.EMAIL: Contact.email,
    Reach.PHONE: Contact.phone,
}
COLUMNS: Mapping[Reach, tuple[InstrumentedAttribute[str | None], ColumnElement[bool]]] = {
    reach: (_KEPT[reach], Contact.bounced_at.is_(None) if facts.mailbox else true())
    for reach, facts in REACHES.items()
}
"""Where the books keep what a channel writes to, and when it is still good."""

ByRole = dict[str, list[str]]


def recipients(b: Books, customer_ids: Sequence[int], channel: Channel) -> dict[int, ByRole]:
    """Return what a channel can write to, by customer and role of the contact."""
    found: dict[int, ByRole] = defaultdict(lambda: defaultdict(list))
    if channel.reach is None:
        return found
    column, good = COLUMNS[channel.reach]
    statement = (
        select(Contact.customer_id, Contact.role, column)
        .where(Contact.company_id == b.company_id, Contact.customer_id.in_(customer_ids))
        .where(column.is_not(None), good)
        .order_by(Contact.id)
    )
    for customer_id, role, address in b.session.execute(statement):
        if address is not None:
            found[customer_id][role].append(address)
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
