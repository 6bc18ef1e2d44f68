"""Letters on paper: prepared as a frozen page, approved by a person, deposited; or void once overtaken.

A page never changes: its PDF and SHA-256 are kept. What changes in the books makes it void, and another is
prepared. Its deposit completes the step of its task, on the day of the deposit (SCHEDULE 3, 6, 17).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from receivables.acts import Act
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.letters import LIVING, LetterState, LetterVoid
from receivables.codes.steps import StepHow
from receivables.codes.tasks import TaskOutcome, TaskState
from receivables.errors import Refused
from receivables.letters import LetterContext, too_old
from receivables.people import Automaton, Person
from store import announcements, dependents, journal, locks
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import JournalLine, Letter, Task
from store.letters import sheet as letter_sheet
from store.letters.pages import ABSENT, LetterFacts, of_letter
from store.reminders import task_marks
from store.tasks import acts as tasks
from store.traces.tasks import TaskRecord
from store.traces.work import LetterDeposited, LetterTold, LetterVoided

TRACKING = 40


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was set: its PDF, and the values that it was set from, to draw its picture."""

    pdf: bytes
    values: Mapping[str, Any]


def prepare(
    b: Books,
    sheet: LetterContext,
    page: Page,
    *,
    at: datetime,
    by: str,
    asked_by: str | None = None,
    listed: bool = False,
) -> LetterFacts:
    """Keep a page and have it shown, in place of the one before it; one journal line.

    `asked_by` is who asked for the letter, and may not approve it; else `by`, unless that is the clock. The
    same letter, prepared already, is returned as it is. `listed`: it is one of several, which the
    list of tasks shows on demand, without a message of its own. Raises Refused when something is missing.
    """
    locks.customer(b, sheet.customer_id)
    if sheet.missing:
        raise Refused("letters.incomplete")
    former = living(b, customer_id=sheet.customer_id, task_id=sheet.task_id)
    if former is not None and former.mark == sheet.mark and former.day == sheet.day:
        return of_letter(b, former)
    if former is not None:
        _void(b, former, reason=overtaken(b, former, at=at) or LetterVoid.REDATED, at=at)
    row = _row(b, sheet, page, at, asked_by or by)
    b.session.add(row)
    b.session.flush()
    announcements.announce(
        b,
        key=f"letter:{row.id}",
        kind=AnnouncementKind.LETTER,
        data={"letter_id": row.id, "task_id": row.task_id, **({"listed": True} if listed else {})},
        at=at,
    )
    _redraw(b, row, at)
    return _record_letter_act(b, row, Act.LETTER_PREPARED, by=by, at=at)


def _row(b: Books, sheet: LetterContext, page: Page, at: datetime, made_by: str) -> Letter:
    return Letter(
        company_id=b.company_id,
        customer_id=sheet.customer_id,
        task_id=sheet.task_id,
        step=sheet.step,
        template=sheet.template,
        language=sheet.language,
        day=sheet.day,
        made_at=at,
        made_by=made_by,
        pdf=page.pdf,
        sha256=hashlib.sha256(page.pdf).hexdigest(),
        mark=sheet.mark,
        shown=_shown(sheet, page),
    )


def _shown(sheet: LetterContext, page: Page) -> dict[str, Any]:
    return {
        "items": [
            {
                "invoice_id": item.invoice_id,
                "number": item.number,
                "claimed": str(item.claimed),
                "currency": item.currency,
            }
            for item in sheet.items
        ],
        "asked": {each.currency: str(each.total) for each in sheet.asked},
        "address": list(sheet.address),
        "held": [list(each) for each in sheet.held],
        "values": dict(page.values),
    }


def living(b: Books, *, customer_id: int, task_id: int | None) -> Letter | None:
    """Return the letter that is not deposited or void, of a task or (None) asked for by hand."""
    return b.session.scalars(
        select(Letter)
        .where(
            Letter.company_id == b.company_id,
            Letter.customer_id == customer_id,
            Letter.task_id.is_not_distinct_from(task_id),
            Letter.state.in_(LIVING),
        )
        .order_by(Letter.id.desc())
        .limit(1)
    ).one_or_none()


def sheet_of(b: Books, letter: Letter, *, at: datetime) -> LetterContext:
    """Return what the letter would say if it were prepared at `at`."""
    if letter.task_id is not None:
        return letter_sheet.of_task(b, letter.task_id, at=at)
    ids = [item["invoice_id"] for item in letter.shown["items"]]
    return letter_sheet.by_hand(b, letter.customer_id, at=at, invoice_ids=ids)


