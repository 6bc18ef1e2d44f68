"""Steps of the ladder that a person's act completes (SCHEDULE 3)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select

from receivables.codes.steps import StepHow
from receivables.policy import Step
from store import locks
from store.books import Books
from store.db.tables import Invoice, StepDone


def complete(
    b: Books,
    step: Step,
    items: Sequence[tuple[Invoice, date | None]],
    *,
    task_id: int | None,
    how: StepHow,
    reason: str | None = None,
    on: date | None = None,
    by: str,
    at: datetime,
) -> list[int]:
    """Write a step down as done for invoices (each with its slot) that have not climbed it.

    `how` is task, call or skipped, with a `reason`; `on` the day it was done, else that of `at`. Returns the
    ids of what was written, for `take_back`.
    """
    already = _climbed(b, step, [item.id for item, _ in items])
    done = [
        StepDone(
            company_id=b.company_id,
            invoice_id=item.id,
            step=step.key,
            day=step.day,
            from_issue=step.from_issue,
            slot=slot,
            done_on=on or b.today(at),
            how=how,
            task_id=task_id,
            by=by,
            reason=reason,
        )
        for item, slot in items
        if item.id not in already
    ]
    b.session.add_all(done)
    b.session.flush()
    return [row.id for row in done]


def _climbed(b: Books, step: Step, invoice_ids: Sequence[int]) -> set[int]:
    """Return which have climbed it; one whose day came later in the policy since is to be climbed again."""
    return set(
        b.session.scalars(
            select(StepDone.invoice_id).where(
                StepDone.company_id == b.company_id,
                StepDone.invoice_id.in_(invoice_ids),
                StepDone.step == step.key,
                StepDone.day >= step.day,
                StepDone.sandbox.is_(False),
                StepDone.undone_at.is_(None),
            )
        )
    )


def take_back(b: Books, step_ids: Iterable[int], *, at: datetime) -> None:
    """Undo steps that were written down by `complete`."""
    for id_ in step_ids:
        locks.fresh(b, StepDone, id_).undone_at = at


def is_done(b: Books, invoice_id: int, key: str) -> bool:
    """Whether an invoice has climbed a step."""
    found = select(StepDone.id).where(
        StepDone.company_id == b.company_id,
        StepDone.invoice_id == invoice_id,
        StepDone.step == key,
        StepDone.undone_at.is_(None),
    )
    return b.session.scalar(found.limit(1)) is not None
