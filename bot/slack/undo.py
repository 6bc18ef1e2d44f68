"""*Annuler*: take back the act of a journal line, and say so where it was told."""

from bot.slack import asking, blocks
from bot.slack.access import COMMERCIAL, FINANCE, RESPONSABLE
from bot.slack.front import Rule
from bot.slack.outcomes import UNDO, UNDO_FINANCE, UNDO_RESPONSABLE, who
from bot.slack.routes import Routes
from bot.slack.visit import Visit
from message_templates.catalogue import say
from receivables import duty
from receivables.errors import Refused
from receivables.people import Person
from store import undo
from store.invoices import acts as invoices
from store.traces.money import PaymentRecorded
from store.undo import Undone


def undo_act(visit: Visit, carried: str) -> None:
    """Take back journal line `carried`. Raises Refused when it is undone already, or others depend on it.

    Who did the act may take it back; another person's act takes the role finance.
    """
    check(visit, int(carried))
    with visit.books() as b:
        undone = undo.undo(b, int(carried), by=visit.user, at=visit.at)
    small = _undone(visit, undone)
    said = visit.clicked
    redrawn = said and visit.voice.replace(f"{said}\n{small}", [blocks.section(said), blocks.context(small)])
    if not redrawn or visit.voice.channel != visit.company.slack_channel:
        text = say(
            "erreurs.undone_whole",
            visit.language,
            by=visit.user,
            number=undone.number or "",
            customer=undone.customer or "",
            author=who(undone.by, visit.language),
        )
        visit.publish(text, [blocks.section(text)])


def check(visit: Visit, entry_id: int) -> None:
    """Refuse who neither did the act of a journal line nor has the role finance. Raises Refused."""
    with visit.look() as b:
        author = undo.author(b, entry_id)
    if author != visit.user and not visit.desk.access.may(visit.company, visit.user, FINANCE):
        raise Refused("undo.others", author=Person(author) if duty.is_user(author) else None)


def _undone(visit: Visit, undone: Undone) -> str:
    """Say that an act was taken back; of a payment, what is owed again and when reminders go on."""
    paid = undone.told
    if not isinstance(paid, PaymentRecorded) or undone.invoice_id is None:
        return say("erreurs.undone", visit.language, by=visit.user, on=visit.today)
    with visit.look() as b:
        invoice = invoices.get_invoice(b, undone.invoice_id)
    return say(
        "erreurs.undone_payment",
        visit.language,
        by=visit.user,
        on=visit.today,
        again=paid.outstanding == 0,
        outstanding=invoice.outstanding,
        currency=invoice.currency,
        late=visit.today > invoice.due_date,
        resumes=visit.company.calendar.add_open(visit.today, 3),
    )


ROUTES = Routes(
    clicks={
        asking.ASK: Rule(asking.ask, COMMERCIAL),
        UNDO: Rule(undo_act, COMMERCIAL),
        UNDO_FINANCE: Rule(undo_act, COMMERCIAL),  # their own; of others, as finance: `check`
        UNDO_RESPONSABLE: Rule(undo_act, RESPONSABLE),
    }
)
