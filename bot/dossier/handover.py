"""Handing over to collection: the file in the thread, then *Dossier remis* for that very file."""

from bot.dossier.desk import DossierDesk
from bot.slack.notice import Notice
from bot.slack.outcomes import UNDO_RESPONSABLE, with_undo
from bot.slack.visit import Visit
from bot.tasks import card as task_notice
from bot.tasks.buttons import say_where_clicked, task_and_place
from bot.typed.words import cut
from message_templates.catalogue import say
from receivables.codes.tasks import TaskOutcome, TaskState
from store.dossier import made as dossiers
from store.tasks import acts as tasks
from store.traces.tasks import FileShown


def done(visit: Visit, carried: str) -> None:
    """Answer *Dossier remis*: hand over the invoices of the file that was shown, never of another.

    A file that changed since it was attached is attached anew, and nothing is handed over yet. Raises
    Refused when the task is closed already.
    """
    id_, place = task_and_place(carried)
    notice = _hand_over(visit, id_)
    if notice is not None:
        say_where_clicked(visit, id_, notice, place)
        return
    attached = desk(visit).for_task(id_, by=visit.user, at=visit.at)
    visit.tell(say("dossier.fresh" if attached else "dossier.fresh_later", visit.language))


def show(visit: Visit, carried: str) -> None:
    """Answer *Voir le dossier*: the file as the books stand, in the thread. Raises Refused."""
    attached = desk(visit).for_task(task_and_place(carried)[0], by=visit.user, at=visit.at)
    visit.tell(say("dossier.shown" if attached else "dossier.shown_later", visit.language))


def _hand_over(visit: Visit, task_id: int) -> Notice | None:
    """Close the task with the fingerprint of its file; None when the file is not that of the books now."""
    with visit.books() as b:
        task = tasks.get_task(b, task_id)
        kept = dossiers.last_of_task(b, task.customer_id, task_id) if task.customer_id else None
        if task.state == TaskState.OPEN and task.customer_id and (kept is None or kept.stale):
            return None
        shown = FileShown(sha256=kept.sha256, dossier_entry=kept.entry_id) if kept else None
        tasks.close(b, task_id, outcome=TaskOutcome.DONE, file=shown, by=visit.user, at=visit.at)
        return task_notice.closed(b, tasks.get_task(b, task_id))


def desk(visit: Visit) -> DossierDesk:
    """Return where this company's files are made."""
    return DossierDesk(visit.desk.database, visit.company, visit.desk.client)


def open_up(visit: Visit, carried: str) -> None:
    """Answer *Ouvrir la remise*: a task for the responsable, whose file is made when it is asked for."""
    with visit.books() as b:
        opened = dossiers.open_handover(b, int(carried), by=visit.user, at=visit.at)
    text = say(
        "dossier.opened",
        visit.language,
        by=visit.user,
        customer=cut(opened.customer or "", 100),
        count=len(opened.numbers),
        totals=opened.totals,
    )
    visit.publish(text, with_undo(visit, text, opened.entry_id or 0, action=UNDO_RESPONSABLE))
