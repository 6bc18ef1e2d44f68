"""Which one is meant among the readings of what was typed, or the question that asks."""

from collections.abc import Callable, Sequence

from bot.typed.labels import invoice_label, meaning_label, typed_label
from bot.typed.meaning import CUSTOMER, INVOICE, Meaning, Named, look_into, meanings
from bot.typed.unknown import closest_customers, unknown
from bot.typed.values import Choice, Picked, Reading, Unclear, Understood
from bot.typed.words import cut, plain
from receivables.errors import Fact, Refused, UnknownCustomer
from receivables.money import totals_by
from store.books import Books
from store.customers import facts as customers
from store.customers import search as customer_search
from store.customers.facts import CustomerFacts
from store.invoices import acts as invoices
from store.invoices import search
from store.invoices.acts import InvoiceFacts

SHOWN = 8
"""Invoices of a customer, or in a sentence, that a question shows."""
MOST_PICKED = 60
"""Invoices that a button carries by their ids."""


def choose(b: Books, said: Understood, example: str) -> tuple[InvoiceFacts, Reading]:
    """Return the invoice meant, and the reading that means it: a number, or a customer who owes one alone.

    Raises Unclear with the closest, with every reading that exists, or with the invoices that were named;
    Refused for no number, and for a customer who owes nothing.
    """
    meaning = the_meaning(b, said, example, lists=False)
    found = rows(b, meaning)
    if len(found) > 1:
        raise which_one(b, said, meaning.reading, found, of_customer=meaning.customer_id is not None)
    return found[0], meaning.reading


def choose_whole(b: Books, said: Understood, example: str) -> list[InvoiceFacts]:
    """Return the invoice meant, or all its instalments, by due date. Raises as `choose`."""
    meaning = the_meaning(b, said, example, lists=False)
    found = rows(b, meaning)
    if len(found) > 1 and meaning.how is not Named.NUMBER:
        raise which_one(b, said, meaning.reading, found, of_customer=meaning.customer_id is not None)
    return found


def choose_of_one(b: Books, said: Understood, example: str) -> list[InvoiceFacts]:
    """Return the invoices meant, of one customer. Raises as `choose`, and Unclear for several customers."""
    meaning = the_meaning(b, said, example, lists=True)
    found = rows(b, meaning)
    if len(found) > 1 and meaning.customer_id is not None:
        raise which_one(b, said, meaning.reading, found, of_customer=True)
    if len({each.customer_id for each in found}) > 1:
        choices = by_customer(b, said, meaning.reading, found)
        raise Unclear("saisie.several_customers", choices, **listed_facts(found))
    return found


def the_meaning(b: Books, said: Understood, example: str, *, lists: bool) -> Meaning:
    """Return the one meaning of what was said. Raises Unclear, Refused as `choose` does."""
    found = meanings(look_into(b), said.readings, lists=lists)
    if not found:
        raise unknown(b, said, example, lists=lists)
    if len(found) > 1:
        raise several_meanings(b, said, found)
    return found[0]


def rows(b: Books, meaning: Meaning) -> list[InvoiceFacts]:
    """Return the invoices of a meaning. Raises Refused when the customer that it names owes nothing."""
    if not meaning.ids:
        raise Refused("saisie.nothing_open", customer=_customer(b, meaning).name)
    return [invoices.get_invoice(b, id_) for id_ in meaning.ids]


def _customer(b: Books, meaning: Meaning) -> CustomerFacts:
    if meaning.customer_id is None:
        raise Refused("saisie.old_button")
    return customers.get_customer(b, meaning.customer_id)


def several_meanings(b: Books, said: Understood, found: Sequence[Meaning]) -> Unclear:
    """Return the question which reading is meant; each that exists is a choice."""
    along = only_list(found)
    if along is not None and along.reading.amount is None and len(apart(rows(b, along))) > 1:
        return _several_customers(b, said, along, [each for each in found if each is not along])
    choices = _as_typed(b, said, found)
    if along is not None:
        return Unclear("saisie.together", choices, **listed_facts(rows(b, along)))
    by_name = any(each.customer_id is not None for each in found)
    if by_name or len(found) > 2 or len({each.reading.day for each in found}) > 1:
        return Unclear("saisie.which_reading", choices, readings=[each.label for each in choices])
    first, second = typed_label(b, found[0]), typed_label(b, found[-1])
    number = invoices.get_invoice(b, found[-1].ids[0]).number
    return Unclear("saisie.two_readings", choices, first=first, second=second, number=number)


