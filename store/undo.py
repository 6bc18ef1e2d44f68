"""Undoing: facts go back to what they were, and both lines stay in the journal (DESIGN 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select

from receivables.errors import Refused
from store import (
    addresses,
    approvals,
    approving,
    bounced,
    calls,
    customer_file,
    customer_terms,
    dispute_follow_up,
    disputes,
    edits,
    escalations,
    forcings,
    incoming,
    invoices,
    journal,
    letters,
    locks,
    pauses,
    payment_plans,
    payments,
    penalty_decisions,
    promise_news,
    promises,
    put_offs,
    rates,
    send_now,
    settling,
    statements,
    tasks,
    vetoes,
    wording,
)
from store.books import Books
from store.credits import undo_added, undo_allocated
from store.tables import Customer, Invoice, JournalLine


class Undoing(Protocol):
    """Takes back the facts of one journal line; raises Refused when a later act depends on them."""

    def __call__(self, b: Books, line: JournalLine, *, at: datetime) -> None:
        """Put the facts back as they were before `line`, at the instant `at`."""


ACTS: Mapping[str, Undoing] = {
    "payment.recorded": payments.undo_recorded,
    "credit_note.added": undo_added,
    "credit.allocated": undo_allocated,
    "call.logged": calls.undo_logged,
    "promise.made": promises.undo_made,
    "promise.postponed": promises.undo_made,
    "plan.made": payment_plans.undo_made,
    "dispute.opened": disputes.undo_opened,
    "dispute.followed": dispute_follow_up.undo_followed,
    "dispute.settled": disputes.undo_settled,
    "pause.set": pauses.undo_set,
    "pause.ended": pauses.undo_ended,
    "task.opened": tasks.undo_opened,
    "task.closed": tasks.undo_closed,
    "task.put_off": put_offs.undo_put_off,
    "letter.prepared": letters.undo_prepared,
    "letter.approved": letters.undo_approved,
    "letter.deposited": letters.undo_deposited,
    "customer.changed": customer_file.undo_changed,
    "invoice.written_off": invoices.undo_written_off,
    "invoice.handed_over": invoices.undo_handed_over,
    "penalties.claimed": penalty_decisions.undo_decided,
    "penalties.waived": penalty_decisions.undo_decided,
    "penalty_rate.set": customer_terms.undo_set,
    "discount.set": customer_terms.undo_set,
    "rates.confirmed": rates.undo_confirmed,
    "reminder.escalated": escalations.undo_escalated,
    "statement.asked": statements.undo_asked,
    "reply.handled": incoming.undo_handled,
    "reply.filed": incoming.undo_filed,
    "address.bounced": bounced.undo_bounced,
    "address.corrected": addresses.undo_corrected,
    "forcing.asked": forcings.undo_asked,
    "forcing.confirmed": forcings.undo_confirmed,
    "approval.given": approving.undo_given,
    "approval.refused": approvals.undo_refused,
    "message.removed": vetoes.undo_vetoed,
    "message.put_off": vetoes.undo_vetoed,
    "message.edited": edits.undo_edited,
    "message.sent_now": send_now.undo_sent_now,
}
"""What can be undone, and how. Each undoing stands next to its act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """An act that was taken back. `entry_id` is the new line; `act`, `by` and `data` are the old one's."""

    entry_id: int
    undone_id: int
    act: str
    by: str
    at: datetime
    data: Mapping[str, Any]
    customer_id: int | None
    customer: str | None
    invoice_id: int | None
    number: str | None


def undo(b: Books, entry_id: int, *, by: str, at: datetime) -> Undone:
    """Take back the act of journal line `entry_id`; one new line, which says what it undoes.

    Raises Refused when it is undone already, cannot be, or when a later act depends on it.
    """
    line = _line(b, entry_id)
    if line.customer_id is None:
        locks.company(b)
    else:
        locks.customer(b, line.customer_id)
    _refuse_twice(b, line)
    undoing = ACTS.get(line.act)
    if undoing is None:
        raise Refused(_never(line.act))
    _undo_parts(b, line, by=by, at=at)
    undoing(b, line, at=at)
    return _told(b, line, by=by, at=at)


def author(b: Books, entry_id: int) -> str:
    """Return who did the act of journal line `entry_id`. Raises Refused when the company has none such."""
    return _line(b, entry_id).by


def _undo_parts(b: Books, line: JournalLine, *, by: str, at: datetime) -> None:
    """Take back first, the last one first, the acts that came of this one and stand still."""
    for entry_id in reversed(line.data.get("parts", ())):
        undone = select(JournalLine.id).where(
            JournalLine.company_id == b.company_id, JournalLine.undoes_id == entry_id
        )
        if b.session.scalar(undone) is None:
            undo(b, entry_id, by=by, at=at)


def _never(act: str) -> str:
    if act.startswith("reminder."):
        return "Un e-mail parti ne s’annule pas : prévenez le client."
    if act.endswith(".undone"):
        return "Une annulation ne s’annule pas : refaites l’opération."
    return "Cette opération ne s’annule pas : faites l’opération inverse."


def _line(b: Books, entry_id: int) -> JournalLine:
    line = b.session.get(JournalLine, entry_id)
    if line is None or line.company_id != b.company_id:
        raise Refused("Cette opération n’est pas dans l’historique de cette société.")
    return line


def _refuse_twice(b: Books, line: JournalLine) -> None:
    earlier = b.session.scalars(
        select(JournalLine).where(JournalLine.company_id == b.company_id, JournalLine.undoes_id == line.id)
    ).one_or_none()
    if earlier is not None:
        raise Refused(
            f"Déjà annulé par {wording.who(earlier.by)} le {wording.day(b.today(earlier.at))} : "
            "rien n’a changé."
        )


def _told(b: Books, line: JournalLine, *, by: str, at: datetime) -> Undone:
    settling.touch(b, line.customer_id)
    if line.customer_id is not None:
        promise_news.untell(b, line.customer_id)
    customer = b.session.get(Customer, line.customer_id) if line.customer_id else None
    invoice = b.session.get(Invoice, line.invoice_id) if line.invoice_id else None
    number = invoice.number if invoice else line.data.get("number")
    entry_id = journal.write(
        b,
        f"{line.act.partition('.')[0]}.undone",
        by=by,
        at=at,
        customer_id=line.customer_id,
        invoice_id=line.invoice_id,
        data={"undone_act": line.act, "number": number},
        undoes=line.id,
    )
    return Undone(
        entry_id=entry_id,
        undone_id=line.id,
        act=line.act,
        by=line.by,
        at=line.at,
        data=line.data,
        customer_id=line.customer_id,
        customer=customer.name if customer else None,
        invoice_id=line.invoice_id,
        number=number,
    )
