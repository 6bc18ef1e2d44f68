"""What people type after a command, turned into values. Pure: no books, no Slack, `today` is given.

A text gives *readings*: each way to cut it into an invoice number and the rest. Which number exists is
for the books to say; two readings that both exist are put to the person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.typed import amounts, dates
from bot.typed.words import clean, cut, plain
from receivables.codes.calls import CallResult
from receivables.codes.payments import Means
from receivables.errors import Refused
from receivables.text import fold_typed

MOST = 500
HELP = frozenset({"aide", "help", "?", "-h", "--help"})

MEANS = {
    Means.TRANSFER: ("virement", "virement sepa", "virement bancaire", "vir", "transfert"),
    Means.CARD: ("carte", "cb", "carte bancaire", "carte bleue"),
    Means.CHEQUE: ("cheque", "chq", "chèque"),
    Means.DIRECT_DEBIT: ("prelevement", "prelevement sepa", "prlv"),
    Means.CASH: ("especes", "liquide", "cash"),
    Means.LINK: ("lien", "lien de paiement", "paiement en ligne"),
}
_MEANS = {fold_typed(word): means for means, words in MEANS.items() for word in words}

OUTCOMES = {
    CallResult.PROMISE: (
        "promet",
        "promis",
        "promesse",
        "promet de payer",
        "promis de payer",
        "paiera",
        "payera",
        "s'engage",
    ),
    CallResult.VOICEMAIL: ("repondeur", "messagerie", "message vocal"),
    CallResult.UNREACHABLE: ("injoignable", "absent", "absente", "pas de reponse", "ne repond pas", "occupe"),
    CallResult.DISPUTE: ("litige", "conteste", "contestation"),
    CallResult.PAYMENT_SENT: (
        "paiement envoye",
        "virement envoye",
        "virement parti",
        "vire",
        "deja paye",
        "paiement parti",
    ),
    CallResult.WAITING_APPROVAL: ("validation", "en validation", "attente de validation", "bon a payer"),
    CallResult.IN_PAYMENT: (
        "paiement programme",
        "virement programme",
        "paiement en cours",
        "en cours de paiement",
    ),
    CallResult.INVOICE_NOT_RECEIVED: (
        "non recue",
        "pas recue",
        "pas recu",
        "facture non recue",
        "pas eu la facture",
    ),
    CallResult.CALLBACK: ("rappeler", "a rappeler", "rappelle", "rappel"),
    CallResult.REACHED: ("joint", "jointe", "eu au telephone"),
}
_OUTCOMES = {fold_typed(word): outcome for outcome, words in OUTCOMES.items() for word in words}
_ALL = frozenset({"tout", "solde", "le solde", "le reste", "total", "la totalite", "en totalite"})
_FILLERS = frozenset(
    {
        "de",
        "pour",
        "recu",
        "recue",
        "paye",
        "payee",
        "a",
        "regle",
        "reglee",
        "montant",
        "d'un",
        "il",
        "elle",
        "le",
        "client",
    }
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to cut a text: the invoice's number, and what follows it."""

    number: str
    rest: str


@dataclass(frozen=True, slots=True)
class PaymentText:
    """What `/paye` was told. No amount means all that is left; no date means today."""

    readings: tuple[Reading, ...]
    received_on: date | None
    means: str | None


@dataclass(frozen=True, slots=True)
class CallText:
    """What `/appel` was told. Without an outcome, the form is opened with `note` in it."""

    readings: tuple[Reading, ...]
    outcome: str | None = None
    promise_date: date | None = None
    promise_amount: amounts.Typed | None = None


def words_of(text: str, example: str) -> list[str]:
    """Return the words of a command's text. Raises Refused when it is too long to be one."""
    if len(text) > MOST:
        raise Refused(plain("saisie.too_long", example=example))
    return clean(text).split(" ") if clean(text) else []


def payment(text: str, *, today: date) -> PaymentText:
    """Read « FAC-123 1 200,50 € le 15/11 par virement », in any order after the number.

    Raises Refused with a question when a date is unreadable or said twice, or a means is.
    """
    words = words_of(text, "/paye FAC-123 500 le 15/11 par virement")
    words, spans = _take_all(words, lambda phrase: fold_typed(phrase) in _MEANS, lead={"par", "en", "via"})
    means = _only("two_means", spans)
    words, spans = _take_all(words, _dated)
    day = _only("two_dates", spans)
    kept = words[:1] + [word for word in words[1:] if fold_typed(word) not in _FILLERS]
    return PaymentText(
        readings=readings(kept, lambda rest: fold_typed(rest) in _ALL or amounts.looks_like(rest)),
        received_on=dates.read_date(day, today=today, side=dates.Side.PAST) if day else None,
        means=_MEANS[fold_typed(means)] if means else None,
    )


