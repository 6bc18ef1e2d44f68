"""Which invoice or customer is meant, among the readings of what was typed: the books say which exists."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.typed.amounts import SHOWN
from bot.typed.values import Amount, Choice, Doubt, Picked, Reading, Unclear, Understood
from bot.typed.words import clean, cut
from message_templates.writer import writer
from receivables.codes.calls import CallResult
from receivables.errors import Refused, RelanceError, UnknownCustomer, UnknownInvoice
from receivables.language import Language
from receivables.money import CENT
from store.books import Books
from store.customers import facts as customers
from store.customers import search as customer_search
from store.customers.facts import CustomerFacts
from store.invoices import acts as invoices
from store.invoices import search
from store.invoices.acts import InvoiceFacts

INVOICE, CUSTOMER = "invoice", "customer"

Fill = Callable[[Reading, Picked], Understood]
"""Gives what is understood once somebody picked what a reading is about."""


def choose(b: Books, said: Understood, example: str) -> tuple[InvoiceFacts, Reading]:
    """Return the invoice meant, and the reading that means it.

    Raises Unclear with the closest numbers, or with every reading that exists; Refused for no number.
    """
    known = [(reading, id_) for reading in said.readings if (id_ := known_invoice(b, reading.subject))]
    if not known:
        raise _unknown(b, said.readings, example, said.meaning)
    chosen = [(invoices.get_invoice(b, id_), reading) for reading, id_ in known]
    if len(chosen) > 1:
        raise _several(b, said, chosen)
    return chosen[0]


def invoice_of(
    b: Books, subject: str | Picked, example: str, fill: Callable[[Picked], Understood]
) -> InvoiceFacts:
    """Return the one invoice that is named. Raises as `choose`; `fill` gives the values with another."""
    id_ = known_invoice(b, subject)
    if id_ is None:
        raise _unknown(b, (Reading(subject),) if subject else (), example, lambda _, picked: fill(picked))
    return invoices.get_invoice(b, id_)


def known_invoice(b: Books, subject: str | Picked) -> int | None:
    """Return the id of the invoice that is named, None when there is none."""
    if isinstance(subject, Picked):
        return subject.id if subject.what == INVOICE else None
    return search.known_id(b, subject)


def _several(b: Books, said: Understood, chosen: Sequence[tuple[InvoiceFacts, Reading]]) -> Unclear:
    first, second = chosen[0], chosen[-1]
    choices = [
        Choice(_shown(*each, b.company.language), said.meaning(each[1], Picked(INVOICE, each[0].id)))
        for each in chosen
    ]
    facts = {"first": _typed(*first), "second": _typed(*second), "number": second[0].number}
    return Unclear("saisie.two_readings", tuple(choices), **facts)


def _typed(invoice: InvoiceFacts, reading: Reading) -> str:
    return f"{invoice.number} {reading.rest}".strip()


def _shown(invoice: InvoiceFacts, reading: Reading, language: Language) -> str:
    """Return a reading as its button shows it: the number, and the amount that it would be."""
    if isinstance(reading.amount, Amount):
        amount = writer(language).amount(reading.amount.amount, reading.amount.currency or invoice.currency)
        return f"{cut(invoice.number, 40)} {amount}"
    return cut(_typed(invoice, reading), 70)


def _unknown(b: Books, readings: Sequence[Reading], example: str, fill: Fill) -> RelanceError:
    """Return the refusal of words of which no reading exists, or of those after a number that does."""
    if not readings:
        return Refused("saisie.no_number", example=example)
    whole = readings[0].subject
    if isinstance(whole, Picked):
        return Refused("saisie.old_button")
    first, _, rest = whole.partition(" ")
    if rest and search.known_id(b, first) is not None:
        return Refused("saisie.not_understood", typed=cut(rest, 40), example=example)
    reading = _likeliest(readings)
    try:
        invoices.find(b, str(reading.subject))
    except UnknownInvoice as error:
        return _closest(b, error, lambda picked: fill(reading, picked))
    return Refused("saisie.not_understood", typed=cut(whole, 40), example=example)


def _likeliest(readings: Sequence[Reading]) -> Reading:
    """Return the reading whose words are taken for a number: the shortest with a figure in it."""
    likely = [each for each in readings if any(sign.isdigit() for sign in str(each.subject))]
    return likely[-1] if likely else readings[0]


def _closest(b: Books, error: UnknownInvoice, fill: Callable[[Picked], Understood]) -> Unclear:
    near = [(number, search.known_id(b, number)) for number in error.closest]
    choices = [Choice(number, fill(Picked(INVOICE, id_))) for number, id_ in near if id_ is not None]
    return Unclear.of(error, tuple(choices))


def find_customer(b: Books, subject: str | Picked) -> CustomerFacts:
    """Return the one customer that is named. Raises UnknownCustomer, and Refused when nobody is."""
    if isinstance(subject, Picked):
        if subject.what != CUSTOMER:
            raise Refused("saisie.old_button")
        return customers.get_customer(b, subject.id)
    return customer_search.find(b, subject)


def only_reading(said: Understood) -> Reading:
    """Return the one reading that there is. Raises Refused: a button said otherwise."""
    if len(said.readings) != 1:
        raise Refused("saisie.old_button")
    return said.readings[0]


def choose_customer(b: Books, said: Understood) -> CustomerFacts:
    """Return the customer meant. Raises Unclear with the closest names, Refused when nobody is named."""
    reading = said.readings[0] if said.readings else Reading("")
    return customer_of(b, reading.subject, lambda picked: said.meaning(reading, picked))


def customer_of(b: Books, subject: str | Picked, fill: Callable[[Picked], Understood]) -> CustomerFacts:
    """Return the one customer that is named. Raises as `choose_customer`."""
    try:
        return find_customer(b, subject)
    except UnknownCustomer as error:
        raise closest_customers(b, error, fill) from error


def closest_customers(b: Books, error: UnknownCustomer, fill: Callable[[Picked], Understood]) -> Unclear:
    """Return the refusal of an unknown name, with the closest to choose from."""
    choices = []
    for name in error.closest:
        try:
            found = customer_search.find(b, name)
        except RelanceError:
            continue
        choices.append(Choice(cut(found.name, 70), fill(Picked(CUSTOMER, found.id))))
    return Unclear.of(error, tuple(choices))


def amount_meant(b: Books, said: Understood, reading: Reading, invoice: InvoiceFacts) -> Amount | None:
    """Return the amount of a reading; None is all that is left.

    Raises Unclear when it could be several, Refused when it is not in the invoice's currency.
    """
    amount = reading.amount
    if amount and amount.currency not in {None, invoice.currency}:
        facts = {"number": invoice.number, "currency": invoice.currency, "typed": amount.currency}
        raise Refused("saisie.other_currency", promised=said.outcome == CallResult.PROMISE, **facts)
    if isinstance(amount, Doubt):
        raise _doubted(
            b, said, replace(reading, subject=Picked(INVOICE, invoice.id)), amount, invoice.currency
        )
    return amount


def amount_typed(b: Books, said: Understood, reading: Reading) -> Amount | None:
    """Return the amount of a reading as it was typed. Raises Unclear when it could be several."""
    if isinstance(reading.amount, Doubt):
        raise _doubted(b, said, reading, reading.amount, reading.amount.currency or "EUR")
    return reading.amount


def _doubted(b: Books, said: Understood, reading: Reading, doubt: Doubt, currency: str) -> Unclear:
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
