"""Issue steps: they send the invoice itself, and are no reminders (SCHEDULE rule 1).

They leave as messages of their own, start no spacing and keep none; credits, the minimum, other items and
unmatched money are nothing to them.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from receivables.calendar.workdays import Calendar
from receivables.codes.channels import Channel
from receivables.codes.messages import MessageKind
from receivables.codes.reasons import Reason
from receivables.codes.steps import Approving, Attach
from receivables.policy import Policy, Step
from receivables.schedule.account import Account, Item, Message, MessageItem
from receivables.schedule.holds import Hold
from receivables.schedule.rung import Rung

LEARNT_WITHIN = timedelta(days=3)
"""An issue step exists only for items learnt of no later than so long after their issue."""
NEAR = timedelta(days=3)
"""A friendly step whose slot comes sooner than this after the invoice was sent does not exist."""


def issue_slot(item: Item, step: Step, calendar: Calendar) -> date | None:
    """Return the slot of an issue step, moved later from a closed day; None when it does not exist.

    One that would come past the due date can never leave: it does not exist either.
    """
    issued = item.issue_date
    if issued is None or item.learnt_on - issued > LEARNT_WITHIN:
        return None
    slot = calendar.next_open(issued + timedelta(days=step.day))
    return slot if slot <= item.due_date else None


def sent_on(item: Item) -> date | None:
    """Return the day on which the invoice itself was last sent, or None."""
    return max((step.done_on for step in item.done if step.from_issue), default=None)


def unsent(item: Item, policy: Policy, calendar: Calendar, today: date) -> Rung | None:
    """Return the issue step that exists and has not left, as of `today`; past the due date it has lapsed.

    Once the item has climbed a step that counts from its due date, its invoice is known to the customer.
    """
    if not policy.issuing or today > item.due_date or item.prior_reminders:
        return None
    if any(not step.from_issue for step in item.done):
        return None
    passed = max((step.day for step in item.done), default=-1)
    for step in policy.issuing:
        slot = issue_slot(item, step, calendar) if step.day > passed else None
        if slot is not None:
            return Rung(step, slot, Reason.DUE if slot <= today else Reason.NOT_DUE)
    return None


def too_near(item: Item, slot: date) -> bool:
    """Whether a friendly step with this slot does not exist because the invoice was sent just before it."""
    sent = sent_on(item)
    return sent is not None and slot - sent < NEAR


def held(account: Account, item: Item, rung: Rung) -> Hold | None:
    """Return what holds an issue step from `no_address` to `approval`, once nothing before does."""
    if not account.reaches(rung.step.channel):
        return Hold(Reason.NO_ADDRESS)
    if rung.reason != Reason.DUE:
        return None
    if item.pdf_missing and rung.step.attach == Attach.INVOICE:
        return Hold(Reason.MISSING_PDF)
    asks = rung.step.approval == Approving.ASK and item.id not in account.approved
    return Hold(Reason.APPROVAL) if asks else None


def messages(account: Account, due: Iterable[tuple[Item, Rung]]) -> list[Message]:
    """Return the messages that send these invoices: one a channel, whatever else leaves that day."""
    by_channel: dict[Channel, list[tuple[Item, Rung]]] = {}
    for item, rung in due:
        by_channel.setdefault(rung.step.channel, []).append((item, rung))
    return [_message(account, channel, rows) for channel, rows in by_channel.items()]


def _message(account: Account, channel: Channel, rows: list[tuple[Item, Rung]]) -> Message:
    rank = account.policy.rank
    first = min((rung.step for _, rung in rows), key=lambda step: rank[step.key])
    rows.sort(key=lambda row: (row[0].due_date, row[0].number))
    items = tuple(MessageItem(item, rung.step, rung.step, rung.slot) for item, rung in rows)
    return Message(account.customer_id, channel, first, items, MessageKind.INVOICE)
