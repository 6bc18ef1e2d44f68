"""*Donner le feu vert*: let the messages of an unusual morning leave (SCHEDULE 18)."""

from datetime import date

from bot import blocks, digest, late_list
from bot.visit import Visit
from message_templates.catalogue import say
from store import digest as digest_facts
from store import last_acts, mornings


def run(visit: Visit, carried: str) -> None:
    """Give the go for the day `carried`, and redraw the digest. Raises Refused when it is too late."""
    day = date.fromisoformat(carried)
    with visit.books() as b:
        mornings.give_go(b, day, by=visit.user, at=visit.at)
    with visit.look() as b:
        morning = digest_facts.facts(b, day)
        acts = last_acts.of(b, late_list.first_ids(morning.late))
    given = say("digest.go_given", by=visit.user, day=day)
    drawn = [*digest.draw(visit.company, morning, acts), blocks.context(given)]
    if not visit.voice.replace(digest.text(morning), drawn):
        visit.publish(given, [blocks.section(given)])
