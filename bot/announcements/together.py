"""News that come at once, in one message: each as it is drawn by itself, with its own buttons."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.invoices.list import CHARACTERS, weight
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.notice import Notice
from message_templates.catalogue import say
from receivables.codes.announcements import AnnouncementKind
from receivables.language import Language
from store.announcements import Waiting

ROOM = CHARACTERS - 3000
"""Characters of the news of one message when it is posted: drawn anew, they may say a little more."""
BLOCKS = 40
MOST = 50
"""Blocks that Slack takes."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One of the news, as it is drawn."""

    waiting: Waiting
    notice: Notice


def subject(waiting: Waiting) -> tuple[str, object]:
    """Return what an announcement is about: of one reply, or one dispute, the latest says it all."""
    about = waiting.data.get("incoming_id") or waiting.data.get("dispute_id")
    return waiting.kind, about or f"announcement {waiting.id}"


def pages(found: Sequence[Drawn]) -> Iterator[list[Drawn]]:
    """Cut news into messages that Slack takes, in their order."""
    page: list[Drawn] = []
    for one in found:
        drawn = [block for each in (*page, one) for block in each.notice.blocks]
        if page and (len(drawn) + len(page) > BLOCKS or weight(drawn) > ROOM):
            yield page
            page = []
        page.append(one)
    if page:
        yield page


def compose(parts: Sequence[tuple[AnnouncementKind, Notice]], language: Language) -> Notice:
    """Return one message of several news; those that are done with are cut to their first paragraph."""
    counts = Counter(kind for kind, _ in parts)
    counted = [say(f"taches.together.{kind}", language, count=count) for kind, count in counts.items()]
    head = say("taches.together.head", language, parts=counted)
    drawn: list[Block] = [blocks.section(head, block_id=blocks.TOGETHER)]
    for _, notice in parts:
        drawn += [blocks.divider(), *(notice.blocks[:1] if notice.over else notice.blocks)]
    return Notice(head, drawn[:MOST])
