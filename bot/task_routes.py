"""Who may press the buttons of tasks and send their forms.

Owners may do and pass some tasks of their own, finance all: `bot.tasks.buttons` looks whose each is.
"""

from collections.abc import Mapping

from bot.calls import command as appel
from bot.dossier import command as dossier
from bot.dossier import handover
from bot.slack import undo
from bot.slack.access import COMMERCIAL, RESPONSABLE
from bot.slack.front import Form, Rule
from bot.slack.outcomes import UNDO_RESPONSABLE
from bot.tasks import buttons as task
from bot.tasks import card as task_notice
from bot.tasks import form as postpone

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
