"""Checked again at the claim: what changed drops out, the rest leaves with its own tone (rule 19)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from receivables.codes.channels import Channel
from receivables.codes.messages import MessageKind
from receivables.codes.reasons import Reason
from receivables.company import Company
from receivables.schedule.account import Account, Message
from receivables.schedule.decisions import evaluate
from receivables.schedule.holds import after_matching, against_issue, before_matching


@dataclass(frozen=True, slots=True)
class Recheck:
    """What is left of an announced message, and the reason for which each other invoice dropped out."""

    message: Message | None
    dropped: Mapping[int, Reason]


def recheck(  # noqa: PLR0917 - the message as it was announced, and the facts of now
    account: Account,
    company: Company,
    today: date,
    announced: frozenset[int],
    channel: Channel,
    kind: MessageKind = MessageKind.REMINDER,
) -> Recheck:
    """Weigh the `announced` invoices of a message of one kind again, on the facts of now.

    With only joined items left there is no message any more (rule 4).
    """
    evaluation = evaluate(account, company, today, announced)
    message = next(
        (each for each in evaluation.messages if each.channel is channel and each.kind is kind), None
    )
    if message is not None and all(row.joined for row in message.items):
        message = None
    staying = {row.item.id for row in message.items} if message else set()
    dropped = {}
    for invoice_id in announced - staying:
        decision = evaluation.decisions.get(invoice_id)
        dropped[invoice_id] = decision.reason if decision is not None else Reason.PAID
    return Recheck(message, dropped)


def held(
    account: Account, company: Company, today: date, told: frozenset[int], kind: MessageKind
) -> Reason | None:
    """Return why a message about the `told` invoices, which some have, is to go to nobody else (rule 19).

    Its own fate is no reason: it is this very message.
    """
    for item in account.items:
        if item.id not in told:
            continue
        free = replace(item, retrying=False, uncertain=False, send_refused=False)
        found = (
            against_issue(account, free, today)
            if kind is MessageKind.INVOICE
            else before_matching(account, free, company.calendar, company.grace_days, today)
            or after_matching(account, free, today)
        )
        if found is not None:
            return found.reason
    return None
