"""What the rules look at: one customer's items, holds, credits and past messages, as plain facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from receivables.codes.agreements import PauseScope
from receivables.codes.channels import Channel, Reach
from receivables.codes.customers import CustomerKind
from receivables.codes.disputes import DisputeKind
from receivables.codes.messages import MessageKind
from receivables.codes.payments import PULLED, Means
from receivables.codes.reasons import Reason
from receivables.policy import Policy, Step


class DoneStep(NamedTuple):
    """A step an item has climbed. `slot` is None for what was done before Relance."""

    key: str
    day: int
    done_on: date
    slot: date | None = None
    from_issue: bool = False

    @property
    def corrective(self) -> bool:
        """Whether the step came after the due date."""
        return self.day > 0 and not self.from_issue


class Together(NamedTuple):
    """What was promised in one word on several invoices, and what came in on them all, up to its end."""

    id: int
    amount: Decimal
    received: Decimal


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """A promise that nobody took back. `received` came in since it was made, up to its end.

    Of a payment plan it is one instalment, on whichever of the plan's invoices: `before` is what the earlier
    ones add up to, and `received` what came in on all of them. Of a promise of several invoices it is the
    share of one, `together` the whole.
    """

    promised_on: date
    amount: Decimal
    made_on: date
    by: str = ""
    received: Decimal = Decimal(0)
    plan: int | None = None
    """The payment plan of which it is an instalment."""
    before: Decimal = Decimal(0)
    id: int = 0
    together: Together | None = None
    payment_left: bool = False
    """The payment was said to have left: it holds before the due date too, and marks nothing (rule 11)."""

    @property
    def of_plan(self) -> bool:
        """Whether it is an instalment of a payment plan."""
        return self.plan is not None


@dataclass(frozen=True, slots=True)
class DisputeFact:
    """An open dispute. `disputed` None: the whole item."""

    opened_on: date
    by: str = ""
    kind: DisputeKind = DisputeKind.OTHER
    disputed: Decimal | None = None
    released: bool = False


@dataclass(frozen=True, slots=True)
class PauseFact:
    """A pause. `until` is the day of resuming; None: until a person says."""

    until: date | None
    by: str = ""
    reason: str = ""
    scope: PauseScope = PauseScope.INVOICE
    call_back: bool = False
    """Whether it waits for a call back that was agreed."""


@dataclass(frozen=True, slots=True)
class RejectionFact:
    """A direct debit that came back: the bank's day of the first time, and when it is presented again."""

    on: date
    again_on: date | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class TaskFact:
    """An open human step."""

    step: str
    channel: Channel
    opened_on: date
    wait_days: int = 5
    owner: str = ""


