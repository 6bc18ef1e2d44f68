"""A task's button: it is done, or what became of an uncertain send."""

from bot import blocks
from bot.replies import joined, with_undo
from bot.visit import Visit
from message_templates.catalogue import say
from store import tasks, uncertain


def done(visit: Visit, carried: str) -> None:
    """Close task `carried` as done. Raises Refused when it is closed already."""
    with visit.books() as b:
        closed = tasks.close(b, int(carried), outcome="done", by=visit.user, at=visit.at)
    small = say("taches.done", by=visit.user, on=visit.today)
    text = joined((f"{visit.clicked}\n{small}" if visit.clicked else small,))
    drawn = with_undo(visit, text, closed.entry_id)
    if not visit.clicked or not visit.voice.replace(text, drawn):
        visit.publish(text, drawn)


def resend(visit: Visit, carried: str) -> None:
    """Send an uncertain message again. Raises Refused when its fate is known."""
    with visit.books() as b:
        uncertain.resend(b, int(carried), by=visit.user, at=visit.at)
    _settled(visit, say("taches.news.resent", by=visit.user))


def considered_sent(visit: Visit, carried: str) -> None:
    """Take an uncertain message as sent. Raises Refused when its fate is known."""
    with visit.books() as b:
        uncertain.consider_sent(b, int(carried), by=visit.user, at=visit.at)
    _settled(visit, say("taches.news.taken_as_sent", by=visit.user))


def _settled(visit: Visit, small: str) -> None:
    text = f"{visit.clicked}\n{small}"
    redrawn = visit.clicked and visit.voice.replace(
        text, [blocks.section(visit.clicked), blocks.context(small)]
    )
    if not redrawn:
        visit.publish(small, [blocks.section(small)])
