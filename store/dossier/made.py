"""Files that were made, as the journal keeps them: which, for which invoices, and with which fingerprint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, func, select

from receivables.acts import Act
from receivables.codes.channels import HANDOVER
from receivables.codes.roles import Role
from receivables.codes.tasks import TaskKind
from receivables.errors import Refused
from store import journal, locks
from store.books import Books
from store.db.tables import Invoice, JournalLine
from store.reminders import task_marks
from store.tasks import acts as tasks
from store.tasks.facts import TaskFacts
from store.traces.messages import DossierMade


class MadeFile(Protocol):
    """What is kept of a file that was made."""

    @property
    def customer_id(self) -> int:
        """Whose file it is."""

    @property
    def invoice_ids(self) -> tuple[int, ...]:
        """What is owed in it."""

    @property
    def sha256(self) -> str:
        """The fingerprint of the whole zip."""

    @property
    def data(self) -> bytes:
        """The zip."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was made, and whether anything was written about the customer since."""

    entry_id: int
    sha256: str
    stale: bool


def record(b: Books, made: MadeFile, *, task_id: int | None = None, by: str, at: datetime) -> int:
    """Write down that a file was made; one journal line, whose id is returned."""
    told = DossierMade(
        sha256=made.sha256, bytes=len(made.data), invoice_ids=made.invoice_ids, for_task=task_id
    )
    return journal.write(b, Act.DOSSIER_MADE, told, by=by, at=at, customer_id=made.customer_id)


def last_of_task(b: Books, customer_id: int, task_id: int) -> Kept | None:
    """Return the last file made for a task; `stale` when the customer's journal was written in since."""
    line = b.session.scalars(
        select(JournalLine)
        .where(*_of(b, customer_id), JournalLine.act == Act.DOSSIER_MADE)
        .where(journal.number(DossierMade, "for_task") == task_id)
        .order_by(JournalLine.id.desc())
        .limit(1)
    ).one_or_none()
    if line is None:
        return None
    later = b.session.scalar(
        select(func.count()).where(
            *_of(b, customer_id), JournalLine.id > line.id, JournalLine.act.not_in([Act.DOSSIER_MADE, *QUIET])
        )
    )
    return Kept(line.id, journal.data(line, DossierMade).sha256, bool(later))


def open_handover(b: Books, customer_id: int, *, by: str, at: datetime) -> TaskFacts:
    """Open a hand-over of all that a customer owes late, for role `responsable`; announced, one journal line.

    Its step is that of the customer's policy, when it has one. Raises Refused when one is open already, or
    nothing is late.
    """
    customer = locks.customer(b, customer_id)
    if tasks.open_tasks(b, kind=TaskKind.HANDOVER, customer_id=customer_id):
        raise Refused("dossier.handover_open")
    late = b.session.scalars(
        select(Invoice.id)
        .where(Invoice.company_id == b.company_id, Invoice.customer_id == customer_id)
        .where(Invoice.outstanding > 0, Invoice.due_date < b.today(at))
        .where(Invoice.owed, Invoice.handed_over_at.is_(None))
        .order_by(Invoice.due_date, Invoice.id)
    ).all()
    if not late:
        raise Refused("dossier.nothing_late")
    steps = b.company.policy_for(customer.policy).corrective
    step = next((each for each in steps if each.channel is HANDOVER), None)
    task = tasks.open_task(
        b,
        kind=TaskKind.HANDOVER,
        customer_id=customer_id,
        invoice_ids=late,
        step=step.key if step else None,
        role=Role.RESPONSABLE,
        at=at,
        by=by,
    )
    task_marks.say(b, at=at)
    return task


QUIET: Sequence[Act] = (Act.TASK_PUT_OFF,)
"""Acts that change nothing a file tells."""


def _of(b: Books, customer_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return JournalLine.company_id == b.company_id, JournalLine.customer_id == customer_id
