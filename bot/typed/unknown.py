"""What is said of words that mean nothing in the books: what was not understood, and what is close to it."""

from collections.abc import Callable, Sequence

from bot.typed.cutting import means_money
from bot.typed.meaning import CUSTOMER, INVOICE, NamesKnown, look_into, meanings
from bot.typed.values import Choice, Picked, Reading, Unclear, Understood
from bot.typed.vocabulary import ALL, HALF
from bot.typed.words import cut
from receivables.errors import Refused, RelanceError, UnknownCustomer, UnknownInvoice
from receivables.text import fold_typed
from store.books import Books
from store.customers import search as customer_search
from store.invoices import acts as invoices
from store.invoices import search

Fill = Callable[[Reading, Picked], Understood]
"""Gives what is understood once somebody picked what a reading is about."""


def unknown(
    b: Books, said: Understood, example: str, *, lists: bool, fill: Fill | None = None
) -> RelanceError:
    """Return the refusal of words that mean nothing: what follows a name that exists, else the closest."""
    if not said.readings:
        return Refused("saisie.no_number", example=example)
    whole = said.readings[0].subject
    if isinstance(whole, Picked):
        return Refused("saisie.old_button")
    look = look_into(b)
    if fold_typed(whole) in ALL | HALF:
        return Refused("saisie.no_number", example=example)
    shared = next((each for each in said.readings if len(look.invoices(str(each.subject))) > 1), None)
    if shared is not None:
        return _closest(b, shared, fill or said.meaning, "", example)
    left = _not_understood(look, whole, lists=lists)
    if left:
        return Refused("saisie.not_understood", typed=cut(left, 40), example=example)
    return _closest(b, _likeliest(said.readings), fill or said.meaning, said.near, example)


def _not_understood(look: NamesKnown, whole: str, *, lists: bool) -> str:
    """Return the words that follow an invoice or a customer that exists, less an amount; none: nothing."""
    words = whole.split(" ")
    for end in range(len(words) - 1, 0, -1):
        named = " ".join(words[:end])
        found = meanings(look, [Reading(named)], lists=lists)
        if any(each.exact or each.customer_id is None for each in found):
            rest = words[end:]
            money = next((cut_ for cut_ in range(len(rest), 0, -1) if means_money(" ".join(rest[:cut_]))), 0)
            return " ".join(rest[money:] or rest)
    return ""


def _likeliest(readings: Sequence[Reading]) -> Reading:
    """Return the reading whose words are taken for a name: the shortest, a number if it begins so."""
    first = str(readings[0].subject).partition(" ")[0]
    numbers = [each for each in readings if _has_figure(each.subject)]
    names = [each for each in readings if not _has_figure(each.subject)]
    likely = numbers if _has_figure(first) or not names else names
    return min(likely, key=lambda each: len(str(each.subject)))


def _has_figure(subject: object) -> bool:
    return any(sign.isdigit() for sign in str(subject))


def _closest(b: Books, reading: Reading, fill: Fill, near: str, example: str) -> RelanceError:
    text = str(reading.subject)
    if near:
        return Refused("saisie.near_command", typed=cut(text, 40), near=near)
    if _has_figure(text):
        try:
            invoices.find(b, text)
        except UnknownInvoice as error:
            found = [(number, search.known_id(b, number)) for number in error.closest]
            choices = [Choice(number, fill(reading, Picked(INVOICE, id_))) for number, id_ in found if id_]
            return Unclear.of(error, tuple(choices))
    try:
        customer_search.find(b, text)
    except UnknownCustomer as error:
        if error.closest:
            return closest_customers(b, error, lambda picked: fill(reading, picked))
    except Refused:
        pass
    return Refused("saisie.nobody", typed=cut(text, 40), example=example)


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
