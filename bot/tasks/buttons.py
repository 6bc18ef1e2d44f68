"""A task's buttons: it is done, put off, passed; or what became of an uncertain send."""

from collections.abc import Collection
from typing import Any

from bot.slack.access import FINANCE, RESPONSABLE
from bot.slack.following import what_follows
from bot.slack.notice import Notice
from bot.slack.outcomes import UNDO, UNDO_FINANCE, UNDO_RESPONSABLE, joined, with_undo
from bot.slack.undo import check
from bot.slack.visit import Visit
from bot.tasks import card as task_notice
from bot.tasks import form as postpone
from bot.tasks import home, page
from bot.tasks import list as task_list
from bot.typed.words import cut
from message_templates.catalogue import say
from receivables.codes.tasks import TASK_KINDS, TaskKind, TaskOutcome
from store import undo
from store.tasks import acts as tasks
from store.tasks import put_offs

OWN_DONE = frozenset(kind for kind, facts in TASK_KINDS.items() if facts.own_done)
OWN_PASSED = frozenset(kind for kind, facts in TASK_KINDS.items() if facts.own_passed)


def done(visit: Visit, carried: str) -> None:
    """Close task `carried` as done. Raises Refused when it is closed already, or not theirs to close."""
    id_, place = task_and_place(carried)
    _check(visit, id_, OWN_DONE)
    with visit.books() as b:
        tasks.close(b, id_, outcome=TaskOutcome.DONE, by=visit.user, at=visit.at)
        notice = task_notice.closed(b, tasks.get_task(b, id_))
    say_where_clicked(visit, id_, notice, place)


def show(visit: Visit, carried: str) -> None:
    """Answer *Ouvrir* on a line of the list: the task as a form, with all it takes."""
    with visit.look() as b:
        view = page.page(visit, b, int(carried))
    visit.open(view)


def take_back(visit: Visit, carried: str) -> None:
    """Answer *Annuler* on a line of the list: reopen the task. Raises Refused."""
    task_id, _, entry_id = carried.partition(":")
    with visit.look() as b:
        kind = tasks.get_task(b, int(task_id)).kind
    if kind == TaskKind.HANDOVER:
        visit.desk.access.check(visit.company, visit.user, RESPONSABLE)
    check(visit, int(entry_id))
    with visit.books() as b:
        undo.undo(b, int(entry_id), by=visit.user, at=visit.at)


def _check(visit: Visit, task_id: int, own: Collection[str]) -> None:
    """Refuse who is neither of finance nor the owner of a task of the kinds `own`. Raises Refused."""
    with visit.look() as b:
        task = tasks.get_task(b, task_id)
    if task.owner != visit.user or task.kind not in own:
        visit.desk.access.check(visit.company, visit.user, FINANCE)


def ask_when(visit: Visit, carried: str) -> None:
    """Answer *Reporter*: the form that asks until when."""
    id_, place = task_and_place(carried)
    with visit.look() as b:
        task = tasks.get_task(b, id_)
    visit.open(postpone.put_off(visit, task, place))


def ask_why(visit: Visit, carried: str) -> None:
    """Answer *Passer*: the form that asks for the reason. Raises Refused as `done` does."""
    id_, place = task_and_place(carried)
    _check(visit, id_, OWN_PASSED)
    with visit.look() as b:
        task = tasks.get_task(b, id_)
    visit.open(postpone.passing(visit, task, place))


def put_off(visit: Visit, view: dict[str, Any]) -> None:
    """Put a task off to the date and time of the form. Raises Refused when it is closed already."""
    id_, place = postpone.about(view)
    to = postpone.until(view, visit.company)
    with visit.books() as b:
        done_ = put_offs.put_off(b, id_, to=to, by=visit.user, at=visit.at)
    task = done_.task
    text = say(
        "taches.put_off.done",
        visit.language,
        by=visit.user,
        kind=task_notice.kind_of(task, visit.language),
        customer=cut(task.customer or "", 100),
        at=task_notice.when(visit.company, to),
    )
    visit.publish(text, with_undo(visit, text, done_.entry_id))
    page.redraw(visit, id_)
    _refresh(visit, place)


def passed(visit: Visit, view: dict[str, Any]) -> None:
    """Pass a task with the reason of the form. Raises Refused when it is closed already."""
    id_, place = postpone.about(view)
    _check(visit, id_, OWN_PASSED)
    reason = postpone.reason(view)
    with visit.books() as b:
        closed = tasks.close(b, id_, outcome=TaskOutcome.SKIPPED, reason=reason, by=visit.user, at=visit.at)
        task = tasks.get_task(b, id_)
    told = say(
        "taches.pass.done",
        visit.language,
        by=visit.user,
        kind=task_notice.kind_of(task, visit.language),
        customer=cut(task.customer or "", 100),
        reason=cut(reason, 300),
    )
    text = joined((told, f"\n{what_follows(visit, task.invoice_ids)}" if task.step else None))
    action = UNDO_RESPONSABLE if task.kind == TaskKind.HANDOVER else UNDO_FINANCE if task.step else UNDO
    visit.publish(text, with_undo(visit, text, closed.entry_id, action=action))
    page.redraw(visit, id_)
    _refresh(visit, place)


def task_and_place(carried: str) -> tuple[int, str]:
    """Return the task that a button carries, and where it stands: a message, a list or the Home tab."""
    id_, _, place = carried.partition(":")
    return int(id_), place


def say_where_clicked(visit: Visit, task_id: int, notice: Notice, place: str) -> None:
    """Say what was done where it was clicked, else in the channel; from the list's form, in the list."""
    if page.redraw(visit, task_id):
        return
    if visit.clicked and visit.voice.replace(notice.text, notice.blocks):
        return
    visit.publish(notice.text, notice.blocks)
    if place in {task_list.MINE, task_list.ALL}:
        task_list.show_tasks(visit, place, instead=True)
    _refresh(visit, place)


def _refresh(visit: Visit, place: str) -> None:
    if place == task_list.HOME:
        home.publish(visit.desk, visit.user)
