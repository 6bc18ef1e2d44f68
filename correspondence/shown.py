"""A message as a person looks at it: the mail that would leave now, the mail that left, or why none does.

It is read, weighed and written as the post room does it: what is shown is what leaves.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from correspondence import ahead, facts, mails, reminder
from correspondence.attachments import MissingPdf
from correspondence.facts import Batch
from correspondence.finishing import leaves_by
from correspondence.order import Order
from correspondence.piece import Mail, Withheld
from correspondence.read_back import read_back
from correspondence.unwritable import what_is_wrong
from correspondence.verdict import kept_back, weigh
from receivables.addresses import BadAddress, fault
from receivables.codes.channels import Channel
from receivables.codes.messages import KeptBack, MessageState, NothingToShow
from receivables.codes.reasons import Obstacle, Reason, Why, why
from receivables.company import Mode
from receivables.schedule.account import Message
from store import locks
from store.accounts import facts as accounts
from store.accounts import pdfs as pdf_facts
from store.approvals import escalations
from store.approvals import facts as approvals
from store.approvals import texts as approval_texts
from store.books import Books
from store.db.tables import Reminder
from store.reminders import copies
from store.reminders import rows as outbox_rows
from store.reminders.rows import DueReminder

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message to look at: its mail if it has words, why it would not leave, when it left.

    `unsure`: it was handed over, and nobody knows yet whether it arrived.
    """

    mail: Mail | None = None
    withheld: Withheld | None = None
    sent_at: datetime | None = None
    unsure: bool = False


def shown_mail(b: Books, reminder_id: int, *, now: datetime) -> Shown:
    """Return a message of these books as it stands at the aware instant `now`. Raises Refused."""
    row = locks.own(b, Reminder, reminder_id, "morning.mail_absent")
    if row.raw is not None and row.state != MessageState.PLANNED:
        to = copies.to(copies.of(b, [row.id])[row.id])
        return _left(row, b.company.channel(row.channel), to)
    [message] = outbox_rows.load(b, [reminder_id])
    found = written(b, message, now=now)
    mail, withheld = (None, found) if isinstance(found, Withheld) else (found, None)
    return Shown(mail, _over(row) or _kept_back(kept_back(b, message, now), withheld))


def _kept_back(kept: KeptBack | Obstacle | None, found: Withheld | None) -> Withheld | None:
    """Return why nothing leaves: what keeps all back comes first, then what is wrong with the message."""
    if kept is None:
        return found
    return Withheld((kept, *found.reasons), found.error) if found else Withheld((kept,))


def _left(row: Reminder, channel: Channel, to: Sequence[str]) -> Shown:
    """Read back what was handed over, which may have been refused."""
    way = leaves_by(channel, sandbox=row.sandbox)
    mail = read_back(row.raw or b"", way, to, sandbox=row.sandbox)
    if row.state in {MessageState.CANCELLED, MessageState.FAILED}:
        return Shown(mail, _over(row))
    if row.state not in copies.KEPT:
        return Shown(mail, unsure=True)
    return Shown(mail, sent_at=row.sent_at or row.claimed_at)


def _over(row: Reminder) -> Withheld | None:
    """Return why a message that was planned leaves no more."""
    if row.state == MessageState.CANCELLED:
        return Withheld((_why_cancelled(row.error),))
    return Withheld((NothingToShow.FAILED,), row.error or "") if row.state == MessageState.FAILED else None


def _why_cancelled(code: str | None) -> Why | NothingToShow:
    """Return the reason kept with a message; other versions may have kept one that this does not know."""
    try:
        return why(code) if code else NothingToShow.OTHER
    except ValueError:
        return NothingToShow.OTHER


def written(b: Books, message: DueReminder, *, now: datetime) -> Mail | Withheld:
    """Return a planned message as the post room would write it now, or why it would not."""
    stopped = False
    for _ in range(len(message.items) + 2):
        batch = facts.read_batch(b, [message], now=now)
        if stopped:
            _write_elsewhere(batch, message)
        verdict = weigh(b.company, message, batch, now=now)
        if verdict.step is None:
            return Withheld(tuple(dict.fromkeys(verdict.dropped.values())) or (NothingToShow.OTHER,))
        try:
            return mails.write(b.company, message, verdict, batch, at=now)
        except MissingPdf as missing:
            message = without(message, missing)
            if all(item.joined for item in message.items):
                break
        except BadAddress as bad:
            if stopped or not _has_others(b, message, batch):
                return _unwritable(b, message.id, bad)
            stopped = True
        except Exception as error:  # noqa: BLE001 - as in the post room: it is kept as failed, and told
            return _unwritable(b, message.id, error)
    return Withheld((Reason.MISSING_PDF,))


