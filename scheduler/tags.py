"""What of ours a mail system or a customer sends back, signed: the tag of an envelope, the Message-ID.

Whoever gets a mail reads both, and could count up from them: only what we have signed is believed.
"""

from receivables.company import Company
from receivables.signing import Keys, Purpose
from store.reminders.rows import DueReminder


def tag(keys: Keys, company: Company, reminder_id: int) -> str:
    """Return what follows the plus sign of the address at which a message's reports come back."""
    return f"{reminder_id}-{keys.sign(Purpose.ENVELOPE, company.key, reminder_id)}"


def read_tag(keys: Keys, company: Company, told: str) -> int | None:
    """Return the id of the message that a tag names; None when we have not signed it."""
    name, _, mark = told.partition("-")
    if not (name.isascii() and name.isdecimal() and len(name) <= 18):
        return None
    reminder_id = int(name)
    return reminder_id if keys.signed(mark, Purpose.ENVELOPE, company.key, reminder_id) else None


def message_id(keys: Keys, company: Company, reminder: DueReminder, domain: str) -> str:
    """Return the Message-ID of a reminder, the same each time it is asked for (SCHEDULE 23)."""
    if reminder.message_id:
        return reminder.message_id
    planned_at = reminder.planned_at.isoformat()
    mark = keys.sign(Purpose.MESSAGE, company.key, reminder.id, planned_at)
    return f"<relance-{reminder.id}-{mark}@{domain}>"
