"""The answer to whether the customers of a file that have a SIREN are businesses."""

from bot.slack.outcomes import UNDO_FINANCE, with_undo
from bot.slack.visit import Visit
from message_templates.catalogue import say
from store.customers import kinds


def are_businesses(visit: Visit, carried: str) -> None:
    """Answer yes: they are. Raises Refused when somebody has answered."""
    _answer(visit, carried, business=True)


def not_all(visit: Visit, carried: str) -> None:
    """Answer no: they stay unknown, and each is said in its file. Raises Refused as above."""
    _answer(visit, carried, business=False)


def _answer(visit: Visit, carried: str, *, business: bool) -> None:
    task_id = int(carried.partition(":")[0])
    with visit.books() as b:
        done = kinds.say(b, task_id, business=business, by=visit.user, at=visit.at)
    key = "fiche.kinds.business" if business else "fiche.kinds.unknown"
    text = say(key, visit.language, by=visit.user, count=done.customers)
    visit.publish(text, with_undo(visit, text, done.entry_id, action=UNDO_FINANCE))
