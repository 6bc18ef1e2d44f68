"""The buttons of a reply: what it is, whose it is, and taking that back."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.promises.command import left_sentences, replaced
from bot.replies import card as incoming
from bot.replies import filing, form
from bot.slack.following import what_follows
from bot.slack.outcomes import joined, with_undo
from bot.slack.undo import check
from bot.slack.visit import Visit
from bot.typed.words import cut
from message_templates.catalogue import Mrkdwn, say
from message_templates.writer import writer
from receivables.codes.replies import Handled, IncomingKind, IncomingState
from receivables.errors import Refused
from receivables.language import Language
from store import undo
from store.addresses import acts as addresses
from store.books import Books
from store.customers import facts as customers
from store.customers import search as customer_search
from store.post_room import bounced
from store.replies import acts
from store.replies import facts as incoming_facts
from store.replies import handling as incoming_acts
from store.replies.facts import IncomingFacts, OpenInvoice
from store.replies.handling import Disputed, HandledAsPaid, Promised


def opens(how: Handled) -> Callable[[Visit, str], None]:
    """Return the conversation of a button that acts on invoices (*Promesse*…): its form, filled in."""

    def run(visit: Visit, carried: str) -> None:
        with visit.look() as b:
            mail = incoming_facts.get_incoming(b, int(carried))
            again = mail.state == IncomingState.HANDLED and how in acts.left_to_do(mail.proposal)
            if mail.customer_id is None or not (mail.state == IncomingState.UNREAD or again):
                raise Refused("replies.handled_already")
            owed = incoming_facts.invoices(b, mail.customer_id)
            meant = _meant(mail, how, owed) or incoming_facts.meant(b, mail, owed, visit.today)
        if not owed:
            raise Refused("replies.nothing_owed")
        visit.open(form.view(visit, how, mail, owed, meant))

    return run


def _meant(mail: IncomingFacts, how: Handled, owed: Sequence[OpenInvoice]) -> list[OpenInvoice]:
    """Return the invoices that the sentence read names."""
    named = incoming.reading_of(mail, how).get("numbers", ())
    return [one for one in owed if one.shared in named]


def closes(how: Handled) -> Callable[[Visit, str], None]:
    """Return the conversation of *Répondu* or *Ignorer*: the reply holds nothing any more."""

    def run(visit: Visit, carried: str) -> None:
        with visit.books() as b:
            acts.handle(b, int(carried), how=how, by=visit.user, at=visit.at)
        _redraw(visit, int(carried))

    return run


def take_back(visit: Visit, carried: str) -> None:
    """Take back what was made of a reply. Raises Refused as `undo` does."""
    incoming_id, _, entry_id = carried.partition(":")
    check(visit, int(entry_id))
    with visit.books() as b:
        undo.undo(b, int(entry_id), by=visit.user, at=visit.at)
    _redraw(visit, int(incoming_id))


def _redraw(visit: Visit, incoming_id: int) -> None:
    """Show the reply as it stands now, in the place of the message that was clicked."""
    if visit.among_others:
        return
    with visit.look() as b:
        text, drawn = incoming.draw(b, incoming_id)
    if not visit.voice.replace(text, drawn):
        visit.tell(text, drawn)


def submitted(visit: Visit, view: dict[str, Any]) -> None:
    """Act on a form of a reply; its fields are checked already. Raises RelanceError."""
    fields = form.read_fields(view, visit.today)
    how = {callback: how for how, callback in form.CALLBACKS.items()}[view["callback_id"]]
    entry_id, text = _ACTS[how](visit, fields)
    visit.publish(text, with_undo(visit, text, entry_id))


def _promise(visit: Visit, fields: form.ReplyFields) -> tuple[int, Mrkdwn]:
    assert fields.on is not None  # noqa: S101 - `errors` asked for it
    with visit.books() as b:
        done = incoming_acts.promised(
            b, fields.incoming_id, fields.invoice_ids, amount=fields.amount, on=fields.on,
            by=visit.user, at=visit.at,
        )  # fmt: skip
    return done.done.entry_id, _told_promise(visit, done)


def _told_promise(visit: Visit, done: Promised) -> Mrkdwn:
    promise = done.promise
    what = say(
        "reponses.done.promise_one",
        visit.language,
        amount=promise.promise_amount,
        currency=promise.currency,
        numbers=[cut(number, 40) for number in promise.numbers[:MOST_TOLD]],
        on=promise.promise_date,
    )
    sentences = (
        _outcome_sentence(visit, Handled.PROMISE, done.done, [what]),
        replaced(promise, visit.language),
        say("reponses.done.holds", visit.language, until=promise.holds_until),
        what_follows(visit, promise.invoice_ids),
    )
    return Mrkdwn(joined(sentences))


def _dispute(visit: Visit, fields: form.ReplyFields) -> tuple[int, Mrkdwn]:
    with visit.books() as b:
        done: Disputed = incoming_acts.disputed(
            b, fields.incoming_id, fields.invoice_ids, kind=fields.kind, note=fields.note,
            by=visit.user, at=visit.at,
        )  # fmt: skip
    what = [
        say("reponses.done.dispute_one", visit.language, number=cut(one.number, 40)) for one in done.disputes
    ]
    return done.done.entry_id, _outcome_sentence(visit, Handled.DISPUTE, done.done, what)


def _paid(visit: Visit, fields: form.ReplyFields) -> tuple[int, Mrkdwn]:
    with visit.books() as b:
        done: HandledAsPaid = incoming_acts.paid(
            b, fields.incoming_id, fields.invoice_ids, amount=fields.amount, on=fields.on or visit.today,
            by=visit.user, at=visit.at,
        )  # fmt: skip
    what = [
        say(
            "reponses.done.paid_one",
            visit.language,
            amount=one.amount,
            currency=one.currency,
            number=cut(one.number, 40),
            left=one.outstanding if one.outstanding > 0 else None,
        )
        for one in done.payments
    ]
    left = [one.invoice_id for one in done.payments if one.outstanding > 0]
    follows = what_follows(visit, left) if left else None
    told = _outcome_sentence(visit, Handled.PAID, done.done, what)
    return done.done.entry_id, Mrkdwn(joined((told, follows)))


def _left(visit: Visit, fields: form.ReplyFields) -> tuple[int, Mrkdwn]:
    with visit.books() as b:
        done = incoming_acts.left(b, fields.incoming_id, fields.invoice_ids, by=visit.user, at=visit.at)
    told = done.left
    numbers = [cut(number, 40) for number in told.numbers[:MOST_TOLD]]
    what = say("reponses.done.payment_left_one", visit.language, numbers=numbers)
    sentences = (
        _outcome_sentence(visit, Handled.PAYMENT_LEFT, done.done, [what]),
        say("reponses.done.holds", visit.language, until=told.left.until) if told.left.until else None,
        *left_sentences(told.left, visit.language),
        what_follows(visit, told.invoice_ids),
    )
    return done.done.entry_id, Mrkdwn(joined(sentences))


_ACTS: dict[Handled, Callable[[Visit, form.ReplyFields], tuple[int, Mrkdwn]]] = {
    Handled.PROMISE: _promise,
    Handled.DISPUTE: _dispute,
    Handled.PAID: _paid,
    Handled.PAYMENT_LEFT: _left,
}
MOST_TOLD = 10


def _outcome_sentence(visit: Visit, how: Handled, done: acts.IncomingDone, what: list[Mrkdwn]) -> Mrkdwn:
    return say(
        f"reponses.done.{how}",
        visit.language,
        by=visit.user,
        customer=cut(done.customer or "", 100),
        what=Mrkdwn(_listed(what, visit.language)),
        count=len(what),
    )


def _listed(what: list[Mrkdwn], language: Language) -> str:
    rest = len(what) - MOST_TOLD
    more = [say("reponses.done.more", language, count=rest)] if rest > 0 else []
    return writer(language).listed([*what[:MOST_TOLD], *more])


# --- filing -----------------------------------------------------------------------------------------------


def file_to(visit: Visit, carried: str) -> None:
    """File a mail with the customer that was suggested."""
    incoming_id, _, customer_id = carried.partition(":")
    with visit.books() as b:
        _file(b, visit, int(incoming_id), int(customer_id))
    _redraw(visit, int(incoming_id))


def _file(b: Books, visit: Visit, incoming_id: int, customer_id: int) -> int:
    """File a mail, or the report of an address refused; return the journal line."""
    if incoming_facts.get_incoming(b, incoming_id).kind == IncomingKind.BOUNCE:
        return bounced.file(b, incoming_id, customer_id, by=visit.user, at=visit.at)
    return acts.file(b, incoming_id, customer_id, by=visit.user, at=visit.at).entry_id


def ask_customer(visit: Visit, carried: str) -> None:
    """Ask which customer wrote."""
    visit.open(filing.file_view(visit, int(carried)))


def filed(visit: Visit, view: dict[str, Any]) -> None:
    """File a mail with the customer typed. Raises UnknownCustomer, Refused."""
    known, text = filing.read_filing(view, "customer")
    with visit.books() as b:
        customer = customer_search.find(b, text)
        entry_id = _file(b, visit, int(known["incoming"]), customer.id)
    told = say("reponses.filed", visit.language, by=visit.user, customer=cut(customer.name, 100))
    visit.publish(told, with_undo(visit, told, entry_id))


# --- addresses --------------------------------------------------------------------------------------------


def ask_address(visit: Visit, carried: str) -> None:
    """Ask for the address of a customer."""
    with visit.look() as b:
        customer = customers.get_customer(b, int(carried))
        bad = addresses.bad(b, customer.id)
    visit.open(filing.address_view(visit, customer.id, customer.name, bad))


def corrected(visit: Visit, view: dict[str, Any]) -> None:
    """Write to the customer at the address typed. Raises Refused."""
    known, text = filing.read_filing(view, "address")
    with visit.books() as b:
        done = addresses.correct(b, int(known["customer"]), text, by=visit.user, at=visit.at)
    same = done.before is not None and done.before.lower() == done.address.lower()
    told = say(
        "reponses.address_confirmed" if same else "reponses.address",
        visit.language,
        by=visit.user,
        customer=cut(done.customer, 100),
        address=done.address,
    )
    visit.publish(told, with_undo(visit, told, done.entry_id))
