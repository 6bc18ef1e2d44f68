"""What credits cover and what is too small to chase (SCHEDULE rules 7 and 8), currency by currency."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from receivables.codes.channels import Channel
from receivables.schedule.account import Account, Item
from receivables.schedule.rung import Rung

Due = Mapping[int, tuple[Item, Rung]]
"""Items whose step is due on any channel and that no reason from `paid` to `stale_books` holds, by id."""

TENTH = 10


def by_currency(items: Iterable[Item]) -> dict[str, Decimal]:
    """Return what may be asked for on `items`, added up per currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for item in items:
        sums[item.currency] += item.claimed
    return sums


def unmatched_holds(account: Account, due: Due) -> bool:
    """Whether unmatched money is at least a tenth of the items due that day (rule 13)."""
    sums = by_currency(item for item, _ in due.values())
    return any(
        money > 0 and sums.get(currency) and money * TENTH >= sums[currency]
        for currency, money in account.unmatched.items()
    )


def covered_by_credit(account: Account, due: Due, minimum: Decimal) -> set[int]:
    """Return the invoices for which nothing leaves because credits cover them (rule 7)."""
    late = [item for item, rung in due.values() if not rung.step.preventive]
    upcoming = [item for item, rung in due.values() if rung.step.preventive]
    late_sums, upcoming_sums = by_currency(late), by_currency(upcoming)
    covered: set[int] = set()
    for currency, credit in account.credits.items():
        if credit <= 0:
            continue
        left = late_sums.get(currency, Decimal(0)) - credit
        if left < minimum:
            covered.update(item.id for item in late if item.currency == currency)
        rest = max(-left, Decimal(0))
        if rest > 0 and rest >= upcoming_sums.get(currency, Decimal(0)):
            covered.update(item.id for item in upcoming if item.currency == currency)
    return covered


def late_totals(account: Account, today: date) -> dict[str, Decimal]:
    """Return all that is late of the customer, held or not, per currency (rule 8)."""
    sums: dict[str, Decimal] = defaultdict(Decimal, account.late_elsewhere)
    for item in account.items:
        if (
            item.outstanding > 0
            and item.late(today)
            and not (item.withdrawn or item.written_off or item.handed_over)
        ):
            sums[item.currency] += item.outstanding
    return sums


def too_small(
    account: Account, due: Due, minimum: Decimal, totals: Mapping[str, Decimal], today: date
) -> set[int]:
    """Return the late invoices that the minimum keeps back, `totals` being all that is late (rule 8).

    Small ones due by mail wait, in each currency, until together they reach it; on a channel where a person
    acts, one of them has to reach it.
    """
    kept: set[int] = set()
    for currency, amount in totals.items():
        if amount < minimum:
            kept.update(item.id for item in account.items if item.currency == currency and item.late(today))
    late = [row for row in due.values() if not row[1].step.preventive and row[0].id not in kept]
    for (channel, _), items in _asked_together(late).items():
        together = by_currency(items)
        small = all(item.claimed < minimum for item in items)
        if small and not (channel.written and together[items[0].currency] >= minimum):
            kept.update(item.id for item in items)
    return kept


def _asked_together(late: Iterable[tuple[Item, Rung]]) -> dict[tuple[Channel, str], list[Item]]:
    """Return the items by channel; those due by mail also by currency."""
    groups: dict[tuple[Channel, str], list[Item]] = defaultdict(list)
    for item, rung in late:
        channel = rung.step.channel
        groups[channel, item.currency if channel.written else ""].append(item)
    return groups


def worth_asking(account: Account, coming: Due, minimum: Decimal) -> dict[int, tuple[Item, Rung]]:
    """Return the items of these whose currency comes to the minimum at least, less credits (rules 7, 8)."""
    sums = by_currency(item for item, _ in coming.values())
    return {
        key: (item, rung)
        for key, (item, rung) in coming.items()
        if sums[item.currency] - account.credits.get(item.currency, Decimal(0)) >= minimum
    }
