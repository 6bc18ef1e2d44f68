"""What « pourquoi » announces comes true, that step on that day, unless a fact came in between (rule 25)."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from receivables.acts import Act
from receivables.codes.messages import MessageKind
from store.accounts import facts as accounts
from store.books import Books
from store.db.tables import JournalLine, Reminder, StepDone, Task, TaskItem
from tests.flows.year.facts import Debt
from tests.flows.year.player import Player

EXPECTED = (
    Act.REMINDER_SENT, Act.TASK_OPENED, Act.PROMISE_BROKEN, Act.PLAN_BROKEN, Act.PROMISE_KEPT,
    Act.INSTALMENT_MET, Act.MORNING_GO,
)  # fmt: skip
"""Lines of the journal that are no new fact: what was foreseen comes about."""
SILENT = timedelta(days=15)
"""For so long nothing leaves by itself where no day was named."""


@dataclass(frozen=True)
class Word:
    """What was announced about an invoice: the step and the day, None when no day was named."""

    debt: Debt
    asked_at: datetime
    step: str | None
    on: date | None


@dataclass
class Oracle:
    """Asks some questions each day, and looks afterwards at what became of the answers."""

    draw: random.Random
    waiting: list[Word] = field(default_factory=list)
    came_true: int = 0
    overtaken: int = 0
    bad_days: list[date] = field(default_factory=list)
    """Days on which the clock did not run, or the mail server was away or moody."""

    def ask(self, player: Player, count: int = 6) -> None:
        """Ask about some invoices that are still owed."""
        owed = [debt for debt in player.debts.values() if debt.alive()]
        for debt in self.draw.sample(owed, min(count, len(owed))):
            with player.books() as b:
                found = accounts.why(b, player.ids[debt.number], on=player.today, now=player.at)
            self.waiting.append(Word(debt, player.at, found.next_step, found.next_on))

    def look(self, player: Player) -> None:
        """In the evening, hold against the books what was announced for today or before."""
        today = player.today
        ripe = [
            word
            for word in self.waiting
            if today >= (word.on or player.company.day_of(word.asked_at) + SILENT)
        ]
        self.waiting = [word for word in self.waiting if word not in ripe]
        for word in ripe:
            with player.books() as b:
                self._hold(b, player, word, today)

    def _hold(self, b: Books, player: Player, word: Word, today: date) -> None:
        asked_on = player.company.day_of(word.asked_at)
        client = word.debt.who
        spoilt = any(asked_on <= day <= today for day in self.bad_days)
        touched = client.touched is not None and client.touched >= asked_on
        if spoilt or touched or _facts(b, player.ids[client.name], word.asked_at, asked_on):
            self.overtaken += 1
            return
        done = _done(b, player.ids[word.debt.number], asked_on, today)
        said = {(word.step, word.on)} if word.on is not None else set()
        assert done == said, f"rule 25: {word.debt.number}, asked on {asked_on}: said {said}, happened {done}"
        self.came_true += 1


def _facts(b: Books, customer_id: int, since: datetime, asked_on: date) -> int:
    """Count what came in about a customer since the question was asked."""
    lines = select(func.count(JournalLine.id)).where(
        JournalLine.customer_id == customer_id, JournalLine.at > since, JournalLine.act.not_in(EXPECTED)
    )
    others = select(func.count(Reminder.id)).where(
        Reminder.customer_id == customer_id,
        Reminder.day >= asked_on,
        Reminder.kind.not_in([MessageKind.REMINDER, MessageKind.INVOICE]),
    )
    return (b.session.scalar(lines) or 0) + (b.session.scalar(others) or 0)


def _done(b: Books, invoice_id: int, after: date, upto: date) -> set[tuple[str | None, date | None]]:
    """Return the steps that an invoice was written to by, and the tasks opened about it, with their days."""
    steps = select(StepDone.step, StepDone.done_on).where(
        StepDone.invoice_id == invoice_id,
        StepDone.done_on > after,
        StepDone.done_on <= upto,
        StepDone.undone_at.is_(None),
    )
    opened = (
        select(Task.step, Task.opened_on)
        .join(TaskItem, TaskItem.task_id == Task.id)
        .where(TaskItem.invoice_id == invoice_id, Task.opened_on > after, Task.opened_on <= upto)
        .where(Task.step.is_not(None))
    )
    return {(step, day) for query in (steps, opened) for step, day in b.session.execute(query)}
