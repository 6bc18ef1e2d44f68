"""What was last done about an invoice: a step of the ladder, a call, a promise, money."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from receivables.codes.agreements import PromiseEnd
from receivables.codes.steps import LastActKind, StepHow
from store.books import Books
from store.db.tables import Allocation, Call, CallItem, Promise, StepDone

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class LastAct:
    """The latest act. `what`: the step's key, the call's outcome."""

    kind: LastActKind
    on: date
    what: str = ""


def last_acts_of(b: Books, invoice_ids: Sequence[int]) -> dict[int, LastAct]:
    """Return the latest act about each invoice that has one; a step when several fell on one day."""
    found: dict[int, LastAct] = {}
    for start in range(0, len(invoice_ids), BATCH):
        for id_, act in _acts(b, invoice_ids[start : start + BATCH]):
            if id_ not in found or act.on > found[id_].on:
                found[id_] = act
    return found


def _acts(b: Books, ids: Sequence[int]) -> Iterator[tuple[int, LastAct]]:
    steps = b.session.execute(
        select(StepDone.invoice_id, StepDone.done_on, StepDone.step).where(
            StepDone.invoice_id.in_(ids), StepDone.undone_at.is_(None), StepDone.how != StepHow.SKIPPED
        )
    )
    yield from ((id_, LastAct(LastActKind.STEP, on, step)) for id_, on, step in steps)
    calls = b.session.execute(
        select(CallItem.invoice_id, Call.at, Call.outcome)
        .join(Call, Call.id == CallItem.call_id)
        .where(CallItem.invoice_id.in_(ids), Call.undone_at.is_(None))
    )
    yield from ((id_, LastAct(LastActKind.CALL, b.today(at), outcome)) for id_, at, outcome in calls)
    promises = b.session.execute(
        select(Promise.invoice_id, Promise.made_at).where(
            Promise.invoice_id.in_(ids), Promise.ended_how.is_distinct_from(PromiseEnd.UNDONE)
        )
    )
    yield from ((id_, LastAct(LastActKind.PROMISE, b.today(at))) for id_, at in promises)
    money = b.session.execute(
        select(Allocation.invoice_id, Allocation.day).where(
            Allocation.invoice_id.in_(ids), Allocation.undone_at.is_(None)
        )
    )
    yield from ((id_, LastAct(LastActKind.PAYMENT, on)) for id_, on in money)
