"""Letters on paper as they are told and shown: their fate, their page, and which ones need looking at."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from receivables.acts import Act
from receivables.codes.letters import LetterState, LetterVoid
from receivables.codes.tasks import TaskKind, TaskState
from receivables.errors import Refused
from receivables.people import Automaton
from store import journal
from store.books import Books
from store.db.tables import Customer, JournalLine, Letter, Task
from store.traces.tasks import TaskOpened

ABSENT = "letters.absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """One letter. Days are the company's; `values` are what its page was set from.

    `asked` is what it asks for, by currency. `made_by` is who asked for it: the clock, or a person.
    """

    id: int
    customer_id: int
    customer: str
    task_id: int | None
    step: str | None
    template: str
    language: str
    day: date
    notice_days: int
    """Days that it leaves to pay, from its first presentation."""
    made_by: str
    sha256: str
    state: LetterState
    invoice_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    asked: dict[str, Decimal]
    held: tuple[tuple[str, str], ...]
    values: dict[str, Any]
    owner: str | None
    approved_by: str | None
    approved_on: date | None
    tracking: str | None
    deposited_on: date | None
    deposited_by: str | None
    void_reason: LetterVoid | None
    entry_id: int | None = None

    @property
    def formal(self) -> bool:
        """Whether it is a formal notice, which goes registered."""
        return self.template.endswith("notice")


def of_letter(b: Books, letter: Letter, entry_id: int | None = None) -> LetterFacts:
    """Return the facts of one letter."""
    customer = b.session.get_one(Customer, letter.customer_id)
    task = b.session.get(Task, letter.task_id) if letter.task_id is not None else None
    shown = letter.shown
    return LetterFacts(
        id=letter.id,
        customer_id=customer.id,
        customer=customer.name,
        task_id=letter.task_id,
        step=letter.step,
        template=letter.template,
        language=letter.language,
        day=letter.day,
        notice_days=shown["values"].get("notice_days", 0),
        made_by=letter.made_by,
        sha256=letter.sha256,
        state=letter.state,
        invoice_ids=tuple(item["invoice_id"] for item in shown["items"]),
        numbers=tuple(item["number"] for item in shown["items"]),
        asked={currency: Decimal(amount) for currency, amount in shown["asked"].items()},
        held=tuple((number, reason) for number, reason in shown.get("held", ())),
        values=shown["values"],
        owner=(task.owner if task else None) or customer.owner,
        approved_by=letter.approved_by,
        approved_on=b.today(letter.approved_at) if letter.approved_at else None,
        tracking=letter.tracking,
        deposited_on=letter.deposited_on,
        deposited_by=letter.deposited_by,
        void_reason=letter.void_reason,
        entry_id=entry_id,
    )


def get_letter(b: Books, letter_id: int) -> LetterFacts:
    """Return one letter. Raises Refused when it is not in these books."""
    return of_letter(b, row(b, letter_id))


def row(b: Books, letter_id: int) -> Letter:
    """Return one letter's row, to look at. Raises Refused when it is not in these books."""
    letter = b.session.get(Letter, letter_id)
    if letter is None or letter.company_id != b.company_id:
        raise Refused(ABSENT)
    return letter


def pdf(b: Books, letter_id: int) -> bytes:
    """Return the page as it was frozen. Raises Refused when it is not in these books."""
    return row(b, letter_id).pdf


def of_task(b: Books, task_id: int) -> LetterFacts | None:
    """Return the latest letter of a task."""
    found = b.session.scalars(
        select(Letter)
        .where(Letter.company_id == b.company_id, Letter.task_id == task_id)
        .order_by(Letter.id.desc())
        .limit(1)
    ).one_or_none()
    return of_letter(b, found) if found is not None else None


def of_customer(b: Books, customer_id: int) -> list[LetterFacts]:
    """Return all letters of a customer, oldest first."""
    found = b.session.scalars(
        select(Letter)
        .where(Letter.company_id == b.company_id, Letter.customer_id == customer_id)
        .order_by(Letter.id)
    )
    return [of_letter(b, each) for each in found]


@dataclass(frozen=True, slots=True)
class StandingLetter:
    """A letter that may need another: its task (None: asked for by hand), and its living page if any."""

    task_id: int | None
    letter_id: int | None
    asked_by: str | None
    open: bool


def standing(b: Books) -> list[StandingLetter]:
    """Return the open letter tasks and the living letters, in order."""
    living = aliased(Letter)
    rows = b.session.execute(
        select(Task.id, Task.state, living.id, living.made_by)
        .outerjoin(
            living,
            (living.task_id == Task.id) & living.state.in_([LetterState.PREPARED, LetterState.APPROVED]),
        )
        .where(Task.company_id == b.company_id, Task.kind == TaskKind.LETTER)
        .where(or_(Task.state == TaskState.OPEN, living.id.is_not(None)))
        .order_by(Task.id)
    ).all()
    found = [
        StandingLetter(task_id, id_, by or asker(b, task_id), s == TaskState.OPEN)
        for task_id, s, id_, by in rows
    ]
    by_hand = b.session.execute(
        select(Letter.id, Letter.made_by)
        .where(Letter.company_id == b.company_id, Letter.task_id.is_(None))
        .where(Letter.state.in_([LetterState.PREPARED, LetterState.APPROVED]))
        .order_by(Letter.id)
    )
    return found + [StandingLetter(None, id_, by, open=True) for id_, by in by_hand]


def asker(b: Books, task_id: int) -> str | None:
    """Return the person who had a letter's task opened; None: the clock did."""
    return b.session.scalar(
        select(JournalLine.by)
        .where(
            JournalLine.company_id == b.company_id,
            JournalLine.act.in_([Act.REMINDER_ESCALATED, Act.TASK_OPENED]),
            journal.number(TaskOpened, "task_id") == task_id,
            JournalLine.by != Automaton.CLOCK,
        )
        .order_by(JournalLine.id)
        .limit(1)
    )
