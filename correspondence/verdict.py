"""The last look before a message leaves: what is left of it, and what keeps all of the clock's back."""

from datetime import datetime

from correspondence.facts import Batch
from receivables.codes.messages import KeptBack, MessageKind, Origin
from receivables.codes.reasons import Obstacle, Why
from receivables.company import Company, Mode
from receivables.statements import STEPS
from store.books import Books
from store.courtesies.acts import Courtesy
from store.reminders import day_plans, verdicts
from store.reminders.rows import DueReminder
from store.reminders.verdicts import Verdict


def weigh(company: Company, reminder: DueReminder, batch: Batch, *, now: datetime) -> Verdict:
    """Return what is left of a message at the aware instant `now`, by the facts of its batch."""
    if reminder.id in batch.courtesies:
        return _courtesy(company, reminder, batch.courtesies[reminder.id])
    if reminder.origin != Origin.CLOCK:
        return verdicts.by_hand(company, reminder)
    if reminder.sandbox != (company.mode is Mode.SANDBOX):
        return Verdict((), None, {item.invoice_id: Obstacle.MODE for item in reminder.items})
    if reminder.customer_id in batch.accounts:
        account = batch.accounts[reminder.customer_id]
        return verdicts.again(company, reminder, account, company.day_of(now))
    return verdicts.as_planned(company, reminder)


def _courtesy(company: Company, reminder: DueReminder, found: Courtesy) -> Verdict:
    """Decide whether a message without items leaves: why not is the reason of its cancelling."""
    pointless = _pointless(reminder, found)
    if pointless is not None:
        return Verdict((), None, {0: pointless})
    if reminder.origin == Origin.CLOCK:
        if reminder.sandbox != (company.mode is Mode.SANDBOX):
            return Verdict((), None, {0: Obstacle.MODE})
        if found.hold is not None:
            return Verdict((), None, {0: found.hold})
    return Verdict((), STEPS[reminder.kind])


def _pointless(reminder: DueReminder, found: Courtesy) -> Why | None:
    """Return why there is nothing to say any more."""
    if reminder.kind == MessageKind.STATEMENT:
        return None if found.statement.worth_sending else Obstacle.NOTHING_DUE
    if reminder.kind == MessageKind.INSTALMENT:
        return found.instalment.gone if found.instalment else Obstacle.PLAN_OVER
    return None if found.settled else Obstacle.PAYMENT_UNDONE


def clock_kept_back(b: Books, now: datetime) -> KeptBack | None:
    """Return why the clock sends nothing at all on the day of `now`; None when it may, in its window."""
    if b.company.mode is Mode.DRAFT:
        return KeptBack.DRAFT
    if b.company.mode is Mode.MANUAL:
        return KeptBack.MANUAL
    return KeptBack.AWAITING_GO if day_plans.go_missing(b, b.today(now)) else None


def kept_back(b: Books, reminder: DueReminder, now: datetime) -> KeptBack | Obstacle | None:
    """Return what keeps a message back whatever it says: the mode, its day, the missing go."""
    if reminder.origin != Origin.CLOCK:
        return KeptBack.DRAFT if b.company.mode is Mode.DRAFT else None
    if reminder.day != b.today(now):
        return Obstacle.DAY_OVER
    return clock_kept_back(b, now)
