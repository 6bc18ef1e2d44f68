"""What was understood and done of a payment, in sentences."""

from datetime import date

from bot.slack.outcomes import joined, who
from bot.typed.words import cut
from message_templates.catalogue import say
from receivables.codes.payments import Means
from receivables.codes.statuses import Status
from receivables.language import Language
from receivables.money import ZERO
from store.payments.acts import PaymentOutcome, Twin
from store.payments.several import SeveralPaid

SHOWN = 10
"""Invoices that a sentence names."""


def already(number: str, by: str | None, on: date | None, language: Language) -> str:
    """Say that an invoice is settled, by whom and since when."""
    return say("paye.already", language, number=number, who=who(by, language), on=on)


def payment_sentences(outcome: PaymentOutcome, language: Language) -> str:
    """Return what was done of a payment on one invoice."""
    facts = {"currency": outcome.currency, "outstanding": outcome.outstanding}
    return joined(
        (
            say(
                "paye.recorded",
                language,
                by=outcome.by,
                amount=outcome.amount,
                received_on=outcome.received_on,
                means=_means(outcome.means, language),
                reference=cut(outcome.reference or "", 60),
                number=outcome.number,
                customer=outcome.customer,
                **facts,
            ),
            _result(outcome, language),
            *_besides(outcome.called_off, outcome.twin, language),
        )
    )


def _means(means: Means | None, language: Language) -> str:
    return say(f"paye.means.{means}", language) if means else ""


def _besides(called_off: int, twin: Twin | None, language: Language) -> tuple[str | None, str | None]:
    return (
        say("paye.called_off", language, count=called_off) if called_off else None,
        say("paye.twin", language, who=who(twin.by, language)) if twin else None,
    )


def _result(outcome: PaymentOutcome, language: Language) -> str:
    if outcome.ended is Status.WITHDRAWN:
        return _rest(outcome, language)
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
    return _rest(outcome, language)


def _rest(outcome: PaymentOutcome, language: Language) -> str:
    """Say what is left, and with whom, or of what is not asked for any more."""
    key = f"paye.left_ended.{outcome.ended}" if outcome.ended is not None else "paye.left"
    return say(key, language, outstanding=outcome.outstanding, currency=outcome.currency)


def paid_sentences(done: SeveralPaid, language: Language) -> str:
    """Return what was done of a payment on several invoices: on which how much, and what is left of each."""
    parts = [
        {"number": cut(part.number, 40), "allocated": part.allocated, "outstanding": part.outstanding}
        for part in done.paid
        if part.allocated > ZERO
    ]
    return joined(
        (
            say(
                "paye.recorded_several",
                language,
                by=done.by,
                amount=done.amount,
                currency=done.currency,
                received_on=done.received_on,
                means=_means(done.means, language),
                reference=cut(done.reference or "", 60),
                customer=done.customer,
                parts=parts[:SHOWN],
                more=max(0, len(parts) - SHOWN),
            ),
            _left(done, language),
            say("paye.credit_several", language, credit=done.credit, currency=done.currency)
            if done.credit
            else None,
            *_besides(done.called_off, done.twin, language),
        )
    )


def _left(done: SeveralPaid, language: Language) -> str:
    left = [part for part in done.paid if part.outstanding > ZERO]
    if not left:
        return say("paye.settled_several", language, count=len(done.paid))
    items = [{"number": cut(part.number, 40), "outstanding": part.outstanding} for part in left[:SHOWN]]
    more = max(0, len(left) - SHOWN)
    return say("paye.left_several", language, items=items, more=more, currency=done.currency)
