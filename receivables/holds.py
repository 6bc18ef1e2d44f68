"""What keeps one item back, by itself or with its customer (SCHEDULE rules 10 to 15)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from receivables.account import Account, Item, PauseFact, PromiseFact
from receivables.workdays import ONE_DAY, Calendar


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason code of rule 10, with its end and author where known, and facts to tell it."""

    reason: str
    until: date | None = None
    by: str = ""
    facts: dict[str, Any] | None = None
    resumes: date | None = None
    """First day on which the item is free again, when that is known."""


def promise_end(promise: PromiseFact, calendar: Calendar, grace: int) -> date:
    """Return the last day on which a promise holds: its date and `grace` open days (rule 11)."""
    return calendar.add_open(promise.promised_on, grace)


def kept(promise: PromiseFact) -> bool:
    """Whether as much as was promised has come in by its end."""
    return promise.received >= promise.amount


def broken_on(promise: PromiseFact, calendar: Calendar, grace: int) -> date | None:
    """Return the day on which the promise is (or will be) broken; None once kept."""
    return None if kept(promise) else promise_end(promise, calendar, grace) + ONE_DAY


def live_promise(item: Item, calendar: Calendar, grace: int, today: date) -> PromiseFact | None:
    """Return the promise that is still running on `today`, before or after the due date."""
    for promise in reversed(item.promises):
        if promise.made_on <= today <= promise_end(promise, calendar, grace):
            return promise
    return None


def _settled(item: Item) -> Hold | None:
    if item.outstanding <= 0:
        return Hold("credit" if item.settled_by == "credit" else "paid")
    if item.written_off:
        return Hold("written_off")
    return Hold("handed_over") if item.handed_over else None


def _disputed(item: Item) -> Hold | None:
    dispute = item.dispute
    if dispute is None or (dispute.released and dispute.disputed is not None and item.claimed > 0):
        return None
    facts = {"dispute_kind": dispute.kind, "opened_on": dispute.opened_on}
    return Hold("disputed", by=dispute.by, facts=facts)


def _promised(item: Item, calendar: Calendar, grace: int, today: date) -> Hold | None:
    promise = live_promise(item, calendar, grace, today) if item.promises and today >= item.due_date else None
    if promise is None:
        return None
    end = promise_end(promise, calendar, grace)
    facts = {"promise_date": promise.promised_on, "promise_amount": promise.amount}
    return Hold("plan" if promise.of_plan else "promised", end, promise.by, facts, end + ONE_DAY)


def _paused(pause: PauseFact | None, today: date) -> Hold | None:
    if pause is None or (pause.until is not None and today >= pause.until):
        return None
    facts = {"reason_text": pause.reason, "scope": pause.scope}
    return Hold("paused", pause.until, pause.by, facts, pause.until)


def _people(account: Account, item: Item, today: date) -> Hold | None:
    """Return the holds from `paused` to `gone`."""
    paused = _paused(item.pause, today) or _paused(account.pause, today)
    if paused:
        return paused
    if account.reply_unread:
        return Hold("reply_unread")
    return Hold("gone") if item.gone else None


def after_matching(account: Account, item: Item, today: date) -> Hold | None:
    """Return the holds from `uncertain` to `stale_books`."""
    if item.uncertain:
        return Hold("uncertain")
    if item.retrying:
        return Hold("retrying")
    if item.vetoed_until is not None and today < item.vetoed_until:
        return Hold("vetoed", item.vetoed_until, resumes=item.vetoed_until)
    return Hold("stale_books") if account.stale else None


def before_matching(account: Account, item: Item, calendar: Calendar, grace: int, today: date) -> Hold | None:
    """Return the first hold from `paid` to `gone`, in the order of rule 10."""
    settled = _settled(item)
    if settled:
        return settled
    if account.insolvent_on is not None and today >= account.insolvent_on:
        return Hold("insolvency", facts={"opened_on": account.insolvent_on})
    return _disputed(item) or _promised(item, calendar, grace, today) or _people(account, item, today)
