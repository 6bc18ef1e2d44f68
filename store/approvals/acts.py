"""Approvals: asked for by the morning's plan or by a person, given by another, bound to what was shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from receivables.acts import Act
from receivables.calendar.workdays import ONE_DAY
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.approvals import ApprovalState, ApprovalVoid
from receivables.codes.messages import VetoKind
from receivables.codes.reasons import Obstacle, Reason, Standing, Why
from receivables.company import Mode
from receivables.errors import Refused
from receivables.people import Automaton, Person
from receivables.schedule import approval
from receivables.schedule.account import Account, Message
from receivables.schedule.decisions import Evaluation, evaluate
from store import announcements, dependents, journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import Approval, Customer, JournalLine
from store.dependents import Depends
from store.morning import vetoes
from store.reminders import card_marks
from store.reminders.recipients import addressed
from store.traces.about import AboutApproval
from store.traces.messages import ApprovalRefused

"""Asked for by the morning's plan, and by a person who wants the message to leave now."""


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """What is asked: a message as it was shown. `changed`: it is not the same any more, with reason codes."""

    id: int
    customer_id: int
    customer: str
    owner: str | None
    step: str
    items: tuple[Mapping[str, Any], ...]
    to: tuple[str, ...]
    asked_by: str
    asked_at: datetime
    state: ApprovalState
    answered_by: str | None
    reason: str | None
    changed: bool = False
    why: tuple[tuple[str, str], ...] = ()


def ask_for(b: Books, planned: Iterable[tuple[Account, Evaluation]], *, day: date, at: datetime) -> int:
    """Ask for what waits for an approval on the morning of `day`, each shown anew; return how many.

    What was asked or approved and is no longer the same is void.
    """
    if b.company.mode is Mode.DRAFT:
        return 0
    found = [
        (account, message)
        for account, evaluation in planned
        if (message := _awaiting(b, account, evaluation, day)) is not None
    ]
    messages = [message for _, message in found]
    for message, addresses in zip(messages, addressed(b, messages), strict=True):
        ask(b, message, addresses, day=day, by=Automaton.CLOCK, at=at)
    return len(found)


def _awaiting(b: Books, account: Account, evaluation: Evaluation, day: date) -> Message | None:
    if all(each.reason is not Reason.APPROVAL for each in evaluation.decisions.values()):
        return None
    return approval.awaiting(account, b.company, day, evaluation)


def ask(
    b: Books,
    message: Message,
    to: Sequence[str],
    *,
    day: date,
    by: str,
    at: datetime,
    invoice_id: int | None = None,
) -> int:
    """Ask for one message to be approved, announced for the day; the same one is asked once. Returns its id.

    `invoice_id`: the invoice that a person escalates.
    """
    mark = marked(message, to, by_hand=invoice_id is not None)
    known = _live(b, message.customer_id, mark)
    row = known or Approval(
        company_id=b.company_id,
        customer_id=message.customer_id,
        step=message.step.key,
        mark=mark,
        shown=_shown(message, to, invoice_id),
        asked_at=at,
        asked_by=by,
        state=ApprovalState.ASKED,
    )
    b.session.add(row)
    b.session.flush()
    data = {"approval_id": row.id, "customer_id": row.customer_id, "day": day.isoformat()}
    kind = AnnouncementKind.APPROVAL if invoice_id is None else AnnouncementKind.APPROVAL_NOW
    announcements.announce(b, key=f"{AnnouncementKind.APPROVAL}:{row.id}:{day}", kind=kind, data=data, at=at)
    return row.id


def _live(b: Books, customer_id: int, mark: str) -> Approval | None:
    """Return what is asked already for the same message, and void what was asked for another one."""
    rows = b.session.scalars(
        select(Approval).where(
            Approval.company_id == b.company_id,
            Approval.customer_id == customer_id,
            Approval.state.in_([ApprovalState.ASKED, ApprovalState.APPROVED]),
        )
    ).all()
    for row in rows:
        if row.mark != mark:
            void(b, row)
    return next((row for row in rows if row.mark == mark and row.state == ApprovalState.ASKED), None)


def marked(message: Message, to: Sequence[str], *, by_hand: bool) -> str:
    """Return the mark of what is asked; what a person sends is another thing than what the clock plans."""
    mark = approval.mark(message, to)
    return f"hand:{mark}" if by_hand else mark


def withdraw(b: Books, approval_id: int) -> None:
    """Take a person's request back. Raises Refused when it is answered."""
    row = take(b, approval_id)
    row.state, row.reason = ApprovalState.VOID, ApprovalVoid.WITHDRAWN
    b.session.flush()
    redraw(b, approval_id)


def _shown(message: Message, to: Sequence[str], invoice_id: int | None) -> dict[str, Any]:
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
    return {"items": items, "to": list(to), "invoice_id": invoice_id}


def waiting(b: Books) -> int:
    """Return how many approvals are asked for and not answered."""
    asked = select(func.count()).where(
        Approval.company_id == b.company_id, Approval.state == ApprovalState.ASKED
    )
    return b.session.scalar(asked) or 0


def redraw(b: Books, approval_id: int) -> None:
    """Have the cards of an approval drawn anew, and the digests that count it."""
    announcements.redraw_prefix(b, f"{AnnouncementKind.APPROVAL}:{approval_id}:")


def _answered(b: Books, row: Approval, at: datetime) -> None:
    redraw(b, row.id)
    card_marks.of_digest(b, b.today(at))


