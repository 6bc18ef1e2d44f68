"""Whether those who have a message complete its step (SCHEDULE 3): one of those whom the step names."""

from collections.abc import Collection

from receivables.codes.messages import RecipientState
from receivables.codes.roles import ContactRole
from store.books import Books
from store.reminders import copies
from store.reminders.recipients import reached
from store.reminders.rows import DueReminder


def enough(b: Books, reminder: DueReminder, taken: Collection[str]) -> bool:
    """Whether a message is done with those of its addresses that have it: a billing one if it goes to any.

    A billing address that no longer exists counts no more: whoever is left then has it.
    """
    billing = _billing(b, reminder)
    return bool(billing.intersection(taken)) if billing else bool(taken)


def accepted(b: Books, reminder: DueReminder) -> bool:
    """Whether a message is done with those that have it by now."""
    known = copies.of(b, [reminder.id])[reminder.id]
    return enough(b, reminder, {each.address for each in known if each.state == RecipientState.ACCEPTED})


def _billing(b: Books, reminder: DueReminder) -> set[str]:
    """Return the addresses of a message that are billing contacts', and written to still."""
    channel = b.company.channel(reminder.channel)
    if channel.reach is None:
        return set()
    known = copies.to(copies.of(b, [reminder.id])[reminder.id])
    people = reached(b, [reminder.customer_id], channel.reach)
    billing = {copies.as_handed(one.address) for one in people if one.role is ContactRole.BILLING}
    return billing.intersection(known)
