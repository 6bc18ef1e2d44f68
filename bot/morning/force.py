"""*Forcer pour aujourd’hui*: one person asks, another confirms (SCHEDULE 15)."""

from datetime import date

from bot.morning.buttons import redraw
from bot.slack.outcomes import UNDO_FINANCE, UNDO_RESPONSABLE, with_undo
from bot.slack.visit import Visit
from message_templates.catalogue import say
from receivables.errors import Refused
from store.morning import forcings


def ask(visit: Visit, carried: str) -> None:
    """Ask for the day `carried` to be sent from old books. Raises Refused."""
    if date.fromisoformat(carried) != visit.today:
        raise Refused("morning.other_day")
    with visit.books() as b:
        done = forcings.ask(b, reason=None, by=visit.user, at=visit.at)
    text = say("modes.told_asked", visit.language, by=visit.user)
    visit.publish(text, with_undo(visit, text, done.entry_id, action=UNDO_FINANCE))
    redraw(visit)


def confirm(visit: Visit, carried: str) -> None:
    """Confirm what another person asked. Raises Refused."""
    with visit.books() as b:
        done = forcings.confirm(b, date.fromisoformat(carried), by=visit.user, at=visit.at)
    text = say("modes.told_forced", visit.language, by=visit.user, asked=done.asked_by)
    visit.publish(text, with_undo(visit, text, done.entry_id, action=UNDO_RESPONSABLE))
    redraw(visit)
