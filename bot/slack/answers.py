"""A question that was asked back has one answer: of its buttons one acts, whichever are pressed."""

import contextlib
from collections.abc import Iterator, Sequence

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.outcomes import UNDO, undo_button
from bot.slack.visit import Desk
from bot.slack.voice import Voice
from message_templates import labels
from message_templates.catalogue import say
from receivables.errors import Refused, RelanceError
from store import undo
from store.health import deliveries


@contextlib.contextmanager
def once(desk: Desk, voice: Voice, key: str, *, by: str) -> Iterator[list[Sequence[Block]] | None]:
    """Give the list that takes the facts of an answer; None, and the person is told, when one stands already.

    `by` is the delivery that answers: taken up again after a stop, it goes on.

    An answer that came to nothing (a refusal, another question) leaves the question open, and so does one
    that was taken back since. Raises Refused while an answer is under way, or where nothing is known of it.
    """
    if not deliveries.answers_first(desk.database, key, by=by, at=desk.now()) and _stands(desk, voice, key):
        yield None
        return
    facts: list[Sequence[Block]] = []
    try:
        yield facts
    except RelanceError:
        _close(desk, key, facts)
        raise
    _close(desk, key, facts)


def _close(desk: Desk, key: str, facts: Sequence[Sequence[Block]]) -> None:
    if not facts:
        deliveries.release(desk.database, key)
    for action, value in _undoings(facts):
        deliveries.came_of(desk.database, key, f"{action}|{value}", at=desk.now())


def _undoings(facts: Sequence[Sequence[Block]]) -> list[tuple[str, str]]:
    """Return the buttons that take facts back, the last fact's last."""
    elements = [element for drawn in facts for block in drawn for element in block.get("elements", ())]
    return [
        (element["action_id"], element["value"])
        for element in elements
        if str(element.get("action_id", "")).startswith(UNDO)
    ]


def _stands(desk: Desk, voice: Voice, key: str) -> bool:
    """Whether an answer stands; the person is told which, with its *Annuler*. Raises Refused when unknown."""
    action, _, value = (deliveries.outcome(desk.database, key) or "").partition("|")
    company_key, _, entry_id = value.partition(":")
    company = desk.companies.get(company_key)
    if company is None:
        raise Refused("saisie.answered")
    with desk.look(company) as b:
        done = undo.standing(b, int(entry_id))
    if done is None:
        return False
    text = say(
        "common.answered",
        company.language,
        act=labels.label("act", done.act, company.language),
        number=done.number or "",
        customer=done.customer or "",
        at=f"{done.at.astimezone(company.zone):%H:%M}",
    )
    back = undo_button(value, action=action, language=company.language)
    voice.whisper(text, [blocks.section(text), blocks.actions(back)])
    return True