def amount_of(rest: str) -> amounts.Typed | None:
    """Return the amount of a reading; None when it is all that is left. Raises Refused."""
    return None if not rest or fold_typed(rest) in _ALL else amounts.read_amount(rest)


def call(text: str, *, today: date) -> CallText:
    """Read « FAC-123 promet 1200 le 15/12 » or « FAC-123 répondeur ».

    Raises Refused with a question when the promise's date or amount is missing, unreadable or ambiguous.
    """
    words = words_of(text, "/appel FAC-123 promet 1200 le 15/12")
    span = _first(words, lambda phrase: fold_typed(phrase) in _OUTCOMES)
    if span is None:
        return CallText(readings(words, lambda _rest: True))
    outcome = _OUTCOMES[fold_typed(" ".join(words[span[0] : span[1]]))]
    number, rest = _without_fillers(words[: span[0]]), words[span[1] :]
    if outcome == CallResult.PROMISE:
        return _promise(number, rest, today)
    return CallText((Reading(number, " ".join(rest)),), outcome)


def promise(text: str, *, today: date, example: str) -> CallText:
    """Read « FAC-123 1200 le 15/12 », in any order after the number; no date when there is none.

    Raises Refused with a question when the date is unreadable, ambiguous or said twice.
    """
    words, spans = _take_all(words_of(text, example), _dated)
    day = _only("two_dates", spans)
    kept = words[:1] + [word for word in words[1:] if fold_typed(word) not in _FILLERS]
    return CallText(
        readings(kept, lambda rest: fold_typed(rest) in _ALL or amounts.looks_like(rest)),
        "promise",
        dates.read_date(day, today=today, side=dates.Side.FUTURE) if day else None,
    )


def _promise(number: str, words: list[str], today: date) -> CallText:
    words, spans = _take_all(words, _dated, start=0)
    day = _only("two_dates", spans)
    if day is None:
        raise Refused(plain("appel.promise_date", number=number))
    left = [word for word in words if fold_typed(word) not in _FILLERS]
    figures = _first(left, amounts.looks_like, start=0)
    amount = amounts.read_amount(" ".join(left[figures[0] : figures[1]])) if figures else None
    note = " ".join(left[: figures[0]] + left[figures[1] :] if figures else left)
    if any(sign.isdigit() for sign in note):
        raise Refused(
            plain("saisie.not_understood", typed=cut(note, 40), example="/appel FAC-123 promet 1200 le 15/12")
        )
    when = dates.read_date(day, today=today, side=dates.Side.FUTURE)
    return CallText((Reading(number, "" if fold_typed(note) in _ALL else note),), "promise", when, amount)


def readings(words: Sequence[str], fits: Callable[[str], bool]) -> tuple[Reading, ...]:
    """Return every way to cut `words` into a number and a rest that fits, longest number first."""
    cuts = ((" ".join(words[:end]), " ".join(words[end:])) for end in range(len(words), 0, -1))
    return tuple(Reading(number, rest) for number, rest in cuts if not rest or fits(rest))


def _without_fillers(words: Sequence[str]) -> str:
    kept = list(words)
    while len(kept) > 1 and fold_typed(kept[-1]) in _FILLERS:
        kept.pop()
    return " ".join(kept)


def _dated(phrase: str) -> bool:
    """Whether a phrase inside a command is a date; bare or pointed figures there are an amount."""
    bare = phrase.replace(".", "").replace("-", "").isdigit()
    return dates.looks_like(phrase) and (not bare or phrase.count("-") == 2 or phrase.count(".") == 2)


def _first(
    words: Sequence[str], fits: Callable[[str], bool], *, start: int = 1, longest: int = 6
) -> tuple[int, int] | None:
    """Return where the first, longest phrase that fits stands. The first word is the number's own."""
    for begin in range(start, len(words)):
        for end in range(min(len(words), begin + longest), begin, -1):
            if fits(" ".join(words[begin:end])):
                return begin, end
    return None


def _take_all(
    words: list[str], fits: Callable[[str], bool], *, start: int = 1, lead: set[str] | None = None
) -> tuple[list[str], list[str]]:
    """Take every phrase that fits out of `words`, with the word that leads to it."""
    taken: list[str] = []
    while (span := _first(words, fits, start=start)) is not None:
        begin, end = span
        taken.append(" ".join(words[begin:end]))
        if begin > start and fold_typed(words[begin - 1]) in (lead or set()):
            begin -= 1
        words = words[:begin] + words[end:]
    return words, taken


def _only(key: str, found: list[str]) -> str | None:
    if len(found) > 1:
        raise Refused(plain(f"saisie.{key}", first=found[0], second=found[1]))
    return found[0] if found else None
