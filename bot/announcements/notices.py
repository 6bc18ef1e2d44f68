"""What the clock has said in the channel besides the digest: tasks, news, troubles. Drawn from the books."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.digest import approval_card
from bot.digest import mail_card as cards
from bot.disputes import card as dispute_card
from bot.letters import card as letter_notice
from bot.promises import card as promise_notices
from bot.replies import card as incoming
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.notice import Notice
from bot.tasks import card as task_notice
from bot.typed.words import cut, plain
from message_templates import labels
from message_templates.catalogue import escape, say
from receivables.codes.messages import MessageState
from receivables.language import Language
from store.books import Books
from store.reminders.facts import reminder

__all__ = ["Notice", "draw"]

RESEND, CONSIDER_SENT = "uncertain_resend", "uncertain_sent"


def draw(b: Books, kind: str, data: Mapping[str, Any]) -> Notice | None:
    """Return the message of an announcement; None when there is nothing to say any more."""
    drawing = DRAWINGS.get(kind)
    if drawing is None:
        raise LookupError(f"no drawing for announcements of kind {kind!r}")
    return drawing(b, data)


def _only_text(text: str) -> Notice:
    return Notice(text, [blocks.section(text)])


def _mode_changed(b: Books, data: Mapping[str, Any]) -> Notice:
    before = data.get("from") or data.get("before") or ""
    mode = data.get("to") or data.get("mode") or b.company.mode.value
    return _only_text(
        say(
            "taches.news.mode_changed",
            b.company.language,
            mode=labels.label("mode", str(mode), b.company.language),
            before=labels.label("mode", str(before), b.company.language) if before else "",
        )
    )


def _sends_failed(b: Books, data: Mapping[str, Any]) -> Notice:
    if data.get("down"):
        return _only_text(say("taches.news.server_down", b.company.language))
    told = reminder(b, int(data["reminder_id"]))
    return _only_text(
        say(
            "taches.news.send_failed",
            b.company.language,
            customer=cut(told.customer, 100),
            step=labels.step(told.step, b.company.language),
        )
    )


def _uncertain(b: Books, data: Mapping[str, Any]) -> Notice | None:
    told = reminder(b, int(data["reminder_id"]))
    if told.state != MessageState.UNCERTAIN:
        return None
    who = (
        say("digest.owner", b.company.language, owner=told.owner)
        if told.owner
        else say("digest.nobody", b.company.language)
    )
    name = cut(told.customer, 100)
    text = say(
        "taches.news.uncertain",
        b.company.language,
        customer=name,
        who=who,
        step=labels.step(told.step, b.company.language),
    )
    value = f"{b.company.key}:{told.id}"
    buttons = [
        blocks.button(
            plain(f"taches.news.{key}", b.company.language),
            action,
            value,
            confirm=_sure(key, b.company.language),
        )
        for key, action in (("resend", RESEND), ("considered", CONSIDER_SENT))
    ]
    return Notice(text, [blocks.section(text), blocks.actions(*buttons)])


def _sure(key: str, language: Language) -> Block:
    return blocks.confirm(
        plain(f"taches.news.{key}_title", language),
        plain(f"taches.news.{key}_text", language),
        plain(f"taches.news.{key}", language),
        plain("taches.news.keep", language),
    )


def _said(_b: Books, data: Mapping[str, Any]) -> Notice:
    return _only_text(escape(cut(str(data["text"]), blocks.SECTION // 6)))


def _reply(b: Books, data: Mapping[str, Any]) -> Notice:
    return Notice(*incoming.draw(b, int(data["incoming_id"]), nudge=data.get("nudge")))


def _bounce_policy(b: Books, data: Mapping[str, Any]) -> Notice:
    told = reminder(b, int(data["reminder_id"]))
    who = (
        say("digest.owner", b.company.language, owner=told.owner)
        if told.owner
        else say("digest.nobody", b.company.language)
    )
    step = labels.step(told.step, b.company.language)
    return _only_text(
        say("reponses.policy", b.company.language, customer=cut(told.customer, 100), who=who, step=step)
    )


def _mailbox_down(b: Books, data: Mapping[str, Any]) -> Notice:
    return _only_text(
        say("reponses.mailbox_down", b.company.language, since=date.fromisoformat(data["since"]))
    )


DRAWINGS: Mapping[str, Callable[[Books, Mapping[str, Any]], Notice | None]] = {
    "task": task_notice.draw,
    "letter": letter_notice.draw,
    "promise_broken": promise_notices.promise_broken,
    "promise_kept": promise_notices.promise_kept,
    "instalment_due": promise_notices.instalment_due,
    "instalment_met": promise_notices.instalment_met,
    "instalment_missed": promise_notices.instalment_missed,
    "dispute": dispute_card.notice,
    "mode_changed": _mode_changed,
    "sends_failed": _sends_failed,
    "uncertain": _uncertain,
    "said": _said,
    "cards": cards.draw,
    "approval": approval_card.draw,
    "approval_now": approval_card.draw,
    "reply": _reply,
    "bounce_policy": _bounce_policy,
    "mailbox_down": _mailbox_down,
}
