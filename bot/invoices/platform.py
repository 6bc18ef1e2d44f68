"""/relances refus: an invoice refused on the e-invoicing platform, and no longer."""

from bot.slack.outcomes import UNDO_FINANCE, joined, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import choose
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.errors import Refused
from store.invoices import platform
from store.invoices.ending import InvoiceEnded
from store.tasks import acts as tasks


def answer_refus(visit: Visit, said: Understood) -> None:
    """Answer `/relances refus FAC-123`: nothing leaves for it any more. Raises RelanceError."""
    if said.help:
        visit.tell(say("refus.help", visit.language))
        return
    with visit.look() as b:
        invoice, _ = choose(b, said, plain("refus.example", visit.language))
    with visit.books() as b:
        done = platform.refuse(b, invoice.id, by=visit.user, at=visit.at)
    _told(visit, done, "refus.done")


def answer_leve(visit: Visit, said: Understood) -> None:
    """Answer `/relances refus-leve FAC-123`: it is refused no longer. Raises RelanceError."""
    if said.help:
        visit.tell(say("refus.help", visit.language))
        return
    with visit.look() as b:
        invoice, _ = choose(b, said, plain("refus.lifted_example", visit.language))
    _lift(visit, invoice.id)


def accepted(visit: Visit, carried: str) -> None:
    """Answer *N’est plus refusée* on the task. Raises Refused when it is so already."""
    with visit.look() as b:
        task = tasks.get_task(b, int(carried.partition(":")[0]))
    if not task.invoice_ids:
        raise Refused("tasks.absent")
    _lift(visit, task.invoice_ids[0])


def _lift(visit: Visit, invoice_id: int) -> None:
    with visit.books() as b:
        done = platform.accept(b, invoice_id, by=visit.user, at=visit.at)
    _told(visit, done, "refus.lifted")


def _told(visit: Visit, done: InvoiceEnded, key: str) -> None:
    facts = {"number": cut(done.number, 40), "customer": cut(done.customer, 100)}
    resumes = visit.company.calendar.add_open(visit.today, 3)
    text = joined(
        (
            say(key, visit.language, by=visit.user, on=resumes, **facts),
            say("appel.called_off", visit.language, count=done.called_off) if done.called_off else None,
        )
    )
    visit.publish(text, with_undo(visit, text, done.entry_id, action=UNDO_FINANCE))
