"""What comes next, said at the end of the answers to what people note: the next step and its day."""

from collections.abc import Sequence

from bot.slack.visit import Visit
from message_templates import labels
from message_templates.catalogue import Mrkdwn, say
from receivables.codes.reasons import Standing
from receivables.schedule.decisions import Decision
from store.accounts import facts as accounts


def what_follows(visit: Visit, invoice_ids: Sequence[int]) -> Mrkdwn:
    """Return what comes next for these invoices of one customer: « Prochaine relance : ferme, le … ».

    Without a day for it: until when nothing leaves, or what it waits for. Read after the act, from the books.
    """
    found = _found(visit, invoice_ids)
    return _next(visit, found) or _held(visit, found)


def next_step(visit: Visit, invoice_ids: Sequence[int]) -> Mrkdwn | None:
    """Return the next step of these invoices of one customer with its day; None when none has a day."""
    return _next(visit, _found(visit, invoice_ids))


def _found(visit: Visit, invoice_ids: Sequence[int]) -> list[Decision]:
    with visit.look() as b:
        return accounts.whys(b, invoice_ids, on=visit.today, now=visit.at)


def _next(visit: Visit, found: Sequence[Decision]) -> Mrkdwn | None:
    """Return the soonest step that has a day."""
    steps = [(each.on, each.step) if _leaves(each) else (each.next_on, each.next_step) for each in found]
    dated = [(on, step) for on, step in steps if on is not None and step is not None]
    if not dated:
        return None
    on, step = min(dated)
    key = "suite.today" if on == visit.today else "suite.next"
    return say(key, visit.language, step=labels.step(step, visit.language), on=on)


def _leaves(decision: Decision) -> bool:
    """Whether it leaves that day, and has not left."""
    return decision.decision is Standing.REMIND and "left" not in decision.facts


def _held(visit: Visit, found: Sequence[Decision]) -> Mrkdwn:
    waiting = [each for each in found if each.decision is not Standing.DONE]
    if not waiting:
        return say("suite.over", visit.language)
    ends = [each.until for each in waiting]
    if None not in ends:
        return say("suite.nothing_until", visit.language, until=min(end for end in ends if end is not None))
    held = next(each for each in waiting if each.until is None)
    return say("suite.waits", visit.language, reason=labels.reason(held.reason, visit.language))
