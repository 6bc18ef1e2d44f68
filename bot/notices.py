"""What the clock has said in the channel besides the digest: tasks, news, troubles. Drawn from the books."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot import blocks
from bot.blocks import Block
from bot.modals.call import phone_of
from bot.words import cut, plain
from message_templates import labels
from message_templates.catalogue import escape, keys, say
from store import customers, invoices, tasks
from store.books import Books
from store.notice_facts import promise, reminder
from store.task_facts import TaskFacts

DONE = {"letter": "task_letter", "handover": "task_handover", "escalation": "task_escalation"}
DONE_OTHER, LOG_CALL = "task_other", "task_call"
RESEND, CONSIDER_SENT = "uncertain_resend", "uncertain_sent"
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to post: its one sentence, and its blocks."""

    text: str
    blocks: list[Block] = field(default_factory=list)


def draw(b: Books, kind: str, data: Mapping[str, Any]) -> Notice | None:
    """Return the message of an announcement; None when there is nothing to say any more."""
    drawing = DRAWINGS.get(kind)
    if drawing is None:
        raise LookupError(f"no drawing for announcements of kind {kind!r}")
    return drawing(b, data)


def _only_text(text: str) -> Notice:
    return Notice(text, [blocks.section(text)])


def _task(b: Books, data: Mapping[str, Any]) -> Notice | None:
    task = tasks.get(b, int(data["task_id"]))
    if task.state != "open":
        return None
    text = task_text(b, task)
    if data.get("nudge"):
        nudge = "owner" if data["nudge"] == "owner" else "manager"
        text = f"{say(f'taches.nudge.{nudge}', since=task.opened_on)}\n{text}"
    return Notice(text, [blocks.section(text), blocks.actions(_task_button(b, task))])


def task_text(b: Books, task: TaskFacts) -> str:
    """Return a task in words: what, about whom, for whom, how much, and the phone for a call."""
    known = f"taches.kind.{task.kind}"
    kind = say(known if known in keys("taches") else "taches.kind.other")
    head = {"kind": kind, "who": _for_whom(task)}
    lines: list[str] = [say("taches.head_nobody", **head)]
    if task.customer:
        lines = [say("taches.head", customer=cut(task.customer, 100), **head)]
    if task.invoice_ids:
        lines.append(_task_items(b, task))
    phone = phone_of(customers.facts(b, task.customer_id)) if task.customer_id and task.kind == "call" else ""
    lines += [say("taches.phone", phone=phone)] if phone else []
    lines += [say("taches.note", note=cut(task.note, 500))] if task.note else []
    return "\n".join(lines)


def _for_whom(task: TaskFacts) -> str:
    if task.owner:
        return say("digest.owner", owner=task.owner)
    return say("taches.role", role=task.role) if task.role else say("taches.anyone")


def _task_items(b: Books, task: TaskFacts) -> str:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for invoice_id in task.invoice_ids:
        invoice = invoices.facts(b, invoice_id)
        totals[invoice.currency] += invoice.outstanding
    shown = [cut(number, 40) for number in task.numbers[:SHOWN]]
    return say("taches.items", numbers=shown, more=len(task.numbers) - len(shown), totals=dict(totals))


def _task_button(b: Books, task: TaskFacts) -> Block:
    if task.kind == "call" and task.invoice_ids:
        return blocks.button(plain("taches.log_call"), LOG_CALL, f"{b.company.key}:{task.invoice_ids[0]}")
    label = plain(f"taches.button.{task.kind if task.kind in DONE else 'other'}")
    return blocks.button(label, DONE.get(task.kind, DONE_OTHER), f"{b.company.key}:{task.id}")


def _promise_broken(b: Books, data: Mapping[str, Any]) -> Notice:
    told = promise(b, int(data["promise_id"]))
    who = say("digest.owner", owner=told.owner) if told.owner else say("digest.nobody")
    return _only_text(
        say(
            "taches.news.promise_broken",
            customer=cut(told.customer, 100),
            who=who,
            number=told.number,
            amount=told.amount,
            currency=told.currency,
            on=told.on,
        )
    )


def _mode_changed(b: Books, data: Mapping[str, Any]) -> Notice:
    before = data.get("from") or data.get("before") or ""
    mode = data.get("to") or data.get("mode") or b.company.mode.value
    return _only_text(
        say(
            "taches.news.mode_changed",
            mode=labels.label("mode", str(mode)),
            before=labels.label("mode", str(before)) if before else "",
        )
    )


def _sends_failed(b: Books, data: Mapping[str, Any]) -> Notice:
    if data.get("down"):
        return _only_text(say("taches.news.server_down"))
    told = reminder(b, int(data["reminder_id"]))
    return _only_text(
        say("taches.news.send_failed", customer=cut(told.customer, 100), step=labels.step(told.step))
    )


def _uncertain(b: Books, data: Mapping[str, Any]) -> Notice | None:
    told = reminder(b, int(data["reminder_id"]))
    if told.state != "uncertain":
        return None
    who = say("digest.owner", owner=told.owner) if told.owner else say("digest.nobody")
    name = cut(told.customer, 100)
    text = say("taches.news.uncertain", customer=name, who=who, step=labels.step(told.step))
    value = f"{b.company.key}:{told.id}"
    buttons = [
        blocks.button(plain(f"taches.news.{key}"), action, value, confirm=_sure(key))
        for key, action in (("resend", RESEND), ("considered", CONSIDER_SENT))
    ]
    return Notice(text, [blocks.section(text), blocks.actions(*buttons)])


def _sure(key: str) -> Block:
    return blocks.confirm(
        plain(f"taches.news.{key}_title"),
        plain(f"taches.news.{key}_text"),
        plain(f"taches.news.{key}"),
        plain("taches.news.keep"),
    )


def _said(_b: Books, data: Mapping[str, Any]) -> Notice:
    return _only_text(escape(cut(str(data["text"]), blocks.SECTION // 6)))


DRAWINGS: Mapping[str, Callable[[Books, Mapping[str, Any]], Notice | None]] = {
    "task": _task,
    "promise_broken": _promise_broken,
    "mode_changed": _mode_changed,
    "sends_failed": _sends_failed,
    "uncertain": _uncertain,
    "said": _said,
}