def only_list(found: Sequence[Meaning]) -> Meaning | None:
    """Return the one list of invoices among meanings; None when there are several, or none."""
    lists = [each for each in found if each.how in {Named.ALONGSIDE, Named.LISTED}]
    return lists[0] if len(lists) == 1 else None


def _as_typed(b: Books, said: Understood, found: Sequence[Meaning]) -> tuple[Choice, ...]:
    return tuple(
        Choice(meaning_label(b, each, found), said.meaning(each.reading, each.picked)) for each in found
    )


def _several_customers(b: Books, said: Understood, along: Meaning, others: Sequence[Meaning]) -> Unclear:
    """Return the question where numbers side by side are not one customer's: « all of them » is no answer."""
    together = rows(b, along)
    choices = (*_as_typed(b, said, others), *by_customer(b, said, along.reading, together))
    return Unclear("saisie.several_customers", choices, **listed_facts(together))


def apart(found: Sequence[InvoiceFacts]) -> list[list[InvoiceFacts]]:
    """Return invoices by customer and currency: what one payment or one promise can be about."""
    groups: dict[tuple[int, str], list[InvoiceFacts]] = {}
    for each in found:
        groups.setdefault((each.customer_id, each.currency), []).append(each)
    return list(groups.values())


def by_customer(
    b: Books, said: Understood, reading: Reading, found: Sequence[InvoiceFacts]
) -> tuple[Choice, ...]:
    """Return a choice for each customer and currency among invoices, those left out that owe nothing."""
    choices = []
    for group in apart([each for each in found if each.outstanding > 0])[:SHOWN]:
        first, *more = (one.id for one in group[:MOST_PICKED])
        label = plain(
            "choix.of_customer",
            b.company.language,
            customer=cut(group[0].customer, 30),
            numbers=[cut(one.number, 20) for one in group[:3]],
            more=max(0, len(group) - 3),
        )
        choices.append(Choice(cut(label, 70), said.meaning(reading, Picked(INVOICE, first, tuple(more)))))
    return tuple(choices)


def listed_facts(found: Sequence[InvoiceFacts]) -> dict[str, Fact]:
    """Return what a sentence shows of invoices: the first of them, how many more, and what is left in all."""
    items: list[Fact] = [
        {"number": each.number, "outstanding": each.outstanding, "currency": each.currency}
        for each in found[:SHOWN]
    ]
    totals = totals_by((each.currency, each.outstanding) for each in found)
    return {"items": items, "more": len(found) - len(items), "totals": totals, "count": len(found)}


def which_one(
    b: Books, said: Understood, reading: Reading, found: Sequence[InvoiceFacts], *, of_customer: bool = False
) -> Unclear:
    """Return the question which of several invoices is meant, the first due first."""
    language = b.company.language
    choices = tuple(
        Choice(invoice_label(each, language), said.meaning(reading, Picked(INVOICE, each.id)))
        for each in found[:SHOWN]
    )
    code = "saisie.which_of_customer" if of_customer else "saisie.which_invoice"
    return Unclear(code, choices, customer=found[0].customer, **listed_facts(found))


def invoice_of(
    b: Books, subject: str | Picked, example: str, fill: Callable[[Picked], Understood]
) -> InvoiceFacts:
    """Return the one invoice that is named. Raises as `choose`; `fill` gives the values with another."""
    id_ = known_invoice(b, subject)
    if id_ is None:
        said = Understood(readings=(Reading(subject),) if subject else ())
        raise unknown(b, said, example, lists=False, fill=lambda _, picked: fill(picked))
    return invoices.get_invoice(b, id_)


def known_invoice(b: Books, subject: str | Picked) -> int | None:
    """Return the id of the invoice that is named, None when there is none."""
    if isinstance(subject, Picked):
        return subject.id if subject.what == INVOICE else None
    return search.known_id(b, subject)


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
