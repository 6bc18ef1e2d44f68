"""Undoing: facts go back to what they were, and both lines stay in the journal (DESIGN 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from sqlalchemy import select

from receivables.acts import Act
from receivables.errors import Refused
from receivables.people import Person
from store import dependents, journal, locks, pauses, rates
from store.addresses import acts as addresses
from store.approvals import acts as approvals
from store.approvals import escalations
from store.approvals import giving as approving
from store.books import Books
from store.calls import acts as calls
from store.claims import acts as claims
from store.courtesies import statements
from store.credits.acts import undo_added, undo_allocated
from store.customers import acts as customer_file
from store.customers import kinds
from store.customers import terms as customer_terms
from store.db.tables import Customer, Invoice, JournalLine
from store.direct_debits import acts as direct_debits
from store.direct_debits import means
from store.disputes import acts as disputes
from store.disputes import follow_up as dispute_follow_up
from store.invoices import ending, platform, settling
from store.letters import acts as letters
from store.morning import edits, forcings, send_now, vetoes
from store.payment_plans import acts as payment_plans
from store.payments import acts as payments
from store.penalties import acts as penalty_decisions
from store.post_room import bounced
from store.promises import acts as promises
from store.promises import news as promise_news
from store.promises import payment_left
from store.replies import acts as incoming
from store.tasks import acts as tasks
from store.tasks import put_offs
from store.traces.about import Numbered, allocations
from store.traces.accounts import ActUndone, InvoiceClosed
from store.traces.codec import ActData
from store.traces.inbox import ReplyHandled


class Never(Enum):
    """Why an act is not taken back: the refusal that says what to do instead."""

    LEFT = "undo.mail_left"
    UNDOING = "undo.an_undoing"
    INVERSE = "undo.never"


class Undoing(Protocol):
    """Takes back the facts of one journal line; raises Refused when a later act depends on them."""

    def __call__(self, b: Books, line: JournalLine, *, at: datetime) -> None:
        """Put the facts back as they were before `line`, at the instant `at`."""


ACTS: Mapping[Act, Undoing | Never] = {
    Act.PAYMENT_RECORDED: payments.undo_recorded,
    Act.PAYMENT_UNDONE: Never.UNDOING,
    Act.CREDIT_NOTE_ADDED: undo_added,
    Act.CREDIT_NOTE_IMPORTED: Never.INVERSE,
    Act.CREDIT_NOTE_UPDATED: Never.INVERSE,
    Act.CREDIT_NOTE_UNDONE: Never.UNDOING,
    Act.CREDIT_ALLOCATED: undo_allocated,
    Act.CREDIT_UNDONE: Never.UNDOING,
    Act.CALL_LOGGED: calls.undo_logged,
    Act.CALL_UNDONE: Never.UNDOING,
    Act.PROMISE_MADE: promises.undo_made,
    Act.PROMISE_POSTPONED: promises.undo_made,
    Act.PROMISE_CORRECTED: promises.undo_made,
    Act.PROMISE_PAYMENT_LEFT: payment_left.undo_noted,
    Act.PROMISE_PAYMENT_UNSEEN: Never.INVERSE,
    Act.PROMISE_KEPT: Never.INVERSE,
    Act.PROMISE_BROKEN: Never.INVERSE,
    Act.PROMISE_UNDONE: Never.UNDOING,
    Act.PLAN_MADE: payment_plans.undo_made,
    Act.PLAN_BROKEN: Never.INVERSE,
    Act.PLAN_UNDONE: Never.UNDOING,
    Act.INSTALMENT_MET: Never.INVERSE,
    Act.DISPUTE_OPENED: disputes.undo_opened,
    Act.DISPUTE_FOLLOWED: dispute_follow_up.undo_followed,
    Act.DISPUTE_SETTLED: disputes.undo_settled,
    Act.DISPUTE_UNDONE: Never.UNDOING,
    Act.PAUSE_SET: pauses.undo_set,
    Act.PAUSE_ENDED: pauses.undo_ended,
    Act.PAUSE_UNDONE: Never.UNDOING,
    Act.TASK_OPENED: tasks.undo_opened,
    Act.TASK_CLOSED: tasks.undo_closed,
    Act.TASK_PUT_OFF: put_offs.undo_put_off,
    Act.TASK_OUTDATED: Never.INVERSE,
    Act.TASK_UNDONE: Never.UNDOING,
    Act.LETTER_PREPARED: letters.undo_prepared,
    Act.LETTER_APPROVED: letters.undo_approved,
    Act.LETTER_DEPOSITED: letters.undo_deposited,
    Act.LETTER_VOID: Never.INVERSE,
    Act.LETTER_UNDONE: Never.UNDOING,
    Act.CUSTOMER_IMPORTED: Never.INVERSE,
    Act.CUSTOMER_UPDATED: Never.INVERSE,
    Act.CUSTOMER_CHANGED: customer_file.undo_changed,
    Act.CUSTOMER_UNDONE: Never.UNDOING,
    Act.CONTACTS_IMPORTED: Never.INVERSE,
    Act.INVOICE_IMPORTED: Never.INVERSE,
    Act.INVOICE_UPDATED: Never.INVERSE,
    Act.INVOICE_GONE: Never.INVERSE,
    Act.INVOICE_WRITTEN_OFF: ending.undo_written_off,
    Act.INVOICE_HANDED_OVER: ending.undo_handed_over,
    Act.INVOICE_WITHDRAWN: ending.undo_withdrawn,
    Act.INVOICE_REOPENED: ending.undo_reopened,
    Act.INVOICE_UNDONE: Never.UNDOING,
    Act.INVOICE_REFUSED: platform.undo_refused,
    Act.INVOICE_ACCEPTED: platform.undo_accepted,
    Act.DEBIT_REJECTED: direct_debits.undo_rejected,
    Act.DEBIT_PRESENTED: direct_debits.undo_presented,
    Act.DEBIT_UNDONE: Never.UNDOING,
    Act.MEANS_SET: means.undo_means,
    Act.MEANS_UNDONE: Never.UNDOING,
    Act.CLAIM_ACKNOWLEDGED: claims.undo_acknowledged,
    Act.CLAIM_UNDONE: Never.UNDOING,
    Act.KINDS_SAID: kinds.undo_said,
    Act.KINDS_UNDONE: Never.UNDOING,
    Act.IMPORT_DONE: Never.INVERSE,
    Act.PENALTIES_CLAIMED: penalty_decisions.undo_decided,
    Act.PENALTIES_WAIVED: penalty_decisions.undo_decided,
    Act.PENALTIES_UNDONE: Never.UNDOING,
    Act.PENALTY_RATE_SET: customer_terms.undo_set,
    Act.PENALTY_RATE_UNDONE: Never.UNDOING,
    Act.DISCOUNT_SET: customer_terms.undo_set,
    Act.DISCOUNT_UNDONE: Never.UNDOING,
    Act.RATES_CONFIRMED: rates.undo_confirmed,
    Act.RATES_UNDONE: Never.UNDOING,
    Act.REMINDER_SENT: Never.LEFT,
    Act.REMINDER_FAILED: Never.LEFT,
    Act.REMINDER_UNCERTAIN: Never.LEFT,
    Act.REMINDER_RESEND: Never.LEFT,
    Act.REMINDER_CONSIDERED_SENT: Never.LEFT,
    Act.REMINDER_ESCALATED: escalations.undo_escalated,
    Act.REMINDER_UNDONE: Never.UNDOING,
    Act.STATEMENT_ASKED: statements.undo_asked,
    Act.STATEMENT_UNDONE: Never.UNDOING,
    Act.REPLY_RECEIVED: Never.INVERSE,
    Act.REPLY_FILED: incoming.undo_filed,
    Act.REPLY_HANDLED: incoming.undo_handled,
    Act.REPLY_UNDONE: Never.UNDOING,
    Act.MAIL_TO_FILE: Never.INVERSE,
    Act.MAIL_NAMED: Never.INVERSE,
    Act.MAIL_BOUNCE: Never.INVERSE,
    Act.MAIL_AUTOMATIC: Never.INVERSE,
    Act.ADDRESS_BOUNCED: bounced.undo_bounced,
    Act.ADDRESS_CORRECTED: addresses.undo_corrected,
    Act.ADDRESS_UNDONE: Never.UNDOING,
    Act.FORCING_ASKED: forcings.undo_asked,
    Act.FORCING_CONFIRMED: forcings.undo_confirmed,
    Act.FORCING_UNDONE: Never.UNDOING,
    Act.APPROVAL_GIVEN: approving.undo_given,
    Act.APPROVAL_REFUSED: approvals.undo_refused,
    Act.APPROVAL_UNDONE: Never.UNDOING,
    Act.MESSAGE_REMOVED: vetoes.undo_vetoed,
    Act.MESSAGE_PUT_OFF: vetoes.undo_vetoed,
    Act.MESSAGE_EDITED: edits.undo_edited,
    Act.MESSAGE_SENT_NOW: send_now.undo_sent_now,
    Act.MESSAGE_UNDONE: Never.UNDOING,
    Act.MORNING_GO: Never.INVERSE,
    Act.MODE_CHANGED: Never.INVERSE,
    Act.DOSSIER_MADE: Never.INVERSE,
}
"""Every act: how it is taken back, or why it is not. Each undoing stands next to its act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """An act that was taken back. `entry_id` is the new line; `act`, `by` and `told` are the old one's."""

    entry_id: int
    act: Act
    by: str
    at: datetime
    told: ActData
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
    undoing = ACTS[Act(line.act)]
    if isinstance(undoing, Never):
        raise Refused(undoing.value)
    _refuse_freed(b, line)
    _undo_parts(b, line, by=by, at=at)
    undoing(b, line, at=at)
    return _undone_outcome(b, line, by=by, at=at)


