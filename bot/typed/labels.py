"""What the buttons of a question say: a reading, an invoice, a customer."""

from collections.abc import Sequence

from bot.typed.meaning import Meaning, Named
from bot.typed.values import Amount, DayDoubt, Doubt, Part
from bot.typed.words import cut, plain
from message_templates.writer import writer
from receivables.language import Language
from store.books import Books
from store.customers import facts as customers
from store.invoices import acts as invoices
from store.invoices.acts import InvoiceFacts

MOST = 70
"""Characters of a button."""


def invoice_label(invoice: InvoiceFacts, language: Language) -> str:
    """Return an invoice with what is left of it."""
    facts = {"outstanding": invoice.outstanding, "currency": invoice.currency}
    return cut(plain("choix.invoice", language, number=cut(invoice.number, 40), **facts), MOST)


def meaning_label(b: Books, meaning: Meaning, among: Sequence[Meaning]) -> str:
    """Return a meaning with its amount, and with its day and means where those tell the meanings apart."""
    reading, language = meaning.reading, b.company.language
    lists = [each for each in among if each.how in {Named.ALONGSIDE, Named.LISTED}]
    if lists == [meaning] and reading.amount is None:
        return plain("choix.together", language, count=len(meaning.ids))
    subject = _subject(b, meaning)
    days, means = ({getattr(each.reading, name) for each in among} for name in ("day", "means"))
    day = reading.day
    return cut(
        plain(
            "choix.reading",
            language,
            subject=subject,
            amount=_amount(b, meaning),
            on=day if len(days) > 1 and not isinstance(day, DayDoubt) else None,
            unclear=day.typed if len(days) > 1 and isinstance(day, DayDoubt) else "",
            means=plain(f"paye.means.{reading.means}", language) if len(means) > 1 and reading.means else "",
        ),
        MOST,
    )


def typed_label(b: Books, meaning: Meaning) -> str:
    """Return a meaning as a person would type it."""
    return f"{_subject(b, meaning)} {meaning.reading.rest}".strip()


def _subject(b: Books, meaning: Meaning) -> str:
    if meaning.customer_id is not None:
        return cut(customers.get_customer(b, meaning.customer_id).name, 40)
    if len(meaning.ids) > 3:
        first, last = (invoices.get_invoice(b, meaning.ids[rank]).number for rank in (0, -1))
        count = len(meaning.ids) - 2
        return plain("choix.numbers_many", b.company.language, first=first, last=last, count=count)
    numbers = [cut(invoices.get_invoice(b, id_).number, 40) for id_ in meaning.ids]
    return plain("choix.numbers", b.company.language, numbers=numbers)


def amount_words(amount: Amount | Doubt | Part | None, currency: str, language: Language) -> str:
    """Return an amount as a button names it, in `currency` unless another was said."""
    if isinstance(amount, Amount):
        return writer(language).amount(amount.amount, amount.currency or currency)
    if isinstance(amount, Doubt):
        return cut(amount.typed, 20)
    return plain("choix.half", language) if amount is Part.HALF else ""


def _amount(b: Books, meaning: Meaning) -> str:
    return amount_words(meaning.reading.amount, _currency(b, meaning), b.company.language)


def _currency(b: Books, meaning: Meaning) -> str:
    return invoices.get_invoice(b, meaning.ids[0]).currency if meaning.ids else "EUR"
