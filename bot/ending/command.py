"""/relances perte, annuler, recouvrement, rouvrir: end an invoice without money, or take it up again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.ending import form
from bot.ending.form import EndHow
from bot.slack.access import FINANCE, RESPONSABLE
from bot.slack.fields import typed
from bot.slack.following import what_follows
from bot.slack.outcomes import UNDO_FINANCE, UNDO_RESPONSABLE, joined, with_undo
from bot.slack.requests import Body, metadata_of
from bot.slack.visit import Visit
from bot.typed.choosing import choose
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.codes.roles import Role
from receivables.codes.statuses import Status
from store.invoices import ending
from store.invoices.ending import InvoiceEnded

Act = Callable[..., InvoiceEnded]


@dataclass(frozen=True, slots=True)
class Ending:
    """One way to end an invoice, the role that may, and by what it is ended then; None: by nothing more."""

    act: Act
    role: Role
    ends_by: Status | None


ENDINGS: Mapping[EndHow, Ending] = {
    EndHow.WRITE_OFF: Ending(ending.write_off, RESPONSABLE, Status.WRITTEN_OFF),
    EndHow.WITHDRAW: Ending(ending.withdraw, FINANCE, Status.WITHDRAWN),
    EndHow.HAND_OVER: Ending(ending.hand_over, RESPONSABLE, Status.HANDED_OVER),
    EndHow.REOPEN: Ending(ending.reopen, RESPONSABLE, None),
}


def answer(how: EndHow) -> Callable[[Visit, Understood], None]:
    """Return the answer to a word: the form that shows the invoice and what follows, to be confirmed."""

    def show(visit: Visit, said: Understood) -> None:
        if said.help:
            visit.tell(say("fins.help", visit.language))
            return
        with visit.look() as b:
            invoice, reading = choose(b, said, plain("fins.example", visit.language))
            ending.check(b, invoice.id, ENDINGS[how].ends_by)
            ended, back = ending.how_ended(b, invoice.id), ending.goes_back(b, invoice.id)
        _check_reopening(visit, how, ended)
        visit.open(form.view(visit, how, invoice, note=cut(reading.rest, form.REASON), back=back))

    return show


def _check_reopening(visit: Visit, how: EndHow, ended: Status | None) -> None:
    """Let finance take up what finance may withdraw; the rest is a responsable's. Raises Refused."""
    if how is EndHow.REOPEN and ended is not Status.WITHDRAWN:
        visit.desk.access.check(visit.company, visit.user, RESPONSABLE)


def confirmed(visit: Visit, view: Body) -> None:
    """Do what the form says. Raises Refused when the invoice has ended otherwise meanwhile."""
    known = metadata_of(view)
    how, invoice_id = EndHow(known["how"]), int(known["invoice"])
    with visit.look() as b:
        ended = ending.how_ended(b, invoice_id)
    if how is not EndHow.REOPEN:
        visit.desk.access.check(visit.company, visit.user, ENDINGS[how].role)
    _check_reopening(visit, how, ended)
    reason = typed(view, "reason").strip() or None
    with visit.books() as b:
        done = ENDINGS[how].act(b, invoice_id, reason=reason, by=visit.user, at=visit.at)
    text = _told(visit, how, done, reason)
    action = UNDO_FINANCE if how is EndHow.WITHDRAW else UNDO_RESPONSABLE
    visit.publish(text, with_undo(visit, text, done.entry_id, action=action))


def _told(visit: Visit, how: EndHow, done: InvoiceEnded, reason: str | None) -> str:
    facts = {
        "by": visit.user,
        "number": cut(done.number, 40),
        "customer": cut(done.customer, 100),
        "outstanding": done.outstanding,
        "currency": done.currency,
        "back": done.ended is not None,
    }
    freed = {"freed": done.freed, "currency": done.currency}
    return joined(
        (
            say(f"fins.done.{how}", visit.language, **facts),
            say("fins.reason", visit.language, reason=cut(reason, form.REASON)) if reason else None,
            say("fins.freed", visit.language, **freed) if done.freed else None,
            say("appel.called_off", visit.language, count=done.called_off) if done.called_off else None,
            what_follows(visit, [done.invoice_id]) if how is EndHow.REOPEN else None,
        )
    )
