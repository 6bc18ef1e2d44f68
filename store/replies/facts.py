"""Mails that came in, as they are shown: with their customer, its owner, and what a person may mean."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from receivables.acts import Act
from receivables.codes.replies import Handled, IncomingKind, IncomingState
from receivables.errors import Refused
from store import journal
from store.books import Books
from store.db.tables import Customer, Incoming, Invoice, JournalLine, ReminderItem
from store.replies.acts import ABSENT
from store.replies.sender import by_address, names, numbers_in
from store.traces.about import AboutMail
from store.traces.codec import ActData

SUGGESTED = 3
_IN_ADDRESS = r"[^\s<>()\[\],;:\"'@]"
_ADDRESS = re.compile(rf"(?<!{_IN_ADDRESS}){_IN_ADDRESS}+@{_IN_ADDRESS}+[a-z]")
"""Begun nowhere but at the beginning of a word, so that a long one is not searched from each of its signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFacts:
    """One mail. Its words are foreign: escape and cut them before they are shown."""

    id: int
    kind: IncomingKind
    state: IncomingState
    received_at: datetime
    sender: str
    sender_name: str | None
    subject: str
    text: str
    customer_id: int | None
    customer: str | None
    owner: str | None
    named_customer: str | None
    """The other customer whose invoices it names, held with it."""
    reminder_id: int | None
    proposal: dict[str, Any]
    handled_by: str | None
    handled_at: datetime | None
    handled_how: Handled | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvoice:
    """An invoice that a mail may be about."""

    id: int
    number: str
    due_date: date
    outstanding: Decimal
    currency: str
    shared: str
    """The number by which a mail names it: of an instalment, its invoice's."""


def get_incoming(b: Books, incoming_id: int) -> IncomingFacts:
    """Return one mail. Raises Refused when it is not in these books."""
    found = _incoming_where(b, Incoming.id == incoming_id, 1)
    if not found:
        raise Refused(ABSENT)
    return found[0]


def unread(b: Books, limit: int = 100) -> list[IncomingFacts]:
    """Return the replies that wait for a person, oldest first."""
    return _incoming_where(b, Incoming.state == IncomingState.UNREAD, limit)


def to_file(b: Books, limit: int = 100) -> list[IncomingFacts]:
    """Return the mails that wait to be filed with a customer, oldest first."""
    return _incoming_where(b, Incoming.state == IncomingState.TO_FILE, limit)


def _incoming_where(b: Books, which: Any, limit: int) -> list[IncomingFacts]:
    i, named = Incoming, aliased(Customer)
    rows = b.session.execute(
        select(
            i.id, i.kind, i.state, i.received_at, i.sender, i.sender_name, i.subject, i.text,
            i.customer_id, Customer.name, Customer.owner, named.name, i.reminder_id, i.proposal, i.handled_by,
            i.handled_at, i.handled_how,
        )
        .outerjoin(Customer, Customer.id == i.customer_id)
        .outerjoin(named, named.id == i.named_customer_id)
        .where(i.company_id == b.company_id, which)
        .order_by(i.received_at, i.id)
        .limit(limit)
    )  # fmt: skip
    names_ = IncomingFacts.__slots__
    found = [dict(zip(names_, row, strict=True)) for row in rows]
    return [IncomingFacts(**{**row, "proposal": row["proposal"] or {}}) for row in found]


def invoices(b: Books, customer_id: int) -> list[OpenInvoice]:
    """Return what the customer owes, the oldest due date first."""
    rows = b.session.execute(
        select(
            Invoice.id,
            Invoice.number,
            Invoice.due_date,
            Invoice.outstanding,
            Invoice.currency,
            func.coalesce(Invoice.whole, Invoice.number).label("shared"),
        )
        .where(Invoice.company_id == b.company_id, Invoice.customer_id == customer_id)
        .where(Invoice.outstanding > 0, Invoice.owed)
        .order_by(Invoice.due_date, Invoice.id)
    )
    return [OpenInvoice(**row._mapping) for row in rows]  # noqa: SLF001 - the documented way to a row's names


def meant(b: Books, mail: IncomingFacts, owed: Sequence[OpenInvoice], today: date) -> list[OpenInvoice]:
    """Return the invoices that a mail is about: those it names, else the reminder's, else what is late.

    Those that one of its sentences names are left to what that sentence says.
    """
    told = [mail.proposal, *mail.proposal.get("more", ())]
    elsewhere = {number for record in told for number in record.get("numbers", ())}
    owed = [one for one in owed if one.shared not in elsewhere] or owed
    named = {
        number for numbers in numbers_in(b, f"{mail.subject}\n{mail.text}").values() for number in numbers
    }
    answered = select(ReminderItem.invoice_id).where(ReminderItem.reminder_id == (mail.reminder_id or 0))
    ids = set(b.session.scalars(answered))
    late = [one for one in owed if one.due_date < today]
    for chosen in (
        [one for one in owed if one.shared in named],
        [one for one in owed if one.id in ids and one.due_date < today],
        late,
    ):
        if chosen:
            return chosen
    return list(owed)


def suggested(b: Books, mail: IncomingFacts) -> dict[int, str]:
    """Return the few customers that a mail to be filed may come from: by address, then by numbers in it."""
    written = [mail.sender] if mail.kind == IncomingKind.REPLY else _ADDRESS.findall(mail.text.lower())[:10]
    found = [id_ for address in written for id_ in by_address(b, address)]
    found += numbers_in(b, f"{mail.subject}\n{mail.text}")
    ids = list(dict.fromkeys(found))[:SUGGESTED]
    known = names(b, ids)
    return {id_: known[id_] for id_ in ids if id_ in known}


def last_entry(b: Books, incoming_id: int, customer_id: int | None) -> int | None:
    """Return the journal line of the last handling of a mail that stands, which *Annuler* carries."""
    undone = select(JournalLine.undoes_id).where(JournalLine.undoes_id.is_not(None))
    lines = b.session.scalars(
        select(JournalLine)
        .where(
            JournalLine.company_id == b.company_id,
            JournalLine.customer_id.is_not_distinct_from(customer_id),
            JournalLine.act.in_((Act.REPLY_HANDLED, Act.ADDRESS_BOUNCED)),
            JournalLine.id.not_in(undone),
        )
        .order_by(JournalLine.id.desc())
        .limit(200)
    )
    return next((line.id for line in lines if _about(journal.data_of(line), incoming_id)), None)


def _about(told: ActData, incoming_id: int) -> bool:
    return isinstance(told, AboutMail) and told.incoming_id == incoming_id
