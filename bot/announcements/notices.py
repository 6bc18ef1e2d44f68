"""What is said in the channel unasked: the digest, tasks, news, troubles. Drawn from the books."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from bot import mail_access
from bot.announcements import sends
from bot.claims import card as old_claims
from bot.digest import approval_card, mail_list
from bot.digest import card as digest
from bot.disputes import card as dispute_card
from bot.going_live import card as going_live
from bot.invoices import list as late_list
from bot.letters import card as letter_notice
from bot.promises import card as promise_notices
from bot.replies import bursts
from bot.replies import card as incoming
from bot.slack import blocks
from bot.slack.notice import Notice
from bot.tasks import board
from bot.tasks import card as task_notice
from bot.typed.words import cut
from message_templates import labels
from message_templates.catalogue import escape, say
from receivables.codes.announcements import AnnouncementKind
from store.books import Books
from store.digest import Morning, morning_figures
from store.health import slack_troubles
from store.invoices import last_acts

__all__ = ["Notice", "draw"]


def draw(b: Books, kind: AnnouncementKind, data: Mapping[str, Any]) -> Notice | None:
    """Return the message of an announcement; None when there is nothing to say any more."""
    drawing = DRAWINGS.get(kind)
    if drawing is None:
        raise LookupError(f"no drawing for announcements of kind {kind!r}")
    return drawing(b, data)


def digest_notice(b: Books, day: date, now: datetime) -> tuple[Notice, Morning]:
    """Draw the digest from the books as they stand now: a late one says what has left already."""
    morning = morning_figures(b, day, now)
    acts = last_acts.last_acts_of(b, late_list.first_ids(morning.late))
    return Notice(
        digest.digest_sentence(morning, b.company.language), digest.draw(b.company, morning, acts)
    ), morning


def _digest(b: Books, data: Mapping[str, Any]) -> Notice:
    return digest_notice(b, date.fromisoformat(data["day"]), datetime.fromisoformat(data["now"]))[0]


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


def _said(_b: Books, data: Mapping[str, Any]) -> Notice:
    return _only_text(escape(cut(str(data["text"]), blocks.SECTION // 6)))


def _fact(_b: Books, data: Mapping[str, Any]) -> Notice:
    return Notice(str(data["text"]), list(data["blocks"]))


def _reply(b: Books, data: Mapping[str, Any]) -> Notice | None:
    if data.get("listed"):  # said in one list with others
        return None
    return Notice(*incoming.draw(b, int(data["incoming_id"]), nudge=data.get("nudge")))


def _slack_trouble(b: Books, data: Mapping[str, Any]) -> Notice | None:
    """Tell what is wrong and what to do; None once it is over."""
    trouble, place = str(data["trouble"]), str(data["place"])
    if not slack_troubles.stands(b, trouble, place=place):
        return None
    company = b.company
    shown = {"name": company.name, "channel": place, "code": str(data["code"]), "key": company.key}
    return _only_text(say(f"ennuis.{trouble}", company.language, **shown))


def _mailbox_down(b: Books, data: Mapping[str, Any]) -> Notice:
    since, why = date.fromisoformat(data["since"]), data.get("why") or ""
    return _only_text(say("reponses.mailbox_down", b.company.language, since=since, why=why))


DRAWINGS: Mapping[AnnouncementKind, Callable[[Books, Mapping[str, Any]], Notice | None]] = {
    AnnouncementKind.DIGEST: _digest,
    AnnouncementKind.TASKS: board.draw,
    AnnouncementKind.TASK: task_notice.draw,
    AnnouncementKind.LETTER: letter_notice.draw,
    AnnouncementKind.PROMISE_BROKEN: promise_notices.promise_broken,
    AnnouncementKind.PROMISE_KEPT: promise_notices.promise_kept,
    AnnouncementKind.INSTALMENT_DUE: promise_notices.instalment_due,
    AnnouncementKind.INSTALMENT_MET: promise_notices.instalment_met,
    AnnouncementKind.INSTALMENT_MISSED: promise_notices.instalment_missed,
    AnnouncementKind.DISPUTE: dispute_card.notice,
    AnnouncementKind.OLD_CLAIMS: old_claims.draw,
    AnnouncementKind.MODE_CHANGED: _mode_changed,
    AnnouncementKind.SENDS_FAILED: sends.failed,
    AnnouncementKind.UNCERTAIN: sends.uncertain,
    AnnouncementKind.SAID: _said,
    AnnouncementKind.TRIAL: going_live.trial,
    AnnouncementKind.SLACK_TROUBLE: _slack_trouble,
    AnnouncementKind.FACT: _fact,
    AnnouncementKind.CARDS: mail_list.draw,
    AnnouncementKind.APPROVALS: approval_card.draw,
    AnnouncementKind.APPROVALS_AGAIN: approval_card.again,
    AnnouncementKind.APPROVAL: approval_card.one,
    AnnouncementKind.APPROVAL_NOW: approval_card.one,
    AnnouncementKind.REPLY: _reply,
    AnnouncementKind.REPLIES: incoming.overdue,
    AnnouncementKind.BOUNCE_POLICY: sends.bounced,
    AnnouncementKind.BOUNCE_BURST: bursts.draw,
    AnnouncementKind.MAILBOX_DOWN: _mailbox_down,
    AnnouncementKind.MAIL_ACCESS: mail_access.draw,
}
