"""/relances litige, /relances litiges: open a dispute, follow it, settle it."""

from typing import Any

from bot.disputes import card as dispute_card
from bot.disputes import form
from bot.invoices import list as late_list
from bot.slack import blocks
from bot.slack.following import what_follows
from bot.slack.outcomes import joined, sentence_of, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import choose
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.disputes import follow_up_on
from receivables.language import Language
from store.customers import facts as customers
from store.disputes import acts as disputes
from store.disputes import facts as dispute_facts
from store.disputes import follow_up as dispute_follow_up
from store.disputes.acts import DisputeOutcome
from store.invoices import acts as invoices
from store.invoices.settling import AlreadySettled

SHOWN = 20


def answer_litige(visit: Visit, said: Understood) -> None:
    """Answer `/relances litige FAC-123 …`: the form, or the dispute that is open. Raises RelanceError."""
    if said.help:
        visit.tell(say("litiges.help", visit.language))
        return
    with visit.look() as b:
        invoice, reading = choose(b, said, plain("litiges.example", visit.language))
        found = dispute_facts.of_invoice(b, invoice.id)
        owner = customers.get_customer(b, invoice.customer_id).owner
        full = invoices.get_invoice(b, invoice.id)
    if found is not None:
        drawn = dispute_card.card(visit.company.key, found, visit.today, language=visit.language)
        visit.tell(dispute_card.line(found, visit.today, visit.language), drawn)
    else:
        visit.open(form.open_view(visit, full, owner=owner, note=reading.rest))


def listed(visit: Visit, said: Understood) -> None:  # noqa: ARG001 - a conversation's signature
    """Whisper the open disputes, those to look at first, each with its menu."""
    with visit.look() as b:
        found = dispute_facts.open_disputes(b)
    if not found:
        visit.tell(say("litiges.list_none", visit.language))
        return
    totals: dict[str, Any] = {}
    for each in found:
        part = each.disputed if each.disputed is not None else each.outstanding
        totals[each.currency] = totals.get(each.currency, 0) + part
    title = say("litiges.list_title", visit.language, count=len(found), totals=totals)
    drawn, room = [], late_list.CHARACTERS - 500
    for each in found[:SHOWN]:
        block = blocks.section(
            dispute_card.line(each, visit.today, visit.language),
            dispute_card.dispute_menu(visit.company.key, each, visit.language),
        )
        room -= late_list.weight([block])
        if room < 0:
            break
        drawn.append(block)
    left = len(found) - len(drawn)
    foot = [blocks.context(say("litiges.list_more", visit.language, count=left))] if left else []
    visit.tell(title, [blocks.section(title), *drawn, *foot])


def opened(visit: Visit, view: dict[str, Any]) -> None:
    """Open the dispute that the form describes. Raises RelanceError."""
    fields = form.read_open(view)
    try:
        with visit.books() as b:
            done = disputes.open_dispute(
                b,
                fields.invoice_id,
                kind=fields.kind,
                disputed=fields.disputed,
                released=fields.released,
                note=fields.note,
                resolver=fields.resolver,
                follow_up_on=fields.follow_up_on,
                by=visit.user,
                at=visit.at,
            )
    except AlreadySettled as error:
        visit.tell(sentence_of(error, visit.language))
        return
    text = _opened(done, fields.note, visit)
    visit.publish(text, with_undo(visit, text, done.entry_id))


def _opened(done: DisputeOutcome, note: str | None, visit: Visit) -> str:
    language = visit.language
    facts = {"outstanding": done.outstanding, "currency": done.currency, "disputed": done.disputed}
    names = {"number": cut(done.number, 40), "customer": cut(done.customer, 100)}
    kind = dispute_card.kind_of(done.kind, language)
    return joined(
        (
            say("litiges.opened", language, by=visit.user, kind=kind, **names, **facts),
            _followed_by(done, language),
            say("litiges.released", language) if done.released else say("litiges.held", language),
            say("litiges.called_off", language, count=done.called_off) if done.called_off else None,
            what_follows(visit, [done.invoice_id]) if done.released else None,
            f"\n{say('litiges.note', language, note=cut(note, form.NOTE))}" if note else None,
        )
    )


def _followed_by(done: DisputeOutcome, language: Language) -> str:
    if done.resolver is None:
        return say("litiges.resolver_nobody", language, on=done.follow_up_on)
    return say(
        "litiges.resolver",
        language,
        who=say("digest.owner", language, owner=done.resolver),
        on=done.follow_up_on,
    )


def ask_settled(visit: Visit, carried: str) -> None:
    """Answer *Réglé*: ask how."""
    with visit.look() as b:
        dispute = dispute_facts.get_dispute(b, int(carried))
    visit.open(form.settle_view(visit, dispute))


