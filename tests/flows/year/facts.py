"""What truly happened, in plain Python: kept by whoever plays the year, never read from the books.

The rules of SCHEDULE.md are coded here a second time, by another road than `receivables`: from the facts of
one invoice to what holds it and which step is due. Rule numbers are those of SCHEDULE.md.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.flows.year import aging

DAY = timedelta(days=1)


def easter(year: int) -> date:
    """Return Easter Sunday (Gauss, as corrected by Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def is_open(day: date) -> bool:
    """Whether France works on `day`."""
    sunday = easter(day.year)
    moving = {sunday + timedelta(days=days) for days in (1, 39, 50)}
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    return day.weekday() < 5 and (day.month, day.day) not in fixed and day not in moving


def open_from(day: date) -> date:
    """Return `day`, or the first open day after it."""
    return day if is_open(day) else open_from(day + DAY)


def open_before(day: date) -> date:
    """Return `day`, or the last open day before it."""
    return day if is_open(day) else open_before(day - DAY)


def open_after(day: date, count: int) -> date:
    """Return the `count`-th open day after `day`."""
    while count:
        day += DAY
        count -= is_open(day)
    return day


@dataclass
class Rung:
    """A step of a policy as the year knows it."""

    key: str
    day: int
    channel: str
    from_issue: bool = False
    wait_days: int = 5

    @property
    def late(self) -> bool:
        """Whether it comes after the due date."""
        return self.day > 0 and not self.from_issue


@dataclass
class Money:
    """Money or credit set against an invoice."""

    amount: Decimal
    at: datetime
    on: date
    credit: bool = False
    undone: bool = False


@dataclass
class Vow:
    """A promise."""

    on: date
    amount: Decimal
    at: datetime
    made_on: date
    live: bool = True


@dataclass
class Plan:
    """An agreement to pay by instalments: days and amounts, added up in order."""

    parts: list[tuple[date, Decimal]]
    at: datetime
    made_on: date
    live: bool = True


@dataclass
class Climbed:
    """A step done."""

    key: str
    day: int
    from_issue: bool
    slot: date | None
    on: date


@dataclass
class Debt:
    """One invoice, and all that was said about it."""

    number: str
    who: "Client"
    issued: date
    due: date
    amount: Decimal
    currency: str
    learnt: date
    prior: int = 0
    money: list[Money] = field(default_factory=list)
    vows: list[Vow] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    climbed: list[Climbed] = field(default_factory=list)
    disputed: bool = False
    contested: Decimal = Decimal(0)
    """The part that is disputed while the rest goes on."""
    paused_until: date | None = None
    put_off_until: date | None = None
    unsure: bool = False
    written_off: bool = False
    handed_over: bool = False
    agreed: set[tuple[str, Decimal]] = field(default_factory=set)
    """Steps and amounts that a responsable has approved; what came back may leave again by the same."""
    back_since: date | None = None
    """Day on which a dispute was settled or a payment taken back."""
    means: str | None = None
    """By what it is paid as its file says; `means_said`: as somebody does."""
    means_said: str | None = None
    rejected: list[date] = field(default_factory=list)
    """Days on which the bank sent it back."""
    again_on: date | None = None
    """Day on which it is presented again after the last."""
    asked_about: bool = False
    """Whether finance was asked about a debit that did not come in."""
    acknowledged: list[date] = field(default_factory=list)
    """Days on which the customer wrote that it owes it."""
    reminded: dict[int, date] = field(default_factory=dict)
    """Days of late mails and letters with it, by reminder; letters by task, less than nought."""
    told_old: set[tuple[str, date]] = field(default_factory=set)
    """What the lists of old claims said of it: `soon` or `over`, and the day of prescription."""

    @property
    def pulled(self) -> bool:
        """Whether the company collects it: somebody says so, else its file, else its customer's terms."""
        return (self.means_said or self.means or self.who.means) in {"direct_debit", "draft"}

    @property
    def late_from(self) -> date:
        """The day from which steps after the due date count: that of a rejection when later (rule 27)."""
        return max(self.due, min(self.rejected)) if self.pulled and self.rejected else self.due

    @property
    def over_on(self) -> date:
        """The day from which the claim may be prescribed (rule 26)."""
        who = self.who
        paid = [each.on for each in self.money if not each.credit and not each.undone]
        events = [*paid, *self.acknowledged]
        if who.kind == "public" or (who.kind is None and who.siren is not None and who.siren[0] in "12"):
            events += self.reminded.values()
        return aging.limit(self.due, events, who.kind, who.siren)

    @property
    def left(self) -> Decimal:
        """What is still owed."""
        return self.amount - sum((each.amount for each in self.money if not each.undone), Decimal(0))

    @property
    def claimed(self) -> Decimal:
        """What may be asked for."""
        return max(self.left - self.contested, Decimal(0))

    def alive(self) -> bool:
        """Whether anybody still chases it."""
        return self.left > 0 and not self.written_off and not self.handed_over

    def came_since(self, said: "Vow | Plan", end: date) -> Decimal:
        """Return what came in since a promise or a plan was made, up to `end`."""
        money = (m for m in self.money if not m.undone and m.at >= said.at)
        return sum((m.amount for m in money if said.made_on <= m.on <= end), Decimal(0))

    def kept(self, vow: Vow) -> bool:
        """Whether a promise was kept."""
        return self.came_since(vow, end_of(vow)) >= vow.amount

    def missed(self, plan: Plan) -> date | None:
        """Return the day on which a plan is broken; None while each instalment is met (rule 11)."""
        due = Decimal(0)
        for on, amount in plan.parts:
            due += amount
            if self.came_since(plan, open_after(on, 2)) < due:
                return open_after(on, 2) + DAY
        return None

    def last_late(self, today: date) -> Climbed | None:
        """Return the sternest step after the due date that was done (rules 2, 3)."""
        before = [
            Climbed(rung.key, rung.day, False, None, self.learnt)
            for rung in [r for r in self.who.ladder(today) if r.late and r.channel == "email"][: self.prior]
        ]
        done = [each for each in self.climbed + before if each.day > 0 and not each.from_issue]
        return max(done, key=lambda each: (each.day, each.on), default=None)


@dataclass
class Letter:
    """A mail that left, or a letter that was posted."""

    on: date
    late: bool
    days: dict[str, int] = field(default_factory=dict)
    """Day in its policy of the step that each invoice climbed with it."""


@dataclass
class Chore:
    """A human step that waits for a person."""

    rung: Rung
    opened: date
    numbers: list[str]
    task_id: int


@dataclass
class Client:
    """One customer."""

    name: str
    address: str
    policy: str
    policies: dict[str, list[Rung]]
    debts: dict[str, Debt] = field(default_factory=dict)
    credit: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    sent: list[Letter] = field(default_factory=list)
    invoiced: list[date] = field(default_factory=list)
    """Days on which invoices themselves were sent: they count for no spacing."""
    chores: list[Chore] = field(default_factory=list)
    paused_until: date | None = None
    replies: set[int] = field(default_factory=set)
    """Answers that nobody has read yet."""
    bounced: bool = False
    insolvent: bool = False
    kind: str | None = "business"
    siren: str | None = None
    means: str | None = None
    """By what it pays where an invoice says nothing."""
    touched: date | None = None
    """Day of the last act about the customer: what was announced before it may not leave."""

    def ladder(self, _today: date) -> list[Rung]:
        """Return the steps of the customer's policy as it stands."""
        return self.policies[self.policy]


def end_of(vow: Vow) -> date:
    """Return the last day on which a promise holds: two open days of grace (rule 11)."""
    return open_after(vow.on, 2)


def broken(debt: Debt, today: date) -> list[date]:
    """Return the days on which promises were broken, up to `today`."""
    ends = [end_of(vow) + DAY for vow in debt.vows if vow.live and not debt.kept(vow)]
    ends += [day for plan in debt.plans if plan.live and (day := debt.missed(plan))]
    return [day for day in ends if debt.due < day <= today]


def in_instalments(debt: Debt, today: date) -> bool:
    """Whether a plan runs on the invoice."""
    for plan in debt.plans:
        end = debt.missed(plan) or open_after(plan.parts[-1][0], 2) + DAY
        if plan.live and plan.made_on <= today < end:
            return True
    return False


def hold(debt: Debt, today: date) -> str | None:
    """Return the first reason of rule 10, up to `vetoed`, that keeps a reminder back by itself."""
    who, over = debt.who, _over(debt)
    if over is not None:
        return over
    if today >= debt.over_on:
        return "old_claim"
    if contested(debt):
        return "disputed"
    if today >= debt.due and any(v.live and v.made_on <= today <= end_of(v) for v in debt.vows):
        return "promised"
    if today >= debt.due and in_instalments(debt, today):
        return "plan"
    if collected(debt, today):
        return "direct_debit"
    if _paused(debt, today):
        return "paused"
    if who.replies:
        return "reply_unread"
    return _last_sending(debt, today)


def hold_issue(debt: Debt, today: date) -> str | None:
    """Return the first reason that keeps the invoice itself from being sent (rule 1)."""
    over = _over(debt) or ("disputed" if contested(debt) else None)
    return over or ("paused" if _paused(debt, today) else _last_sending(debt, today))


def hold_of(debt: Debt, today: date) -> str | None:
    """Return what keeps back whatever comes next: the invoice itself, or a reminder of it."""
    return hold_issue(debt, today) if unsent(debt, today) else hold(debt, today)


def contested(debt: Debt) -> bool:
    """Whether the whole of an invoice is disputed, or all that is left of it."""
    return debt.disputed or (debt.contested > 0 and debt.claimed <= 0)


def collected(debt: Debt, today: date) -> bool:
    """Whether the company itself collects it, or has it presented again (rule 27)."""
    if not debt.pulled or not debt.rejected:
        return debt.pulled
    return debt.again_on is not None and today <= open_after(debt.again_on, 2)


def _paused(debt: Debt, today: date) -> bool:
    return any(until is not None and today < until for until in (debt.paused_until, debt.who.paused_until))


def _last_sending(debt: Debt, today: date) -> str | None:
    if debt.unsure:
        return "uncertain"
    return "vetoed" if debt.put_off_until is not None and today < debt.put_off_until else None


def _over(debt: Debt) -> str | None:
    """Return what ends an invoice, or all of its customer's."""
    who = debt.who
    if debt.left <= 0:
        return "credit" if all(m.credit for m in debt.money if not m.undone) else "paid"
    if debt.written_off:
        return "written_off"
    if debt.handed_over:
        return "handed_over"
    if who.insolvent:
        return "insolvency"
    return None


def next_late(debt: Debt, today: date) -> tuple[Rung, date] | None:
    """Return the next step after the due date, and the first day on which it may leave (rule 12 too)."""
    step = next_slot(debt, today)
    if step is None or debt.back_since is None:
        return step
    return step[0], max(step[1], open_after(debt.back_since, 3))


def next_slot(debt: Debt, today: date) -> tuple[Rung, date] | None:
    """Return the next step after the due date, and its slot (rules 2, 3, 11)."""
    last = debt.last_late(today)
    rungs = [r for r in debt.who.ladder(today) if r.late and (last is None or r.day > last.day)]
    if not rungs:
        return None
    rung = rungs[0]
    slot = debt.late_from + rung.day * DAY
    if last is not None:
        on_time = last.slot is not None and open_from(last.slot) == last.on
        slot = max(slot, (last.slot if on_time and last.slot else last.on) + (rung.day - last.day) * DAY)
    for day in broken(debt, today):
        if last is None or day > last.on:
            slot = day
    return rung, slot


def early_slot(debt: Debt, rung: Rung) -> date | None:
    """Return the slot of a step before the due date; None when it does not exist (rule 1)."""
    if rung.from_issue:
        slot = open_from(debt.issued + rung.day * DAY)
        return slot if debt.learnt - debt.issued <= 3 * DAY and slot <= debt.due else None
    day = debt.due + rung.day * DAY
    if day < debt.issued or debt.pulled:
        return None
    slot = max(open_before(day), debt.issued)
    sent = [each.on for each in debt.climbed if each.from_issue]
    return None if sent and slot < max(sent) + 3 * DAY else slot


def unsent(debt: Debt, today: date) -> tuple[Rung, date] | None:
    """Return the step that sends the invoice itself, with its slot, as long as it exists and has not left."""
    if today > debt.due or debt.prior or any(not each.from_issue for each in debt.climbed):
        return None
    sent = max((each.day for each in debt.climbed), default=-1)
    for rung in debt.who.ladder(today):
        if rung.from_issue and rung.day > sent:
            slot = early_slot(debt, rung)
            if slot is not None:
                return rung, slot
    return None
