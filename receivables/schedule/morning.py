"""The morning's plan as a whole: does it wait for a person's go (SCHEDULE rule 18)?"""

from collections.abc import Sequence

from receivables.company import Company, Mode

SMALL_MORNING = 20
"""Up to so many e-mails, only `max_messages` can ask for a go."""
JUMP = 3
"""A go is asked for above so many times the largest of the last live mornings."""
MORNINGS = 10
"""How many past live mornings are looked at."""


def needs_go(company: Company, emails: int, past: Sequence[int], others: int = 0, invoices: int = 0) -> bool:
    """Whether a morning with so many `emails` waits for a go.

    `past` are the e-mails of the last ten live mornings that had some and left or got a go. `others` are
    statements and thanks: they count against `max_messages` and on a first morning, but the month's
    statements are no surprise next to the reminders of other days. `invoices` are messages that send invoices
    themselves: they count against `max_messages` alone.
    """
    if company.mode is not Mode.LIVE:
        return False
    if emails + others + invoices > company.max_messages:
        return True
    if not past:
        return emails + others > SMALL_MORNING
    return emails > SMALL_MORNING and emails > JUMP * max(past)
