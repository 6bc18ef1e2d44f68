"""The open tasks in one message: a line each, which opens as a form with all that the task takes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.invoices.list import CHARACTERS, weight
from bot.letters import card as letter_notice
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.naming import asked
from bot.slack.notice import Notice
from bot.tasks import card
from bot.typed.words import cut, plain
from message_templates.catalogue import Mrkdwn, say
from receivables import duty
from receivables.codes.tasks import TaskKind, TaskState
from receivables.people import Automaton
from store.books import Books
from store.letters import pages as letter_pages
from store.tasks import facts as task_facts
from store.tasks.facts import TaskFacts

OPEN, TAKE_BACK = "task_open", "task_take_back"
MOST = 40
SIZES = ((80, 3), (40, 1), (20, 0))
"""Characters of a customer's name and numbers of invoices in a line: less where many are long."""


def draw(b: Books, data: Mapping[str, Any]) -> Notice | None:
    """Return the list of the tasks of `data["day"]` as the books stand at `data["now"]`.

    With `task_ids`, of these alone: somebody wanted to be told of them again.
    """
    day, now = date.fromisoformat(data["day"]), datetime.fromisoformat(data["now"])
    waiting, later, closed = _found(b, data, day, now)
    if not (waiting or later or closed):
        return None
    head = say("taches.board.head", b.company.language, count=len(waiting), later=later)
    if data.get("again"):
        head = say("taches.again", b.company.language)
    board = _Board(b, day, _since(data))
    shown = waiting[:MOST]
    foot = (
        [blocks.context(say("taches.board.shown", b.company.language, shown=MOST, count=len(waiting)))]
        if len(waiting) > MOST
        else []
    )
    rows = board.rows(shown, closed[: max(0, MOST - len(shown))])
    text = say("taches.board.text", b.company.language, count=len(waiting))
    return Notice(text, [blocks.section(head), *rows, *foot], over=not waiting)


def _found(
    b: Books, data: Mapping[str, Any], day: date, now: datetime
) -> tuple[list[TaskFacts], int, list[TaskFacts]]:
    """Return the tasks that wait, how many were put off to later, and those closed since that morning."""
    if data.get("task_ids"):
        known = [task_facts.get_task(b, int(id_)) for id_ in data["task_ids"]]
        return (
            [task for task in known if task.state == TaskState.OPEN],
            0,
            [task for task in known if task.state != TaskState.OPEN],
        )
    tasks = task_facts.open_tasks(b)
    waiting = [task for task in tasks if task.put_off_to is None or task.put_off_to <= now]
    waiting.sort(key=lambda task: (task.raised_on != day, task.nudged_on != day, task.opened_at, task.id))
    morning = b.company.instant(day, b.company.digest_at)
    return waiting, len(tasks) - len(waiting), task_facts.closed_since(b, morning)


def _since(data: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(data["since"]) if data.get("since") else None


class _Board:
    """The drawing of the lines of one list."""

    def __init__(self, b: Books, day: date, since: datetime | None) -> None:
        self.b, self.company, self.day, self.since = b, b.company, day, since

    def rows(self, waiting: Sequence[TaskFacts], closed: Sequence[TaskFacts]) -> list[Block]:
        """Return a line a task, shortened when Slack would not take them all together."""
        drawn: list[Block] = []
        for size in SIZES:
            drawn = [self._row(task, size) for task in waiting]
            drawn += [self._closed(task, size) for task in closed]
            if weight(drawn) <= CHARACTERS:
                break
        return drawn

    def _row(self, task: TaskFacts, size: tuple[int, int]) -> Block:
        state = " · ".join(filter(None, (self._state(task), self._letter(task))))
        text = f"{self._line(task, size)}\n_{state}_"
        button = blocks.button(
            plain("taches.board.open", self.company.language), OPEN, f"{self.company.key}:{task.id}"
        )
        return blocks.section(text, button)

    def _line(self, task: TaskFacts, size: tuple[int, int]) -> Mrkdwn:
        name, most = size
        numbers = [cut(number, 30) for number in task.numbers[:most]]
        return say(
            "taches.board.line",
            self.company.language,
            kind=card.kind_of(task, self.company.language),
            customer=cut(task.customer or "", name),
            who=card.for_whom(self.company, task, ask=task.state == TaskState.OPEN and self._asks(task)),
            numbers=numbers,
            more=len(task.numbers) - len(numbers) if numbers else 0,
            totals=task.totals,
        )

    def _asks(self, task: TaskFacts) -> bool:
        """Whether its owner is asked today: it is new, its hour has come, or it has waited too long."""
        new = self.since is None or task.opened_at > self.since
        back = task.put_off_to is not None and self.company.day_of(task.put_off_to) == self.day
        return new or back or task.nudged_on == self.day

    def _state(self, task: TaskFacts) -> str:
        language = self.company.language
        if task.raised_on == self.day:
            who = Mrkdwn(", ".join(asked(each) for each in duty.manager(self.company)[:3]))
            return say("taches.nudge.manager", language, since=task.opened_on, who=who)
        if task.nudged_on == self.day:
            return say("taches.nudge.owner", language, since=task.opened_on)
        return say("taches.list.late", language, since=task.opened_on)

    def _letter(self, task: TaskFacts) -> Mrkdwn:
        found = letter_pages.of_task(self.b, task.id) if task.kind == TaskKind.LETTER else None
        return letter_notice.stands(self.company, found, self.day) if found else Mrkdwn("")

    def _closed(self, task: TaskFacts, size: tuple[int, int]) -> Block:
        text = say(
            "taches.board.closed",
            self.company.language,
            line=self._line(task, size),
            end=card.end(self.company, task),
        )
        entry_id = task_facts.closing_entry(self.b, task)
        if entry_id is None or task.closed_by == Automaton.CLOCK:
            return blocks.section(text)
        value = f"{self.company.key}:{task.id}:{entry_id}"
        return blocks.section(text, card.take_back_button(value, TAKE_BACK, self.company.language))
