"""One task as a form on top of the list: all it takes, and what can be done about it."""

import json

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.visit import Visit
from bot.tasks import card
from bot.typed.words import plain
from store.books import Books

CALLBACK = "task_page"


def page(visit: Visit, b: Books, task_id: int) -> Block:
    """Return the page of a task as the books stand. Raises Refused when it is not in these books."""
    notice = card.draw(b, {"task_id": task_id, "today": visit.today.isoformat(), "now": visit.at.isoformat()})
    view = blocks.modal(
        CALLBACK,
        plain("taches.board.title", visit.language),
        notice.blocks,
        submit="",
        close=plain("taches.board.close", visit.language),
        metadata=json.dumps({"company": visit.company.key, "channel": visit.voice.channel}),
    )
    del view["submit"]
    return view


def redraw(visit: Visit, task_id: int) -> bool:
    """Draw the page anew that the person acted from; False when there is none."""
    if not visit.modals:
        return False
    with visit.look() as b:
        view = page(visit, b, task_id)
    return visit.change_modals(view)
