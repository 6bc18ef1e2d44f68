"""*Donner le feu vert*: let the messages of an unusual morning leave (SCHEDULE 18)."""

from datetime import date

from bot.morning.buttons import redraw
from bot.slack.visit import Visit
from store.reminders import day_plans


def give_go(visit: Visit, carried: str) -> None:
    """Give the go for the day `carried`, and redraw the digest. Raises Refused when it is too late."""
    day = date.fromisoformat(carried)
    with visit.books() as b:
        day_plans.give_go(b, day, by=visit.user, at=visit.at)
    redraw(visit)
