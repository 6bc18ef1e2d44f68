"""A task as Slack shows it: what, about whom, for whom, with all it takes, and the buttons that act on it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.letters import card as letter_notice
from bot.replies import card as incoming
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.naming import asked
from bot.slack.notice import Notice
from bot.slack.outcomes import UNDO, UNDO_FINANCE, UNDO_RESPONSABLE, undo_button
from bot.tasks import call_sheet
from bot.typed.words import cut, plain
from message_templates.catalogue import Mrkdwn, keys, say
from receivables import duty
from receivables.codes.addresses import AddressFault
from receivables.codes.roles import Role
from receivables.codes.tasks import LAPSING, TASK_KINDS, TaskKind, TaskState
from receivables.company import Company
from receivables.language import Language
from store.books import Books
from store.calls import sheet as call_sheets
from store.tasks import acts as tasks
from store.tasks.facts import TaskFacts, closing_entry
from store.tasks.news import CALL_BACK

DONE = {kind: f"task_{kind}" for kind, facts in TASK_KINDS.items() if facts.done_by is Role.RESPONSABLE}
DONE_OTHER, LOG_CALL, DOSSIER = "task_other", "task_call", "task_dossier"
PUT_OFF, PASS, PASS_HANDOVER = "task_put_off", "task_pass", "task_pass_handover"
PASSED = frozenset(LAPSING)
"""Kinds that may be passed with a reason; the others are questions, to be answered."""
SHOWN = 10
DEBIT_REJECTED, ACCEPTED = "debit_rejected", "invoice_accepted"
BUSINESSES, NOT_BUSINESSES = "kinds_business", "kinds_unknown"
ANSWERS: Mapping[TaskKind, tuple[tuple[str, str], ...]] = {
    TaskKind.DEBIT_UNPAID: ((DEBIT_REJECTED, "primary"), (DONE_OTHER, "")),
    TaskKind.INVOICE_REFUSED: ((ACCEPTED, ""),),
    TaskKind.KIND_ASKED: ((BUSINESSES, "primary"), (NOT_BUSINESSES, "")),
}
"""Questions with answers of their own: the action of each, and how its button looks."""


def draw(b: Books, data: Mapping[str, Any]) -> Notice:
    """Return the message of a task: open, with its buttons; closed, with what became of it.

    `data`: its id, why it is told (`nudge`, `again`), the instant of drawing (`now`), its local
    day (`today`).
    """
    task = tasks.get_task(b, int(data["task_id"]))
    if task.state != TaskState.OPEN:
        return closed(b, task)
    text = "\n".join(
        filter(None, (_again(b.company, task, data), task_text(b.company, task, ask=_called(data))))
    )
    drawn = [blocks.section(text)]
    if task.kind == TaskKind.CALL:
        drawn += _sheet(b, task, date.fromisoformat(data["today"]))
    if task.kind == TaskKind.LETTER:
        drawn += letter_notice.lacks(b, task.id, date.fromisoformat(data["today"]))
    if task.put_off_to is not None and task.put_off_to > datetime.fromisoformat(data["now"]):
        drawn.append(
            blocks.context(say("taches.put_off_to", b.company.language, at=when(b.company, task.put_off_to)))
        )
    return Notice(text, [*drawn, blocks.actions(*buttons(b.company, task))])


def closed(b: Books, task: TaskFacts) -> Notice:
    """Return a task that is done with: what became of it, and *Annuler* when a person closed it."""
    text = "\n".join((task_text(b.company, task), end(b.company, task)))
    entry_id = closing_entry(b, task)
    if entry_id is None:
        return Notice(text, [blocks.section(text)], over=True)
    action = {"handover": UNDO_RESPONSABLE}.get(task.kind, UNDO_FINANCE if task.step else UNDO)
    button = undo_button(f"{b.company.key}:{entry_id}", action=action, language=b.company.language)
    return Notice(text, [blocks.section(text), blocks.actions(button)], over=True)


def take_back_button(value: str, action: str, language: Language) -> Block:
    """Return the *Annuler* of a task in a list: it is drawn anew, and nothing else is said."""
    return undo_button(value, action=action, language=language)


def end(company: Company, task: TaskFacts) -> str:
    """Return what became of a task that is closed."""
    known = f"taches.end.{task.outcome}"
    done = "taches.handover.handed" if task.kind == TaskKind.HANDOVER else "taches.done"
    key = known if known in keys("taches", company.language) else done
    by = task.closed_by or ""
    on = company.day_of(task.closed_at) if task.closed_at else task.opened_on
    reason = cut(task.reason or "", 300)
    return say(
        key,
        company.language,
        by=by,
        who=_named(by, company.language),
        on=on,
        reason=reason,
    )


def _named(by: str, language: Language) -> Mrkdwn:
    return Mrkdwn(f"<@{by}>") if duty.is_user(by) else say("taches.relance", language)


def _again(company: Company, task: TaskFacts, data: Mapping[str, Any]) -> str:
    """Return why a task is told once more."""
    if data.get("again"):
        return say("taches.again", company.language)
    if not data.get("nudge"):
        return ""
    if data["nudge"] == CALL_BACK:
        agreed = task.agreed_at
        return say("taches.nudge.call_back", company.language, at=when(company, agreed)) if agreed else ""
    if data["nudge"] == "owner":
        return say("taches.nudge.owner", company.language, since=task.opened_on)
    return say(
        "taches.nudge.manager", company.language, since=task.opened_on, who=mentions(duty.manager(company))
    )


def _called(data: Mapping[str, Any]) -> bool:
    """Whether it is told because somebody is to act now."""
    return bool(data.get("again") or data.get("nudge"))


def mentions(holders: tuple[str, ...]) -> Mrkdwn:
    """Return Slack users and groups of whom something is asked as mentions, a few at most."""
    return Mrkdwn(", ".join(asked(each) for each in holders[:3]))


def task_text(company: Company, task: TaskFacts, *, ask: bool = False) -> str:
    """Return a task in words: what, about whom, for whom, how much; `ask`: they are called to it."""
    head = {"kind": kind_of(task, company.language), "who": for_whom(company, task, ask=ask)}
    lines: list[str] = [say("taches.head_nobody", company.language, **head)]
    if task.customer:
        lines = [say("taches.head", company.language, customer=cut(task.customer, 100), **head)]
    if task.invoice_ids:
        lines.append(_items(task, company.language))
    note = note_of(task, company.language)
    lines += [say("taches.note", company.language, note=cut(note, 500))] if note else []
    return "\n".join(lines)


def note_of(task: TaskFacts, language: Language) -> str:
    """Return what a task says besides: a person’s words, or what the clock found."""
    if task.kind is TaskKind.MISSING_PDF and task.causes:
        told = ((number, plain(f"taches.pdf.{why}", language)) for number, why in task.causes if why)
        return "\n".join(plain("taches.cause.pdf", language, number=number, why=why) for number, why in told)
    if task.kind is TaskKind.SEND_REFUSED and task.causes:
        return "\n".join(why for _, why in task.causes)
    if task.causes:
        refused = [(address, _why_refused(why, language)) for address, why in task.causes]
        return plain("taches.cause.address", language, refused=refused)
    return task.note or ""


def _why_refused(why: str, language: Language) -> str:
    """Return why an address is written to no more: its own fault in words, or the server's."""
    return plain(f"taches.fault.{why}", language) if why in set(AddressFault) else why


