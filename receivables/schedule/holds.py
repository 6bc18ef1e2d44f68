"""What keeps one item back, by itself or with its customer (SCHEDULE rules 10 to 15)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from receivables.calendar.workdays import ONE_DAY, Calendar
from receivables.codes.payments import Settling
from receivables.codes.reasons import Reason
from receivables.schedule.account import Account, Item, PauseFact, PromiseFact
from receivables.schedule.claims import YOUNGEST_DAYS, prescribed_on


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason code of rule 10, with its end and author where known, and facts to tell it."""

    reason: Reason
    until: date | None = None
    by: str = ""
    facts: dict[str, Any] | None = None
    resumes: date | None = None
    """First day on which the item is free again, when that is known."""


def promise_end(promise: PromiseFact, calendar: Calendar, grace: int) -> date:
    """Return the last day on which a promise holds: its date and `grace` open days (rule 11)."""
    return calendar.add_open(promise.promised_on, grace)


def kept(promise: PromiseFact) -> bool:
    """Whether as much as was promised, and before it in the same plan, has come in by its end.

    Of several invoices: the sum, on whichever.
    """
    if promise.together is not None:
        return promise.together.received >= promise.together.amount
    return promise.received >= promise.before + promise.amount


def missing(promise: PromiseFact) -> Decimal:
    """Return what a promise, its share on one invoice, or an instalment still lacks, in its currency."""
    if promise.together is not None and kept(promise):
        return Decimal(0)
    lacks = promise.before + promise.amount - promise.received
    return min(max(lacks, Decimal(0)), promise.amount)


def broken_on(promise: PromiseFact, calendar: Calendar, grace: int) -> date | None:
    """Return the day on which the promise is (or will be) broken; None once kept.

    Of several invoices it breaks as a whole, but nothing moves where the invoice's own share is in: None.
    """
    if kept(promise) or (promise.together is not None and promise.received >= promise.amount):
        return None
    return promise_end(promise, calendar, grace) + ONE_DAY


Agreement = tuple[PromiseFact, ...]
"""A promise by itself, or the instalments of one payment plan in the order of their dates."""


def agreements(promises: Iterable[PromiseFact]) -> list[Agreement]:
    """Return promises and plans in the order in which they were made, each plan once (rule 11)."""
    found: dict[tuple[int | None, int], list[PromiseFact]] = {}
    for rank, promise in enumerate(promises):
        key = (promise.plan, 0) if promise.of_plan else (None, rank)
        found.setdefault(key, []).append(promise)
    return [tuple(sorted(each, key=lambda promise: promise.promised_on)) for each in found.values()]


def awaited(agreement: Agreement) -> PromiseFact:
    """Return what is waited for now: the first instalment that is not met, the last one when all are."""
    return next((promise for promise in agreement if not kept(promise)), agreement[-1])


def live_promise(
    promises: Sequence[PromiseFact], calendar: Calendar, grace: int, today: date
) -> PromiseFact | None:
    """Return the promise, or the instalment, that is still running on `today`, before or after the due date.

    One instalment missed breaks the whole plan: after its end none of it runs. Of several the one that runs
    longest: that the payment has left leaves a promise for a later day as it is.
    """
    found: tuple[date, PromiseFact] | None = None
    for agreement in reversed(agreements(promises)):
        promise = awaited(agreement)
        end = promise_end(promise, calendar, grace)
        if promise.made_on <= today <= end and (found is None or end > found[0]):
            found = (end, promise)
    return found[1] if found else None


def last_broken(
    promises: Sequence[PromiseFact], calendar: Calendar, grace: int, today: date
) -> tuple[PromiseFact, date] | None:
    """Return the promise, or the instalment, that broke last, and when; None while the last made stands."""
    if not promises:
        return None
    ends = [(awaited(each), broken_on(awaited(each), calendar, grace)) for each in agreements(promises)]
    if ends[-1][1] is None or ends[-1][1] > today:
        return None
    return max(
        ((promise, broken) for promise, broken in ends if broken is not None and broken <= today),
        key=lambda end: end[1],
    )


def breaches(promises: Sequence[PromiseFact], calendar: Calendar, grace: int) -> Iterator[date]:
    """Yield the days on which promises and plans were, or will be, broken."""
    for agreement in agreements(promises) if promises else ():
        broken = broken_on(awaited(agreement), calendar, grace)
        if broken is not None:
            yield broken


def added_up(instalments: Iterable[PromiseFact], owed: Decimal) -> Agreement:
    """Return the instalments of a plan with what comes before each, in date order (rule 11).

    `owed` is all that came in since the plan was made and what is left on its invoices: where that is less
    than was agreed (a credit note, an old payment), the last instalments shrink.
    """
    found: list[PromiseFact] = []
    before = Decimal(0)
    for promise in sorted(instalments, key=lambda promise: promise.promised_on):
        amount = max(min(promise.amount, owed - before), Decimal(0))
        found.append(replace(promise, amount=amount, before=before))
        before += amount
    return tuple(found)


def _settled(item: Item) -> Hold | None:
    if item.outstanding <= 0:
        return Hold(Reason.CREDIT if item.settled_by == Settling.CREDIT else Reason.PAID)
    return Hold(item.ended) if item.ended is not None else None


