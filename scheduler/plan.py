"""The morning's plan: made once a day before the digest, announced in it (SCHEDULE rules 16, 18, 21)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from receivables.codes.announcements import AnnouncementKind
from receivables.codes.channels import REACHES
from receivables.codes.messages import MessageKind
from receivables.codes.reasons import Reason
from receivables.company import Mode
from receivables.people import Automaton
from receivables.schedule.account import Account, Message
from receivables.schedule.decisions import Evaluation, evaluate
from receivables.schedule.morning import MORNINGS, needs_go
from store import announcements, locks
from store.accounts import facts as accounts
from store.addresses import stopping
from store.approvals import acts as approvals
from store.approvals import facts as approval_facts
from store.books import Books
from store.courtesies import acts as courtesies
from store.courtesies import instalments as instalment_mails
from store.courtesies import statements, thanks
from store.health import runs
from store.morning import cards, planning
from store.post_room import missing_pdfs, refusals
from store.reminders import acts as reminders
from store.reminders import day_plans, task_marks
from store.tasks import outdated as outdated_tasks

FORCED = "forced"
"""The job that plans a forced day's messages."""


@dataclass(frozen=True, slots=True)
class PlanMade:
    """A plan in numbers: e-mails to leave, tasks opened, and whether it waits for a person's go.

    `messages` are reminders, `invoices` the messages that send invoices themselves.
    """

    day: date
    messages: int
    tasks: int
    needs_go: bool
    invoices: int = 0


def make_plan(b: Books, *, at: datetime) -> PlanMade | None:
    """Make the plan of the day of `at` and commit its announcement with it, in the books given.

    Returns None when the day is closed, or when the plan is made already, by whichever clock.
    """
    day = b.today(at)
    if not b.company.calendar.is_open(day) or not runs.begin(b, day_plans.JOB, day.isoformat(), at=at):
        return None
    locks.company(b)
    planning.learn(b, at)
    planning.look_again_if_rules_changed(b)
    outdated_tasks.close(b, at=at)
    missing_pdfs.close_found(b, at=at)
    refusals.close_sent(b, at=at)
    reminders.close_day(b, day)
    day_plans.close_unanswered(b, day)
    approvals.void_changed(b, day=day, at=at)
    written, human = _write_messages(b, day, at) if _may_leave(b, at) else (Counter(), [])
    emails, invoices = written[MessageKind.REMINDER], written[MessageKind.INVOICE]
    planning.cancel_left_behind(b, day)
    others = _write_others(b, day, at) if _may_leave(b, at) else 0
    waits = needs_go(b.company, emails, planning.past_mornings(b, day, MORNINGS), others, invoices)
    task_ids = _open_tasks(b, human, at, waits=waits)
    day_plans.record(b, day, emails=emails, invoices=invoices, tasks=len(task_ids), waits=waits)
    announcements.announce(
        b, key=f"digest:{day}", kind=AnnouncementKind.DIGEST, data={"day": day.isoformat()}, at=at
    )
    cards.announce(b, day, at=at)
    _announce_approvals(b, day, at)
    task_marks.say(b, at=at)
    return PlanMade(day, emails, len(task_ids), waits, invoices)


def _announce_approvals(b: Books, day: date, at: datetime) -> None:
    """Have what waits for an approval said in one message, if anything does (SCHEDULE 17)."""
    if b.company.mode is not Mode.DRAFT and approval_facts.waiting(b):
        approval_facts.announce(b, day, at=at)


def make_forced(b: Books, *, at: datetime) -> PlanMade | None:
    """Plan what stale books kept back this morning, once two people have forced the day (SCHEDULE 15).

    The messages are announced by cards, and wait for a go as the morning's do. Returns None when there is
    nothing to do: the day is not forced, not planned yet, or done already.
    """
    day = b.today(at)
    planned = runs.done(b, day_plans.JOB, day.isoformat())
    if not planned or not accounts.forced(b, day) or not _may_leave(b, at):
        return None
    if not runs.begin(b, FORCED, day.isoformat(), at=at):
        return None
    locks.company(b)
    day_plans.release_keys(b, day)
    before = day_plans.emails_of(b, day)
    written, human = _write_messages(b, day, at, without=day_plans.written_to(b, day))
    emails, invoices = written[MessageKind.REMINDER], written[MessageKind.INVOICE]
    count = len(before) + emails
    waits = needs_go(b.company, count, planning.past_mornings(b, day, MORNINGS), invoices=invoices)
    task_ids = _open_tasks(b, human, at, waits=waits)
    day_plans.record(b, day, emails=count, invoices=invoices, tasks=len(task_ids), waits=waits)
    announcements.redraw(b, key=f"digest:{day}", at=at)
    fresh = [key for key in day_plans.emails_of(b, day) if key not in before]
    cards.announce(b, day, at=at, only=fresh, name="forced")
    _announce_approvals(b, day, at)
    task_marks.say(b, at=at)
    return PlanMade(day, emails, len(task_ids), waits, invoices)


