"""What people type after /appel, understood once into values: what came of it, until when, a note."""

import re
from collections.abc import Sequence
from datetime import date, time

from bot.typed import amounts, dates, hours
from bot.typed.cutting import (
    amount_in,
    first_that,
    is_dated,
    only_one,
    spans,
    take_all,
    with_notes,
    without_first,
    without_last,
    words_of,
)
from bot.typed.dates import Side
from bot.typed.understanding import HELPED, asks_for_help, dated
from bot.typed.values import CallAgain, CallDetails, Reading, Understood
from bot.typed.vocabulary import ALL, ALONG, FILLERS, HALF, OUTCOME_OF
from bot.typed.words import cut, plain
from receivables.codes.calls import CALL_AGAIN, CallResult
from receivables.errors import Refused
from receivables.language import Language
from receivables.text import fold_typed

_DENYING = frozenset({"pas", "jamais", "plus", "rien", "ni", "not"})
"""After these a word is no outcome: « n'a pas promis » is a note."""
_PHONE = re.compile(r"(?<![0-9])(?:au )?(?:\+33 ?[1-9]|0[1-9])(?:[ .-]?[0-9]{2}){4}(?![0-9])")
_JOINING = FILLERS | ALONG
_NOBODY = frozenset({CallResult.REACHED, CallResult.VOICEMAIL, CallResult.UNREACHABLE})
_TO_DAY = frozenset({"pour", "vers", "des", "le", "a", "au", "avant", "apres"})


def call(text: str, today: date, language: Language) -> Understood:
    """Read « FAC-123 promet 1200 le 15/12 », « FAC-123 rappeler demain 14 h » or « FAC-123 répondeur ».

    Without an outcome, what follows the number is a note.
    """
    if asks_for_help(text):
        return HELPED
    words = words_of(text, plain("appel.example", language))
    span = _outcome_in(words)
    if span is None:
        return Understood(readings=with_notes(words))
    before, begin, end = span
    said, rest = words[begin:end], words[end:]
    outcome = _outcome(said)
    number = " ".join(without_last(words[:before], FILLERS))
    if outcome == CallResult.PROMISE:
        return _promised(number, rest, today, language)
    if outcome == CallResult.IN_PAYMENT and first_that(rest, is_dated, start=0) is not None:
        return _promised(number, rest, today, language, " ".join(said))
    if outcome in CALL_AGAIN:
        return _again(number, outcome, rest, today)
    if outcome == CallResult.PAYMENT_SENT:
        rest = _with_days_in_figures(rest, today, language)
    return Understood(readings=(Reading(number, " ".join(rest)),), outcome=outcome)


def _with_days_in_figures(words: list[str], today: date, language: Language) -> list[str]:
    """Return a note whose « hier » says which day that is: it is read again later."""
    written: list[str] = []
    done = 0
    for begin, end in spans(words, is_dated, start=0):
        day = dates.read(" ".join(words[begin:end]), today, Side.PAST)
        said = [plain("appel.on_day", language, on=day)] if isinstance(day, date) else words[begin:end]
        written += [*words[done:begin], *said]
        done = end
    return [*written, *words[done:]]


def _outcome_in(words: list[str]) -> tuple[int, int, int] | None:
    """Return where what stands before the outcome ends, and where it stands.

    « joint : paiera vendredi »: what came of it counts, not that somebody answered.
    """
    found = [
        span
        for span in spans(words, lambda phrase: fold_typed(phrase) in OUTCOME_OF, start=1)
        if fold_typed(words[span[0] - 1]) not in _DENYING
    ]
    if not found:
        return None
    (begin, end), *others = found
    for start, last in others[:1]:
        between = (fold_typed(word) for word in words[end:start])
        if (
            _outcome(words[begin:end]) == CallResult.REACHED
            and _outcome(words[start:last]) not in _NOBODY
            and all(word in _JOINING or not any(map(str.isalnum, word)) for word in between)
        ):
            return begin, start, last
    return begin, begin, end


def _outcome(said: Sequence[str]) -> CallResult:
    return OUTCOME_OF[fold_typed(" ".join(said))]


def _promised(
    number: str, words: list[str], today: date, language: Language, programmed: str = ""
) -> Understood:
    """Read a promise; that a payment is programmed (`programmed`) for a day is one, and stays as the note."""
    words, days = take_all(words, is_dated, start=0)
    phrase = only_one("saisie.two_dates", days)
    if phrase is None:
        raise Refused("saisie.promise_date", number=number)
    begin, end = first_that(words, amounts.looks_like, start=0) or (len(words), len(words))
    amount = amount_in(" ".join(words[begin:end]))
    before, after = without_last(["", *words[:begin]], FILLERS), without_first([*words[end:], ""], FILLERS)
    note = " ".join(word for word in (*before, *after) if word)
    if any(sign.isdigit() for sign in note):
        raise Refused("saisie.not_understood", typed=cut(note, 40), example=plain("appel.example", language))
    if amount is None and fold_typed(note) in ALL | HALF:
        amount, note = amount_in(note), ""
    reading = Reading(number, " ".join(filter(None, (programmed, note))), amount)

    def on(day: date | None) -> Understood:
        return Understood(readings=(reading,), outcome=CallResult.PROMISE, day=day)

    return dated(phrase, on, today, Side.FUTURE)


def _again(number: str, outcome: CallResult, words: Sequence[str], today: date) -> Understood:
    """Read when to call again, « demain 14 h », « vers 9h30 », « dans une heure »; the rest is the note."""
    text, phones = _without_phones(" ".join(words))
    left, waits = take_all(text.split(), lambda phrase: hours.read_wait(phrase) is not None, start=0)
    left, said = take_all(left, lambda phrase: hours.read_hour(phrase) is not None, start=0)
    left, days = take_all(left, is_dated, start=0, lead=_TO_DAY)
    hour = _hour(only_one("saisie.two_hours", said))
    wait = only_one("saisie.two_hours", waits)
    reading = Reading(number, " ".join([*_trimmed(left), *phones]))
    minutes = hours.read_wait(wait) if wait else None

    details = CallDetails(again=CallAgain(hour, minutes)) if hour or minutes else None

    def on(day: date | None) -> Understood:
        return Understood(readings=(reading,), outcome=outcome, day=day, call=details)

    return dated(only_one("saisie.two_dates", days), on, today, Side.FUTURE)


def _without_phones(text: str) -> tuple[str, list[str]]:
    """Return a text without the telephone numbers in it, whose figures would be read as days; and these."""
    return _PHONE.sub(" ", text), [match[0] for match in _PHONE.finditer(text)]


def _hour(said: str | None) -> time | None:
    return hours.read_hour(said) if said else None


def _trimmed(words: Sequence[str]) -> list[str]:
    """Return the words of a note without those at its ends that only led to a day or an hour."""
    kept = list(words)
    while kept and fold_typed(kept[-1]) in _TO_DAY:
        kept.pop()
    while kept and fold_typed(kept[0]) in _TO_DAY:
        kept.pop(0)
    return kept
