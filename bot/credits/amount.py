"""How much a credit note is, and in which currency: of its invoice, of what the customer owes, or asked."""

from dataclasses import replace

from bot.typed.sums import doubted
from bot.typed.values import Amount, Choice, Doubt, Reading, Unclear, Understood
from bot.typed.words import plain
from message_templates.writer import writer
from receivables.errors import Fact, Refused
from receivables.money import ZERO, totals_by
from store.books import Books
from store.credits import facts as credit_facts
from store.customers.facts import CustomerFacts
from store.invoices import acts as invoices
from store.invoices import search
from store.invoices.acts import InvoiceFacts

EURO = "EUR"
OWN_WORDS = {"saisie.amount_zero": "credits.zero", "saisie.amount_negative": "credits.negative"}
"""What is said of an amount that a payment would be refused for in other words."""


def note_amount(
    b: Books,
    said: Understood,
    reading: Reading,
    customer: CustomerFacts,
    invoice: InvoiceFacts | None,
    *,
    example: str,
) -> Amount:
    """Return the amount of a credit note with its currency. Raises Refused, and Unclear to ask."""
    amount = reading.amount
    if not isinstance(amount, Amount | Doubt):
        raise Refused("credits.amount_missing", example=example)
    owed = totals_by((each.currency, each.outstanding) for each in _open(b, customer))
    known = sorted(owed) or credit_facts.currencies(b, customer.id) or [EURO]
    likely = invoice.currency if invoice else (known[0] if len(known) == 1 else None)
    currency = amount.currency or likely
    if isinstance(amount, Doubt):
        if amount.code in OWN_WORDS:
            raise Refused(OWN_WORDS[amount.code], typed=amount.typed)
        raise doubted(b, said, reading, amount, currency or EURO)
    if currency is None:
        raise _which_currency(b, said, reading, amount, known)
    meant = Amount(amount.amount, currency)
    left = owed.get(currency, ZERO)
    if amount.amount > left and not said.sure:
        facts: dict[str, Fact] = {"amount": amount.amount, "currency": currency}
        sure = Choice(
            plain("choix.sure", b.company.language, **facts),
            replace(said, readings=(replace(reading, amount=meant),), sure=True),
        )
        over = amount.amount - left
        raise Unclear(
            "credits.more_than_owed", (sure,), customer=customer.name, owed=left, over=over, **facts
        )
    return meant


def _open(b: Books, customer: CustomerFacts) -> list[InvoiceFacts]:
    return [invoices.get_invoice(b, id_) for id_ in search.open_of(b, customer.id)]


def _which_currency(
    b: Books, said: Understood, reading: Reading, amount: Amount, known: list[str]
) -> Unclear:
    choices = tuple(
        Choice(
            writer(b.company.language).amount(amount.amount, each),
            replace(said, readings=(replace(reading, amount=Amount(amount.amount, each)),)),
        )
        for each in known
    )
    return Unclear("credits.which_currency", choices, currencies=known)
