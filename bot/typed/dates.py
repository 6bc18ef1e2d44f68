"""Dates as people type them in French. What could be read in two ways is asked, never guessed."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NoReturn

from bot.typed.values import DayDoubt, UnclearDay
from bot.typed.words import clean, cut
from receivables.calendar import months
from receivables.calendar.words import COUNTS, MONTHS, NEAR_DAYS, WEEKDAYS, any_of
from receivables.text import fold_typed


class Side(StrEnum):
    """Where a date without a year, or a bare weekday, is looked for."""

    PAST = "past"
    FUTURE = "future"


DOUBTS = {
    "saisie.date_unknown": {0},
    "saisie.date_impossible": {0},
    "saisie.date_year": {2},
    "saisie.date_not_yet": {1},
    "saisie.date_short_year": {0, 1, 2},
    "saisie.date_day_alone": {2},
    "saisie.date_weekday": {2},
    "saisie.date_weekday_wrong": {1},
    "saisie.date_vague": {0},
    "saisie.date_far": {0},
    "saisie.date_side": {0},
}
"""The questions about a day, and between how many days each may ask."""
NAMING = frozenset({"saisie.date_weekday_wrong", "saisie.date_vague", "saisie.date_far", "saisie.date_side"})
"""The questions that name a day which is none of the answers."""
_NEAR = timedelta(days=183)
_FAR = timedelta(days=3 * 366)
_LEAD = re.compile(
    r"(?:(?:d'ici(?: le| au| a)?|avant(?: le)?|pour(?: le)?|a partir du|recue? le|le|au|du|ce) )+(?=\S)"
)
_LEAD_TO_DAY = re.compile(r"(?:le|au|du)(?= $)")

_CERTAIN = re.compile(rf"[/-]|\.[0-9]+\.|^(?:{any_of(NEAR_DAYS)})$|^(?:il y a|dans|sous) ")

_MONTH = any_of(MONTHS)
_COUNT = f"[0-9]{{1,3}}|{any_of(COUNTS)}"
_IN_MONTH = rf"(?P<month>{_MONTH})\.?(?: (?P<year>[0-9]{{4}}))?"
_UNIT = "jours?|semaines?|mois|ans?|annees?"

Reader = Callable[[re.Match[str], date, Side], date]


def read_date(text: str, *, today: date, side: Side) -> date:
    """Return the date typed in `text`, looked for on `side` of `today` when it has no year.

    Raises UnclearDay, a question, when it is unreadable or could be two dates.
    """
    shown, phrase = cut(clean(text), 40), fold_typed(clean(text))
    found = _match(phrase)
    if found is None:
        _ask("date_unknown", shown)
    try:
        day = found[1](found[0], today, side)
    except UnclearDay as error:
        raise UnclearDay(replace(error.doubt, typed=_as_typed(shown, error.doubt.typed))) from error
    if abs(day - today) > _FAR:
        _ask("date_far", shown, about=day)
    return day


def _as_typed(shown: str, folded: str) -> str:
    """Return the words of `shown` that `folded` is read from, with their accents."""
    place = fold_typed(shown).find(folded) if len(fold_typed(shown)) == len(shown) else -1
    return shown[place : place + len(folded)] if place >= 0 else folded


def read(text: str, today: date, side: Side) -> date | DayDoubt:
    """Return the date typed in `text`, or what keeps it from being one."""
    try:
        return read_date(text, today=today, side=side)
    except UnclearDay as error:
        return error.doubt


def looks_like(text: str) -> bool:
    """Whether `text`, the whole of it, is meant as a date, be it readable or not."""
    return _match(fold_typed(clean(text))) is not None


def is_certain(text: str) -> bool:
    """Whether a phrase that looks like a date can be nothing else: no name is « 15/11 » or « hier »."""
    return _CERTAIN.search(fold_typed(clean(text))) is not None


def weekday_of(text: str) -> str:
    """Return the weekday of « vendredi 13 », whose figures could be an amount; "" of anything else."""
    shown = clean(text)
    found = _WEEKDAY_OF_MONTH.fullmatch(fold_typed(shown))
    return shown.rpartition(" ")[0] if found and fold_typed(shown)[-1].isdecimal() else ""


def _match(phrase: str) -> tuple[re.Match[str], Reader] | None:
    lead = _LEAD.match(phrase)
    bare = phrase[lead.end() :] if lead else phrase
    led = lead is not None and _LEAD_TO_DAY.search(lead[0]) is not None
    for candidate in (phrase, f"le {bare}" if led else bare, bare):
        for pattern, reader in _READERS:
            match = pattern.fullmatch(candidate)
            if match:
                return match, reader
    return None


def _ask(key: str, typed: str, days: tuple[date, ...] = (), about: date | None = None) -> NoReturn:
    raise UnclearDay(DayDoubt(f"saisie.{key}", typed, days, about))


def _day(year: int, month: int, day: int, typed: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        _ask("date_impossible", typed)


def _no_year(day: int, month: int, today: date, side: Side, typed: str) -> date:
    """Find the year of a day and month."""
    found = [months.day_of(year, month, day) for year in range(today.year - 4, today.year + 5)]
    return _nearest([day for day in found if day], today, side, typed)


def _nearest(days: list[date], today: date, side: Side, typed: str) -> date:
    """Return the nearest day on the side asked for, unless the other side is much nearer: then ask."""
    past = max((day for day in days if day <= today), default=None)
    future = min((day for day in days if day >= today), default=None)
    if past is None or future is None:
        _ask("date_impossible", typed)
    wanted, other = (past, future) if side is Side.PAST else (future, past)
    if abs(wanted - today) > _NEAR and abs(other - today) < abs(wanted - today):
        if side is Side.PAST:
            _ask("date_not_yet", typed, (wanted,))
        _ask("date_year", typed, (wanted, other))
    return wanted


def _whole(match: re.Match[str], today: date, _side: Side) -> date:  # noqa: ARG001
    return _day(int(match["year"]), int(match["month"]), int(match["day"]), match[0])


def _short_year(match: re.Match[str], today: date, _side: Side) -> date:
    """Read 15/11/26, unless another order of the figures is as likely."""
    a, b, c = (int(match[part]) for part in ("day", "month", "year"))
    readings = {months.day_of(2000 + c, b, a), months.day_of(2000 + a, b, c)}
    likely = [day for day in readings if day and abs(day.year - today.year) <= 2]
    if len(likely) != 1 or likely[0] != months.day_of(2000 + c, b, a):
        _ask("date_short_year", match[0], tuple(sorted(likely)))
    return likely[0]


def _figures(match: re.Match[str], today: date, side: Side) -> date:
    return _no_year(int(match["day"]), int(match["month"]), today, side, match[0])


def _named(match: re.Match[str], today: date, side: Side) -> date:
    """Read « 15 novembre », « lundi 16 novembre 2026 »."""
    day, month, year = int(match["day"]), MONTHS[match["month"]], match["year"]
    found = _day(int(year), month, day, match[0]) if year else _no_year(day, month, today, side, match[0])
    weekday = match["weekday"]
    if weekday and WEEKDAYS[weekday] != found.weekday():
        _ask("date_weekday_wrong", weekday, (found,), found)
    return found


def _of_month(match: re.Match[str], today: date, side: Side) -> date:
    """Read « le 12 »: the last one of what has come, the next of what is to come; bare « 12 » is asked."""
    day, step = int(match["day"]), -1 if side is Side.PAST else 1
    turns = (months.shift(today.replace(day=1), step * count) for count in range(4))
    days = [found for turn in turns if (found := months.day_of(turn.year, turn.month, day))]
    if not days:
        _ask("date_unknown", match[0])
    on_side = [found for found in days if (found <= today if side is Side.PAST else found >= today)]
    if match["le"] or match["first"]:
        return on_side[0]
    _ask("date_day_alone", match[0], (days[0], days[1]))


def _weekday_dated(match: re.Match[str], today: date, side: Side) -> date:
    """Read « vendredi 13/11 »: the day that the figures say must be that day of the week."""
    weekday, day = match["weekday"], read_date(match["date"], today=today, side=side)
    if WEEKDAYS[weekday] != day.weekday():
        _ask("date_weekday_wrong", weekday, (day,), day)
    return day


def _weekday_of_month(match: re.Match[str], today: date, side: Side) -> date:
    """Read « vendredi 13 »: the nearest 13th on the side asked for, which must be a Friday."""
    day, step = int(match["day"]), -1 if side is Side.PAST else 1
    turns = (months.shift(today.replace(day=1), step * count) for count in range(4))
    days = [found for turn in turns if (found := months.day_of(turn.year, turn.month, day))]
    days = [found for found in days if (found <= today if side is Side.PAST else found >= today)]
    if not days:
        _ask("date_unknown", match[0])
    weekday = match["weekday"]
    if WEEKDAYS[weekday] != days[0].weekday():
        _ask("date_weekday_wrong", weekday, (days[0],), days[0])
    return days[0]


def _weekday(match: re.Match[str], today: date, side: Side) -> date:
    """Read « vendredi », « vendredi dernier », « vendredi prochain », « vendredi en huit »."""
    which = WEEKDAYS[match["weekday"]]
    ahead = (which - today.weekday()) % 7
    back = (today.weekday() - which) % 7
    tail = match["tail"] or ""
    if tail in {"dernier", "passe"}:
        return today - timedelta(days=back or 7)
    if tail == "prochain":
        return today + timedelta(days=ahead or 7)
    if tail.startswith("en "):
        return today + timedelta(days=(ahead or 7) + (7 if tail == "en huit" else 14))
    away = today - timedelta(days=back or 7) if side is Side.PAST else today + timedelta(days=ahead or 7)
    if ahead == 0:
        _ask("date_weekday", match[0], (today, away))
    return away


def _word(match: re.Match[str], today: date, _side: Side) -> date:
    return today + timedelta(days=NEAR_DAYS.get(match["word"], 0))


def _apart(match: re.Match[str], today: date, _side: Side) -> date:
    """Read « dans quinze jours », « il y a deux semaines », « sous huitaine »."""
    said = match["count"]
    count = int(said) if said.isdigit() else COUNTS[said]
    count = -count if match["lead"] == "il y a" else count
    unit = match["unit"] or "jours"
    if unit.startswith(("mois", "an")):
        return months.shift(today, count * (1 if unit.startswith("mois") else 12))
    return today + timedelta(days=count * (7 if unit.startswith("semaine") else 1))


def _end_of_month(match: re.Match[str], today: date, side: Side) -> date:
    """Read « fin du mois », « fin du mois prochain »."""
    moved = months.shift(today.replace(day=1), {"prochain": 1, "dernier": -1}.get(match["tail"] or "", 0))
    end = months.last_day(moved.year, moved.month)
    if side is Side.PAST and end > today:
        _ask("date_side", match[0], about=end)
    return end


def _end_of_named_month(match: re.Match[str], today: date, side: Side) -> date:
    """Read « fin novembre », « fin février 2027 »."""
    month = MONTHS[match["month"]]
    if match["year"]:
        first = _day(int(match["year"]), month, 1, match[0])
        return months.last_day(first.year, month)
    ends = [months.last_day(year, month) for year in range(today.year - 1, today.year + 2)]
    return _nearest(ends, today, side, match[0])


def _vague(match: re.Match[str], today: date, _side: Side) -> date:
    _ask("date_vague", match[0], about=today + timedelta(days=7))


_NAMES = any_of(WEEKDAYS)
_FIGURES = "[0-9]{1,2}[/.-][0-9]{1,2}(?:[/.-](?:[0-9]{4}|[0-9]{2}))?"
_DAY = "0?[1-9]|[12][0-9]|3[01]"
_WITH_DAY = rf"(?:le )?(?P<weekday>{_NAMES}) (?:le )?(?P<day>{_DAY})(?:er)?"
_WEEKDAY_OF_MONTH = re.compile(_WITH_DAY)
_PATTERNS: tuple[tuple[str, Reader], ...] = (
    (r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})", _whole),
    (r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})", _whole),
    (r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{2})", _short_year),
    (r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})", _figures),
    (rf"(?:le )?(?:(?P<weekday>{_NAMES}) )?(?:le )?(?P<day>[0-9]{{1,2}})(?:er)? {_IN_MONTH}", _named),
    (r"(?P<le>le )?(?P<day>[0-9]{1,2})(?P<first>er)?", _of_month),
    (_WITH_DAY, _weekday_of_month),
    (rf"(?:le )?(?P<weekday>{_NAMES}) (?:le )?(?P<date>{_FIGURES})", _weekday_dated),
    (rf"(?P<weekday>{_NAMES})(?: (?P<tail>dernier|passe|prochain|en huit|en quinze))?", _weekday),
    (rf"(?P<word>{any_of(NEAR_DAYS)})(?: matin| midi| soir| apres-midi)?", _word),
    (r"(?P<word>matin|soir|jour)", _word),
    (rf"(?P<lead>il y a|dans|sous|d'ici) (?P<count>{_COUNT})(?: (?:de )?(?P<unit>{_UNIT}))?", _apart),
    (r"fin (?:du |de )?(?:ce )?mois(?: (?P<tail>prochain|dernier))?", _end_of_month),
    (rf"fin (?:de |d')?{_IN_MONTH}", _end_of_named_month),
    (rf"(?:debut|mi|courant|milieu)[ -](?:du |de )?(?:mois|{_MONTH})(?: [0-9]{{4}}| prochain)?", _vague),
    (r"(?:(?:la |cette )?semaine|(?:le )?mois|l'annee)(?: prochaine?)?|dans la semaine", _vague),
    (r"fin (?:de )?(?:la )?semaine|fin (?:de )?(?:l')?annee", _vague),
    (r"bientot|prochainement|des que possible", _vague),
    (rf"(?:sous|dans|d'ici) (?:{_COUNT}|quelques) jours? (?:ouvres?|ouvrables?)", _vague),
    (r"(?:sous|dans|d'ici|il y a) quelques (?:jours|semaines|mois)", _vague),
)
_READERS = tuple((re.compile(pattern), reader) for pattern, reader in _PATTERNS)
