"""What people type after each command, understood once into values. Pure: no books, no Slack.

Each function raises Refused when the text cannot be understood, Unclear when a date in it could be several.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date

from rapidfuzz import fuzz, process

from bot.typed import amounts, dates
from bot.typed.cutting import (
    amount_in,
    first_that,
    spans,
    with_notes,
    without_last,
    words_of,
)
from bot.typed.dates import Side
from bot.typed.values import Reading, Terms, UnclearDay, Understood
from bot.typed.vocabulary import (
    ASKED_FOR,
    EVERYONE,
    FILLERS,
    HELP,
    JOINING,
    LEGAL,
    NO_DISCOUNT,
    OWN,
    UNTIL,
)
from bot.typed.words import clean, cut, plain
from receivables.errors import Refused
from receivables.language import Language
from receivables.rates import parse_semester
from receivables.text import fold_typed

Understand = Callable[[str, date, Language], Understood]
"""Reads what was typed after a command. The language is that of the examples in a refusal."""

SHORTEST_WORD = 3
NEAR = 75
"""Score, of 100, from which a word is worth naming as one that was mistyped."""

HELPED = Understood(help=True)


def asks_for_help(text: str) -> bool:
    """Whether a text only asks how a command is used."""
    return fold_typed(text) in HELP or set(clean(text)) == {"?"}


def asks_for_nothing(text: str) -> bool:
    """Whether nothing was typed, or only a call for help."""
    return not clean(text) or asks_for_help(text)


def near_command(words: Sequence[str], known: Collection[str] = ()) -> str:
    """Return the command that the first word looks like: what is asked for by another name, or mistyped."""
    if not words:
        return ""
    first = fold_typed(words[0])
    if first in ASKED_FOR:
        return ASKED_FOR[first]
    if len(first) < SHORTEST_WORD:
        return ""
    close = process.extractOne(first, list(known), scorer=fuzz.ratio, score_cutoff=NEAR)
    return f"/relances {close[0]}" if close else ""


def dated(phrase: str | None, on: Callable[[date | None], Understood], today: date, side: Side) -> Understood:
    """Return what is understood on the day that a phrase says; one that could be several is a doubt."""
    if phrase is None:
        return on(None)
    try:
        return on(dates.read_date(phrase, today=today, side=side))
    except UnclearDay as error:
        return replace(on(None), day_doubt=error.doubt)


def pause(text: str, today: date, language: Language) -> Understood:
    """Read « FAC-123 jusqu’au 15/12 motif »: whom or what, until when, and why."""
    if asks_for_nothing(text):
        return HELPED
    words = words_of(text, plain("promesses.pause.example", language))
    found = spans(words, lambda phrase: dates.looks_like(phrase) and not phrase.isdigit(), start=1)
    paused = [_paused(words, span, today) for span in found]
    return Understood(readings=(*paused, Reading(" ".join(words))))


def _paused(words: Sequence[str], span: tuple[int, int], today: date) -> Reading:
    """Return a pause whose day stands there; a name may be made of such words (« Restaurant Le 12 »)."""
    begin, end = span
    day = dates.read(" ".join(words[begin:end]), today, Side.FUTURE)
    return Reading(" ".join(without_last(words[:begin], UNTIL)), " ".join(words[end:]), day=day)


def noted_on(example: str) -> Understand:
    """Return how « FAC-123 le 12/03 courriel de la comptable » is read; `example` is a key.

    Which invoice, the day gone by if one is said, and a note before or after it.
    """

    def read(text: str, today: date, language: Language) -> Understood:
        if asks_for_nothing(text):
            return HELPED
        words = words_of(text, plain(example, language))
        span = first_that(words, lambda phrase: dates.looks_like(phrase) and not phrase.isdigit())
        if span is None:
            return Understood(readings=with_notes(words))
        begin, end = span
        before = with_notes(without_last(words[:begin], FILLERS))
        after = " ".join(words[end:])

        def on(day: date | None) -> Understood:
            said = (replace(each, rest=f"{each.rest} {after}".strip()) for each in before)
            return Understood(readings=tuple(said), day=day)

        return dated(" ".join(words[begin:end]), on, today, Side.PAST)

    return read


def number(example: str) -> Understand:
    """Return how a command is read that takes the number of an invoice; `example` is a key."""

    def read(text: str, _today: date, language: Language) -> Understood:
        return HELPED if asks_for_nothing(text) else _number(words_of(text, plain(example, language)))

    return read


def named(example: str) -> Understand:
    """Return how the number of an invoice is read, whatever the words are; `example` is a key."""
    return lambda text, _today, language: _number(words_of(text, plain(example, language)))


def noted(example: str) -> Understand:
    """Return how a command is read that takes a number and a note; `example` is a key."""

    def read(text: str, _today: date, language: Language) -> Understood:
        if asks_for_nothing(text):
            return HELPED
        return Understood(readings=with_notes(words_of(text, plain(example, language))))

    return read


def customer(text: str, _today: date, _language: Language) -> Understood:
    """Read the name of a customer; nothing at all is a call for help."""
    return HELPED if asks_for_nothing(text) else customer_if_any(text, _today, _language)


def customer_if_any(text: str, _today: date, _language: Language) -> Understood:
    """Read the name of a customer, whatever it is; none when nothing was typed."""
    name = clean(text)
    return Understood(readings=(Reading(name),) if name else ())


def nothing(_text: str, _today: date, _language: Language) -> Understood:
    """Read nothing: the command takes no more words."""
    return Understood()


def _number(words: Sequence[str]) -> Understood:
    return Understood(readings=(Reading(" ".join(words)),) if words else ())


def penalties(text: str, _today: date, language: Language) -> Understood:
    """Read « FAC-123 », or « FAC-123 taux 12,5 »: the contract's rate, or « légal »."""
    if asks_for_nothing(text):
        return HELPED
    words = words_of(text, plain("penalites.example", language))
    folded = [fold_typed(word) for word in words]
    if "taux" not in folded:
        return _number(words)
    place = folded.index("taux")
    said = " ".join(words[place + 1 :])
    if not said:
        raise Refused("penalties.rate_absent")
    legal = bool(LEGAL & set(fold_typed(said).split()))
    rate = None if legal else amounts.read_percent(said)
    if rate is None and not legal:
        raise Refused("penalties.rate_missing", typed=cut(said, 40))
    return Understood(readings=_number(words[:place]).readings, terms=Terms(rate))


