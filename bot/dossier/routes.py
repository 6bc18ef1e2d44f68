"""Who may take a customer’s whole file, and hand it over."""

from bot.dossier import command, handover
from bot.slack.access import FINANCE, RESPONSABLE
from bot.slack.front import Command, Rule
from bot.slack.routes import Routes
from bot.tasks import card as task_card
from bot.typed import understanding
from receivables.codes.tasks import TaskKind

ROUTES = Routes(
    words={
        "dossier": Command("dossier", understanding.customer, command.answer_dossier, FINANCE),
    },
    clicks={
        task_card.DOSSIER: Rule(handover.show, RESPONSABLE),
        task_card.DONE[TaskKind.HANDOVER]: Rule(handover.done, RESPONSABLE),
        command.OPEN: Rule(handover.open_up, RESPONSABLE),
    },
)
