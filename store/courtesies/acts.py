"""Messages that are no reminders (statements, thanks, instalments): their rows, and who gets none.

They are rows of `reminders` without items, of another `kind`; the post room sends them as the others.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, or_, select, update

from receivables.codes.messages import CARRYING, MessageKind, MessageState, Origin
from receivables.codes.reasons import Reason
from receivables.company import Mode
from receivables.people import Automaton
from receivables.policy import Step
from receivables.statements import COURTESIES_BY, Statement, period_start
from store import payers
from store.accounts import facts as accounts
from store.accounts.holds import customer_pauses, unread_replies
from store.books import Books
from store.courtesies import instalment_facts, statement_rows
from store.courtesies.instalment_facts import Awaited
from store.db.tables import Customer, Invoice, Reminder
from store.reminders import copies
from store.reminders.recipients import recipients
from store.reminders.rows import DueReminder


@dataclass(frozen=True, slots=True)
class Courtesy:
    """What is read for a message that is no reminder: the account, why it may not leave, what it is about.

    `settled` are the invoices of a thank-you that are settled still, with amount and currency.
    """

    statement: Statement
    hold: Reason | None = None
    settled: tuple[tuple[str, Any, str], ...] = ()
    instalment: Awaited | None = None


def holds(b: Books, customer_ids: Sequence[int], *, now: datetime) -> dict[int, Reason]:
    """Return why the clock writes nothing to some of these customers now, by reason code of SCHEDULE 10.

    Where one pays for several its message is about all of them: what holds one of them holds it.
    """
    today = b.today(now)
    if accounts.stale(b, now):
        return dict.fromkeys(customer_ids, Reason.STALE_BOOKS)
    covered = payers.covered(b, customer_ids)
    ids = list(covered)
    found = dict.fromkeys(_without_address(b, customer_ids), Reason.NO_ADDRESS)
    pauses = customer_pauses(b, ids, today)
    paused = ids if None in pauses else [key for key in pauses if key is not None]
    for reason, held in (
        (Reason.GONE, _with_invoice(b, ids, Invoice.gone_at.is_not(None))),
        (Reason.REPLY_UNREAD, unread_replies(b, ids)),
        (Reason.PAUSED, paused),
        (Reason.HANDED_OVER, _with_invoice(b, ids, Invoice.handed_over_at.is_not(None))),
        (Reason.INSOLVENCY, _insolvent(b, ids, today)),
    ):
        found |= {covered[key]: reason for key in held}
    return found


def _without_address(b: Books, ids: Sequence[int]) -> list[int]:
    to = recipients(b, ids, COURTESIES_BY)
    return [key for key in ids if not to.get(key)]


def _with_invoice(b: Books, ids: Sequence[int], which: Any) -> list[int]:
    statement = (
        select(Invoice.customer_id)
        .distinct()
        .where(Invoice.company_id == b.company_id, Invoice.customer_id.in_(ids), Invoice.outstanding > 0)
        .where(Invoice.owed, which)
    )
    return list(b.session.scalars(statement))


def _insolvent(b: Books, ids: Sequence[int], today: date) -> list[int]:
    statement = select(Customer.id).where(Customer.id.in_(ids), Customer.insolvent_on <= today)
    return list(b.session.scalars(statement))


def busy(b: Books, day: date) -> set[int]:
    """Return the customers who get, or got, a message on the local day `day`."""
    statement = select(Reminder.customer_id).where(
        Reminder.company_id == b.company_id,
        Reminder.day == day,
        Reminder.state.not_in([MessageState.CANCELLED, MessageState.FAILED]),
    )
    return set(b.session.scalars(statement))


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be planned for one customer. `key` makes it unique within the company."""

    customer_id: int
    key: str
    data: Mapping[str, Any] = field(default_factory=dict)


def plan_courtesies(
    b: Books, drafts: Sequence[Draft], step: Step, kind: MessageKind, *, day: date, at: datetime
) -> int:
    """Plan these messages for `day`; one whose row was cancelled before is planned again as the same row.

    Returns how many leave. A row that left, failed or is uncertain stays what it is.
    """
    if not drafts:
        return 0
    known = _known(b, [draft.key for draft in drafts])
    to = recipients(b, [draft.customer_id for draft in drafts], step.channel)
    policies = _policies(b, [draft.customer_id for draft in drafts])
    fresh, count = [], 0
    for draft in drafts:
        row = _row(b, draft, step, kind, day=day, at=at)
        listed = addresses(step, to.get(draft.customer_id, {}))
        row["policy"] = policies[draft.customer_id]
        if draft.key not in known:
            fresh.append((row, listed))
        elif known[draft.key][1] == MessageState.CANCELLED:
            _again(b, known[draft.key][0], row)
            copies.plan_anew(b, known[draft.key][0], listed)
            count += 1
    if fresh:
        statement = insert(Reminder).returning(Reminder.id, sort_by_parameter_order=True)
        ids = b.session.scalars(statement, [row for row, _ in fresh]).all()
        copies.plan(b, {key: listed for key, (_, listed) in zip(ids, fresh, strict=True)})
    return count + len(fresh)


