"""Which invoice a typed text means, when its number could be cut out of it in several ways."""

from collections.abc import Sequence

from bot.typed.parsing import Reading
from bot.typed.words import cut, plain
from receivables.errors import Refused, UnknownInvoice
from store.books import Books
from store.invoices import acts as invoices
from store.invoices import search
from store.invoices.acts import InvoiceFacts


class NoSuchInvoice(UnknownInvoice):
    """An unknown number; `typed` is the part of the text that was taken for it."""

    def __init__(self, error: UnknownInvoice, typed: str) -> None:
        super().__init__(
            error.code, error.closest, **{key: fact for key, fact in error.facts.items() if key != "closest"}
        )
        self.typed = typed


def choose(b: Books, readings: Sequence[Reading], example: str) -> tuple[InvoiceFacts, str]:
    """Return the invoice meant, and what was typed after its number.

    Raises NoSuchInvoice, or Refused with a question when the text can be read in two ways.
    """
    if not readings:
        raise Refused(plain("saisie.no_number", example=example))
    known = [
        (reading, found) for reading in readings if (found := search.known_id(b, reading.number)) is not None
    ]
    if not known:
        raise _unknown(b, readings, example)
    chosen = [(invoices.get_invoice(b, id_), reading.rest) for reading, id_ in known]
    if len(chosen) > 1:
        first, second = chosen[0], chosen[-1]
        raise Refused(
            plain("saisie.two_readings", first=_told(*first), second=_told(*second), number=second[0].number)
        )
    return chosen[0]


def number_only(b: Books, text: str, example: str) -> InvoiceFacts:
    """Return the invoice whose number is all that was typed. Raises NoSuchInvoice, Refused."""
    return choose(b, (Reading(text, ""),) if text else (), example)[0]


def _told(invoice: InvoiceFacts, rest: str) -> str:
    return f"{invoice.number} {rest}".strip()


def _unknown(b: Books, readings: Sequence[Reading], example: str) -> Refused | UnknownInvoice:
    """Return the refusal of a text of which no reading exists, or of the words after a number that does."""
    whole = readings[0].number
    first, _, rest = whole.partition(" ")
    if rest and search.known_id(b, first) is not None:
        return Refused(plain("saisie.not_understood", typed=cut(rest, 40), example=example))
    likely = [reading.number for reading in readings if any(sign.isdigit() for sign in reading.number)]
    typed = likely[-1] if likely else whole
    try:
        invoices.find(b, typed)
    except UnknownInvoice as error:
        return NoSuchInvoice(error, typed)
    return Refused(plain("saisie.not_understood", typed=cut(whole, 40), example=example))