def _has_others(b: Books, message: DueReminder, batch: Batch) -> bool:
    """Whether the customer has an address that can be written to: the post room stops the others."""
    people = batch.facts.customers[message.customer_id].addressees
    return b.company.mode is not Mode.SANDBOX and any(fault(person.address) is None for person in people)


def _write_elsewhere(batch: Batch, message: DueReminder) -> None:
    """Leave out the addresses of the customer that the post room would stop."""
    customers = dict(batch.facts.customers)
    customer = customers[message.customer_id]
    good = tuple(person for person in customer.addressees if fault(person.address) is None)
    customers[message.customer_id] = replace(customer, addressees=good)
    batch.facts = replace(batch.facts, customers=customers)


def without(message: DueReminder, missing: MissingPdf) -> DueReminder:
    """Return a message less the invoices that may not leave without their PDF, to be decided anew."""
    out = {*missing.invoice_ids, *missing.late}
    left = tuple(item for item in message.items if item.invoice_id not in out)
    return replace(message, items=left, changed=True)


def _unwritable(b: Books, reminder_id: int, error: Exception) -> Withheld:
    """Return what is wrong, in the words that the post room keeps."""
    log.warning("reminder %s cannot be shown: %s", reminder_id, type(error).__name__)
    return Withheld((NothingToShow.UNWRITABLE,), what_is_wrong(error, b.company.language))


def of_approval(b: Books, approval_id: int, *, now: datetime) -> Shown:
    """Return the mail that an approval would let leave; none when it is not the same any more.

    What is kept back besides is shown all the same, with what keeps it: it may be approved, and leaves later.
    """
    message = approval_texts.message(b, approval_id, now=now)
    codes = dict.fromkeys(code for _, code in approvals.get_approval(b, approval_id, now=now).why)
    if message is None:
        return Shown(withheld=Withheld(tuple(codes) or (NothingToShow.OTHER,)))
    found = of_message(b, message, now=now)
    if found.withheld is not None or not codes:
        return found
    return replace(found, withheld=Withheld(tuple(codes), passing=True))


def of_escalation(b: Books, invoice_id: int, *, now: datetime) -> Shown:
    """Return the mail that escalating an invoice would send now; none for what opens a task."""
    message = escalations.look(b, invoice_id, now).found.message
    if message is None or not message.channel.written:
        return Shown()
    return of_message(b, message, now=now)


def of_message(b: Books, message: Message, *, now: datetime) -> Shown:
    """Return the mail of a message that nobody has planned yet, less what may not leave without its PDF."""
    while message.items:
        try:
            mail = reminder.write(b.company, _order_of(b, message, now), at=now)
        except MissingPdf as missing:
            out = {*missing.invoice_ids, *missing.late}
            left = tuple(row for row in message.items if row.item.id not in out)
            message = replace(message, items=left if len(left) < len(message.items) else ())
        except Exception as error:  # noqa: BLE001 - it is said to who is asked to let it leave
            return Shown(withheld=_unwritable(b, message.customer_id, error))
        else:
            return Shown(mail, Withheld((KeptBack.DRAFT,)) if b.company.mode is Mode.DRAFT else None)
    return Shown(withheld=Withheld((Reason.MISSING_PDF,)))


def _order_of(b: Books, message: Message, now: datetime) -> Order:
    customer_id, today = message.customer_id, b.today(now)
    items = approval_texts.claimed(b, message)
    read = facts.mail_facts_of(b, customer_id, message.step, items, today)
    policy = facts.policy_of(b, customer_id)
    account = accounts.account(b, customer_id, today=today, now=now)
    return Order(
        customer=read.customers[customer_id],
        facts=read,
        channel=message.channel,
        step=message.step,
        items=items,
        policy=policy,
        statement=facts.statement_of(b, customer_id, policy, today),
        outlook=ahead.of(b.company, message.step, policy, items, account, today=today),
        given_up=frozenset(pdf_facts.given_up(b, [item.invoice_id for item in items])),
    )
