"""/relances reconnaissance: the customer acknowledged its debt in writing, so that the claim counts anew."""

from bot.slack.following import what_follows
from bot.slack.outcomes import joined, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import choose
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from store.claims import acts as claims

_NOTE = 300


def answer_reconnaissance(visit: Visit, said: Understood) -> None:
    """Answer `/relances reconnaissance FAC-123 le 12/03 note`; without a day, today. Raises RelanceError."""
    if said.help:
        visit.tell(say("reconnaissance.help", visit.language))
        return
    with visit.look() as b:
        invoice, reading = choose(b, said, plain("reconnaissance.example", visit.language))
    note = cut(reading.rest, _NOTE) or None
    with visit.books() as b:
        done = claims.acknowledge(
            b, invoice.id, on=said.day or visit.today, note=note, by=visit.user, at=visit.at
        )
    facts = {"number": cut(done.number, 40), "customer": cut(done.customer, 100)}
    text = joined(
        (
            say("reconnaissance.done", visit.language, by=visit.user, on=done.on, **facts),
            say(
                "reconnaissance.anew" if done.revived else "reconnaissance.too_late",
                visit.language,
                until=done.prescribed_on,
            ),
            what_follows(visit, [done.invoice_id]),
            f"\n{say('reconnaissance.note', visit.language, note=note)}" if note else None,
        )
    )
    visit.publish(text, with_undo(visit, text, done.entry_id))
