"""A letter's buttons: see it, approve it, say that it was deposited."""

from typing import Any

from bot.letters import card as letter_notice
from bot.letters import desk as letter_desk
from bot.letters import files as letter_files
from bot.letters import form
from bot.slack.outcomes import UNDO_FINANCE, UNDO_RESPONSABLE, joined, with_undo
from bot.slack.visit import Visit
from bot.typed.words import cut
from message_templates.catalogue import say
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.letters import LIVING, LetterState
from receivables.codes.tasks import TaskState
from receivables.errors import Refused
from receivables.people import Automaton
from store import announcements
from store.letters import acts as letters
from store.letters import pages as letter_pages
from store.letters import sheet as letter_sheet
from store.letters.pages import LetterFacts
from store.tasks import acts as tasks


def show_letter(visit: Visit, carried: str) -> None:
    """Answer *Voir la lettre* of a task: the letter where it stands, or what it still lacks."""
    task_id = int(carried.partition(":")[0])
    with visit.look() as b:
        letter = letter_pages.of_task(b, task_id)
        open_ = tasks.get_task(b, task_id).state == TaskState.OPEN
        sheet = letter_sheet.of_task(b, task_id, at=visit.at) if open_ else None
        asked_by = letter_pages.asker(b, task_id) or Automaton.CLOCK
    living = letter is not None and (letter.state in LIVING or not open_)
    if letter is not None and living:
        notice = letter_notice.notice(visit.company, letter)
        visit.tell(notice.text, notice.blocks)
    elif sheet is not None and sheet.missing:
        letter_desk.lacking(visit, sheet)
    elif sheet is not None:
        made = letter_desk.prepare(visit, sheet, asked_by=asked_by)
        notice = letter_notice.notice(visit.company, made)
        visit.tell(notice.text, notice.blocks)


def approve(visit: Visit, carried: str) -> None:
    """Approve letter `carried` as it was shown; overtaken, it is replaced by another. Raises Refused."""
    if letter_desk.renewed(visit, int(carried)):
        return
    with visit.books() as b:
        done = letters.approve(b, int(carried), by=visit.user, at=visit.at)
    text = say(
        "lettres.approved",
        visit.language,
        by=visit.user,
        what=letter_notice.what(done.template, visit.language),
        customer=cut(done.customer, 100),
        numbers=list(done.numbers[: letter_notice.SHOWN]),
        formal=done.formal,
    )
    _redraw(visit, done)
    visit.publish(text, with_undo(visit, text, done.entry_id or 0, action=UNDO_RESPONSABLE))


def ask_deposit(visit: Visit, carried: str) -> None:
    """Answer *Déposée…*: the form that asks when, and the tracking number."""
    if letter_desk.renewed(visit, int(carried)):
        return
    with visit.look() as b:
        letter = letter_pages.get_letter(b, int(carried))
    if letter.approved_on is None or letter.state == LetterState.DEPOSITED:
        raise Refused("letters.no_deposit_awaited")
    visit.open(form.view(visit, letter))


def deposited(visit: Visit, view: dict[str, Any]) -> None:
    """Record the deposit that the form tells; its fields are checked already. Raises Refused."""
    fields = form.read_fields(view)
    if letter_desk.renewed(visit, fields.letter_id):
        return
    with visit.books() as b:
        done = letters.deposit(
            b, fields.letter_id, on=fields.on, tracking=fields.tracking, by=visit.user, at=visit.at
        )
    said = say(
        "lettres.deposited",
        visit.language,
        by=visit.user,
        what=letter_notice.what(done.template, visit.language),
        customer=cut(done.customer, 100),
        on=done.deposited_on,
        tracking=done.tracking or "",
    )
    text = joined((said, say("lettres.step_done", visit.language) if done.task_id is not None else None))
    visit.publish(text, with_undo(visit, text, done.entry_id or 0, action=UNDO_FINANCE))


def again(visit: Visit, carried: str) -> None:
    """Answer *Revoir le PDF*: the files once more in the letter's thread."""
    with visit.look() as b:
        found = letter_files.letter_files(b, int(carried))
    if letter_files.upload(visit.desk.client, visit.company, found):
        visit.tell(say("lettres.again", visit.language))
        return
    key = f"{AnnouncementKind.LETTER_FILE}:{carried}:{visit.at.isoformat()}"
    data = {"letter_id": int(carried)}
    with visit.books() as b:
        announcements.announce(b, key=key, kind=AnnouncementKind.LETTER_FILE, data=data, at=visit.at)
        announcements.look_first(b, key)
    visit.tell(say("lettres.again_later", visit.language))


def _redraw(visit: Visit, letter: LetterFacts) -> None:
    notice = letter_notice.notice(visit.company, letter)
    if visit.clicked:
        visit.voice.replace(notice.text, notice.blocks)
