"""To which addresses a message goes: the roles that its step names, else whoever there is."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from receivables.policy import Channel
from receivables.schedule.account import Message
from store.books import Books
from store.db.tables import Contact


def recipients(b: Books, customer_ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Return the addresses that have not bounced, by customer and role of the contact."""
    statement = (
        select(Contact.customer_id, Contact.role, Contact.email)
        .where(Contact.company_id == b.company_id, Contact.customer_id.in_(customer_ids))
        .where(Contact.email.is_not(None), Contact.bounced_at.is_(None))
        .order_by(Contact.id)
    )
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for customer_id, role, email in b.session.execute(statement):
        if email is not None:
            found[customer_id][role].append(email)
    return found


def addressees(message: Message, by_role: dict[str, list[str]]) -> list[str]:
    """Return to whom a message goes: the roles its step names, else whoever there is."""
    if message.channel is not Channel.EMAIL:
        return []
    return chosen(message.step.to, by_role)


def chosen(to: str, by_role: dict[str, list[str]]) -> list[str]:
    """Return the addresses of the roles `to` (billing, manager or both), else of whoever there is."""
    roles = ["billing", "manager"] if to == "both" else [to]
    found = [email for role in roles for email in by_role.get(role, ())]
    anyone = [email for emails in by_role.values() for email in emails][:1]
    return list(dict.fromkeys(found)) or anyone
