"""The message of one customer: what leaves together today, and in what tone (SCHEDULE rules 4 to 6)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from receivables.calendar.workdays import Calendar
from receivables.codes.channels import CALL, HANDOVER, LETTER, Channel
from receivables.policy import Policy, Step
from receivables.schedule.account import Account, Item, Message, MessageItem, PastMessage
from receivables.schedule.rung import Rung
from receivables.schedule.spacing import free_on, gap_days

HUMAN = (CALL, HANDOVER)
Candidates = Mapping[int, tuple[Item, Rung]]


@dataclass(slots=True)
class Composition:
    """What leaves, and for what stays: the day from which spacing would let it go, where known."""

    messages: list[Message] = field(default_factory=list)
    spaced: dict[int, date | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Composer:
    """The customer, the day and the company's limits, as one message is put together."""

    account: Account
    calendar: Calendar
    min_gap: int
    minimum: Decimal
    today: date
    cap: int | None = None
    barred: frozenset[int] = frozenset()
    """Items that may not join a message (rule 17)."""

    @property
    def policy(self) -> Policy:
        """The customer's policy."""
        return self.account.policy

    def rank(self, step: Step) -> int:
        """How stern a step is."""
        return self.policy.rank[step.key]

    def blocked(self, item: Item, rung: Rung) -> date | None:
        """Return the day until which spacing keeps the step back, or None when it may leave."""
        free = free_on(self.account, item, rung.step, self.min_gap, self.calendar, self.cap)
        return free if free is not None and free > self.today else None

    def tone(self, items: Iterable[tuple[Item, Rung]]) -> Step:
        """Return the sternest step among items not below the minimum, else the mildest (rules 5, 8)."""
        rows = list(items)
        big = [rung.step for item, rung in rows if item.claimed >= self.minimum]
        if big:
            return max(big, key=self.rank)
        return min((rung.step for _, rung in rows), key=self.rank)


Rows = dict[int, tuple[Item, Rung]]


def _only(rows: Candidates, keep: Callable[[Step], bool]) -> Rows:
    return {key: row for key, row in rows.items() if keep(row[1].step)}


def _issued(item: Item, today: date) -> bool:
    """Whether the customer can know of the invoice: nothing speaks of one before its issue date (rule 1)."""
    return item.issue_date is None or item.issue_date <= today


def _joining(c: Composer, waiting: Candidates, channel: Channel, kinds: set[bool]) -> Rows:
    """Return the items whose next step falls due in less than `min_gap` days (rule 4)."""
    soon = c.today + timedelta(days=c.min_gap)
    return {
        key: (item, rung)
        for key, (item, rung) in waiting.items()
        if key not in c.barred
        and rung.step.channel is channel
        and rung.step.preventive in kinds
        and rung.slot < soon
        and (_issued(item, c.today) if rung.step.preventive else item.late(c.today))
    }


def _message(c: Composer, tone: Step, due: Rows, joined: Rows) -> Message:
    """Put the message together: a corrective step above the tone is only listed (rule 4)."""
    items = []
    for rows, is_joined in ((due, False), (joined, True)):
        for item, rung in rows.values():
            counted = rung.step.preventive or c.rank(rung.step) <= c.rank(tone)
            items.append(MessageItem(item, rung.step if counted else None, rung.step, rung.slot, is_joined))
    items.sort(key=lambda row: (row.upcoming, row.item.due_date, row.item.number))
    return Message(c.account.customer_id, tone.channel, tone, tuple(items))


def _human(c: Composer, due: Rows, waiting: Candidates, out: Composition) -> None:
    for channel in HUMAN:
        rows = _only(due, lambda step, channel=channel: step.channel is channel)  # type: ignore[misc]
        if rows:
            kinds = {False} if channel is CALL else set()
            joined = _joining(c, waiting, channel, kinds)
            out.messages.append(_message(c, c.tone(rows.values()), rows, joined))