def fate(b: Books, letter: Letter, *, at: datetime) -> LetterVoid | None:
    """Return why a living letter has been overtaken at `at`; None: it still says what is so.

    closed (its task), nothing_left, missing (address…), changed, old.
    """
    task = b.session.get(Task, letter.task_id) if letter.task_id is not None else None
    if task is not None and task.state != TaskState.OPEN:
        return LetterVoid.CLOSED
    sheet = sheet_of(b, letter, at=at)
    if not sheet.items:
        return LetterVoid.NOTHING_LEFT
    if sheet.missing:
        return LetterVoid.MISSING
    if sheet.mark != letter.mark:
        return LetterVoid.CHANGED
    return (
        LetterVoid.OLD if letter.state == LetterState.APPROVED and too_old(letter.day, b.today(at)) else None
    )


def overtaken(b: Books, letter: Letter, *, at: datetime) -> LetterVoid | None:
    """Return why a letter cannot be approved at `at`: its `fate`, or `redated` when it is not of that day."""
    return fate(b, letter, at=at) or (LetterVoid.REDATED if letter.day != b.today(at) else None)


def lapse(b: Books, letter_id: int, *, at: datetime) -> None:
    """Make a letter void for the reason that overtook it, if it is so still; one journal line."""
    letter = _taken(b, letter_id)
    reason = fate(b, letter, at=at) if letter.state in LIVING else None
    if reason is not None:
        void(b, letter_id, reason=reason, by=Automaton.CLOCK, at=at)


def void(b: Books, letter_id: int, *, reason: LetterVoid, by: str, at: datetime) -> LetterFacts:
    """Make a living letter void; one journal line. Raises Refused when it is deposited or void."""
    letter = _taken(b, letter_id)
    if letter.state not in LIVING:
        raise Refused("letters.not_living")
    _void(b, letter, reason=reason, at=at)
    return _record_letter_act(b, letter, Act.LETTER_VOID, partial(LetterVoided, reason=reason), by=by, at=at)


def _void(b: Books, letter: Letter, *, reason: LetterVoid, at: datetime) -> None:
    letter.state, letter.void_reason, letter.voided_at = LetterState.VOID, reason, at
    _redraw(b, letter, at)


def approve(b: Books, letter_id: int, *, by: str, at: datetime) -> LetterFacts:
    """Approve a letter as it was shown; one journal line.

    Raises Refused when it is not to be approved, when `by` asked for it, or when it was overtaken: then
    another must be prepared (`fate`, and a date that is not today's).
    """
    letter = _taken(b, letter_id)
    if letter.state != LetterState.PREPARED:
        raise _not_now(letter)
    if letter.made_by == by:
        raise Refused("letters.same_person")
    if overtaken(b, letter, at=at) is not None:
        raise Refused("letters.void_new_comes")
    letter.state, letter.approved_at, letter.approved_by = LetterState.APPROVED, at, by
    _redraw(b, letter, at)
    return _record_letter_act(b, letter, Act.LETTER_APPROVED, by=by, at=at)


def _not_now(letter: Letter) -> Refused:
    if letter.state == LetterState.APPROVED:
        return Refused("letters.already_approved", by=Person.known(letter.approved_by))
    if letter.state == LetterState.DEPOSITED:
        return Refused("letters.already_deposited", day=letter.deposited_on or letter.day)
    return Refused("letters.void_approve_next")


