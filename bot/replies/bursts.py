"""Many dead addresses at once: the one message that shows them, and its two answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.notice import Notice
from bot.slack.visit import Visit
from bot.typed.words import cut, plain
from message_templates.catalogue import Mrkdwn, say
from receivables.language import Language
from store.books import Books
from store.post_room import bursts
from store.post_room.bursts import Suspect

MARK, IGNORE = "burst_mark", "burst_ignore"
MOST = 15


def draw(b: Books, data: Mapping[str, Any]) -> Notice:
    """Ask whether the addresses are dead: those that wait as the books stand."""
    language, day = b.company.language, date.fromisoformat(data["day"])
    found = bursts.waiting(b, day)
    head = say("reponses.burst.head", language, count=len(found), on=day)
    if not found:
        return Notice(head, [blocks.section(head)], over=True)
    lines = [_line(one, language) for one in found[:MOST]]
    more = len(found) - len(lines)
    lines += [say("reponses.burst.more", language, count=more)] if more else []
    value = f"{b.company.key}:{day.isoformat()}"
    buttons = [
        blocks.button(plain(f"reponses.burst.{key}", language), action, value, confirm=_sure(key, language))
        for key, action in (("ignore", IGNORE), ("mark", MARK))
    ]
    drawn = [blocks.section("\n".join(lines[start : start + 5])) for start in range(0, len(lines), 5)]
    return Notice(head, [blocks.section(head), *drawn, blocks.actions(*buttons)])


def _line(one: Suspect, language: Language) -> Mrkdwn:
    return say(
        "reponses.burst.line",
        language,
        customer=cut(one.customer, 60),
        addresses=[cut(address, 60) for address in one.addresses[:2]],
        words=cut(one.words, 60),
    )


def _sure(key: str, language: Language) -> Block:
    return blocks.confirm(
        plain(f"reponses.burst.{key}_title", language),
        plain(f"reponses.burst.{key}_text", language),
        plain(f"reponses.burst.{key}_yes", language),
        plain("reponses.burst.keep", language),
    )


def mark(visit: Visit, carried: str) -> None:
    """Write to these addresses no more. Raises Refused when they are dealt with."""
    with visit.books() as b:
        count = bursts.mark(b, date.fromisoformat(carried), by=visit.user, at=visit.at)
    _say(visit, "reponses.burst.marked", count)


def ignore(visit: Visit, carried: str) -> None:
    """Mark nothing. Raises Refused when they are dealt with."""
    with visit.books() as b:
        count = bursts.ignore(b, date.fromisoformat(carried), by=visit.user, at=visit.at)
    _say(visit, "reponses.burst.ignored", count)


def _say(visit: Visit, key: str, count: int) -> None:
    text = say(key, visit.language, by=visit.user, count=count)
    visit.publish(text, [blocks.section(text)])
