"""Copies of messages that some have: who lacks one is tried again alone, with the very same message.

Before each try the message is weighed anew. What changed in what it says calls the copies off that wait;
those who have it keep it.
"""

from dataclasses import replace
from datetime import datetime

from correspondence import facts
from correspondence.verdict import clock_kept_back, weigh
from receivables.codes.messages import CARRYING, KeptBack, Origin, RecipientState
from receivables.codes.reasons import Obstacle, Reason, Why
from receivables.company import Company, Mode
from receivables.schedule.recheck import held
from scheduler.delivery import Deferred, Down, Permanent, Refusals, Result, Sent, Unknown
from scheduler.post_room import fate
from scheduler.post_room.envelope import fingerprint
from scheduler.post_room.retry import inside_window
from store.accounts import facts as accounts
from store.books import Books, read_books
from store.db.engine import Database
from store.post_room import outcomes, retries, send_failures, uncertain
from store.post_room.claims import Ready
from store.post_room.desk import PostDesk
from store.post_room.retries import Lacking
from store.reminders import card_marks
from store.reminders.rows import DueReminder


def due(database: Database, company: Company, now: datetime) -> list[int]:
    """Return the messages with copies that are due at the aware instant `now`, by id.

    The clock's only inside the window, and in the modes that let it send.
    """
    with read_books(database, company) as b:
        may = clock_kept_back(b, now) in {None, KeptBack.AWAITING_GO}  # their own morning had its go
        return retries.due_ids(b, now=now, clock=may and inside_window(company, now))


def look(b: Books, reminder_id: int, at: datetime) -> Lacking | None:
    """Return what is to be handed over of a message; None when it is called off, or was tried long enough."""
    waiting = retries.read(b, reminder_id, now=at)
    if waiting is None:
        return None
    reason = _no_longer_so(b, waiting, at)
    if reason is not None:
        retries.call_off(b, reminder_id, waiting.to, reason)
        return None
    if retries.give_up_late(b, reminder_id, at=at):
        send_failures.not_everywhere(b, waiting.reminder, at=at)
        _concluded(b, waiting.ready, at)
        return None
    return waiting


def _no_longer_so(b: Books, waiting: Lacking, at: datetime) -> Why | None:
    """Return why what a message says is no longer to be said."""
    reminder = waiting.reminder
    if reminder.sandbox != (b.company.mode is Mode.SANDBOX):
        return Obstacle.MODE
    if reminder.kind not in CARRYING:
        verdict = weigh(b.company, reminder, facts.read_batch(b, [reminder], now=at), now=at)
        if verdict.step is None:
            return verdict.reason
    elif any(item.outstanding <= 0 for item in reminder.items):
        return Reason.PAID
    elif fingerprint(b.today(waiting.left_at), reminder.step, reminder.items) != waiting.shown:
        return Obstacle.AMOUNT
    return _held(b, reminder, waiting.left_at, at) if reminder.origin == Origin.CLOCK else None


def _held(b: Books, reminder: DueReminder, since: datetime, at: datetime) -> Why | None:
    """Return what holds a message of the clock, as the books are at `at`; it was written at `since`."""
    if retries.money_since(b, reminder.customer_id, since):
        return Obstacle.AMOUNT
    if reminder.kind not in CARRYING:
        return None
    own, today = frozenset(item.invoice_id for item in reminder.items), b.today(at)
    account = accounts.account(b, reminder.customer_id, today=today, now=at, also=sorted(own))
    return held(account, b.company, today, own, reminder.kind) if account else Reason.PAID


def claim(b: Books, waiting: Lacking, at: datetime) -> Ready | None:
    """Take the copies for sending; None when another did, or when what they show has just changed."""
    if not retries.claim(b, waiting, at=at):
        return None
    return replace(waiting.ready, reminder=replace(waiting.reminder, attempts=waiting.attempts), at=at)


def settle(b: Books, ready: Ready, result: Result, at: datetime) -> dict[str, int]:
    """Write down what became of copies that were handed over alone; return what to count in the report."""
    reminder = ready.reminder
    refused: Refusals = () if isinstance(result, Down) else result.refused
    dead = fate.note(b, ready, refused, at)
    counts: dict[str, int] = {}
    match result:
        case Sent():
            counts = {"sent": int(retries.record_sent(b, ready, answer=result.answer, at=at))}
        case Unknown():
            counts = {"uncertain": int(uncertain.mark(b, reminder, error=result.error, at=at))}
        case Permanent():
            dead += fate.note(b, ready, result.dead, at)
            outcomes.rest(PostDesk.of(b), reminder.id, RecipientState.REFUSED, words=result.error)
        case _:
            known = {address for address, _ in refused}
            fate.put_off(b, ready, [each for each in ready.to if each not in known], result.error, at)
    given_up = retries.give_up_late(b, reminder.id, at=at)
    if dead or given_up or isinstance(result, Permanent):
        send_failures.not_everywhere(b, reminder, at=at)
    elif any(words.startswith("5") for _, words in refused) or isinstance(result, Deferred):
        send_failures.not_everywhere(b, reminder, again=True, at=at)
    return _add(counts, _concluded(b, ready, at))


def _concluded(b: Books, ready: Ready, at: datetime) -> dict[str, int]:
    """Have a message done, or over without its step, once none of its copies can be taken any more."""
    reminder = ready.reminder
    card_marks.of_messages(b, [reminder.id])
    if not retries.over(b, reminder.id):
        return {}
    words = retries.last_words(b, reminder.id)
    if retries.complete(b, ready, answer=words, at=at):
        return {"sent": 1}
    return {"sent": int(send_failures.not_for_billing(b, reminder, error=words, at=at))}


def _add(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {*one, *other}}
