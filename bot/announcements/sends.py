"""Sends that failed or whose fate nobody knows: one message a run, and the two answers to the latter."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.invoices.list import CHARACTERS, weight
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.naming import asked
from bot.slack.notice import Notice
from bot.slack.visit import Visit
from bot.typed.words import cut, plain
from correspondence import copies
from message_templates import labels
from message_templates.catalogue import say
from receivables.codes.messages import MessageState, RecipientState
from receivables.company import Company
from receivables.language import Language
from store.books import Books
from store.post_room import uncertain as fates
from store.reminders.facts import ReminderTold, reminder

RESEND, CONSIDER_SENT = "uncertain_resend", "uncertain_sent"
MOST = 15
COPIES, COPY_WORDS = 5, 120
WORDS = 200
"""Characters of what a server says that are shown."""


def _told(b: Books, data: Mapping[str, Any], part: str = "reminders") -> list[ReminderTold]:
    """Return the messages that are spoken of; earlier versions spoke of one each."""
    alone = [data["reminder_id"]] if "reminder_id" in data and part == "reminders" else []
    ids = data.get(part) or alone
    return [reminder(b, int(id_)) for id_ in ids]


def failed(b: Books, data: Mapping[str, Any]) -> Notice:
    """Tell that the server is away, or which messages failed for good and which wait for a refusal to end."""
    language = b.company.language
    if data.get("down"):
        text: str = say("taches.news.server_down", language, why=data.get("why") or "")
        return Notice(text, [blocks.section(text)])
    over, waiting = _told(b, data), _told(b, data, "waiting")
    words = cut(str(data.get("words") or data.get("stopped") or ""), WORDS)
    parts: list[str] = []
    if over:
        parts.append(_listed(say("taches.news.send_failed", language, count=len(over)), over, language))
    if waiting:
        head = say("taches.news.send_waiting", language, count=len(waiting), words=words)
        parts.append(_listed(head, waiting, language))
    parts += _not_everywhere(b.company, _told(b, data, "copies"))
    if data.get("stopped"):
        parts.append(say("taches.news.send_stopped", language))
    if not parts:
        text = say("taches.news.send_copies_over", language)
        return Notice(text, [blocks.section(text)], over=True)
    return Notice(parts[0].partition("\n")[0], [blocks.section(part) for part in parts])


def _not_everywhere(company: Company, found: list[ReminderTold]) -> Iterator[str]:
    """Yield at which addresses messages were refused that others may have, with the servers' words."""
    language, about = company.language, [one for one in found if one.lacking]
    if about:
        yield say("taches.news.send_copies", language, count=len(about))
    for one in about[:COPIES]:
        lacking = [
            replace(each, address=cut(each.address, 60), words=cut(each.words or "", COPY_WORDS))
            for each in one.lacking[:2]
        ]
        step, customer = labels.step(one.step, language), cut(one.customer, 100)
        line = say("taches.news.send_failed_line", language, customer=customer, step=step)
        yield "\n".join((line, *copies.told(company, lacking, slack=True)))
    if len(about) > COPIES:
        yield say("taches.news.send_failed_more", language, count=len(about) - COPIES)


def bounced(b: Books, data: Mapping[str, Any]) -> Notice:
    """Tell which messages came back for another reason than the address."""
    told = _told(b, data)
    head = say("reponses.policy", b.company.language, count=len(told))
    return Notice(head, [blocks.section(_listed(head, told, b.company.language))])


def _listed(head: str, told: list[ReminderTold], language: Language) -> str:
    lines = [
        say(
            "taches.news.send_failed_line",
            language,
            customer=cut(one.customer, 100),
            step=labels.step(one.step, language),
        )
        for one in told[:MOST]
    ]
    more = len(told) - len(lines)
    lines += [say("taches.news.send_failed_more", language, count=more)] if more else []
    return "\n".join((head, *lines))


def uncertain(b: Books, data: Mapping[str, Any]) -> Notice | None:
    """Ask what became of messages, each with its two answers; those decided are told as such."""
    told = _told(b, data)
    waiting = [one for one in told if one.unsure]
    head = say(
        "taches.news.uncertain" if waiting else "taches.news.uncertain_over",
        b.company.language,
        count=len(waiting),
    )
    drawn = [blocks.section(head)]
    for one in waiting[:MOST]:
        row = _question(b.company, one)
        if weight([*drawn, *row]) > CHARACTERS:
            break
        drawn += row
    return Notice(head, drawn, over=not waiting)


def _question(company: Company, one: ReminderTold) -> list[Block]:
    language = company.language
    text = say(
        "taches.news.uncertain_line",
        language,
        customer=cut(one.customer, 100),
        who=asked(one.owner) if one.owner else say("digest.nobody", language),
        step=labels.step(one.step, language),
        to=_unsure_at(one),
    )
    value = f"{company.key}:{one.id}"
    buttons = [
        blocks.button(plain(f"taches.news.{key}", language), action, value, confirm=_sure(key, language))
        for key, action in (("resend", RESEND), ("considered", CONSIDER_SENT))
    ]
    return [blocks.section(text), blocks.actions(*buttons)]


def _unsure_at(one: ReminderTold) -> list[str]:
    """Return the addresses of a message that others have at which nobody knows whether it arrived."""
    if one.state == MessageState.UNCERTAIN:
        return []
    return [cut(copy.address, 60) for copy in one.copies if copy.state is RecipientState.UNKNOWN][:3]


def _sure(key: str, language: Language) -> Block:
    return blocks.confirm(
        plain(f"taches.news.{key}_title", language),
        plain(f"taches.news.{key}_text", language),
        plain(f"taches.news.{key}", language),
        plain("taches.news.keep", language),
    )


def resend(visit: Visit, carried: str) -> None:
    """Send an uncertain message again. Raises Refused when its fate is known."""
    with visit.books() as b:
        fates.resend(b, int(carried), by=visit.user, at=visit.at)
    _say(visit, "taches.news.resent", int(carried))


def considered_sent(visit: Visit, carried: str) -> None:
    """Take an uncertain message as sent. Raises Refused when its fate is known."""
    with visit.books() as b:
        fates.consider_sent(b, int(carried), by=visit.user, at=visit.at)
    _say(visit, "taches.news.taken_as_sent", int(carried))


def _say(visit: Visit, key: str, reminder_id: int) -> None:
    with visit.look() as b:
        name = cut(reminder(b, reminder_id).customer, 100)
    text = say(key, visit.language, by=visit.user, customer=name)
    visit.publish(text, [blocks.section(text)])
