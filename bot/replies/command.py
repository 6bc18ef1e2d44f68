"""/relances reponses, /relances a-classer: what came in and waits for a person."""

from collections.abc import Callable

from bot.invoices import list as late_list
from bot.replies import card as incoming
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.visit import Visit
from bot.typed.values import Understood
from message_templates.catalogue import say
from store.books import Books
from store.replies import facts as incoming_facts
from store.replies.acts import waiting
from store.replies.facts import IncomingFacts

SHOWN = 8


def unread(visit: Visit, said: Understood) -> None:  # noqa: ARG001 - a conversation's signature
    """Whisper the replies that wait, the oldest first, with their buttons."""
    _listed(visit, incoming_facts.unread, "list", "none", 0)


def to_file(visit: Visit, said: Understood) -> None:  # noqa: ARG001 - a conversation's signature
    """Whisper the mails that wait to be filed, the oldest first, with their buttons."""
    _listed(visit, incoming_facts.to_file, "list_to_file", "none_to_file", 1)


def _listed(
    visit: Visit, read: Callable[[Books, int], list[IncomingFacts]], head: str, none: str, which: int
) -> None:
    with visit.look() as b:
        count = waiting(b)[which]
        drawn = [incoming.item(b, mail) for mail in read(b, SHOWN)]
    if not count:
        visit.tell(say(f"reponses.{none}", visit.language))
        return
    title = say(f"reponses.{head}", visit.language, count=count)
    shown = _fitting(drawn, late_list.CHARACTERS - 500)
    told = say("reponses.shown", visit.language, shown=len(shown), count=count)
    foot = [blocks.context(told)] if len(shown) < count else []
    middle = [block for one in shown for block in (blocks.divider(), *one)]
    visit.tell(title, [blocks.section(title), *middle, *foot])


def _fitting(drawn: list[list[Block]], room: int) -> list[list[Block]]:
    """Return the first mails that fit into one message, by blocks and by characters."""
    kept: list[list[Block]] = []
    left = 46
    for one in drawn:
        room -= late_list.weight(one)
        left -= len(one) + 1
        if room < 0 or left < 0:
            break
        kept.append(one)
    return kept