def undo_approved(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take an approval back. Raises Refused when the letter has been deposited since."""
    told = journal.data(line, LetterTold)
    _refuse_later(b, line, told.letter_id)
    letter = locks.fresh(b, Letter, told.letter_id)
    letter.state, letter.approved_at, letter.approved_by = LetterState.PREPARED, None, None
    _redraw(b, letter, at)


def deposit(
    b: Books, letter_id: int, *, on: date, tracking: str | None = None, by: str, at: datetime
) -> LetterFacts:
    """Record that an approved letter was deposited on local day `on`; one journal line.

    Its step is done on that day, for the invoices in it, and its task is closed. One that was overtaken may
    have been deposited before: that is recorded too. Raises Refused.
    """
    letter = _taken(b, letter_id)
    number = " ".join((tracking or "").split())[:TRACKING] or None
    _check_deposit(b, letter, on=on, tracking=number, at=at)
    before = letter.state
    letter.state, letter.deposited_on, letter.tracking = LetterState.DEPOSITED, on, number
    letter.deposited_at, letter.deposited_by = at, by
    done = _finish_task(b, letter, on=on, by=by, at=at)
    b.session.flush()
    accounts.touch(b, letter.customer_id)
    _redraw(b, letter, at)
    told = partial(LetterDeposited, before=before, task=done, on=on, tracking=number)
    return _record_letter_act(b, letter, Act.LETTER_DEPOSITED, told, by=by, at=at)


def _check_deposit(b: Books, letter: Letter, *, on: date, tracking: str | None, at: datetime) -> None:
    if letter.state == LetterState.PREPARED or letter.approved_at is None:
        raise Refused("letters.not_approved")
    if letter.state == LetterState.DEPOSITED:
        raise _not_now(letter)
    if letter.state == LetterState.APPROVED and fate(b, letter, at=at) is not None:
        raise Refused("letters.overtaken")
    approved_on = b.today(letter.approved_at)
    if on > b.today(at):
        raise Refused("letters.deposit_to_come")
    if on < approved_on:
        raise Refused("letters.approved_later", day=approved_on)
    if letter.state == LetterState.VOID and letter.voided_at is not None and on > b.today(letter.voided_at):
        raise Refused("letters.void_deposit_next", day=b.today(letter.voided_at))
    if letter.template.endswith("notice") and tracking is None:
        raise Refused("letters.tracking_missing")


def _finish_task(b: Books, letter: Letter, *, on: date, by: str, at: datetime) -> TaskRecord | None:
    task = locks.fresh(b, Task, letter.task_id) if letter.task_id is not None else None
    if task is None or task.state != TaskState.OPEN:
        return None
    others = living(b, customer_id=letter.customer_id, task_id=letter.task_id)
    if others is not None:
        _void(b, others, reason=LetterVoid.DEPOSITED, at=at)
    only = [item["invoice_id"] for item in letter.shown["items"]]
    return tasks.finish(
        b, task, how=StepHow.TASK, outcome=TaskOutcome.DEPOSITED, on=on, only=only, by=by, at=at
    )


def undo_deposited(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a deposit back: the letter waits again, and its task is open again."""
    told = journal.data(line, LetterDeposited)
    _refuse_later(b, line, told.letter_id)
    letter = locks.fresh(b, Letter, told.letter_id)
    letter.state = told.before
    letter.deposited_on = letter.deposited_at = letter.deposited_by = letter.tracking = None
    if told.task is not None:
        tasks.reopen(b, told.task, at=at)
    _redraw(b, letter, at)


def undo_prepared(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take back a letter that somebody asked for. Raises Refused once it is approved."""
    told = journal.data(line, LetterTold)
    _refuse_later(b, line, told.letter_id)
    _void(b, locks.fresh(b, Letter, told.letter_id), reason=LetterVoid.UNDONE, at=at)


def _refuse_later(b: Books, line: JournalLine, letter_id: int) -> None:
    dependents.refuse(
        b, line, lambda _, later: isinstance(later, LetterTold) and later.letter_id == letter_id
    )


def _taken(b: Books, letter_id: int) -> Letter:
    return locks.row(b, Letter, letter_id, ABSENT)


def _redraw(b: Books, letter: Letter, at: datetime) -> None:
    b.session.flush()
    announcements.redraw_keys(b, [f"{AnnouncementKind.APPROVALS}:{b.today(at)}"])
    announcements.redraw(b, kind=AnnouncementKind.LETTER, letter_id=letter.id, at=at)
    if letter.task_id is not None:
        task_marks.redraw(b, at=at, task_id=letter.task_id)


def _record_letter_act(
    b: Books,
    letter: Letter,
    act: Act,
    kind: Callable[..., LetterTold] = LetterTold,
    *,
    by: str,
    at: datetime,
) -> LetterFacts:
    """Write the journal line of an act on a letter, and return the letter as it is now.

    `kind` makes what the line keeps of what every act on a letter keeps.
    """
    items = letter.shown["items"]
    entry_id = journal.write(
        b,
        act,
        kind(
            letter_id=letter.id,
            task_id=letter.task_id,
            template=letter.template,
            number=items[0]["number"] if len(items) == 1 else None,
            sha256=letter.sha256,
            invoice_ids=tuple(item["invoice_id"] for item in items),
        ),
        by=by,
        at=at,
        customer_id=letter.customer_id,
        invoice_id=items[0]["invoice_id"] if len(items) == 1 else None,
    )
    return of_letter(b, letter, entry_id)
