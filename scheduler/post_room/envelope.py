"""A finished piece made ready to be claimed: sealed by its sender, with the marks that its claim looks at."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from correspondence.facts import Batch
from correspondence.piece import Mail
from receivables.company import Company
from receivables.money import ZERO
from scheduler.delivery import Sender
from store.post_room.claims import Ready
from store.reminders.rows import DueItem, DueReminder
from store.reminders.verdicts import Verdict


def ready(
    sender: Sender,
    company: Company,
    reminder: DueReminder,
    mail: Mail,
    verdict: Verdict,
    *,
    batch: Batch,
    at: datetime,
) -> Ready:
    """Return a message ready to be claimed and sent, as its sender seals it. Raises BadAddress."""
    step = verdict.step
    assert step is not None  # noqa: S101 - what has no step is not written
    sealed = sender.seal(company, reminder, mail, at=at)
    found = Ready(
        reminder=replace(reminder, items=verdict.items, sandbox=mail.sandbox),
        message_id=sealed.identity,
        to=sealed.to,
        subject=mail.subject,
        shown=fingerprint(company.day_of(at), step.key, verdict.items, mail.text),
        raw=sealed.raw,
        step=step.key,
        corrective=not step.preventive,
        owed=owed(verdict.items),
        at=at,
        first=batch.facts.customers[reminder.customer_id].thread_id is None,
    )
    courtesy = batch.courtesies.get(reminder.id)
    if courtesy is None:
        return found
    plan_id = courtesy.instalment.plan_id if courtesy.instalment else None
    return replace(found, corrective=False, first=False, balance=courtesy.statement.mark, plan_id=plan_id)


def fingerprint(on: date, step: str, items: Sequence[DueItem], text: str = "") -> str:
    """Return a mark of what is shown: day, tone, items and amounts; without items, the text."""
    rows = [f"{item.invoice_id}:{item.step}:{item.claimed}:{item.currency}" for item in items]
    text = "|".join([on.isoformat(), step, *(rows or [text])])
    return hashlib.blake2s(text.encode(), digest_size=16).hexdigest()


def owed(items: Sequence[DueItem]) -> Decimal:
    """Return the sum of what is left to pay, whatever the currency: a mark, not an amount to show."""
    return sum((item.outstanding for item in items), ZERO)
