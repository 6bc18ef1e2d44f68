"""The same company's ledger kept a second time, in plain Python: what each mailbox should hold.

It is told every act that the books are told, keeps no row and no mark of when to look again, and asks the
pure rules about every customer on every day that the clock runs.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from receivables.codes.channels import CALL, EMAIL, HANDOVER, LETTER
from receivables.codes.messages import MessageKind
from receivables.company import Company
from receivables.policy import Step
from receivables.schedule.account import (
    Account,
    DisputeFact,
    DoneStep,
    Item,
    Message,
    PastMessage,
    PauseFact,
    PromiseFact,
    TaskFact,
)
from receivables.schedule.decisions import evaluate
from receivables.schedule.holds import promise_end
from receivables.schedule.ladder import next_rung
from receivables.schedule.morning import MORNINGS, needs_go
from receivables.schedule.recheck import recheck
from receivables.schedule.simulate import leave


class Mail(NamedTuple):
    """A mail as a customer sees it: local day, tone (folder of its text), invoices named."""

    day: date
    tone: str
    numbers: tuple[str, ...]


@dataclass
class Receipt:
    """Money or credit set against an invoice."""

    amount: Decimal
    at: datetime
    day: date
    undone: bool = False


@dataclass
class Promised:
    """A promise as it was made."""

    date: date
    amount: Decimal
    made_at: datetime


@dataclass
class Job:
    """A human step that waits for a person, or (`waiting`) for the morning's go."""

    step: Step
    opened_on: date
    slots: dict[str, date]
    waiting: bool = False

    @property
    def fact(self) -> TaskFact:
        """What the rules see of it."""
        return TaskFact(self.step.key, self.step.channel, self.opened_on, self.step.wait_days)


@dataclass
class Announced:
    """A message of the morning's plan. `dropped`: invoices that an act has taken out of it."""

    message: Message
    dropped: set[str] = field(default_factory=set)

    @property
    def numbers(self) -> set[str]:
        """The invoices that are still in it; none once only those that joined are left (rule 4)."""
        left = [row for row in self.message.items if row.item.number not in self.dropped]
        return set() if all(row.joined for row in left) else {row.item.number for row in left}


@dataclass
class Debtor:
    """One customer."""

    id: int
    name: str
    address: str
    policy: str
    items: dict[str, Item] = field(default_factory=dict)
    messages: list[PastMessage] = field(default_factory=list)
    credit: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    pause: PauseFact | None = None
    jobs: list[Job] = field(default_factory=list)
    announced: list[Announced] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)


