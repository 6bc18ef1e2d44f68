"""Several invoices that are meant together, by one line or by who owes them; or which, asked back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.typed.apiece import with_amounts_apiece
from bot.typed.choosing import (
    MOST_PICKED,
    SHOWN,
    apart,
    by_customer,
    listed_facts,
    rows,
    the_meaning,
)
from bot.typed.labels import amount_words, invoice_label
from bot.typed.meaning import INVOICE, OPEN, Meaning, Named, look_into
from bot.typed.sums import amount_of
from bot.typed.values import Amount, Choice, Picked, Reading, Unclear, Understood
from bot.typed.words import cut, plain
from receivables.codes.calls import CallResult
from receivables.errors import Refused
from receivables.money import total
from store.books import Books
from store.invoices.acts import InvoiceFacts


@dataclass(frozen=True, slots=True)
class MeantTogether:
    """Invoices of one customer and one currency, the first due first, and the reading that means them."""

    invoices: tuple[InvoiceFacts, ...]
    reading: Reading

    @property
    def owed(self) -> Decimal:
        """What is left of them in all."""
        return total(each.outstanding for each in self.invoices)

    @property
    def currency(self) -> str:
        """Their currency."""
        return self.invoices[0].currency

    @property
    def picked(self) -> Picked:
        """What a button carries of them."""
        first, *more = (each.id for each in self.invoices)
        return Picked(INVOICE, first, tuple(more))

    def amount(self, b: Books, said: Understood) -> Amount | None:
        """Return the amount that was said; None is all that is left. Raises as `sums.amount_of`."""
        about = replace(self.reading, subject=self.picked)
        name = self.invoices[0].number
        return amount_of(b, said, about, name=name, currency=self.currency, owed=self.owed)


def choose_together(b: Books, said: Understood, example: str, *, lists: bool = True) -> MeantTogether:
    """Return the invoices meant. Raises Unclear when which they are, or whether all of them, has to be asked.

    Raises Refused for several amounts, one for each invoice: each is noted by itself.

    Asked are: numbers one beside the other, a range, a customer with several open invoices, an amount that
    is not the sum of those listed (a promise is about all of them), and invoices of several customers or
    currencies. Else as `choose`.
    `lists`: whether numbers one beside the other may be several invoices, as where no note may follow.
    """
    apiece = with_amounts_apiece(look_into(b), said.readings)
    if apiece:
        raise Refused("saisie.amounts_apiece", first=apiece[0], second=apiece[1])
    meaning = the_meaning(b, said, example, lists=lists)
    found = rows(b, meaning)
    if len(found) == 1:
        return MeantTogether(tuple(found), meaning.reading)
    settled = [each for each in found if each.outstanding <= 0]
    if settled and len(settled) < len(found):
        raise _but_for_settled(b, said, meaning, settled)
    if meaning.how is Named.NAME:
        own = _in_currency(meaning.reading, found)
        if len(own) == 1:
            return MeantTogether((own[0],), meaning.reading)
        raise _of_customer(b, said, meaning, found)
    _refuse_mixed(b, said, meaning, found)
    all_or_last = said.outcome != CallResult.PROMISE and meaning.how is not Named.NUMBER
    if meaning.how in {Named.ALONGSIDE, Named.RANGE, Named.TOWARDS} or (
        all_or_last and _is_part(meaning.reading, found)
    ):
        raise _all_of_them(b, said, meaning, found)
    ordered = sorted(found, key=lambda each: (each.due_date, each.id))
    return MeantTogether(tuple(ordered), meaning.reading)


def _is_part(reading: Reading, found: Sequence[InvoiceFacts]) -> bool:
    """Whether an amount was said beside a list that is not their sum: for all of them, or for the last?"""
    if isinstance(reading.subject, Picked) or reading.amount is None:
        return False
    return not isinstance(reading.amount, Amount) or reading.amount.amount != total(
        each.outstanding for each in found
    )


def _refuse_mixed(b: Books, said: Understood, meaning: Meaning, found: Sequence[InvoiceFacts]) -> None:
    """Ask for which customer, or in which currency. Raises Unclear."""
    if len(apart(found)) > 1:
        choices = by_customer(b, said, meaning.reading, found)
        raise Unclear("saisie.several_customers", choices, **listed_facts(found))


def _all_of_them(b: Books, said: Understood, meaning: Meaning, found: Sequence[InvoiceFacts]) -> Unclear:
    """Return the question whether all of them are meant, the amount set on the oldest first; or one alone."""
    reading, language = meaning.reading, b.company.language
    code, key, typed, alone = "saisie.together", "together", "", []
    if reading.amount is not None:
        code, key, typed = (
            "saisie.spread_over",
            "spread",
            amount_words(reading.amount, found[0].currency, language),
        )
        alone = [
            Choice(
                plain("choix.on_one", language, rest=typed, number=cut(each.number, 30)),
                said.meaning(reading, Picked(INVOICE, each.id)),
            )
            for each in found[:SHOWN]
        ]
    first, *more = (each.id for each in found[:MOST_PICKED])
    if len(found) > MOST_PICKED:
        raise Refused("saisie.too_many", count=len(found), most=MOST_PICKED)
    everything = Choice(
        plain(f"choix.{key}", language, count=len(found)),
        said.meaning(reading, Picked(INVOICE, first, tuple(more))),
    )
    return Unclear(code, (everything, *alone), typed=typed, **listed_facts(found))


def _of_customer(b: Books, said: Understood, meaning: Meaning, found: Sequence[InvoiceFacts]) -> Unclear:
    """Return the question which invoice of a customer, or all of them, the oldest first."""
    reading, language = meaning.reading, b.company.language
    own = _in_currency(reading, found)
    everything = []
    if len({each.currency for each in own}) == 1:
        key = "all" if reading.amount is None else "spread"
        facts = {"amount": total(each.outstanding for each in own), "currency": own[0].currency}
        everything = [
            Choice(plain(f"choix.{key}", language, **facts), said.meaning(reading, _everything(own, found)))
        ]
    one_by_one = (
        Choice(invoice_label(each, language), said.meaning(reading, Picked(INVOICE, each.id)))
        for each in own[:SHOWN]
    )
    choices = (*everything, *one_by_one)
    return Unclear("saisie.which_of_customer", choices, customer=found[0].customer, **listed_facts(own))


def _in_currency(reading: Reading, found: Sequence[InvoiceFacts]) -> Sequence[InvoiceFacts]:
    """Return the invoices in the currency that was said; all of them when none was, or none is in it."""
    typed = reading.amount.currency if isinstance(reading.amount, Amount) else None
    return [each for each in found if typed is None or each.currency == typed] or found


def _but_for_settled(
    b: Books, said: Understood, meaning: Meaning, settled: Sequence[InvoiceFacts]
) -> Unclear:
    """Return the question whether the others of a list are meant, some of which is settled already."""
    left = [each for each in rows(b, meaning) if each.outstanding > 0]
    numbers = [each.number for each in settled]
    choices = by_customer(b, said, meaning.reading, left)
    return Unclear("saisie.some_settled", choices, numbers=numbers, **listed_facts(left))


def _everything(own: Sequence[InvoiceFacts], found: Sequence[InvoiceFacts]) -> Picked:
    """Return what a button carries of all that is open; a long list is read again when it is pressed."""
    if len(own) > MOST_PICKED and len(own) == len(found):
        return Picked(OPEN, own[0].customer_id)
    first, *more = (each.id for each in own[:MOST_PICKED])
    return Picked(INVOICE, first, tuple(more))