def discount(text: str, _today: date, language: Language) -> Understood:
    """Read « FAC-123 », or the terms that follow it: « 2 % 10 jours », « aucun »."""
    if asks_for_nothing(text):
        return HELPED
    words = words_of(text, plain("penalites.discount.example", language))
    for place in range(1, len(words)):
        if fold_typed(words[place]) in NO_DISCOUNT or "%" in words[place]:
            begin = place - 1 if words[place] == "%" else place
            return Understood(readings=_number(words[:begin]).readings, terms=_terms(words[begin:]))
    return _number(words)


def _terms(words: Sequence[str]) -> Terms:
    if fold_typed(words[0]) in NO_DISCOUNT:
        return Terms()
    rate_text, _, rest = " ".join(words).partition("%")
    rate = amounts.read_percent(clean(rate_text))
    days = [word for word in rest.replace("j", " j").split() if word.isdecimal()]
    if rate is None and amounts.is_too_fine(clean(rate_text)):
        raise Refused("discounts.rate_too_fine", typed=cut(clean(rate_text), 20))
    if rate is None or len(days) != 1 or len(days[0]) > 4:
        raise Refused("discounts.terms_missing")
    return Terms(rate, int(days[0]))


def credit(text: str, _today: date, language: Language) -> Understood:
    """Read « Garage Martin 120 AV-12 FAC-123 »: customer, amount, the credit note's number, an invoice."""
    if asks_for_nothing(text):
        return HELPED
    words, readings = words_of(text, plain("avoirs.add_example", language)), []
    for start in range(1, len(words)):
        ends = range(min(len(words), start + 4), start, -1)
        end = next((each for each in ends if amounts.looks_like(" ".join(words[start:each]))), None)
        if end is not None:
            amount, rest = amount_in(" ".join(words[start:end])), words[end:]
            note = rest[0] if rest and any(sign.isdigit() for sign in rest[0]) else ""
            readings.append(Reading(" ".join(words[:start]), note, amount, " ".join(rest[1:])))
    return Understood(readings=tuple(readings))


def plan(text: str, _today: date, language: Language) -> Understood:
    """Read « FAC-123 et FAC-124 »: numbers one after another, or a customer."""
    words = words_of(text.replace(",", " "), plain("promesses.plan.example", language))
    if not words or asks_for_help(text):
        return HELPED
    parts = tuple(word for word in words if fold_typed(word) not in JOINING)
    return Understood(readings=(Reading(" ".join(words)),), parts=parts)


def specimen(text: str, _today: date, _language: Language) -> Understood:
    """Read « ferme Garage Martin »: a step and a customer in either order, or a customer alone."""
    words = clean(text).split()
    if not words or asks_for_help(text):
        return HELPED
    orders = ((words[1:], words[0]), (words[:-1], words[-1])) if len(words) > 1 else ()
    named = [Reading(" ".join(rest), other=step) for rest, step in orders]
    return Understood(readings=(*named, Reading(" ".join(words))))


def semester(text: str, _today: date, _language: Language) -> Understood:
    """Read a half-year, none when nothing was typed."""
    return Understood(semester=parse_semester(clean(text)) if clean(text) else None)


def tasks(text: str, _today: date, _language: Language) -> Understood:
    """Read whose tasks are asked for: one's own, or everybody's."""
    asked = fold_typed(text)
    if asked in HELP or (asked and asked not in EVERYONE | OWN):
        return HELPED
    return Understood(everyone=asked in EVERYONE)
