"""How much is meant, once it is known of what: the question when it cannot be told, a share in figures."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from bot.typed.amounts import SHOWN
from bot.typed.meaning import INVOICE
from bot.typed.values import Amount, Choice, Doubt, Part, Picked, Reading, Unclear, Understood
from bot.typed.words import clean, cut
from message_templates.writer import writer
from receivables.codes.calls import CallResult
from receivables.errors import Refused
from receivables.money import CENT
from store.books import Books
from store.invoices.acts import InvoiceFacts


def amount_meant(b: Books, said: Understood, reading: Reading, invoice: InvoiceFacts) -> Amount | None:
    """Return the amount of a reading about one invoice; None is all that is left.

    Raises Unclear when it could be several, Refused when it is not in the invoice's currency.
    """
    about = replace(reading, subject=Picked(INVOICE, invoice.id))
    return amount_of(b, said, about, name=invoice.number, currency=invoice.currency, owed=invoice.outstanding)


def amount_of(
    b: Books, said: Understood, reading: Reading, *, name: str, currency: str, owed: Decimal
) -> Amount | None:
    """Return the amount of a reading, `owed` being left of what it is about. Raises as `amount_meant`."""
    amount = reading.amount
    if amount is Part.HALF:
        return Amount((owed / 2).quantize(CENT, ROUND_HALF_UP), currency)
    if isinstance(amount, Amount | Doubt) and amount.currency not in {None, currency}:
        facts = {"number": name, "currency": currency, "typed": amount.currency}
        raise Refused("saisie.other_currency", promised=said.outcome == CallResult.PROMISE, **facts)
    if isinstance(amount, Doubt):
        raise doubted(b, said, reading, amount, currency)
    return amount if isinstance(amount, Amount) else None


def doubted(b: Books, said: Understood, reading: Reading, doubt: Doubt, currency: str) -> Unclear:
    """Return the question which amount is meant; only amounts that money can be are choices."""
    named = dict(zip(("first", "second"), doubt.amounts, strict=False))
    note = "" if cut(clean(reading.rest), SHOWN) == doubt.typed else reading.rest
    sums = [each.quantize(CENT) for each in doubt.amounts if each == each.quantize(CENT)]
    choices = tuple(
        Choice(
            writer(b.company.language).amount(each, currency),
            replace(said, readings=(replace(reading, rest=note, amount=Amount(each, doubt.currency)),)),
        )
        for each in sums
    )
    return Unclear(doubt.code, choices, typed=doubt.typed, currency=currency, **named)
