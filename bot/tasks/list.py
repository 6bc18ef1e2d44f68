"""The open tasks of a person, or of the team, as Slack shows them: a paragraph each with its buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.invoices.list import CHARACTERS, weight
from bot.slack import blocks
from bot.slack.access import ROLES, Access
from bot.slack.blocks import Block
from bot.slack.visit import Visit
from bot.tasks import card as task_notice
from message_templates.catalogue import say
from receivables.company import Company
from store.books import Books
from store.tasks import acts as tasks
from store.tasks.facts import TaskFacts, of_person

MINE, ALL, HOME = "mine", "all", "home"
SHOWN = 15
LATER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TaskList:
    """Tasks to show, those that wait first, and whether they are one person's."""

    tasks: tuple[TaskFacts, ...]
    place: str


def read_tasks(b: Books, access: Access, user: str, place: str, *, now: datetime) -> TaskList:
    """Return the open tasks of a person, or all; those put off to a later hour come last."""
    if place == ALL:
        found = tasks.open_tasks(b)
    else:
        found = of_person(b, user, [role for role in ROLES if access.may(b.company, user, role)])
    return TaskList(tuple(sorted(found, key=lambda task: _rank(task, now))), place)


def _rank(task: TaskFacts, now: datetime) -> tuple[bool, datetime, int]:
    later = task.put_off_to if task.put_off_to and task.put_off_to > now else None
    return later is not None, later or LATER, task.id


def show_tasks(visit: Visit, place: str, *, instead: bool = False) -> None:
    """Whisper the open tasks, in place of the list that was clicked when `instead`."""
    with visit.look() as b:
        found = read_tasks(b, visit.desk.access, visit.user, place, now=visit.at)
    if not found.tasks:
        visit.tell(say(f"taches.list.none_{place}", visit.language), instead=instead)
        return
    head = say(f"taches.list.{place}", visit.language, count=len(found.tasks))
    drawn = rows(visit.company, found, now=visit.at, room=CHARACTERS - 500)
    visit.tell(head, [blocks.section(head), *drawn], instead=instead)


def rows(company: Company, found: TaskList, *, now: datetime, room: int, most: int = SHOWN) -> list[Block]:
    """Return the first tasks, as many as `room` characters hold, and how many there are when cut."""
    drawn: list[Block] = []
    shown = 0
    for task in found.tasks[:most]:
        row = _row(company, task, found.place, now)
        room -= weight(row)
        if room < 0:
            break
        drawn += row
        shown += 1
    left = shown < len(found.tasks)
    foot = (
        [blocks.context(say("taches.list.shown", company.language, shown=shown, count=len(found.tasks)))]
        if left
        else []
    )
    return [*drawn, *foot]


def _row(company: Company, task: TaskFacts, place: str, now: datetime) -> Sequence[Block]:
    later = task.put_off_to if task.put_off_to and task.put_off_to > now else None
    since = say("taches.list.late", company.language, since=task.opened_on)
    when = say("taches.list.later", company.language, at=task_notice.when(company, later)) if later else since
    text = f"{task_notice.task_text(company, task)}\n_{when}_"
    buttons = task_notice.buttons(company, task, place)
    return [blocks.section(text), blocks.actions(*buttons)]
