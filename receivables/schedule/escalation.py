"""An escalation: the item's next corrective step, now, whatever its day (DESIGN 7)."""

from dataclasses import dataclass, replace
from datetime import date

from receivables.codes.reasons import Against, Obstacle, Reason, Standing, Why, escalating
from receivables.company import Company, Mode
from receivables.schedule.account import Account, Item, Message
from receivables.schedule.compose import Composer
from receivables.schedule.decisions import Decision, evaluate
from receivables.schedule.ladder import days, first_corrective_left
from receivables.schedule.limit import asks_alone, compose_within
from receivables.schedule.rung import Rung


@dataclass(frozen=True, slots=True)
class Escalation:
    """What escalating an item would do now: the message, warnings by reason code, or a refusal."""

    message: Message | None = None
    warnings: tuple[Why, ...] = ()
    refusal: Reason | None = None
    asks: bool = False
    """Whether the item waits for an approval (rule 17): `message` is what leaves once it is given."""

    @property
    def second_confirmation(self) -> bool:
        """Whether it is to be confirmed twice."""
        return any(escalating(warning) is Against.CONFIRM for warning in self.warnings)


def escalate(account: Account, company: Company, invoice_id: int, today: date) -> Escalation:
    """Compose the message that takes one item a step further today (rules 4 and 5), with its warnings."""
    decision = evaluate(account, company, today).decisions[invoice_id]
    item = next(item for item in account.items if item.id == invoice_id)
    rung = _rung(account, company, decision, item, today)
    refusal = _refusal(account, company, decision, item, rung, today)
    if refusal is not None or rung is None:
        return Escalation(refusal=refusal or Reason.LADDER_DONE)
    warnings = _warnings(_composer(account, company, today), decision, item, rung)
    alone = decision.reason is Reason.OLD_CLAIM
    message = _message(account, company, item, rung, today, alone=alone)
    if message is not None and decision.reason is not Reason.APPROVAL:
        return Escalation(message, warnings)
    free = replace(account, approved={**account.approved, item.id: ""})
    return Escalation(_message(free, company, item, rung, today, alone=alone), warnings, asks=True)


def _rung(account: Account, company: Company, decision: Decision, item: Item, today: date) -> Rung | None:
    """Return the item's next corrective step; of an old claim the policy's first text alone (16)."""
    if decision.reason is not Reason.OLD_CLAIM:
        return first_corrective_left(item, account.policy, company.calendar, company.grace_days, today)
    texts = (step for step in account.policy.corrective if step.channel.written)
    first = next(texts, None)
    return Rung(first, item.due_date + days(first.day), Reason.DUE) if first else None


def _refusal(  # noqa: PLR0917 - the facts that escalate has at hand
    account: Account, company: Company, decision: Decision, item: Item, rung: Rung | None, today: date
) -> Reason | None:
    if item.outstanding <= 0 or escalating(decision.reason) is Against.REFUSE:
        return decision.reason
    if company.mode is Mode.DRAFT:
        return Reason.DRAFT_MODE
    if not item.late(today):
        return Reason.NOT_DUE
    if rung is None:
        return Reason.LADDER_DONE
    if item.task is not None and item.task.step == rung.step.key:
        return Reason.AWAITING_TASK
    return None if account.reaches(rung.step.channel) else Reason.NO_ADDRESS


def _composer(account: Account, company: Company, today: date) -> Composer:
    return Composer(account, company.calendar, company.min_gap_days, company.minimum_amount, today)


def _warnings(c: Composer, decision: Decision, item: Item, rung: Rung) -> tuple[Why, ...]:
    found: list[Why] = []
    if decision.decision == Standing.HOLD or decision.reason == Reason.RETRYING:
        found.append(decision.reason)
    if any(past.on == c.today for past in c.account.messages):
        found.append(Obstacle.SENT_TODAY)
    elif rung.step.channel.spaced and c.blocked(item, rung) is not None:
        found.append(Reason.SPACING)
    if not c.calendar.is_open(c.today):
        found.append(Reason.CLOSED_DAY)
    return tuple(dict.fromkeys(found))


def _message(
    account: Account, company: Company, item: Item, rung: Rung, today: date, *, alone: bool
) -> Message | None:
    """Compose as on any day, with this item due and without the spacing that a person overrides.

    `alone`: without the customer's other items, whose steps would set a sterner tone. None when the item
    waits for an approval, of its own or together with the others (rule 17).
    """
    limit = company.approval_above
    if asks_alone(account, limit, item, rung.step):
        return None
    items = [replace(each, task=None) for each in account.items]
    free = replace(account, messages=[], letter=None, items=items)
    here = _composer(free, company, today)
    evaluation = evaluate(free, company, company.calendar.next_open(today))
    due = {
        row.item.id: (row.item, Rung(row.own, row.slot, Reason.DUE))
        for message in evaluation.messages
        for row in message.items
        if message.channel is rung.step.channel and not (row.joined or row.own.from_issue)
        if row.item.id != item.id
    }
    waiting = {
        row.item.id: (row.item, Rung(row.own, row.slot, Reason.NOT_DUE))
        for message in evaluation.messages
        for row in message.items
        if row.joined and row.item.id != item.id
    }
    if alone:
        due, waiting = {}, {}
    due[item.id] = (item, rung)
    within = compose_within(here, limit, due, waiting)
    return next(
        (
            each
            for each in within.composition.messages
            if each.channel is rung.step.channel and any(row.item.id == item.id for row in each.items)
        ),
        None,
    )
