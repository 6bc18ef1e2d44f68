"""What comes after a reminder, for those whose words tell it: the others cost no look at the days to come."""

from collections.abc import Sequence
from datetime import date

from correspondence.finishing import own_texts
from message_templates.sources import uses
from receivables.company import Company
from receivables.correspondence import AHEAD, Claimed, Told
from receivables.policy import Policy, Step
from receivables.schedule.account import Account
from receivables.schedule.outlook import Outlook, outlook


def told(company: Company, step: Step) -> frozenset[Told]:
    """Return what the words of a step's message tell that costs reading."""
    if not step.channel.written:
        return frozenset()
    return uses.told(step.template, own_texts(company), step.channel.texts)


def looks_ahead(company: Company, step: Step) -> bool:
    """Whether the words of a step's message tell what comes after it."""
    return bool(AHEAD & told(company, step))


def of(
    company: Company,
    step: Step,
    policy: Policy,
    items: Sequence[Claimed],
    account: Account | None,
    *,
    today: date,
) -> Outlook:
    """Return what comes once a message at `step` with these items has left on `today`, where it tells it."""
    if account is None or not looks_ahead(company, step):
        return Outlook()
    sent = {item.invoice_id: policy.step(item.step) if item.step else None for item in items}
    return outlook(account, company, sent, today)