def kind_of(task: TaskFacts, language: Language) -> Mrkdwn:
    """Return what there is to do, in a few words."""
    known = f"taches.kind.{task.kind}"
    return say(known if known in keys("taches", language) else "taches.kind.other", language)


def for_whom(company: Company, task: TaskFacts, *, ask: bool = False) -> Mrkdwn:
    """Return whose task it is: a person, or the role; `ask`: they are called to it."""
    if task.owner:
        return asked(task.owner) if ask else say("digest.owner", company.language, owner=task.owner)
    if not task.role:
        return say("taches.anyone", company.language)
    known = f"taches.role_name.{task.role}"
    name = say(known, company.language) if known in keys("taches", company.language) else task.role
    called = mentions(duty.holders(company, task.role)) if ask else ""
    return say("taches.role", company.language, role=name, who=called)


def _items(task: TaskFacts, language: Language) -> str:
    shown = [cut(number, 40) for number in task.numbers[:SHOWN]]
    return say(
        "taches.items", language, numbers=shown, more=len(task.numbers) - len(shown), totals=task.totals
    )


def _sheet(b: Books, task: TaskFacts, today: date) -> list[Block]:
    sheet = call_sheets.of_task(b, task.id, today)
    return [blocks.section(part) for part in call_sheet.paragraphs(b.company, sheet)] if sheet else []


def buttons(company: Company, task: TaskFacts, place: str = "") -> list[Block]:
    """Return what can be done about an open task; `place` says where the buttons stand, for the answer."""
    value = ":".join(filter(None, (company.key, str(task.id), place)))
    found = [
        *_acts(company, task, value),
        blocks.button(plain("taches.put_off.button", company.language), PUT_OFF, value),
    ]
    if task.kind in PASSED:
        action = PASS_HANDOVER if task.kind == TaskKind.HANDOVER else PASS
        found.append(blocks.button(plain("taches.pass.button", company.language), action, value))
    return found


def _acts(company: Company, task: TaskFacts, value: str) -> list[Block]:
    if task.kind == TaskKind.CALL and task.invoice_ids:
        about = f"{company.key}:{task.invoice_ids[0]}:{task.id}"
        return [blocks.button(plain("taches.log_call", company.language), LOG_CALL, about, style="primary")]
    if task.kind == TaskKind.LETTER:
        return [
            blocks.button(
                plain("lettres.button.show", company.language), letter_notice.SHOW, value, style="primary"
            )
        ]
    if task.kind in ANSWERS:
        return [
            blocks.button(plain(f"taches.answer.{action}", company.language), action, value, style=style)
            for action, style in ANSWERS[task.kind]
        ]
    known = f"taches.button.{task.kind}"
    named = known if known in keys("taches", company.language) else "taches.button.other"
    label = plain(named, company.language)
    sure = _sure_handover(company.language) if task.kind == TaskKind.HANDOVER else None
    done = blocks.button(label, DONE.get(task.kind, DONE_OTHER), value, confirm=sure)
    if task.kind == TaskKind.HANDOVER:
        return [blocks.button(plain("dossier.show", company.language), DOSSIER, value), done]
    if task.kind != TaskKind.NO_ADDRESS or not task.customer_id:
        return [done]
    about = f"{company.key}:{task.customer_id}"
    return [
        blocks.button(
            plain("reponses.button.address", company.language), incoming.ADDRESS, about, style="primary"
        ),
        done,
    ]


def _sure_handover(language: Language) -> Block:
    return blocks.confirm(
        plain("taches.handover.title", language),
        plain("taches.handover.text", language),
        plain("taches.handover.yes", language),
        plain("taches.handover.no", language),
    )


def when(company: Company, instant: datetime) -> Mrkdwn:
    """Return an instant as people say it in the company's timezone: « jeudi 26 novembre 2026 à 14 h 30 »."""
    local = instant.astimezone(company.zone)
    return say("taches.at", company.language, day=local.date(), hour=local.hour, minute=f"{local.minute:02d}")
