"""Mails that a server would not take as they are: not planned anew before a person says so."""

from datetime import datetime

from receivables.codes.tasks import TaskKind, TaskOutcome
from receivables.people import Automaton
from store.accounts import holds
from store.books import Books
from store.db.tables import Task
from store.post_room import uncertain
from store.reminders import task_marks
from store.reminders.rows import DueReminder
from store.tasks import acts as tasks
from store.tasks import causes


def ask(b: Books, reminder: DueReminder, *, error: str, at: datetime) -> None:
    """Have somebody look at a mail that was refused for what it is; its invoices wait for that."""
    task = b.session.get_one(Task, uncertain.open_task(b, reminder, TaskKind.SEND_REFUSED, at=at))
    task.note = causes.kept([(reminder.step, error[:200])])
    b.session.flush()
    task_marks.say(b, at=at)


def close_sent(b: Books, *, at: datetime) -> int:
    """Close the tasks about mails whose invoices have all been written about since; return how many."""
    count = 0
    for task in tasks.open_tasks(b, kind=TaskKind.SEND_REFUSED):
        held = holds.refused(b, [task.customer_id] if task.customer_id else [])
        if task.invoice_ids and not set(task.invoice_ids) & set(held):
            tasks.close(b, task.id, outcome=TaskOutcome.CANCELLED, by=Automaton.CLOCK, at=at)
            count += 1
    return count