def _space(c: Composer, rows: Rows, out: Composition) -> tuple[Rows, Rows]:
    """Split `rows` in those that spacing lets go and those that it keeps, noting until when."""
    free: Rows = {}
    kept: Rows = {}
    for key, (item, rung) in rows.items():
        until = c.blocked(item, rung)
        if until is None:
            free[key] = (item, rung)
        else:
            kept[key] = (item, rung)
            out.spaced[key] = until
    return free, kept


def _letter(c: Composer, due: Rows, waiting: Candidates, out: Composition) -> bool:
    """Open the letter if one is due and spacing allows; say whether one is due at all."""
    rows = _only(due, lambda step: step.channel is LETTER)
    free, _ = _space(c, rows, out)
    if free:
        joined = _joining(c, waiting, LETTER, {False})
        out.messages.append(_message(c, c.tone(free.values()), free, joined))
    return bool(rows)


def _corrective(c: Composer, free: Rows, kept: Rows, upcoming: Rows, waiting: Candidates) -> Message:
    """Compose a message with late items: upcoming ones only under the mildest tone (rule 5)."""
    tone = c.tone(free.values())
    mild = c.rank(tone) <= c.rank(c.policy.corrective[0])
    kinds = {False} | ({True} if mild and upcoming else set())
    kept = {key: row for key, row in kept.items() if key not in c.barred}
    joined = kept | _joining(c, waiting, tone.channel, kinds)
    return _message(c, tone, free | (upcoming if mild else {}), joined)


def _friendly(c: Composer, upcoming: Rows, waiting: Candidates, coming: Candidates, out: Composition) -> None:
    """Compose a message of preventive steps only, unless a sterner one is to leave too soon after it."""
    free, kept = _space(c, upcoming, out)
    if not free:
        return
    tone = max((rung.step for _, rung in free.values()), key=c.rank)
    message = _message(c, tone, free, kept | _joining(c, waiting, tone.channel, {True}))
    if _in_the_way(c, message, coming):
        out.spaced.update(dict.fromkeys(free))
        return
    out.messages.append(message)
    out.spaced = {key: until for key, until in out.spaced.items() if key not in kept}


def _in_the_way(c: Composer, message: Message, coming: Candidates) -> bool:
    """Whether a friendly message would keep back a corrective one that is due before its spacing ends."""
    steps = {row.item.id: row.own.day for row in message.items}
    left = PastMessage(c.today, corrective=False, steps=steps)
    return any(
        c.calendar.next_open(rung.slot)
        < c.today + timedelta(days=gap_days(left, item, rung.step, c.min_gap, c.policy))
        for item, rung in coming.values()
    )


def compose(
    c: Composer, due: Candidates, waiting: Candidates, coming: Candidates = MappingProxyType({})
) -> Composition:
    """Return what leaves today for one customer, by channel, and what spacing keeps back.

    `due` are the items whose step is due and that nothing holds; `waiting` those whose next step
    is still to come and that nothing holds; `coming` those that will be asked for by a corrective step.
    """
    out = Composition()
    if not due:
        return out
    rows = dict(due)
    letter_due = False
    if any(rung.step.human for _, rung in rows.values()):
        _human(c, rows, waiting, out)
        letter_due = _letter(c, rows, waiting, out)
    written = _only(rows, lambda step: step.channel.written)
    if any(message.channel is LETTER for message in out.messages):
        out.spaced.update(dict.fromkeys(written))
        return out
    upcoming = _only(written, lambda step: step.preventive)
    free, kept = _space(c, _only(written, lambda step: not step.preventive), out)
    if free:
        message = _corrective(c, free, kept, upcoming, waiting)
        out.messages.append(message)
        sent = {row.item.id for row in message.items}
        out.spaced = {key: until for key, until in out.spaced.items() if key not in sent}
        out.spaced.update({key: None for key in upcoming if key not in sent})
    elif kept or letter_due:
        out.spaced.update(dict.fromkeys(upcoming))
    else:
        _friendly(c, upcoming, waiting, coming, out)
    return out
