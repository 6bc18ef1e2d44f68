"""/relances taches: one's own open tasks, or all of the team's."""

from bot.slack.visit import Visit
from bot.tasks import list as task_list
from bot.typed import parsing
from message_templates.catalogue import say
from receivables.text import fold_typed

EVERYONE = frozenset({"toutes", "tous", "tout", "equipe", "toute l'equipe"})


def answer_taches(visit: Visit, text: str) -> None:
    """Answer `/relances taches` with one's own tasks, `/relances taches toutes` with everybody's."""
    asked = fold_typed(text)
    if asked in parsing.HELP or (asked and asked not in EVERYONE | {"mes", "moi", "miennes"}):
        visit.tell(say("taches.list.help", visit.language))
        return
    task_list.show_tasks(visit, task_list.ALL if asked in EVERYONE else task_list.MINE)