@dataclass(frozen=True, slots=True)
class StandingAct:
    """An act that nobody has taken back: what it is, when it was done, and of whom or what."""

    act: Act
    at: datetime
    customer: str | None
    number: str | None


def standing(b: Books, entry_id: int) -> StandingAct | None:
    """Return the act of journal line `entry_id`; None: it was taken back. Raises Refused as `author` does."""
    line = _line(b, entry_id)
    undone = select(JournalLine.id).where(
        JournalLine.company_id == b.company_id, JournalLine.undoes_id == entry_id
    )
    if b.session.scalar(undone) is not None:
        return None
    customer, number = _named(b, line)
    return StandingAct(Act(line.act), line.at, customer, number)


def author(b: Books, entry_id: int) -> str:
    """Return who did the act of journal line `entry_id`. Raises Refused when the company has none such."""
    return _line(b, entry_id).by


def _refuse_freed(b: Books, line: JournalLine) -> None:
    """Refuse while what the act set against an invoice was freed by its withdrawal. Raises Refused."""
    own = set(allocations(journal.data_of(line)))
    if own:
        dependents.refuse(
            b, line, lambda _, later: isinstance(later, InvoiceClosed) and bool(own & set(later.freed or ()))
        )


def _undo_parts(b: Books, line: JournalLine, *, by: str, at: datetime) -> None:
    """Take back first, the last one first, the acts that came of this one and stand still."""
    told = journal.data_of(line)
    for entry_id in reversed(told.parts if isinstance(told, ReplyHandled) else ()):
        undone = select(JournalLine.id).where(
            JournalLine.company_id == b.company_id, JournalLine.undoes_id == entry_id
        )
        if b.session.scalar(undone) is None:
            undo(b, entry_id, by=by, at=at)


