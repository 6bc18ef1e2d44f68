"""/paye: note money received for an invoice or several, in whole or in part, on a date, by a means."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.disputes import card as dispute_card
from bot.payments import form
from bot.payments.sentences import already, paid_sentences, payment_sentences
from bot.penalties import discounts as escompte
from bot.slack.following import what_follows
from bot.slack.outcomes import joined, with_undo
from bot.slack.visit import Visit
from bot.typed.questions import day_of
from bot.typed.together import MeantTogether, choose_together
from bot.typed.values import Amount, Choice, Unclear, Understood
from bot.typed.words import plain
from message_templates.catalogue import say
from message_templates.writer import writer
from receivables.errors import Fact
from receivables.language import Language
from receivables.money import ZERO, total
from store.books import Books
from store.disputes import facts as dispute_facts
from store.invoices import acts as invoices
from store.invoices import search
from store.invoices.acts import InvoiceFacts
from store.payments import acts as payments
from store.payments import several
from store.payments.acts import AlreadySettled


def answer_paye(visit: Visit, said: Understood) -> None:
    """Answer `/paye …`. Without text, open the form. Raises RelanceError."""
    if said.help:
        visit.tell(say("paye.help", visit.language))
    elif said.readings:
        pay_as_said(visit, said)
    else:
        visit.open(form.view(visit, None))


def pay_as_said(visit: Visit, said: Understood) -> None:
    """Record the payment that was typed. Raises Unclear for whatever of it could be several."""
    with visit.look() as b:
        meant = choose_together(b, said, plain("paye.example", visit.language))
        day = day_of(said, meant.reading, visit.language) or visit.today
        chosen = replace(meant.reading, subject=meant.picked)
        amount = meant.amount(b, said)
        settled = replace(said, readings=(replace(chosen, amount=amount),))
        if amount and not said.sure and all(each.outstanding > 0 for each in meant.invoices):
            _refuse_too_much(b, settled, meant, amount)
    _pay(visit, meant, amount.amount if amount else None, day)


def _refuse_too_much(b: Books, said: Understood, meant: MeantTogether, amount: Amount) -> None:
    """Have an amount confirmed that could be two, or that is more than the customer owes. Raises Unclear."""
    language = b.company.language
    facts: dict[str, Fact] = {"amount": amount.amount, "currency": meant.currency}
    sure = Choice(plain("choix.sure", language, **facts), replace(said, sure=True))
    if _two_amounts(meant.reading.rest) and amount.amount > meant.owed:
        typed = meant.reading.rest
        choice = Choice(writer(language).amount(amount.amount, meant.currency), sure.understood)
        raise Unclear("saisie.grouped", (choice,), typed=typed, outstanding=meant.owed, **facts)
    owed = owed_in_all(b, meant.invoices[0])
    if amount.amount > owed:
        customer, over = meant.invoices[0].customer, amount.amount - owed
        raise Unclear("saisie.more_than_owed", (sure,), customer=customer, owed=owed, over=over, **facts)


def owed_in_all(b: Books, invoice: InvoiceFacts) -> Decimal:
    """Return all that the customer of an invoice owes in its currency."""
    open_ones = [invoices.get_invoice(b, id_) for id_ in search.open_of(b, invoice.customer_id)]
    known = {each.id: each for each in (*open_ones, invoice)}
    return total(each.outstanding for each in known.values() if each.currency == invoice.currency)


def _two_amounts(typed: str) -> bool:
    """Whether an amount was typed in groups, which could as well be two amounts."""
    return re.search(r"\d[ \u00a0\u202f]\d", typed) is not None


def open_for_invoice(visit: Visit, carried: str) -> None:
    """Answer « Payée » in a menu: the form, with what is left and today's date."""
    with visit.look() as b:
        invoice = invoices.get_invoice(b, int(carried))
    if invoice.outstanding <= 0:
        visit.tell(already(invoice.number, invoice.settled_by, invoice.settled_on, visit.language))
        return
    visit.open(form.view(visit, invoice))


def submitted(visit: Visit, view: dict[str, Any]) -> None:
    """Act on the form that was sent; its fields are checked already. Raises RelanceError."""
    pay_as_said(visit, form.understood(view, visit.today))


def _pay(visit: Visit, meant: MeantTogether, amount: Decimal | None, day: date) -> None:
    """Record the payment and say so. Already settled: say by whom, and do nothing."""
    try:
        if len(meant.invoices) > 1:
            _pay_several(visit, meant, amount, day)
        else:
            _pay_one(visit, meant, amount, day)
    except AlreadySettled as error:
        visit.tell(already(error.number, error.by, error.on, visit.language))


def _pay_one(visit: Visit, meant: MeantTogether, amount: Decimal | None, day: date) -> None:
    (invoice,), reading = meant.invoices, meant.reading
    with visit.books() as b:
        outcome = payments.record(
            b, invoice.id, amount=amount, received_on=day, means=reading.means,
            reference=reading.reference or None, by=visit.user, at=visit.at,
        )  # fmt: skip
    told = payment_sentences(outcome, visit.language)
    follows = None if outcome.settled else what_follows(visit, [invoice.id])
    text = joined((told, _before_issue([invoice], day, visit.language), follows))
    drawn = with_undo(visit, text, outcome.entry_id)
    visit.publish(text, drawn if outcome.settled else [*drawn, *escompte.offer(visit, outcome.invoice_id)])
    _ask_about_dispute(visit, outcome.invoice_id, outcome.allocated, settled=outcome.settled)


def _pay_several(visit: Visit, meant: MeantTogether, amount: Decimal | None, day: date) -> None:
    reading = meant.reading
    with visit.books() as b:
        done = several.record(
            b, [each.id for each in meant.invoices], amount=amount, received_on=day, means=reading.means,
            reference=reading.reference or None, by=visit.user, at=visit.at,
        )  # fmt: skip
    left = [part.invoice_id for part in done.paid if part.outstanding > ZERO]
    follows = what_follows(visit, left) if left else None
    told = paid_sentences(done, visit.language)
    text = joined((told, _before_issue(meant.invoices, day, visit.language), follows))
    visit.publish(text, with_undo(visit, text, done.entry_id))
    for part in done.paid:
        if part.allocated > ZERO:
            _ask_about_dispute(visit, part.invoice_id, part.allocated, settled=part.outstanding == ZERO)


def _before_issue(
    paid: list[InvoiceFacts] | tuple[InvoiceFacts, ...], day: date, language: Language
) -> str | None:
    """Warn of money that came before its invoice: a deposit, or a year mistyped."""
    issued = [each.issue_date for each in paid if each.issue_date is not None and day < each.issue_date]
    return say("paye.before_issue", language, issued=min(issued)) if issued else None


def _ask_about_dispute(visit: Visit, invoice_id: int, allocated: Decimal, *, settled: bool) -> None:
    """Ask whether money that covers what is disputed settles the dispute: only an answer closes it."""
    with visit.look() as b:
        dispute = dispute_facts.of_invoice(b, invoice_id)
    if dispute is None:
        return
    part = dispute.disputed if dispute.disputed is not None else dispute.outstanding
    if settled or (dispute.disputed is not None and allocated >= part):
        visit.publish(*dispute_card.question(visit.company.key, dispute, visit.language))
