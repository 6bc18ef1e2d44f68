"""/relances rejet, /relances moyen: a direct debit came back; by what an invoice or a customer pays."""

from collections.abc import Callable
from typing import Any

from bot.direct_debits import form
from bot.slack.following import next_step, what_follows
from bot.slack.outcomes import joined, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import choose, find_customer, known_invoice
from bot.typed.questions import day_of
from bot.typed.values import Reading, Understood
from bot.typed.vocabulary import BY_FILE, MEANS_OF
from bot.typed.words import cut, plain
from message_templates import labels
from message_templates.catalogue import say
from receivables.codes.payments import PULLED, Means
from receivables.errors import Refused, RelanceError, UnknownCustomer
from receivables.text import fold_typed
from store.books import Books
from store.direct_debits import acts as direct_debits
from store.direct_debits import means as means_of_payment
from store.direct_debits.means import DebitOutcome
from store.invoices import acts as invoices
from store.tasks import acts as tasks


def answer_rejet(visit: Visit, said: Understood) -> None:
    """Answer `/relances rejet FAC-123 hier provision insuffisante` with its form. Raises RelanceError."""
    if said.help:
        visit.tell(say("rejet.help", visit.language))
        return
    with visit.look() as b:
        invoice, reading = choose(b, said, plain("rejet.example", visit.language))
    if invoice.outstanding <= 0:
        raise Refused("direct_debits.paid", number=invoice.number)
    day = day_of(said, reading, visit.language)
    visit.open(form.view(visit, invoice.customer, {invoice.id: invoice.number}, on=day, note=reading.rest))


def ask(visit: Visit, carried: str) -> None:
    """Answer *Rejeté par la banque* on a task: the form, for the invoices that it asks about."""
    with visit.look() as b:
        task = tasks.get_task(b, int(carried.partition(":")[0]))
        about = {id_: invoices.get_invoice(b, id_) for id_ in task.invoice_ids}
    owed = {id_: invoice.number for id_, invoice in about.items() if invoice.outstanding > 0}
    if not owed:
        raise Refused("tasks.already_closed", by=None)
    visit.open(form.view(visit, task.customer or "", owed))


def submitted(visit: Visit, view: dict[str, Any]) -> None:
    """Note the rejection that the form describes. Raises RelanceError."""
    fields = form.read(view, visit.today)
    with visit.books() as b:
        done = direct_debits.reject(
            b,
            fields.invoice_id,
            on=fields.on,
            again_on=fields.again_on,
            note=fields.note,
            by=visit.user,
            at=visit.at,
        )
    facts = {"number": cut(done.number or "", 40), "customer": cut(done.customer, 100)}
    again = say("rejet.again", visit.language, on=done.again_on) if done.again_on else None
    text = joined(
        (
            say("rejet.done", visit.language, by=visit.user, on=done.on, **facts),
            again or say("rejet.goes_on", visit.language),
            say("appel.called_off", visit.language, count=done.called_off) if done.called_off else None,
            what_follows(visit, [fields.invoice_id]),
            f"\n{say('rejet.note', visit.language, note=fields.note)}" if fields.note else None,
        )
    )
    visit.publish(text, with_undo(visit, text, done.entry_id))


def answer_represente(visit: Visit, said: Understood) -> None:
    """Answer `/relances represente FAC-123 le 20/12`: it is presented again. Raises RelanceError."""
    if said.help:
        visit.tell(say("rejet.help", visit.language))
        return
    with visit.look() as b:
        invoice, reading = choose(b, said, plain("rejet.again_example", visit.language))
    day = day_of(said, reading, visit.language)
    if day is None:
        raise Refused("direct_debits.day_missing", number=invoice.number)
    if reading.rest:
        example = plain("rejet.again_example", visit.language)
        raise Refused("saisie.not_understood", typed=cut(reading.rest, 60), example=example)
    with visit.books() as b:
        done = direct_debits.present_again(b, invoice.id, on=day, by=visit.user, at=visit.at)
    facts = {"number": cut(invoice.number, 40), "customer": cut(invoice.customer, 100)}
    text = joined(
        (
            say("rejet.presented", visit.language, by=visit.user, on=done.again_on, **facts),
            say("appel.called_off", visit.language, count=done.called_off) if done.called_off else None,
            what_follows(visit, [invoice.id]),
        )
    )
    visit.publish(text, with_undo(visit, text, done.entry_id))


def answer_moyen(visit: Visit, said: Understood) -> None:
    """Answer `/relances moyen FAC-123 prélèvement`, or a customer’s name. Raises RelanceError."""
    if said.help:
        visit.tell(say("moyen.help", visit.language))
        return
    reading, means = _means(visit, said)
    with visit.look() as b:
        set_, about = _target(b, said, reading, plain("moyen.example", visit.language))
    with visit.books() as b:
        done = set_(b, about, means=means, by=visit.user, at=visit.at)
    _tell_means(visit, done)


def _means(visit: Visit, said: Understood) -> tuple[Reading, Means | None]:
    """Return whom or what a reading is about, and the means that its last words say. Raises Refused."""
    for reading in said.readings:
        word = fold_typed(reading.rest)
        if word in MEANS_OF or word in BY_FILE:
            return reading, MEANS_OF.get(word)
    typed = min((reading.rest for reading in said.readings if reading.rest), key=len, default="")
    raise Refused(
        "direct_debits.means_missing", typed=cut(typed, 40), example=plain("moyen.example", visit.language)
    )


def _target(
    b: Books, said: Understood, reading: Reading, example: str
) -> tuple[Callable[..., DebitOutcome], int]:
    """Return the invoice, else the customer, that is named. Raises RelanceError with the closest."""
    invoice_id = known_invoice(b, reading.subject)
    if invoice_id is not None:
        return means_of_payment.set_of_invoice, invoice_id
    try:
        return means_of_payment.set_of_customer, find_customer(b, reading.subject).id
    except UnknownCustomer as error:
        raise _nobody(b, said, error, example) from error


def _nobody(b: Books, said: Understood, error: UnknownCustomer, example: str) -> RelanceError:
    try:
        choose(b, said, example)
    except RelanceError as closest:
        return closest
    return error


def _tell_means(visit: Visit, done: DebitOutcome) -> None:
    facts = {"number": cut(done.number or "", 40), "customer": cut(done.customer, 100)}
    word = labels.label("means", done.means, visit.language) if done.means else ""
    scope = "invoice" if done.number else "customer"
    text = joined(
        (
            say(f"moyen.set_{scope}", visit.language, by=visit.user, means=word, **facts),
            say("moyen.pulled", visit.language) if done.means in PULLED else None,
            say("appel.called_off", visit.language, count=done.called_off) if done.called_off else None,
            _follows(visit, done),
        )
    )
    visit.publish(text, with_undo(visit, text, done.entry_id))


def _follows(visit: Visit, done: DebitOutcome) -> str | None:
    """Return what comes next; of what the company collects, only a step that has a day."""
    if not done.invoice_ids:
        return None
    tell = next_step if done.means in PULLED else what_follows
    return tell(visit, done.invoice_ids)
