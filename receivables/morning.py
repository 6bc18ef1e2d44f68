"""The morning's plan as a whole: does it wait for a person's go (SCHEDULE rule 18)?"""

from collections.abc import Sequence

from receivables.company import Company, Mode

SMALL_MORNING = 20
"""Up to so many e-mails, only `max_messages` can ask for a go."""
JUMP = 3
"""A go is asked for above so many times the largest of the last live mornings."""
MORNINGS = 10
"""How many past live mornings are looked at."""


def needs_go(company: Company, emails: int, past: Sequence[int]) -> bool:
    """Whether a morning with so many `emails` waits for a go.

    `past` are the e-mails of the last ten live mornings that had some and left or got a go.
    """
    if company.mode is not Mode.LIVE:
        return False
    if emails > company.max_messages:
        return True
    return emails > SMALL_MORNING and (not past or emails > JUMP * max(past))
