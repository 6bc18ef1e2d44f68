"""What comes next for one item, and when: the days to come are played as the plan plays them (rule 25)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from receivables.codes.reasons import Reason, Standing
from receivables.company import Company
from receivables.policy import Step
from receivables.schedule.account import Account, Item, MessageItem
from receivables.schedule.decisions import Decision
from receivables.schedule.looking import WITH_OTHERS, look_on
from receivables.schedule.simulate import Played, play
from receivables.schedule.spacing import cap_free_on, gap_days, open_letter

SILENCE = timedelta(days=100)
"""Spacing, grace and waiting lie within so many days: nothing that leaves by itself leaves later."""


@dataclass(frozen=True, slots=True)
class Coming:
    """The next step of an item, and the first open day on which it leaves or its task opens.

    `slot` is the day on which it is due by itself; `kept` is what binds between the two, told by `facts`.
    `on` is None where it will wait, from its slot on, for a person: for an approval.
    """

    step: Step
    on: date | None
    slot: date
    kept: Reason | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def comings(
    account: Account,
    company: Company,
    today: date,
    invoice_ids: Collection[int],
    announced: frozenset[int] | None = None,
) -> dict[int, Coming]:
    """Return what comes next for items after what they get on `today`, but where a person has to act first.

    `account` is the customer on the morning of `today`; `announced` are the invoices of the plan made for it,
    once it is made: nothing else leaves that day. Promises are played as not kept, human steps as not done.
    """
    found: dict[int, Coming] = {}
    kept: dict[int, Reason | None] = {}
    left, horizon = set(invoice_ids), _horizon(account, today)
    retried = {item.id for item in account.items if item.retrying}
    for played in play(account, company, today, announced):
        if played.on > horizon:
            break
        for invoice_id in list(left):
            decision = played.evaluation.decisions[invoice_id]
            row = _leaving(played, invoice_id)
            if row is not None and (played.on > today or invoice_id in retried):
                found[invoice_id] = _told(row, kept.get(invoice_id), company, played)
                left.discard(invoice_id)
            elif row is None and _needs_an_act(decision):
                left.discard(invoice_id)
            else:
                kept[invoice_id] = _keeping(decision, played.on)
                found |= _asked(account, invoice_id, decision) if invoice_id not in found else {}
        if not left:
            break
    return found


def next_message(
    account: Account, company: Company, today: date, announced: frozenset[int] | None = None
) -> date | None:
    """Return the day after `today` of the next message that leaves to the customer; None when none does."""
    horizon = _horizon(account, today)
    for played in play(account, company, today, announced):
        if played.on > horizon:
            break
        if played.on > today and any(message.channel.spaced for message in played.evaluation.messages):
            return played.on
    return None


def _horizon(account: Account, today: date) -> date:
    """Return the last day to play: after it nothing is left that a day by itself could change."""
    ends = [today]
    pauses = [account.pause, *(item.pause for item in account.items)]
    pauses += [debtor.pause for debtor in account.paid_for.values()]
    ends += [pause.until for pause in pauses if pause is not None and pause.until is not None]
    for item in account.items:
        ends += [item.due_date, item.vetoed_until or today]
        ends += [promise.promised_on for promise in item.promises]
    last = max((step.day for step in account.policy.steps), default=0)
    return max(ends) + timedelta(days=last) + SILENCE


def _keeping(decision: Decision, on: date) -> Reason | None:
    """Return what keeps an item back on a day on which its step is due by itself."""
    due = decision.decision is not Standing.REMIND and decision.slot is not None and decision.slot <= on
    return decision.reason if due else None


def _leaving(played: Played, invoice_id: int) -> MessageItem | None:
    rows = (row for message in played.evaluation.messages for row in message.items)
    return next((row for row in rows if row.item.id == invoice_id and row.step is not None), None)


def _needs_an_act(decision: Decision) -> bool:
    day = look_on(decision)
    return day is not None and day >= WITH_OTHERS


def _asked(account: Account, invoice_id: int, decision: Decision) -> dict[int, Coming]:
    """Return the step for which a person will be asked, once it is due."""
    step = account.policy.step(decision.step or "")
    if decision.reason is not Reason.APPROVAL or step is None or decision.slot is None:
        return {}
    return {invoice_id: Coming(step, None, decision.slot, Reason.APPROVAL)}


def _told(row: MessageItem, kept: Reason | None, company: Company, played: Played) -> Coming:
    slot, on = row.slot, played.on
    if slot >= on:
        kept = None
    elif company.calendar.next_open(slot) == on:
        kept = Reason.CLOSED_DAY
    elif kept is Reason.CLOSED_DAY:
        kept = None  # the last closed day on the way did not shift a slot on an open one
    facts: dict[str, Any] = {}
    if kept is Reason.SPACING:
        facts = spacing_facts(played.account, company, row.item, row.own, slot)
    return Coming(row.own, on, slot, kept, facts)


def spacing_facts(account: Account, company: Company, item: Item, step: Step, today: date) -> dict[str, Any]:
    """Return what binds where spacing keeps `step` of `item` on `today`: a letter, the cap, or a message.

    Nothing when no past message does: then one to come does (rule 6).
    """
    letter = account.letter or open_letter(account.items)
    if letter is not None and company.calendar.add_open(letter.opened_on, letter.wait_days) > today:
        return {"letter_since": letter.opened_on}
    gap, policy = company.min_gap_days, account.policy
    ends = [
        (past.on + timedelta(days=gap_days(past, item, step, gap, policy)), past) for past in account.messages
    ]
    end, last = max(ends, key=lambda each: (each[0], each[1].on), default=(today, None))
    capped = cap_free_on(account.messages, company.max_per_customer)
    if capped is not None and capped > max(end, today):
        return {"cap": company.max_per_customer}
    if last is None or end <= today:
        return {}
    return {"message_on": last.on, "gap": (end - last.on).days}
