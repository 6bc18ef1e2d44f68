"""From a planned message and fresh facts to the mail itself: context, words, bytes."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from message_templates.email import QR_CID, render_email
from message_templates.email_facts import context
from receivables.company import Company, Mode
from receivables.correspondence import Addressee, CustomerFacts, LetterFacts, addressees
from receivables.errors import RelanceError
from receivables.money import ZERO
from receivables.policy import Step
from scheduler.mime import Attachment, Message, Picture, bare_address, build
from store.claims import Ready
from store.edits import in_force
from store.outbox_rows import DueItem, DueReminder


class NoAddress(RelanceError):
    """Nobody at the customer's can be written to (SCHEDULE 14)."""


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


def _thread(customer: CustomerFacts) -> tuple[str, ...]:
    """Return the Message-IDs that this mail answers: the first of the thread, and the last."""
    known = (customer.thread_id, customer.last_message)
    return tuple(dict.fromkeys(each for each in known if each))


def fingerprint(today: date, step: Step, to: Sequence[str], items: Sequence[DueItem]) -> str:
    """Return a mark of what is shown: day, tone, recipients, items and amounts."""
    rows = [f"{item.invoice_id}:{item.step}:{item.claimed}:{item.currency}" for item in items]
    text = "|".join([today.isoformat(), step.key, *to, *rows])
    return hashlib.blake2s(text.encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=64)
def overrides(templates: str) -> Path | None:
    """Return the company's own templates folder, if it has one."""
    return Path(templates) if templates else None


def display(person: Addressee) -> str:
    """Return an address as the To header shows it: with the person's name, if known."""
    name = (person.name or "").replace("<", " ").replace(">", " ").strip()
    return f"{name} <{person.email}>" if name else person.email


def write(
    company: Company,
    reminder: DueReminder,
    step: Step,
    items: Sequence[DueItem],
    facts: LetterFacts,
    *,
    at: datetime,
    with_qr: bool = True,
    attachments: tuple[Attachment, ...] = (),
) -> Ready:
    """Write the mail of a message at the aware instant `at`: rendered, addressed, in bytes.

    In sandbox it goes to the company's one address, under a banner, outside any thread. Raises NoAddress,
    BadAddress, and what the templates raise.
    """
    customer = facts.customers[reminder.customer_id]
    people = addressees(customer, step.to)
    if not people:
        raise NoAddress("aucune adresse e-mail\u00a0: complétez la fiche du client")
    sandbox = company.mode is Mode.SANDBOX
    to = (company.sandbox_to,) if sandbox else tuple(display(person) for person in people)
    local = at.astimezone(company.zone)
    told = context(
        company,
        customer,
        facts,
        items,
        people,
        today=local.date(),
        with_qr=with_qr,
        edits=in_force(reminder.edits, step.key, items),
    )
    if attachments:
        told = replace(told, attached=tuple(each.name for each in attachments))
    rendered = render_email(told, step.template, overrides(company.templates))
    identity = message_id(company, reminder)
    raw = build(
        Message(
            sender=company.email_from,
            to=to,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            date=local,
            message_id=identity,
            reply_to=company.reply_to,
            parents=() if sandbox else _thread(customer),
            picture=Picture(QR_CID, rendered.qr) if rendered.qr else None,
            attachments=attachments,
        )
    )
    bare = tuple(dict.fromkeys(bare_address(address) for address in to))
    return Ready(
        reminder=replace(reminder, items=tuple(items), sandbox=sandbox),
        message_id=identity,
        to=bare,
        subject=rendered.subject,
        shown=fingerprint(local.date(), step, bare, items),
        raw=raw,
        step=step.key,
        corrective=not step.preventive,
        owed=owed(items),
        at=at,
        first=customer.thread_id is None,
    )


def owed(items: Sequence[DueItem]) -> Decimal:
    """Return the sum of what is left to pay, whatever the currency: a mark, not an amount to show."""
    return sum((item.outstanding for item in items), ZERO)
