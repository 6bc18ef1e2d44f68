"""A step tried out: what one customer would be told at it today, were it to leave now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from receivables.codes.reasons import REASONS
from receivables.correspondence import Correspondent, MailFacts
from receivables.policy import Step
from receivables.schedule.account import Account, Item
from receivables.schedule.decisions import Evaluation


class Chosen(StrEnum):
    """How the invoices of a specimen were chosen."""

    LEAVES = "leaves"
    """They are those that leave today at this very step."""
    NEXT = "next"
    """Their next step is this one, whenever that is."""
    KIND = "kind"
    """They are what the customer owes, late or to come as the step wants; the step is another's."""
    SAMPLE = "sample"
    """The customer owes nothing of the kind: a made-up invoice stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecimenItem:
    """An invoice of a specimen; amounts in its `currency`."""

    invoice_id: int
    number: str
    issue_date: date | None
    due_date: date
    amount: Decimal
    outstanding: Decimal
    claimed: Decimal
    currency: str
    payment_link: str | None = None
    pdf_path: str | None = None
    order_number: str | None = None
    step: str | None = None
    """The step at which it is shown; None when it is only listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """What a step would tell one customer on the company's local date `today`."""

    customer: Correspondent
    facts: MailFacts
    step: Step
    items: tuple[SpecimenItem, ...]
    chosen: Chosen
    today: date
    account: Account | None = None
    """The customer's, as it stands before the step."""


def choose(
    account: Account, evaluation: Evaluation, step: Step, today: date
) -> tuple[Chosen, tuple[tuple[Item, str | None], ...]]:
    """Return the invoices that a step is tried out on, each with its own step, and how they were chosen."""
    for message in evaluation.messages:
        if message.step.key == step.key:
            return Chosen.LEAVES, tuple(
                (row.item, row.step.key if row.step else None) for row in message.items
            )
    decisions = evaluation.decisions
    free = [
        item
        for item in account.items
        if item.claimed > 0 and not REASONS[decisions[item.id].reason].keeps_specimen
    ]
    climbing = [item for item in free if decisions[item.id].step == step.key]
    if climbing:
        return Chosen.NEXT, _sorted(climbing, step)
    of_kind = [item for item in free if item.late(today) != step.preventive]
    return (Chosen.KIND, _sorted(of_kind, step)) if of_kind else (Chosen.SAMPLE, ())


def _sorted(items: Sequence[Item], step: Step) -> tuple[tuple[Item, str | None], ...]:
    """Return the items, soonest due first, all at the step."""
    return tuple((item, step.key) for item in sorted(items, key=lambda item: (item.due_date, item.number)))