def addresses(step: Step, by_role: Mapping[str, list[str]]) -> list[str]:
    """Return to whom a step goes: its role's addresses, else whoever there is first."""
    anyone = [email for emails in by_role.values() for email in emails][:1]
    return list(dict.fromkeys(by_role.get(step.to, ()))) or anyone


def _known(b: Books, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
    statement = select(Reminder.plan_key, Reminder.id, Reminder.state).where(
        Reminder.company_id == b.company_id, Reminder.plan_key.in_(keys)
    )
    return {key or "": (id_, state) for key, id_, state in b.session.execute(statement)}


def _policies(b: Books, ids: Sequence[int]) -> dict[int, str]:
    rows = b.session.execute(select(Customer.id, Customer.policy).where(Customer.id.in_(ids)))
    return {key: b.company.policy_for(policy).key for key, policy in rows}


def _row(b: Books, draft: Draft, step: Step, kind: MessageKind, *, day: date, at: datetime) -> dict[str, Any]:
    leaves = b.company.instant(day, b.company.window[0])
    return {
        "company_id": b.company_id,
        "customer_id": draft.customer_id,
        "day": day,
        "channel": step.channel.key,
        "plan_key": draft.key,
        "origin": Origin.CLOCK,
        "by": Automaton.CLOCK,
        "step": step.key,
        "corrective": False,
        "state": MessageState.PLANNED,
        "sandbox": b.company.mode is Mode.SANDBOX,
        "kind": kind,
        "data": dict(draft.data),
        "planned_at": at,
        "planned_for": leaves,
        "due_at": max(leaves, at),
    }


def _again(b: Books, reminder_id: int, row: Mapping[str, Any]) -> None:
    kept = ("day", "data", "planned_at", "planned_for", "due_at", "state", "policy")
    b.session.execute(
        update(Reminder)
        .where(Reminder.id == reminder_id)
        .values({name: row[name] for name in kept} | {"error": None, "raw": None})
        .execution_options(synchronize_session=False)
    )


def row_by_hand(
    b: Books, draft: Draft, step: Step, kind: MessageKind, *, by: str, at: datetime
) -> tuple[dict[str, Any], list[str]]:
    """Return the row of a message that a person sends now, and to whom it goes."""
    row = _row(b, draft, step, kind, day=b.today(at), at=at)
    to = recipients(b, [draft.customer_id], step.channel).get(draft.customer_id, {})
    policy = _policies(b, [draft.customer_id])[draft.customer_id]
    hand = {"plan_key": None, "origin": Origin.HAND, "by": by, "planned_for": at, "due_at": at}
    return row | hand | {"policy": policy}, addresses(step, to)


def still_planned(b: Books, customer_id: int, kind: MessageKind) -> bool:
    """Whether a message of this kind waits for the post room, whoever asked for it."""
    statement = select(Reminder.id).where(
        Reminder.company_id == b.company_id,
        Reminder.customer_id == customer_id,
        Reminder.kind == kind,
        or_(Reminder.state == MessageState.PLANNED, Reminder.state == MessageState.SENDING),
    )
    return b.session.scalar(statement.limit(1)) is not None


def load_courtesies(b: Books, due: Sequence[DueReminder], *, now: datetime) -> dict[int, Courtesy]:
    """Return, by id, what the post room needs for the messages among `due` that are no reminders."""
    own = [reminder for reminder in due if reminder.kind not in CARRYING]
    if not own:
        return {}
    today = b.today(now)
    ids = sorted({reminder.customer_id for reminder in own})
    statements = statement_rows.statements_of(b, ids, since=period_start(today), on=today)
    held = holds(b, ids, now=now)
    settled = _settled(b, [id_ for each in own for id_ in (each.data or {}).get("invoices", ())])
    awaited = instalment_facts.of_reminders(b, own, today)
    return {
        each.id: Courtesy(
            statements[each.customer_id],
            held.get(each.customer_id),
            tuple(settled[id_] for id_ in (each.data or {}).get("invoices", ()) if id_ in settled),
            awaited.get(each.id),
        )
        for each in own
    }


def _settled(b: Books, invoice_ids: Collection[int]) -> dict[int, tuple[str, Any, str]]:
    """Return number, amount and currency of those invoices that nothing is left of."""
    if not invoice_ids:
        return {}
    statement = select(Invoice.id, Invoice.number, Invoice.amount, Invoice.currency).where(
        Invoice.company_id == b.company_id, Invoice.id.in_(invoice_ids), Invoice.outstanding == 0
    )
    return {key: (number, amount, code) for key, number, amount, code in b.session.execute(statement)}
