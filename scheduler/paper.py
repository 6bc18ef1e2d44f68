"""Letters on paper kept ready by the clock: prepared when their task opens, replaced when overtaken.

A task whose letter cannot be written, for want of an address say, is told as a task, with what is missing.
"""

import logging
from datetime import datetime

from correspondence import letter
from receivables.company import Company
from receivables.letters import LetterContext
from receivables.people import Automaton
from store.books import Books, open_books, read_books
from store.db.engine import Database
from store.letters import acts as letters
from store.letters import pages as letter_pages
from store.letters import sheet as letter_sheet
from store.letters.pages import StandingLetter
from store.reminders import task_marks

log = logging.getLogger(__name__)


def keep_ready(database: Database, company: Company, *, at: datetime) -> int:
    """Prepare the letters that are wanted, make void those that were overtaken; return how many pages.

    Each in transactions of its own; a page is set outside any. One that cannot be written, its template being
    wrong say, is logged and told as a task; it never stops the others, nor the mails.
    """
    with read_books(database, company) as b:
        found = letter_pages.standing(b)
    several = sum(each.open and each.task_id is not None and each.letter_id is None for each in found) > 1
    return sum(_keep(database, company, each, several, at=at) for each in found)


def _keep(database: Database, company: Company, each: StandingLetter, several: bool, *, at: datetime) -> int:
    try:
        with read_books(database, company) as b:
            if not _stirs(b, each, at):
                return 0
            sheet = _sheet(b, each, at)
        return _attend(database, company, each, sheet, several, at=at)
    except Exception:
        log.exception("letter_not_written", extra={"task": each.task_id, "letter": each.letter_id})
        with open_books(database, company) as b:
            if each.task_id is not None and each.open:
                task_marks.say(b, at=at)
        return 0


def _stirs(b: Books, each: StandingLetter, at: datetime) -> bool:
    """Whether something is to be done: no page yet, or one that was overtaken."""
    if each.letter_id is None:
        return True
    return letters.fate(b, letter_pages.row(b, each.letter_id), at=at) is not None


def _sheet(b: Books, each: StandingLetter, at: datetime) -> LetterContext | None:
    """Return what a new page would say; None when no page is wanted any more."""
    if not each.open:
        return None
    if each.task_id is not None:
        return letter_sheet.of_task(b, each.task_id, at=at)
    return letters.sheet_of(b, letter_pages.row(b, each.letter_id or 0), at=at)


def _attend(
    database: Database,
    company: Company,
    each: StandingLetter,
    sheet: LetterContext | None,
    several: bool,
    *,
    at: datetime,
) -> int:
    if sheet is None or sheet.missing:
        with open_books(database, company) as b:
            _give_up(b, each, sheet, at=at)
        return 0
    page = letter.write(company, sheet, at=at)
    listed = several and each.letter_id is None
    with open_books(database, company) as b:
        letters.prepare(b, sheet, page, at=at, by=Automaton.CLOCK, asked_by=each.asked_by, listed=listed)
    return 1


def _give_up(b: Books, each: StandingLetter, sheet: LetterContext | None, *, at: datetime) -> None:
    """Make the page void; when data are missing, say so with the task, once."""
    if each.letter_id is not None:
        letters.lapse(b, each.letter_id, at=at)
    if sheet is not None and each.task_id is not None and sheet.items:
        task_marks.say(b, at=at)
