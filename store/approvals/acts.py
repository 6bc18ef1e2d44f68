"""Approvals: asked for by the morning's plan or by a person, given by another, bound to what was shown.

A request stays the same until it is answered, or until amounts, steps or recipients are others than shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.approvals import ApprovalState, ApprovalVoid
from receivables.codes.messages import VetoKind
from receivables.codes.reasons import Reason
from receivables.company import Mode
from receivables.errors import Refused
from receivables.people import Automaton, Person
from receivables.schedule import approval
from receivables.schedule.account import Account, Message, MessageItem
from receivables.schedule.decisions import Evaluation
from store import dependents, journal, locks, pauses
from store.accounts import approvals as approval_facts
from store.accounts import facts as accounts
from store.approvals import facts
from store.books import Books
from store.db.tables import Approval, JournalLine
from store.dependents import Depends
from store.morning import vetoes
from store.reminders.recipients import addressed
from store.traces.about import AboutApproval
from store.traces.agreements import PauseTold
from store.traces.codec import ActData
from store.traces.messages import ApprovalRefused


def void_changed(b: Books, *, day: date, at: datetime) -> int:
    """Make void what was asked for and is no longer what was shown; return how many."""
    rows = _asked(b, None)
    found = accounts.accounts(b, sorted({row.customer_id for row in rows}), today=day, now=at)
    known = {account.customer_id: account for account in found}
    gone = [
        row
        for row in rows
        if row.customer_id not in known or not approval_facts.as_shown(b, row, known[row.customer_id], day)
    ]
    for row in gone:
        void(b, row, at=at)
    return len(gone)


def ask_for(b: Books, planned: Iterable[tuple[Account, Evaluation]], *, day: date, at: datetime) -> int:
    """Ask for what waits for an approval on the morning of `day` and is not asked for; return how many."""
    if b.company.mode is Mode.DRAFT:
        return 0
    waiting = [
        (account, evaluation)
        for account, evaluation in planned
        if any(each.reason is Reason.APPROVAL for each in evaluation.decisions.values())
    ]
    count = 0
    for account, evaluation in waiting:
        asked = _asked(b, account.customer_id)
        for message in approval.requests(account, evaluation):
            currency = _currency(message, evaluation)
            rest = _not_asked(b, account, message, asked, currency, at=at)
            if rest is not None:
                ask(b, rest, addressed(b, [rest])[0], day=day, by=Automaton.CLOCK, at=at, together=currency)
                count += 1
    return count


def _asked(b: Books, customer_id: int | None) -> list[Approval]:
    """Return what is asked for and not answered, of one customer or of all."""
    statement = select(Approval).where(
        Approval.company_id == b.company_id, Approval.state == ApprovalState.ASKED
    )
    if customer_id is not None:
        statement = statement.where(Approval.customer_id == customer_id)
    return list(b.session.scalars(statement.order_by(Approval.id)))


def _currency(message: Message, evaluation: Evaluation) -> str | None:
    """Return the currency in which the invoices of a request are above the limit together, if that is why."""
    return message.items[0].item.currency if approval.together(message, evaluation) else None


def _not_asked(
    b: Books,
    account: Account,
    message: Message,
    asked: Sequence[Approval],
    currency: str | None,
    *,
    at: datetime,
) -> Message | None:
    """Return what of a request nobody was asked for yet. What waits by its sum is asked for as a whole."""
    mine = [row for row in asked if row.state == ApprovalState.ASKED]
    new = _without(message.items, mine)
    if currency is not None and new:
        earlier = [row for row in mine if row.shown.get("together") == currency]
        for row in earlier:
            void(b, row, at=at)
        new = _without(message.items, [row for row in mine if row not in earlier])
    return approval.of_rows(account.policy, message, new) if new else None


def _without(items: Iterable[MessageItem], asked: Iterable[Approval]) -> list[MessageItem]:
    known = {each["invoice_id"] for row in asked for each in row.shown["items"]}
    return [row for row in items if row.item.id not in known]


def ask(
    b: Books,
    message: Message,
    to: Sequence[str],
    *,
    day: date,
    by: str,
    at: datetime,
    invoice_id: int | None = None,
    together: str | None = None,
) -> int:
    """Ask for one message to be approved, in the day's list of what waits. Returns its id.

    `invoice_id`: the invoice that a person escalates. `together`: the currency whose sum is above the limit.
    """
    row = Approval(
        company_id=b.company_id,
        customer_id=message.customer_id,
        step=message.step.key,
        mark=approval.mark(message, to),
        shown=_shown(message, to, invoice_id, together),
        asked_at=at,
        asked_by=by,
        state=ApprovalState.ASKED,
    )
    b.session.add(row)
    b.session.flush()
    if invoice_id is not None:
        facts.announce(b, day, at=at)
    return row.id


def asked_for(b: Books, customer_id: int, invoice_id: int) -> Approval | None:
    """Return the request that waits for an answer and holds an invoice."""
    rows = _asked(b, customer_id)
    return next(
        (row for row in rows if invoice_id in {each["invoice_id"] for each in row.shown["items"]}), None
    )


def approve_at_once(b: Books, message: Message, to: Sequence[str], *, by: str, at: datetime) -> int:
    """Have somebody who may approve send what waits: approved as it is sent. Part of the act; returns the id.

    A request that held one of the invoices is overtaken: what is left of it is asked for anew.
    """
    for row in message.items:
        earlier = asked_for(b, message.customer_id, row.item.id)
        if earlier is not None:
            void(b, earlier, at=at)
    row_id = ask(b, message, to, day=b.today(at), by=by, at=at)
    answer(b, locks.fresh(b, Approval, row_id), None, by=by, at=at)
    return row_id


def withdraw(b: Books, approval_id: int, *, at: datetime) -> None:
    """Take a person's request back. Raises Refused when somebody else has answered it."""
    row = locks.row(b, Approval, approval_id, "approvals.absent")
    if row.answered_by != row.asked_by:
        row = take(b, approval_id)
    row.state, row.reason, row.answered_at = ApprovalState.VOID, ApprovalVoid.WITHDRAWN, at
    b.session.flush()
    facts.redraw(b, row)


