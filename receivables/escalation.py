"""An escalation: the item's next corrective step, now, whatever its day (DESIGN 7)."""

from dataclasses import dataclass, replace
from datetime import date

from receivables.account import Account, Item, Message
from receivables.company import Company, Mode
from receivables.compose import Composer, compose
from receivables.ladder import Rung, first_corrective_left
from receivables.policy import Channel
from receivables.schedule import Decision, evaluate

REFUSED = frozenset({"paid", "credit", "written_off", "insolvency"})
"""What nobody may chase, whatever is confirmed."""
TWICE = frozenset(
    {"promised", "plan", "paused", "disputed", "handed_over", "reply_unread", "gone", "unmatched_payment"}
    | {"uncertain", "retrying", "vetoed", "stale_books", "spacing", "sent_today", "awaiting_task"}
)
"""What is warned of and confirmed a second time."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """What escalating an item would do now: the message, warnings by reason code, or a refusal."""

    message: Message | None = None
    warnings: tuple[str, ...] = ()
    refusal: str | None = None

    @property
    def second_confirmation(self) -> bool:
        """Whether it is to be confirmed twice."""
        return any(warning in TWICE for warning in self.warnings)


def escalate(account: Account, company: Company, invoice_id: int, today: date) -> Escalation:
    """Compose the message that takes one item a step further today (rules 4 and 5), with its warnings."""
    decision = evaluate(account, company, today).decisions[invoice_id]
    item = next(item for item in account.items if item.id == invoice_id)
    rung = first_corrective_left(item, account.policy, company.calendar, company.grace_days, today)
    refusal = _refusal(account, company, decision, item, rung, today)
    if refusal is not None or rung is None:
        return Escalation(refusal=refusal or "ladder_done")
    warnings = _warnings(_composer(account, company, today), decision, item, rung)
    return Escalation(_message(account, company, item, rung, today), warnings)


def _refusal(  # noqa: PLR0917 - the facts that escalate has at hand
    account: Account, company: Company, decision: Decision, item: Item, rung: Rung | None, today: date
) -> str | None:
    if item.outstanding <= 0 or decision.reason in REFUSED - {"credit"}:
        return decision.reason
    if company.mode is Mode.DRAFT:
        return "draft_mode"
    if not item.late(today):
        return "not_due"
    if rung is None:
        return "ladder_done"
    if item.task is not None and item.task.step == rung.step.key:
        return "awaiting_task"
    email = rung.step.channel is Channel.EMAIL
    return "no_address" if email and not account.has_address else None


def _composer(account: Account, company: Company, today: date) -> Composer:
    return Composer(account, company.calendar, company.min_gap_days, company.minimum_amount, today)


def _warnings(c: Composer, decision: Decision, item: Item, rung: Rung) -> tuple[str, ...]:
    found = []
    if decision.decision == "hold" or decision.reason == "retrying":
        found.append(decision.reason)
    if any(past.on == c.today for past in c.account.messages):
        found.append("sent_today")
    elif rung.step.channel in {Channel.EMAIL, Channel.LETTER} and c.blocked(item, rung) is not None:
        found.append("spacing")
    if not c.calendar.is_open(c.today):
        found.append("closed_day")
    return tuple(dict.fromkeys(found))


def _message(account: Account, company: Company, item: Item, rung: Rung, today: date) -> Message:
    """Compose as on any day, with this item due and without the spacing that a person overrides."""
    items = [replace(each, task=None) for each in account.items]
    free = replace(account, messages=[], letter=None, items=items)
    here = _composer(free, company, today)
    evaluation = evaluate(free, company, company.calendar.next_open(today))
    due = {
        row.item.id: (row.item, Rung(row.own, row.slot, "due"))
        for message in evaluation.messages
        for row in message.items
        if message.channel is rung.step.channel and not row.joined and row.item.id != item.id
    }
    waiting = {
        row.item.id: (row.item, Rung(row.own, row.slot, "not_due"))
        for message in evaluation.messages
        for row in message.items
        if row.joined and row.item.id != item.id
    }
    due[item.id] = (item, rung)
    composed = compose(here, due, waiting)
    return next(each for each in composed.messages if each.channel is rung.step.channel)
