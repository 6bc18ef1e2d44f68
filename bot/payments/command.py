"""/paye: note money received for an invoice, in whole or in part, on a date, by a means."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.disputes import card as dispute_card
from bot.payments import form
from bot.penalties import discounts as escompte
from bot.slack.outcomes import joined, who, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import INVOICE, amount_meant, choose
from bot.typed.values import Amount, Choice, Picked, Reading, Unclear, Understood
from bot.typed.words import plain
from message_templates.catalogue import say
from message_templates.writer import writer
from receivables.codes.payments import Means
from receivables.language import Language
from store.disputes import facts as dispute_facts
from store.invoices import acts as invoices
from store.invoices.acts import InvoiceFacts
from store.payments import acts as payments
from store.payments.acts import AlreadySettled, PaymentOutcome


def answer_paye(visit: Visit, said: Understood) -> None:
    """Answer `/paye …`. Without text, open the form. Raises RelanceError."""
    if said.help:
        visit.tell(say("paye.help", visit.language))
    elif said.readings:
        pay_as_said(visit, said)
    else:
        visit.open(form.view(visit, None))


def pay_as_said(visit: Visit, said: Understood) -> None:
    """Record the payment that was typed. Raises Unclear when the invoice or the amount could be several."""
    with visit.look() as b:
        invoice, reading = choose(b, said, plain("paye.example", visit.language))
        amount = amount_meant(b, said, reading, invoice)
    if amount and _two_amounts(reading.rest) and amount.amount > invoice.outstanding > 0:
        raise _grouped(visit, said, reading, invoice, amount)
    pay(visit, invoice, amount.amount if amount else None, said.day or visit.today, said.means)


def _grouped(
    visit: Visit, said: Understood, reading: Reading, invoice: InvoiceFacts, amount: Amount
) -> Unclear:
    """Return the question whether figures apart are one amount: one choice, that they are."""
    one = said.meaning(replace(reading, rest=""), Picked(INVOICE, invoice.id))
    shown = writer(visit.language).amount(amount.amount, invoice.currency)
    return Unclear(
        "saisie.grouped",
        (Choice(shown, one),),
        typed=reading.rest,
        amount=amount.amount,
        outstanding=invoice.outstanding,
        currency=invoice.currency,
    )


def _two_amounts(typed: str) -> bool:
    """Whether an amount was typed in groups, which could as well be two amounts."""
    return re.search(r"\d[ \u00a0\u202f]\d", typed) is not None


def open_for_invoice(visit: Visit, carried: str) -> None:
    """Answer « Payée » in a menu: the form, with what is left and today's date."""
    with visit.look() as b:
        invoice = invoices.get_invoice(b, int(carried))
    if invoice.outstanding <= 0:
        visit.tell(_already(invoice.number, invoice.settled_by, invoice.settled_on, visit.language))
        return
    visit.open(form.view(visit, invoice))


def submitted(visit: Visit, view: dict[str, Any]) -> None:
    """Act on the form that was sent; its fields are checked already. Raises RelanceError."""
    pay_as_said(visit, form.understood(view, visit.today))


def pay(visit: Visit, invoice: InvoiceFacts, amount: Decimal | None, day: date, means: Means | None) -> None:
    """Record the payment and say so. Already settled: say by whom, and do nothing."""
    try:
        with visit.books() as b:
            outcome = payments.record(
                b, invoice.id, amount=amount, received_on=day, means=means, by=visit.user, at=visit.at
            )
    except AlreadySettled as error:
        visit.tell(_already(error.number, error.by, error.on, visit.language))
        return
    text = joined((payment_sentences(outcome, visit.language), _before_issue(invoice, day, visit.language)))
    drawn = with_undo(visit, text, outcome.entry_id)
    visit.publish(text, drawn if outcome.settled else [*drawn, *escompte.offer(visit, outcome.invoice_id)])
    _ask_about_dispute(visit, outcome)


def _before_issue(invoice: InvoiceFacts, day: date, language: Language) -> str | None:
    """Warn of money that came before its invoice: a deposit, or a year mistyped."""
    issued = invoice.issue_date
    return say("paye.before_issue", language, issued=issued) if issued is not None and day < issued else None


def _ask_about_dispute(visit: Visit, outcome: PaymentOutcome) -> None:
    """Ask whether money that covers what is disputed settles the dispute: only an answer closes it."""
    with visit.look() as b:
        dispute = dispute_facts.of_invoice(b, outcome.invoice_id)
    if dispute is None:
        return
    part = dispute.disputed if dispute.disputed is not None else dispute.outstanding
    if outcome.settled or (dispute.disputed is not None and outcome.allocated >= part):
        visit.publish(*dispute_card.question(visit.company.key, dispute, visit.language))


def _already(number: str, by: str | None, on: date | None, language: Language) -> str:
    return say("paye.already", language, number=number, who=who(by, language), on=on)


def payment_sentences(outcome: PaymentOutcome, language: Language) -> str:
    """Return what was understood and done, in sentences."""
    facts = {"currency": outcome.currency, "outstanding": outcome.outstanding}
    return joined(
        (
            say(
                "paye.recorded",
                language,
                by=outcome.by,
                amount=outcome.amount,
                received_on=outcome.received_on,
                means=say(f"paye.means.{outcome.means}", language) if outcome.means else "",
                number=outcome.number,
                customer=outcome.customer,
                **facts,
            ),
            _result(outcome, language),
            say("paye.called_off", language, count=outcome.called_off) if outcome.called_off else None,
            say("paye.twin", language, who=who(outcome.twin.by, language)) if outcome.twin else None,
        )
    )


def _result(outcome: PaymentOutcome, language: Language) -> str:
    if outcome.credit > 0:
        return say(
            "paye.credit",
            language,
            allocated=outcome.allocated,
            credit=outcome.credit,
            currency=outcome.currency,
        )
    if outcome.settled:
        return say("paye.settled", language)
    return say("paye.left", language, outstanding=outcome.outstanding, currency=outcome.currency)