def _may_leave(b: Books, at: datetime) -> bool:
    """Whether mails may leave today still; after the window, all of it is planned tomorrow (rule 9)."""
    return at.astimezone(b.company.zone).time() < b.company.window[1]


def _write_others(b: Books, day: date, at: datetime) -> int:
    """Write the day's mails about instalments, then statements, then thanks, each to customers who get
    nothing else; return how many.
    """
    return sum(
        kind.plan(b, day, at=at, busy=courtesies.busy(b, day))
        for kind in (instalment_mails, statements, thanks)
    )


def evaluations(b: Books, ids: list[int], day: date, at: datetime) -> Iterator[tuple[Account, Evaluation]]:
    """Yield each account of `ids` with its evaluation on `day`, a batch of customers in memory at a time."""
    for account in accounts.awake(b, ids, today=day, now=at):
        yield account, evaluate(account, b.company, day)


def _write_messages(
    b: Books, day: date, at: datetime, without: frozenset[int] = frozenset()
) -> tuple[Counter[MessageKind], list[Message]]:
    """Write the day's e-mails, to others than the customers `without`.

    Returns how many of each kind, and the messages that ask a person to act.
    """
    ids = [key for key in accounts.to_look_at(b, day) if key not in without]
    emails: Counter[MessageKind] = Counter()
    human: list[Message] = []
    for start in range(0, len(ids), accounts.BATCH):
        batch = list(evaluations(b, ids[start : start + accounts.BATCH], day, at))
        emails += planning.write_batch(b, batch, day=day, at=at)
        approvals.ask_for(b, batch, day=day, at=at)
        _ask_for_pdfs(b, batch, at)
        _ask_for_addresses(b, batch, day, at)
        human += [message for _, each in batch for message in each.messages if message.step.human]
    return emails, human


def _ask_for_pdfs(b: Books, batch: list[tuple[Account, Evaluation]], at: datetime) -> None:
    """Have somebody find the PDFs without which invoices are not sent (B1), in modes where people act."""
    if b.company.mode not in {Mode.LIVE, Mode.MANUAL}:
        return
    for account, evaluation in batch:
        wanted = [key for key, each in evaluation.decisions.items() if each.reason is Reason.MISSING_PDF]
        if wanted:
            missing_pdfs.ask(b, account.customer_id, wanted, at=at)


def _ask_for_addresses(b: Books, batch: list[tuple[Account, Evaluation]], day: date, at: datetime) -> None:
    """Have somebody find an address for each customer whose mail is due and has nowhere to go (rule 14).

    What is below the minimum asks nobody (rule 8).
    """
    if b.company.mode not in {Mode.LIVE, Mode.MANUAL}:
        return
    for account, evaluation in batch:
        large = {item.id for item in account.items if item.claimed >= b.company.minimum_amount}
        waiting = [
            key
            for key, each in evaluation.decisions.items()
            if each.reason is Reason.NO_ADDRESS
            and key in large
            and each.slot
            and each.slot <= day
            and _by_mail(account, each.step)
        ]
        if waiting:
            stopping.ask(
                b, account.customer_id, invoice_ids=waiting, announced=False, by=Automaton.CLOCK, at=at
            )


def _by_mail(account: Account, key: str | None) -> bool:
    """Whether a step is written to a mailbox."""
    step = account.policy.step(key or "")
    return step is not None and step.channel.reach is not None and REACHES[step.channel.reach].mailbox


def _open_tasks(b: Books, human: list[Message], at: datetime, *, waits: bool) -> list[int]:
    """Open the tasks of human steps, in the modes that let people act on them (rule 20)."""
    if b.company.mode not in {Mode.LIVE, Mode.MANUAL}:
        return []
    return [planning.open_step_task(b, message, at=at, waiting=waits) for message in human]


__all__ = ["PlanMade", "evaluations", "make_plan"]