@dataclass(slots=True)
class Item:
    """An invoice with something left to pay, or one that somebody asks about."""

    id: int
    number: str
    issue_date: date | None
    due_date: date
    outstanding: Decimal
    currency: str
    learnt_on: date
    prior_reminders: int = 0
    done: tuple[DoneStep, ...] = ()
    promises: tuple[PromiseFact, ...] = ()
    dispute: DisputeFact | None = None
    pause: PauseFact | None = None
    task: TaskFact | None = None
    settled_by: str = ""
    """`payment` or `credit` once nothing is left."""
    withdrawn: bool = False
    written_off: bool = False
    handed_over: bool = False
    refused_on: date | None = None
    """The day on which it was known to be refused on the e-invoicing platform."""
    means: Means | None = None
    """By what it is to be paid: an act says so, else the invoice, else the customer's terms (rule 27)."""
    rejection: RejectionFact | None = None
    """Of a direct debit: that the bank sent it back."""
    acknowledged: tuple[date, ...] = ()
    """Days of payments on it, and of what the customer wrote: a claim counts anew from each (rule 26)."""
    written: tuple[date, ...] = ()
    """Days of its corrective e-mails and letters: from each a claim on a public body counts anew."""
    gone: bool = False
    uncertain: bool = False
    send_refused: bool = False
    """A server refused its last mail as such: a person says when it is tried again."""
    retrying: bool = False
    pdf_missing: bool = False
    """Its PDF is not there, and the step that sends the invoice may not leave without it."""
    vetoed_until: date | None = None
    vetoed_by: str = ""
    resuming_since: date | None = None
    look_on: date | None = None
    """The day on which the plan need look again, as the last plan left it."""
    customer_id: int = 0
    """Whose it is, where the account is of several customers with one payer; 0: the account's own."""

    @property
    def pulled(self) -> bool:
        """Whether the company itself collects it, by direct debit or draft (rule 27)."""
        return self.means in PULLED

    @property
    def chased_from(self) -> date:
        """The day from which corrective steps count: the due date, or the rejection when later (rule 27)."""
        if self.pulled and self.rejection is not None:
            return max(self.due_date, self.rejection.on)
        return self.due_date

    @property
    def ended(self) -> Reason | None:
        """By what it is asked for no more, though not paid."""
        if self.withdrawn:
            return Reason.WITHDRAWN
        if self.written_off:
            return Reason.WRITTEN_OFF
        return Reason.HANDED_OVER if self.handed_over else None

    @property
    def claimed(self) -> Decimal:
        """What may be asked for: the outstanding less a disputed part that holds nothing else."""
        dispute = self.dispute
        if dispute is not None and dispute.released and dispute.disputed is not None:
            return max(self.outstanding - dispute.disputed, Decimal(0))
        return self.outstanding

    def late(self, today: date) -> bool:
        """Whether the due date has passed."""
        return today > self.due_date


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message that left, or a letter deposited: what spacing counts from (rule 6)."""

    on: date
    corrective: bool
    steps: Mapping[int, int] = field(default_factory=dict)
    """Day, in the policy, of the step that each invoice climbed with it."""
    automatic: bool = True
    """Whether the clock sent it: what a person sends, and letters, count for no cap."""
    courtesy: bool = False
    """A statement or thanks: no reminder leaves by the clock that day, and that is all."""


class AskedFor(NamedTuple):
    """What a message that left, or leaves within the minute, asked for (rule 17)."""

    on: date
    invoice_id: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Debtor:
    """A customer for whom another pays: what is noted on it is about its own items alone (rule 4)."""

    kind: CustomerKind | None = None
    siren: str | None = None
    insolvent_on: date | None = None
    pause: PauseFact | None = None
    reply_unread: bool = False


@dataclass(slots=True)
class Account:
    """One customer as the rules see it, or several with one payer, whose the account is then (rule 4)."""

    customer_id: int
    policy: Policy
    items: list[Item]
    kind: CustomerKind | None = None
    """What the customer is, as far as somebody said."""
    siren: str | None = None
    credits: Mapping[str, Decimal] = field(default_factory=dict)
    unmatched: Mapping[str, Decimal] = field(default_factory=dict)
    messages: list[PastMessage] = field(default_factory=list)
    reached_by: frozenset[Reach] = frozenset(Reach)
    """What there is to write to the customer by."""
    insolvent_on: date | None = None
    pause: PauseFact | None = None
    letter: TaskFact | None = None
    """The letter that waits to be deposited, whichever invoice it is about."""
    late_elsewhere: Mapping[str, Decimal] = field(default_factory=dict)
    """What is late, per currency, on items left out of `items` because nothing can leave for them."""
    reply_unread: bool = False
    stale: bool = False
    approved: Mapping[int, str] = field(default_factory=dict)
    """Who approved each invoice's next step, as it stands."""
    asked: tuple[AskedFor, ...] = ()
    """What the customer has been asked for on the last days, corrective steps only."""
    paid_for: Mapping[int, Debtor] = field(default_factory=dict)
    """By id, the other customers whose items are in the account: this one pays for them."""

    def whose(self, item: Item) -> "Debtor | Account":
        """Return what is noted on the customer who owes `item`: insolvency, pause, reply, kind."""
        return self.paid_for.get(item.customer_id, self)

    def reaches(self, channel: Channel) -> bool:
        """Whether a message can be written by `channel`; what a person does wants no address."""
        return channel.reach is None or channel.reach in self.reached_by


@dataclass(frozen=True, slots=True)
class MessageItem:
    """An invoice in a message. `step` None: listed only, its own step stays due (rule 4)."""

    item: Item
    step: Step | None
    own: Step
    slot: date
    joined: bool = False

    @property
    def upcoming(self) -> bool:
        """Whether it stands under « À venir »."""
        return self.own.preventive


@dataclass(frozen=True, slots=True)
class Message:
    """What one customer gets on one day by one channel, of one kind. `step` is the tone."""

    customer_id: int
    channel: Channel
    step: Step
    items: tuple[MessageItem, ...]
    kind: MessageKind = MessageKind.REMINDER
    """A reminder, or invoices that are sent themselves (rule 1)."""

    @property
    def corrective(self) -> bool:
        """Whether any item in it is due by a corrective step."""
        return not self.step.preventive


def climbed(item: Item, message: Message, on: date) -> Item:
    """Return `item` as it stands once `message` has left on `on`."""
    row = next((row for row in message.items if row.item.id == item.id), None)
    if row is None:
        return item
    written = (*item.written, on) if message.corrective else item.written
    if row.step is None:
        return replace(item, written=written)
    done = DoneStep(row.step.key, row.step.day, on, row.slot, row.step.from_issue)
    return replace(item, done=(*item.done, done), written=written)