def _line(b: Books, entry_id: int) -> JournalLine:
    line = b.session.get(JournalLine, entry_id)
    if line is None or line.company_id != b.company_id:
        raise Refused("undo.absent")
    return line


def _refuse_twice(b: Books, line: JournalLine) -> None:
    earlier = b.session.scalars(
        select(JournalLine).where(JournalLine.company_id == b.company_id, JournalLine.undoes_id == line.id)
    ).one_or_none()
    if earlier is not None:
        raise Refused("undo.already_undone", by=Person(earlier.by), day=b.today(earlier.at))


def _undone_outcome(b: Books, line: JournalLine, *, by: str, at: datetime) -> Undone:
    act = Act(line.act)
    settling.touch(b, line.customer_id)
    if line.customer_id is not None:
        promise_news.untell(b, line.customer_id)
    customer, number = _named(b, line)
    entry_id = journal.write(
        b,
        act.undone,
        ActUndone(undone_act=act, number=number),
        by=by,
        at=at,
        customer_id=line.customer_id,
        invoice_id=line.invoice_id,
        undoes=line.id,
    )
    return Undone(
        entry_id=entry_id,
        act=act,
        by=line.by,
        at=line.at,
        told=journal.data_of(line),
        customer_id=line.customer_id,
        customer=customer,
        invoice_id=line.invoice_id,
        number=number,
    )


def _named(b: Books, line: JournalLine) -> tuple[str | None, str | None]:
    """Return the customer's name and the invoice's number of a journal line, where it has them."""
    customer = b.session.get(Customer, line.customer_id) if line.customer_id else None
    invoice = b.session.get(Invoice, line.invoice_id) if line.invoice_id else None
    told = journal.data_of(line)
    number = invoice.number if invoice else told.number if isinstance(told, Numbered) else None
    return customer.name if customer else None, number