def _shown(
    message: Message, to: Sequence[str], invoice_id: int | None, together: str | None
) -> dict[str, Any]:
    items = [
        {
            "invoice_id": row.item.id,
            "number": row.item.number,
            "step": row.step.key if row.step else None,
            "outstanding": f"{row.item.claimed:.2f}",
            "currency": row.item.currency,
        }
        for row in message.items
    ]
    return {"items": items, "to": list(to), "invoice_id": invoice_id, "together": together}


def take(b: Books, approval_id: int) -> Approval:
    """Take an approval that is asked for, its customer locked. Raises Refused when it is answered or void."""
    row = locks.row(b, Approval, approval_id, "approvals.absent")
    if row.state == ApprovalState.VOID:
        raise Refused("approvals.void")
    if row.state != ApprovalState.ASKED:
        given = row.state == ApprovalState.APPROVED
        raise Refused("approvals.already_answered", given=given, by=Person.known(row.answered_by))
    return row


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that was refused. `until` None: its invoices are paused without end."""

    entry_id: int
    customer: str
    until: date | None


def refuse(
    b: Books, approval_id: int, *, until: date | None, reason: str | None, by: str, at: datetime
) -> Refusal:
    """Refuse: nothing of the message leaves before `until`; without a day its invoices are paused.

    One journal line. Raises Refused when it is answered, or the day is not to come.
    """
    row = take(b, approval_id)
    held = [item["invoice_id"] for item in row.shown["items"]]
    veto_ids: list[int] = []
    paused: list[PauseTold] = []
    if until is None:
        paused = pauses.hold(b, held, reason=reason, by=by, at=at)
    else:
        vetoes.check_day(b, until, at)
        veto_ids = vetoes.hold(
            b, row.customer_id, held, kind=VetoKind.PUT_OFF, until=until, reason=reason, by=by, at=at
        )
    _answer(row, ApprovalState.REFUSED, by, at, reason)
    told = ApprovalRefused(
        approval_id=row.id,
        veto_ids=tuple(veto_ids),
        pause_ids=tuple(each.pause_id for each in paused) or None,
        replaced_ids=tuple(each.replaced_id for each in paused if each.replaced_id is not None) or None,
        until=until,
        reason=reason,
        asked_by=row.asked_by,
    )
    entry_id = journal.write(b, Act.APPROVAL_REFUSED, told, by=by, at=at, customer_id=row.customer_id)
    row.entry_id = entry_id
    accounts.touch(b, row.customer_id)
    _answered(b, row)
    name = accounts.names(b, [row.customer_id])[row.customer_id]
    return Refusal(entry_id, name, until)


def _answered(b: Books, row: Approval) -> None:
    b.session.flush()
    facts.redraw(b, row)


def _answer(
    row: Approval, state: ApprovalState, by: str | None, at: datetime | None, reason: str | None = None
) -> None:
    row.state, row.answered_by, row.answered_at, row.reason = state, by, at, reason


def answer(b: Books, row: Approval, entry_id: int | None, *, by: str, at: datetime) -> None:
    """Write down that the message is approved. Part of the act of `store.approvals.giving`."""
    _answer(row, ApprovalState.APPROVED, by, at)
    row.entry_id = entry_id
    _answered(b, row)


def reopen(b: Books, approval_id: int) -> None:
    """Have an approval asked for again, as before its answer."""
    row = locks.fresh(b, Approval, approval_id)
    _answer(row, ApprovalState.ASKED, None, None)
    row.entry_id = None
    _answered(b, row)


def undo_refused(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a refusal back: it is asked for again."""
    told = journal.data(line, ApprovalRefused)
    depends = same_approval(told.approval_id)
    dependents.refuse(b, line, lambda old, later: depends(old, later) or _ended(told, later))
    vetoes.lift(b, told.veto_ids, by=line.by, at=at)
    pauses.lift(b, told.pause_ids or (), told.replaced_ids or (), by=line.by, at=at)
    reopen(b, told.approval_id)


def _ended(told: ApprovalRefused, later: ActData) -> bool:
    """Whether a person has ended, or replaced, a pause that the refusal set."""
    return isinstance(later, PauseTold) and bool(
        {later.pause_id, later.replaced_id} & set(told.pause_ids or ())
    )


def same_approval(approval_id: int) -> Depends:
    """Return whether a later act is about this very approval."""
    return lambda _, later: isinstance(later, AboutApproval) and later.approval_id == approval_id


def void(b: Books, row: Approval, *, at: datetime) -> None:
    """Mark as void what has been overtaken."""
    row.state, row.reason, row.answered_at = ApprovalState.VOID, ApprovalVoid.CHANGED, at
    _answered(b, row)
