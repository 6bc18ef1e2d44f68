"""The morning's plan: made once a day before the digest, announced in it (SCHEDULE rules 16, 18, 21)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from receivables.account import Account, Message
from receivables.company import Mode
from receivables.morning import MORNINGS, needs_go
from receivables.schedule import Evaluation, evaluate
from store import (
    accounts,
    announcements,
    cards,
    locks,
    mornings,
    outdated_tasks,
    planning,
    plans_made,
    reminders,
    runs,
)
from store.books import Books


@dataclass(frozen=True, slots=True)
class PlanMade:
    """A plan in numbers: e-mails to leave, tasks opened, and whether it waits for a person's go."""

    day: date
    messages: int
    tasks: int
    needs_go: bool


def make_plan(b: Books, *, at: datetime) -> PlanMade | None:
    """Make the plan of the day of `at` and commit its announcement with it, in the books given.

    Returns None when the day is closed, or when the plan is made already, by whichever clock.
    """
    day = b.today(at)
    if not b.company.calendar.is_open(day) or not runs.begin(b, plans_made.JOB, day.isoformat(), at=at):
        return None
    locks.company(b)
    planning.learn(b, at)
    planning.look_again_if_rules_changed(b)
    outdated_tasks.close(b, at=at)
    reminders.close_day(b, day)
    mornings.close_unanswered(b, day)
    emails, human = _write_messages(b, day, at) if _may_leave(b, at) else (0, [])
    planning.cancel_left_behind(b, day)
    waits = needs_go(b.company, emails, planning.past_mornings(b, day, MORNINGS))
    task_ids = _open_tasks(b, human, at, waits=waits)
    mornings.record(b, day, emails=emails, tasks=len(task_ids), waits=waits)
    announcements.announce(b, key=f"digest:{day}", kind="digest", data={"day": day.isoformat()}, at=at)
    cards.announce(b, day, at=at)
    return PlanMade(day, emails, len(task_ids), waits)


def _may_leave(b: Books, at: datetime) -> bool:
    """Whether mails may leave today still; after the window, all of it is planned tomorrow (rule 9)."""
    return at.astimezone(b.company.zone).time() < b.company.window[1]


def evaluations(b: Books, ids: list[int], day: date, at: datetime) -> Iterator[tuple[Account, Evaluation]]:
    """Yield each account of `ids` with its evaluation on `day`, a batch of customers in memory at a time."""
    for account in accounts.awake(b, ids, today=day, now=at):
        yield account, evaluate(account, b.company, day)


def _write_messages(b: Books, day: date, at: datetime) -> tuple[int, list[Message]]:
    """Write the day's e-mails; return how many, and the messages that ask a person to act."""
    ids = accounts.to_look_at(b, day)
    emails, human = 0, []
    for start in range(0, len(ids), accounts.BATCH):
        batch = list(evaluations(b, ids[start : start + accounts.BATCH], day, at))
        emails += planning.write_batch(b, batch, day=day, at=at)
        human += [message for _, each in batch for message in each.messages if message.step.human]
    return emails, human


def _open_tasks(b: Books, human: list[Message], at: datetime, *, waits: bool) -> list[int]:
    """Open the tasks of human steps, in the modes that let people act on them (rule 20)."""
    if b.company.mode not in {Mode.LIVE, Mode.MANUAL}:
        return []
    opened = [planning.open_step_task(b, message, at=at, waiting=waits) for message in human]
    if not waits:
        mornings.announce_tasks(b, opened, at=at)
    return opened


__all__ = ["PlanMade", "evaluations", "make_plan"]
