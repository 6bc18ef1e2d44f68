"""Who may press the buttons of tasks and send their forms.

Owners may do and pass some tasks of their own, finance all: `bot.buttons.task` looks whose each is.
"""

from collections.abc import Mapping

from bot import task_notice
from bot.access import COMMERCIAL, RESPONSABLE
from bot.buttons import handover, task, undo
from bot.commands import appel, dossier
from bot.front import Form, Rule
from bot.modals import postpone
from bot.replies import UNDO_RESPONSABLE

CLICKS: Mapping[str, Rule] = {
    task_notice.LOG_CALL: Rule(appel.menu, COMMERCIAL),
    task_notice.DONE["handover"]: Rule(handover.done, RESPONSABLE),
    task_notice.DONE["escalation"]: Rule(task.done, RESPONSABLE),
    task_notice.DONE_OTHER: Rule(task.done, COMMERCIAL),
    task_notice.PUT_OFF: Rule(task.ask_when, COMMERCIAL),
    task_notice.PASS: Rule(task.ask_why, COMMERCIAL),
    task_notice.PASS_HANDOVER: Rule(task.ask_why, RESPONSABLE),
    dossier.OPEN: Rule(handover.open_up, RESPONSABLE),
    UNDO_RESPONSABLE: Rule(undo.run, RESPONSABLE),
}
FORMS: Mapping[str, Form] = {
    task_notice.PUT_OFF: Form(postpone.put_off_errors, task.put_off, COMMERCIAL),
    task_notice.PASS: Form(postpone.pass_errors, task.passed, COMMERCIAL),
    task_notice.PASS_HANDOVER: Form(postpone.pass_errors, task.passed, RESPONSABLE),
}
