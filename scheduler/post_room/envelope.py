"""A finished mail put into its envelope: Message-ID, sender of bounces, bytes, and the marks of its claim."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from correspondence.addresses import bare, bare_address
from correspondence.facts import Batch
from correspondence.piece import Mail
from message_templates.email import QR_CID
from receivables.company import Company
from receivables.money import ZERO
from receivables.policy import Step
from scheduler.transport.delivery import Envelope
from scheduler.transport.mime import MimeMessage, Picture, build
from store.post_room.claims import Ready
from store.reminders.rows import DueItem, DueReminder
from store.reminders.verdicts import Verdict


def ready(
    company: Company, reminder: DueReminder, verdict: Verdict, batch: Batch, mail: Mail, *, at: datetime
) -> Ready:
    """Return a message ready to be claimed and sent, with its mail in bytes. Raises BadAddress."""
    step = verdict.step
    assert step is not None  # noqa: S101 - what has no step is not written
    local, to, identity = at.astimezone(company.zone), bare(mail.to), message_id(company, reminder)
    found = Ready(
        reminder=replace(reminder, items=verdict.items, sandbox=mail.sandbox),
        message_id=identity,
        to=to,
        subject=mail.subject,
        shown=fingerprint(local.date(), step, to, verdict.items, mail),
        raw=_bytes(company, mail, identity, local),
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


def _bytes(company: Company, mail: Mail, identity: str, local: datetime) -> bytes:
    return build(
        MimeMessage(
            sender=company.email_from,
            to=mail.to,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            date=local,
            message_id=identity,
            reply_to=company.reply_to,
            parents=mail.answers,
            picture=Picture(QR_CID, mail.qr) if mail.qr else None,
            attachments=mail.attachments,
        )
    )


def envelope(company: Company, found: Ready) -> Envelope:
    """Return what is handed to the transport."""
    sender = envelope_sender(company, found.reminder.id)
    return Envelope(sender, found.to, found.raw, f"{found.reminder.id:08d}", found.at)


def message_id(company: Company, reminder: DueReminder) -> str:
    """Return the Message-ID of a reminder, the same each time it is asked for (SCHEDULE 23)."""
    if reminder.message_id:
        return reminder.message_id
    seed = f"{company.key}/{reminder.id}/{reminder.planned_at.isoformat()}"
    mark = hashlib.blake2s(seed.encode(), digest_size=8).hexdigest()
    return f"<relance-{reminder.id}-{mark}@{_domain(company.email_from)}>"


@lru_cache(maxsize=64)
def _domain(address: str) -> str:
    return bare_address(address).rpartition("@")[2]


@lru_cache(maxsize=64)
def _bounce_parts(address: str) -> tuple[str, str]:
    local, _, domain = bare_address(address).rpartition("@")
    return local, domain


def envelope_sender(company: Company, reminder_id: int) -> str:
    """Return where bounces go: `bounce_to` with the reminder's id (VERP), else the sender."""
    if not company.bounce_to:
        return bare_address(company.email_from)
    local, domain = _bounce_parts(company.bounce_to)
    return f"{local}+{reminder_id}@{domain}"


def fingerprint(today: date, step: Step, to: Sequence[str], items: Sequence[DueItem], mail: Mail) -> str:
    """Return a mark of what is shown: day, tone, recipients, items and amounts; without items, the text."""
    rows = [f"{item.invoice_id}:{item.step}:{item.claimed}:{item.currency}" for item in items]
    text = "|".join([today.isoformat(), step.key, *to, *(rows or [mail.text])])
    return hashlib.blake2s(text.encode(), digest_size=16).hexdigest()


def owed(items: Sequence[DueItem]) -> Decimal:
    """Return the sum of what is left to pay, whatever the currency: a mark, not an amount to show."""
    return sum((item.outstanding for item in items), ZERO)
