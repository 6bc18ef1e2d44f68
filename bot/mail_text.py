"""The very text of a message: what would leave now, written as the post room writes it, or what left."""

import email
import email.policy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from message_templates.email import EmailContext, editable, render_email
from message_templates.email_facts import context
from receivables.company import Company, Mode
from receivables.correspondence import SPEAK_OF_PENALTIES, addressees
from receivables.policy import Step
from store import accounts, approval_texts, edits, letter_facts, outbox_rows, verdicts
from store.books import Books
from store.outbox_rows import DueItem, DueReminder
from store.tables import Reminder


@dataclass(frozen=True, slots=True)
class MailText:
    """A message in words. `gone`: reason codes for which nothing leaves any more; then there is no text."""

    to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    sent_at: datetime | None = None
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Editing:
    """What a form starts from: the words as they stand, the step's own, the mark of the mail."""

    subject: str
    text: str
    own_subject: str
    own_text: str
    mark: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A message about to be written."""

    context: EmailContext
    step: Step
    items: Sequence[DueItem]
    to: tuple[str, ...]


def of(b: Books, reminder_id: int, *, now: datetime) -> MailText:
    """Return the text of a message at the aware instant `now`. Raises what writing a mail raises."""
    row = b.session.get_one(Reminder, reminder_id)
    if row.raw is not None and row.state != "planned":
        return _left(row)
    reminder = outbox_rows.load(b, [reminder_id])[0]
    verdict = _verdict(b, reminder, now)
    if verdict.step is None:
        return MailText(gone=tuple(dict.fromkeys(verdict.dropped.values())) or (row.error or "other",))
    drawn = _drawn(b, reminder, verdict.step, verdict.items, now)
    said = render_email(drawn.context, drawn.step.template, overrides(b.company))
    return MailText(drawn.to, said.subject, said.text)


def _left(row: Reminder) -> MailText:
    """Read back what was handed to the mail server."""
    message = email.message_from_bytes(row.raw or b"", policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what the default policy gives
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    return MailText(tuple(row.to or ()), row.subject or "", text, row.sent_at or row.claimed_at)


def _verdict(b: Books, reminder: DueReminder, now: datetime) -> verdicts.Verdict:
    """Weigh the message again, as the post room will before it leaves."""
    today = b.today(now)
    if not reminder.items:
        return verdicts.Verdict((), None)
    if reminder.origin != "clock":
        return verdicts.by_hand(b.company, reminder)
    if verdicts.unchanged(reminder, today) and not accounts.stale(b, now):
        return verdicts.as_planned(b.company, reminder)
    own = [item.invoice_id for item in reminder.items]
    account = accounts.account(b, reminder.customer_id, today=today, now=now, also=own)
    return verdicts.again(b.company, reminder, account, today)


def _drawn(b: Books, reminder: DueReminder, step: Step, items: Sequence[DueItem], now: datetime) -> _Drawn:
    today = b.today(now)
    speaks = [item.invoice_id for item in items] if step.template in SPEAK_OF_PENALTIES else []
    facts = letter_facts.read(b, [reminder.customer_id], today=today, penalties_of=speaks)
    customer = facts.customers[reminder.customer_id]
    people = addressees(customer, step.to)
    words = edits.in_force(reminder.edits, step.key, items)
    told = context(b.company, customer, facts, items, people, today=today, with_qr=False, edits=words)
    return _Drawn(told, step, items, tuple(person.email for person in people))


def of_approval(b: Books, approval_id: int, *, now: datetime) -> MailText:
    """Return the text of what an approval would let leave; `gone` when it is not the same any more."""
    message = approval_texts.message(b, approval_id, now=now)
    if message is None:
        return MailText(gone=("other",))
    items = approval_texts.claimed(b, message)
    today = b.today(now)
    facts = letter_facts.read(b, [message.customer_id], today=today)
    customer = facts.customers[message.customer_id]
    people = addressees(customer, message.step.to)
    told = context(b.company, customer, facts, items, people, today=today, with_qr=False)
    said = render_email(told, message.step.template, overrides(b.company))
    return MailText(tuple(person.email for person in people), said.subject, said.text)


def editing(b: Books, reminder_id: int, *, now: datetime) -> Editing | None:
    """Return what a person may change in a message; None when nothing of it would leave any more."""
    reminder = outbox_rows.load(b, [reminder_id])[0]
    verdict = _verdict(b, reminder, now)
    if verdict.step is None:
        return None
    step = verdict.step
    drawn = _drawn(b, reminder, step, verdict.items, now)
    plain = _drawn(b, _without_words(reminder), step, verdict.items, now)
    now_said = editable(drawn.context, step.template, overrides(b.company))
    own = editable(plain.context, step.template, overrides(b.company))
    mark = edits.mark(step.key, verdict.items)
    return Editing(now_said.subject, now_said.text, own.subject, own.text, mark)


def _without_words(reminder: DueReminder) -> DueReminder:
    return replace(reminder, edits=None)


def overrides(company: Company) -> Path | None:
    """Return the company's own templates folder, if it has one."""
    return Path(company.templates) if company.templates else None


def sandboxed(company: Company) -> bool:
    """Whether mails go to the company's own address."""
    return company.mode is Mode.SANDBOX