def ask_followed(visit: Visit, carried: str) -> None:
    """Answer *Toujours en cours*: ask until when."""
    with visit.look() as b:
        dispute = dispute_facts.get_dispute(b, int(carried))
    visit.open(form.follow_view(visit, dispute))


def settled(visit: Visit, view: dict[str, Any]) -> None:
    """Settle a dispute as the form says; a credit note to come keeps it open. Raises RelanceError."""
    fields = form.read_settle(view)
    if fields.outcome == form.COMING:
        _coming(visit, fields)
        return
    grants = fields.outcome == form.THEIRS
    with visit.books() as b:
        done = disputes.settle(
            b,
            fields.dispute_id,
            outcome=fields.outcome,
            credit_note=fields.number if grants else None,
            credited=fields.amount if grants else None,
            by=visit.user,
            at=visit.at,
        )
    _tell_settled(visit, done)


def _tell_settled(visit: Visit, done: DisputeOutcome) -> None:
    facts = {"outstanding": done.outstanding, "currency": done.currency}
    left = say("litiges.nothing_left", visit.language)
    if done.outstanding > 0:
        left = say("litiges.resumes", visit.language, on=done.resumes_on, **facts)
    credited = None
    if done.credited is not None:
        given = {"credit": cut(done.credit_note or "", 60), "amount": done.credited}
        credited = say("litiges.credited", visit.language, currency=done.currency, **given)
    text = joined(
        (
            say(
                "litiges.settled",
                visit.language,
                by=visit.user,
                number=cut(done.number, 40),
                customer=cut(done.customer, 100),
                outcome=say(
                    f"litiges.outcome.{done.outcome if done.outcome in form.OUTCOMES else 'other'}",
                    visit.language,
                ),
            ),
            credited,
            left,
            what_follows(visit, [done.invoice_id]) if done.outstanding > 0 else None,
        )
    )
    visit.publish(text, with_undo(visit, text, done.entry_id))


def _coming(visit: Visit, fields: form.SettleFields) -> None:
    with visit.books() as b:
        known = dispute_facts.get_dispute(b, fields.dispute_id)
        until = fields.follow_up_on or follow_up_on(known.kind, visit.today, visit.company.calendar)
        done = dispute_follow_up.follow(
            b, fields.dispute_id, until=until, credit=fields.amount, by=visit.user, at=visit.at
        )
    part = done.disputed or done.outstanding
    rest = done.outstanding - part
    resumes = visit.company.calendar.add_open(visit.today, 3)
    facts = {"currency": done.currency, "rest": rest, "resumes": resumes}
    text = joined(
        (
            say(
                "litiges.coming",
                visit.language,
                by=visit.user,
                number=cut(done.number, 40),
                customer=cut(done.customer, 100),
                amount=part,
                currency=done.currency,
                on=done.follow_up_on,
            ),
            say("litiges.coming_rest", visit.language, **facts) if done.released else None,
            what_follows(visit, [done.invoice_id]),
        )
    )
    visit.publish(text, with_undo(visit, text, done.entry_id))


def followed(visit: Visit, view: dict[str, Any]) -> None:
    """Note that a dispute goes on. Raises RelanceError."""
    fields = form.read_follow(view)
    with visit.books() as b:
        known = dispute_facts.get_dispute(b, fields.dispute_id)
        until = fields.until or follow_up_on(known.kind, visit.today, visit.company.calendar)
        done = dispute_follow_up.follow(
            b,
            fields.dispute_id,
            until=until,
            note=fields.note,
            resolver=fields.resolver,
            by=visit.user,
            at=visit.at,
        )
    names = {"number": cut(done.number, 40), "customer": cut(done.customer, 100)}
    text: str = say("litiges.followed", visit.language, by=visit.user, on=done.follow_up_on, **names)
    if fields.note:
        text = f"{text}\n{say('litiges.note', visit.language, note=cut(fields.note, form.NOTE))}"
    visit.publish(text, with_undo(visit, text, done.entry_id))


def paid(visit: Visit, carried: str) -> None:
    """Answer « oui » when a payment was said to settle a dispute. Raises Refused when it is settled."""
    with visit.books() as b:
        done = disputes.settle(b, int(carried), outcome=form.PAID, by=visit.user, at=visit.at)
    _tell_settled(visit, done)


def stays_open(visit: Visit, carried: str) -> None:
    """Answer « non »: nothing changes, and it is followed on its day."""
    with visit.look() as b:
        dispute = dispute_facts.get_dispute(b, int(carried))
    visit.tell(say("litiges.stays", visit.language, number=cut(dispute.number, 40)))