def take(b: Books, approval_id: int) -> Approval:
    """Take an approval that is asked for, its customer locked. Raises Refused when it is answered or void."""
    row = locks.row(b, Approval, approval_id, "approvals.absent")
    if row.state == ApprovalState.VOID:
        raise Refused("approvals.void")
    if row.state != ApprovalState.ASKED:
        given = row.state == ApprovalState.APPROVED
        raise Refused("approvals.already_answered", given=given, by=Person.known(row.answered_by))
    return row


def message_now(b: Books, row: Approval, *, now: datetime) -> tuple[Account, Message | None]:
    """Return the account and what the approval would let leave as the books stand now, if still the same.

    On a closed day, as of the next open one.
    """
    today = b.company.calendar.next_open(b.today(now))
    own = [item["invoice_id"] for item in row.shown["items"]]
    account = accounts.account(b, row.customer_id, today=today, now=now, also=own)
    if account is None:
        raise LookupError(f"no customer {row.customer_id}")
    account = replace(account, approved=frozenset(), approved_by="")
    message = approval.awaiting(account, b.company, today, evaluate(account, b.company, today))
    if message is None:
        return account, None
    to = addressed(b, [message])[0]
    return account, message if approval.mark(message, to) == row.mark else None


def get_approval(b: Books, approval_id: int, *, now: datetime) -> ApprovalFacts:
    """Return what is told of an approval as the books stand at the aware instant `now`."""
    row = b.session.get_one(Approval, approval_id)
    customer = b.session.get_one(Customer, row.customer_id)
    told = ApprovalFacts(
        id=row.id,
        customer_id=row.customer_id,
        customer=customer.name,
        owner=customer.owner,
        step=row.step,
        items=tuple(row.shown["items"]),
        to=tuple(row.shown["to"]),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        state=row.state,
        answered_by=row.answered_by,
        reason=row.reason,
    )
    if row.state != ApprovalState.ASKED or row.shown.get("invoice_id") is not None:
        return told
    account, message = message_now(b, row, now=now)
    return told if message is not None else replace(told, changed=True, why=_why(b, row, account, now))


def _why(b: Books, row: Approval, account: Account, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return numbers and reason codes of what has changed since it was shown."""
    today = b.company.calendar.next_open(b.today(now))
    decisions = evaluate(account, b.company, today).decisions
    amounts = {item.id: f"{item.claimed:.2f}" for item in account.items}
    found: list[tuple[str, Why]] = []
    for item in row.shown["items"]:
        decision = decisions.get(item["invoice_id"])
        if decision is None:
            found.append((item["number"], Reason.PAID))
        elif decision.decision is not Standing.WAIT and decision.reason is not Reason.APPROVAL:
            found.append((item["number"], decision.reason))
        elif amounts[item["invoice_id"]] != item["outstanding"]:
            found.append((item["number"], Obstacle.AMOUNT))
    return tuple(found)


def refuse(
    b: Books, approval_id: int, *, until: date | None, reason: str | None, by: str, at: datetime
) -> tuple[int, date]:
    """Refuse: nothing of the message leaves before `until`, the next open day unless given. One journal line.

    Returns the line's id and the day. Raises Refused when it is answered, or the day is not to come.
    """
    row = take(b, approval_id)
    if until is None:
        until = b.company.calendar.next_open(b.today(at) + ONE_DAY)
    vetoes.check_day(b, until, at)
    held = [item["invoice_id"] for item in row.shown["items"]]
    veto_ids = vetoes.hold(
        b, row.customer_id, held, kind=VetoKind.PUT_OFF, until=until, reason=reason, by=by, at=at
    )
    _answer(row, ApprovalState.REFUSED, by, at, reason)
    told = ApprovalRefused(
        approval_id=row.id,
        veto_ids=tuple(veto_ids),
        until=until,
        reason=reason,
        asked_by=row.asked_by,
    )
    entry_id = journal.write(b, Act.APPROVAL_REFUSED, told, by=by, at=at, customer_id=row.customer_id)
    accounts.touch(b, row.customer_id)
    _answered(b, row, at)
    return entry_id, until


def _answer(
    row: Approval, state: ApprovalState, by: str | None, at: datetime | None, reason: str | None = None
) -> None:
    row.state, row.answered_by, row.answered_at, row.reason = state, by, at, reason


def answer(b: Books, row: Approval, *, by: str, at: datetime) -> None:
    """Write down that the message is approved. Part of the act of `store.approvals.giving`."""
    _answer(row, ApprovalState.APPROVED, by, at)
    b.session.flush()
    _answered(b, row, at)


def reopen(b: Books, approval_id: int) -> None:
    """Have an approval asked for again, as before its answer."""
    row = locks.fresh(b, Approval, approval_id)
    _answer(row, ApprovalState.ASKED, None, None)
    b.session.flush()
    redraw(b, row.id)


def undo_refused(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a refusal back: it is asked for again."""
    told = journal.data(line, ApprovalRefused)
    dependents.refuse(b, line, same_approval(told.approval_id))
    vetoes.lift(b, told.veto_ids, by=line.by, at=at)
    reopen(b, told.approval_id)


def same_approval(approval_id: int) -> Depends:
    """Return whether a later act is about this very approval."""
    return lambda _, later: isinstance(later, AboutApproval) and later.approval_id == approval_id


def void(b: Books, row: Approval) -> None:
    """Mark as void what has been overtaken."""
    row.state, row.reason = ApprovalState.VOID, ApprovalVoid.CHANGED
    b.session.flush()
    redraw(b, row.id)


def refuse_same_person(row: Approval, by: str) -> None:
    """Refuse an answer by the person who asked. Raises Refused."""
    if row.asked_by == by:
        raise Refused("approvals.same_person")