def _over(account: Account, item: Item, today: date) -> Hold | None:
    """Return the holds from `paid` to `insolvency`."""
    ended = _settled(item) or _refused(item)
    since = account.whose(item).insolvent_on
    if ended is None and since is not None and today >= since:
        return Hold(Reason.INSOLVENCY, facts={"opened_on": since})
    return ended


def _refused(item: Item) -> Hold | None:
    if item.refused_on is None:
        return None
    return Hold(Reason.REFUSED, facts={"opened_on": item.refused_on})


def _old_claim(account: Account, item: Item, today: date) -> Hold | None:
    if (today - item.due_date).days < YOUNGEST_DAYS:
        return None
    limit = prescribed_on(account, item)
    return Hold(Reason.OLD_CLAIM, facts={"prescribed_on": limit}) if today >= limit else None


def _direct_debit(item: Item, calendar: Calendar, grace: int, today: date) -> Hold | None:
    """Hold what the company collects itself, unless the bank sent it back and it is not on its way again."""
    if not item.pulled:
        return None
    rejection = item.rejection
    if rejection is None:
        return Hold(Reason.DIRECT_DEBIT, facts={"means": item.means})
    if rejection.again_on is None:
        return None
    end = calendar.add_open(rejection.again_on, grace)
    if today > end:
        return None
    facts = {"presented_on": rejection.again_on, "means": item.means}
    return Hold(Reason.DIRECT_DEBIT, end, rejection.by, facts, end + ONE_DAY)


def has_no_step(account: Account, item: Item, calendar: Calendar, grace: int, today: date) -> bool:
    """Whether no step is to be done for an item at all: its claim is old, or the company collects it."""
    collected = _direct_debit(item, calendar, grace, today)
    return collected is not None or _old_claim(account, item, today) is not None


def _disputed(item: Item) -> Hold | None:
    dispute = item.dispute
    if dispute is None or (dispute.released and dispute.disputed is not None and item.claimed > 0):
        return None
    facts = {"dispute_kind": dispute.kind, "opened_on": dispute.opened_on}
    return Hold(Reason.DISPUTED, by=dispute.by, facts=facts)


def _promised(item: Item, calendar: Calendar, grace: int, today: date) -> Hold | None:
    """A plan, and a payment that has left, hold before the due date too; other promises from that day on."""
    if not item.promises:
        return None
    early = today < item.due_date
    holding = [each for each in item.promises if not early or each.of_plan or each.payment_left]
    promise = live_promise(holding, calendar, grace, today)
    if promise is None:
        return None
    end = promise_end(promise, calendar, grace)
    facts = {
        "promise_date": promise.promised_on,
        "promise_amount": promise.amount,
        "payment_left": promise.payment_left,
    }
    return Hold(Reason.PLAN if promise.of_plan else Reason.PROMISED, end, promise.by, facts, end + ONE_DAY)


def _paused(pause: PauseFact | None, today: date) -> Hold | None:
    if pause is None or (pause.until is not None and today >= pause.until):
        return None
    facts = {"reason_text": pause.reason, "scope": pause.scope, "call_back": pause.call_back}
    return Hold(Reason.PAUSED, pause.until, pause.by, facts, pause.until)


def _any_pause(account: Account, item: Item, today: date) -> Hold | None:
    return _paused(item.pause, today) or _paused(account.whose(item).pause, today)


def _people(account: Account, item: Item, today: date) -> Hold | None:
    """Return the holds from `paused` to `gone`."""
    paused = _any_pause(account, item, today)
    if paused:
        return paused
    if account.whose(item).reply_unread:
        return Hold(Reason.REPLY_UNREAD)
    return Hold(Reason.GONE) if item.gone else None


def after_matching(account: Account, item: Item, today: date) -> Hold | None:
    """Return the holds from `uncertain` to `stale_books`."""
    if item.uncertain:
        return Hold(Reason.UNCERTAIN)
    if item.send_refused:
        return Hold(Reason.UNCERTAIN, facts={"send_refused": True})
    if item.retrying:
        return Hold(Reason.RETRYING)
    if item.vetoed_until is not None and today < item.vetoed_until:
        return Hold(Reason.VETOED, item.vetoed_until, item.vetoed_by, resumes=item.vetoed_until)
    return Hold(Reason.STALE_BOOKS) if account.stale else None


def before_matching(account: Account, item: Item, calendar: Calendar, grace: int, today: date) -> Hold | None:
    """Return the first hold from `paid` to `gone`, in the order of rule 10."""
    return (
        _over(account, item, today)
        or _old_claim(account, item, today)
        or _disputed(item)
        or _promised(item, calendar, grace, today)
        or _direct_debit(item, calendar, grace, today)
        or _people(account, item, today)
    )


def against_issue(account: Account, item: Item, today: date) -> Hold | None:
    """Return the first hold, up to `stale_books`, against sending the invoice itself (rules 1, 10)."""
    over = _over(account, item, today) or _disputed(item) or _any_pause(account, item, today)
    return over or after_matching(account, item, today)