@dataclass
class Ledger:
    """Every customer of the company, and the mornings so far."""

    company: Company
    debtors: dict[str, Debtor] = field(default_factory=dict)
    owing: dict[str, Debtor] = field(default_factory=dict)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    """What each invoice came to when it came in."""
    receipts: dict[str, list[Receipt]] = field(default_factory=lambda: defaultdict(list))
    promised: dict[str, list[Promised]] = field(default_factory=lambda: defaultdict(list))
    mornings: list[int] = field(default_factory=list)
    """E-mails of the mornings that had some and left, or got their go."""
    asking: int | None = None
    """E-mails of this morning, while it waits for its go."""

    def item(self, number: str) -> Item:
        """Return an invoice."""
        return self.owing[number].items[number]

    def account(self, debtor: Debtor, today: date) -> Account:
        """Return a customer as the rules look at it."""
        return Account(
            customer_id=debtor.id,
            policy=self.company.policy_for(debtor.policy),
            items=[self._facing(debtor, item) for item in debtor.items.values() if item.outstanding > 0],
            credits={currency: money for currency, money in debtor.credit.items() if money > 0},
            messages=list(debtor.messages),
            pause=debtor.pause,
            letter=self._letter(debtor),
        )

    def _facing(self, debtor: Debtor, item: Item) -> Item:
        jobs = [job.fact for job in debtor.jobs if item.number in job.slots]
        promises = tuple(self._promise(item.number, each) for each in self.promised[item.number])
        return replace(item, task=jobs[-1] if jobs else None, promises=promises)

    def _promise(self, number: str, promise: Promised) -> PromiseFact:
        made_on = self.company.day_of(promise.made_at)
        fact = PromiseFact(promise.date, promise.amount, made_on)
        end = promise_end(fact, self.company.calendar, self.company.grace_days)
        came = sum((r.amount for r in self._since(number, promise) if made_on <= r.day <= end), Decimal(0))
        return replace(fact, received=came)

    def _since(self, number: str, promise: Promised) -> list[Receipt]:
        return [each for each in self.receipts[number] if not each.undone and each.at >= promise.made_at]

    @staticmethod
    def _letter(debtor: Debtor) -> TaskFact | None:
        letters = [job.fact for job in debtor.jobs if job.step.channel is LETTER and not job.waiting]
        return letters[-1] if letters else None

    # --- the clock ------------------------------------------------------------------------------------

    def plan(self, day: date) -> None:
        """Make the plan of an open day: messages are announced, human steps opened (rules 16, 18)."""
        self._close_yesterday()
        emails, human = 0, []
        for debtor in self.debtors.values():
            for message in evaluate(self.account(debtor, day), self.company, day).messages:
                if message.channel.written:
                    debtor.announced.append(Announced(message))
                    emails += message.kind is MessageKind.REMINDER
                else:
                    human.append((debtor, message))
        waits = needs_go(self.company, emails, self.mornings[-MORNINGS:])
        for debtor, message in human:
            slots = {row.item.number: row.slot for row in message.items if row.step is not None}
            debtor.jobs.append(Job(message.step, day, slots, waiting=waits))
        self._count(emails, waits=waits)

    def _close_yesterday(self) -> None:
        self.asking = None
        for debtor in self.debtors.values():
            debtor.announced = []
            debtor.jobs = [job for job in debtor.jobs if not job.waiting]

    def _count(self, emails: int, *, waits: bool) -> None:
        if waits:
            self.asking = emails
        elif emails:
            self.mornings.append(emails)

    def go(self) -> None:
        """A person lets the morning leave."""
        assert self.asking is not None
        self.mornings.append(self.asking)
        self.asking = None
        for debtor in self.debtors.values():
            for job in debtor.jobs:
                job.waiting = False

    def send(self, day: date) -> None:
        """Send what was announced this morning, decided anew (rule 19)."""
        if self.asking is not None:
            return
        for debtor in self.debtors.values():
            left, debtor.announced = debtor.announced, []
            for announced in left:
                if announced.numbers:
                    self._send(debtor, announced, day)

    def _send(self, debtor: Debtor, announced: Announced, day: date) -> None:
        account = self.account(debtor, day)
        ids = frozenset(debtor.items[number].id for number in announced.numbers)
        message = recheck(account, self.company, day, ids, EMAIL, announced.message.kind).message
        if message is None:
            return
        listed = {row.item.id for row in announced.message.items if row.step is None}
        rows = [replace(row, step=None) if row.item.id in listed else row for row in message.items]
        message = replace(message, items=tuple(rows))
        after = leave(account, message, day)
        debtor.messages = list(after.messages)
        for item in after.items:
            debtor.items[item.number].done = item.done
        numbers = tuple(sorted(row.item.number for row in rows))
        debtor.mails.append(Mail(day, message.step.template, numbers))

    # --- people ---------------------------------------------------------------------------------------

    def drop(self, number: str) -> None:
        """An act makes what was announced about this invoice wrong."""
        for announced in self.owing[number].announced:
            announced.dropped.add(number)

    def pay(self, number: str, amount: Decimal, at: datetime) -> None:
        """Money comes in; what is too much is the customer's credit."""
        item = self.item(number)
        used = min(amount, item.outstanding)
        self.owing[number].credit[item.currency] += amount - used
        self._settle(number, used, at)

    def use_credit(self, number: str, at: datetime) -> None:
        """Set as much of the customer's credit against an invoice as it takes."""
        item, debtor = self.item(number), self.owing[number]
        used = min(debtor.credit[item.currency], item.outstanding)
        debtor.credit[item.currency] -= used
        self._settle(number, used, at)

    def _settle(self, number: str, amount: Decimal, at: datetime) -> None:
        self.receipts[number].append(Receipt(amount, at, self.company.day_of(at)))
        item, debtor = self.item(number), self.owing[number]
        item.outstanding -= amount
        if item.outstanding == 0:
            self.drop(number)
            self._lapse(debtor, number)

    def _lapse(self, debtor: Debtor, number: str) -> None:
        """Close the jobs about an invoice and others that nobody chases any more."""
        debtor.jobs = [
            job for job in debtor.jobs if job.waiting or number not in job.slots or self._alive(debtor, job)
        ]

    @staticmethod
    def _alive(debtor: Debtor, job: Job) -> bool:
        items = [debtor.items[number] for number in job.slots]
        return any(each.outstanding > 0 and not each.written_off and not each.handed_over for each in items)

    def unpay(self, number: str, at: datetime, jobs: list[Job]) -> None:
        """Take the last receipt back; `jobs` had lapsed with it."""
        receipt = next(each for each in reversed(self.receipts[number]) if not each.undone)
        receipt.undone = True
        item = self.item(number)
        item.outstanding += receipt.amount
        item.resuming_since = self.company.day_of(at)
        self.owing[number].jobs += jobs

    def promise(self, number: str, amount: Decimal, on: date, at: datetime) -> None:
        """The customer promises; a promise that is still running is replaced (rule 11)."""
        today = self.company.day_of(at)
        running = [each for each in self.promised[number] if self._running(number, each, today)]
        if running:
            self.promised[number].remove(running[-1])
        self.promised[number].append(Promised(on, amount, at))
        self._spare(number, today)
        if today > self.item(number).due_date:
            self.drop(number)

    def _running(self, number: str, promise: Promised, today: date) -> bool:
        end = self.company.calendar.add_open(promise.date, self.company.grace_days)
        return today <= end and sum(r.amount for r in self._since(number, promise)) < promise.amount

    def dispute(self, number: str, disputed: Decimal | None, on: date) -> None:
        """The customer contests an invoice, or a part of it, the rest being released."""
        self.item(number).dispute = DisputeFact(on, disputed=disputed, released=disputed is not None)
        if disputed is None:
            self.drop(number)

    def settle(self, number: str, on: date) -> None:
        """The dispute is settled: the ladder goes on where it was (rule 12)."""
        item = self.item(number)
        item.dispute, item.resuming_since = None, on

    def write_off(self, number: str) -> None:
        """Give an invoice up."""
        self.item(number).written_off = True
        self.drop(number)
        self._lapse(self.owing[number], number)

    def pause(self, name: str, number: str | None, until: date | None) -> None:
        """Keep an invoice, or a customer, in peace until a day."""
        debtor = self.debtors[name]
        if number is None:
            debtor.pause = PauseFact(until, scope="customer")
        else:
            debtor.items[number].pause = PauseFact(until)
        for each in debtor.items if number is None else [number]:
            self.drop(each)

    def call(self, number: str, today: date) -> None:
        """Somebody was reached: the call step that is due is done (rule 3)."""
        debtor = self.owing[number]
        job = self._call_about(number)
        if job is not None:
            self.finish(debtor, job, today)
        else:
            self._climb_due_call(number, today)

    def _spare(self, number: str, today: date) -> None:
        """A promise made while a call is due stands for it, for that invoice alone (rule 3)."""
        job = self._call_about(number)
        if job is None:
            self._climb_due_call(number, today)
            return
        debtor = self.owing[number]
        self._climb(debtor, number, job.step, job.slots.pop(number), today)
        if not any(debtor.items[each].outstanding > 0 for each in job.slots):
            debtor.jobs.remove(job)

    def _call_about(self, number: str) -> Job | None:
        jobs = (job for job in self.owing[number].jobs if job.step.channel is CALL and not job.waiting)
        return next((job for job in jobs if number in job.slots), None)

    def _climb_due_call(self, number: str, today: date) -> None:
        debtor = self.owing[number]
        account = self.account(debtor, today)
        [item] = [each for each in account.items if each.number == number]
        calendar, grace = self.company.calendar, self.company.grace_days
        rung = next_rung(item, account.policy, calendar, grace, today)
        if rung is not None and rung.reason == "due" and rung.step.channel is CALL:
            self._climb(debtor, number, rung.step, rung.slot, today)

    def finish(self, debtor: Debtor, job: Job, today: date, *, skipped: bool = False) -> None:
        """A human step is done, or skipped."""
        debtor.jobs.remove(job)
        for number, slot in job.slots.items():
            if debtor.items[number].outstanding > 0:
                self._climb(debtor, number, job.step, slot, today)
                handed = job.step.channel is HANDOVER and not skipped
                debtor.items[number].handed_over |= handed
        if job.step.channel is LETTER and not skipped:
            debtor.messages.append(PastMessage(today, corrective=True))

    @staticmethod
    def _climb(debtor: Debtor, number: str, step: Step, slot: date, today: date) -> None:
        item = debtor.items[number]
        if all(done.key != step.key for done in item.done):
            item.done = (*item.done, DoneStep(step.key, step.day, today, slot, step.from_issue))
