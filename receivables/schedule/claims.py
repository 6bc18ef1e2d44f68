"""Old claims: the day from which a claim may be prescribed, and what counts it anew (SCHEDULE 26)."""

from datetime import date

from receivables.calendar.months import shift
from receivables.codes.customers import CustomerKind
from receivables.kinds import kind_of
from receivables.schedule.account import Account, Item

CONSUMER_YEARS = 2
"""C. conso. L218-2; also for somebody of whom nothing is known: the shortest is the safest."""
BUSINESS_YEARS = 5
"""C. com. L110-4, C. civ. 2224."""
PUBLIC_YEARS = 4
"""Full years, from 1 January after the event: law 68-1250 of 31 December 1968, article 1."""
WARNED_MONTHS = 6
"""So long before a claim grows old the team is told."""
YOUNGEST_DAYS = 365 * 2 - 31 * WARNED_MONTHS
"""A claim less late than this is nobody's concern here, whoever owes it."""


def prescribed_on(account: Account, item: Item) -> date:
    """Return the first day on which a claim may be prescribed; nothing revives what is over by then."""
    debtor = account.whose(item)
    kind = kind_of(debtor.kind, debtor.siren)
    events = set(item.acknowledged)
    if kind is CustomerKind.PUBLIC:
        events.update(item.written)
    limit = _limit(item.due_date, kind, known=bool(debtor.siren))
    for day in sorted(events):
        if day >= limit:
            break
        limit = max(limit, _limit(day, kind, known=bool(debtor.siren)))
    return limit


def _limit(day: date, kind: CustomerKind | None, *, known: bool) -> date:
    """Return when a claim that counts from `day` may be over; `known`: its debtor has a SIREN."""
    if kind is CustomerKind.PUBLIC:
        return date(day.year + PUBLIC_YEARS + 1, 1, 1)
    business = kind is CustomerKind.BUSINESS or (kind is None and known)
    return shift(day, 12 * (BUSINESS_YEARS if business else CONSUMER_YEARS))


def warned_on(limit: date) -> date:
    """Return the day on which the team is told that a claim is about to grow old."""
    return shift(limit, -WARNED_MONTHS)
