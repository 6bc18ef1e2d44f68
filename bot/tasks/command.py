"""/relances taches: one's own open tasks, or all of the team's."""

from bot.slack.visit import Visit
from bot.tasks import list as task_list
from bot.typed.values import Understood
from message_templates.catalogue import say


def answer_taches(visit: Visit, said: Understood) -> None:
    """Answer `/relances taches` with one's own tasks, `/relances taches toutes` with everybody's."""
    if said.help:
        visit.tell(say("taches.list.help", visit.language))
        return
    task_list.show_tasks(visit, task_list.ALL if said.everyone else task_list.MINE)
