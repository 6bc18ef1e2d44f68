"""Dates as people type them in French. What could be read in two ways is asked, never guessed."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import NoReturn

from bot.typed.values import UnclearDay
from bot.typed.words import clean, cut
from receivables.calendar import months
from receivables.calendar.words import COUNTS, MONTHS, NEAR_DAYS, WEEKDAYS, any_of
from receivables.errors import Fact
from receivables.text import fold_typed


class Side(StrEnum):
    """Where a date without a year, or a bare weekday, is looked for."""

    PAST = "past"
    FUTURE = "future"


_NEAR = timedelta(days=183)
_FAR = timedelta(days=3 * 366)
_LEAD = re.compile(
    r"(?:(?:d'ici(?: le| au| a)?|avant(?: le)?|pour(?: le)?|a partir du|recue? le|le|au|du|ce) )+(?=\S)"
)

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
        _ask("date_unknown", typed=shown)
    day = found[1](found[0], today, side)
    if abs(day - today) > _FAR:
        _ask("date_far", day=day)
    return day


def looks_like(text: str) -> bool:
    """Whether `text`, the whole of it, is meant as a date, be it readable or not."""
    return _match(fold_typed(clean(text))) is not None


def _match(phrase: str) -> tuple[re.Match[str], Reader] | None:
    for candidate in (phrase, _LEAD.sub("", phrase, count=1) if _LEAD.match(phrase) else phrase):
        for pattern, reader in _READERS:
            match = pattern.fullmatch(candidate)
            if match:
                return match, reader
    return None


def _ask(key: str, days: tuple[date, ...] = (), **facts: Fact) -> NoReturn:
    raise UnclearDay(f"saisie.{key}", days, **facts)


def _day(year: int, month: int, day: int, typed: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        _ask("date_impossible", typed=typed)


def _no_year(day: int, month: int, today: date, side: Side, typed: str) -> date:
    """Find the year of a day and month."""
    found = [months.day_of(year, month, day) for year in range(today.year - 4, today.year + 5)]
    return _nearest([day for day in found if day], today, side, typed)


def _nearest(days: list[date], today: date, side: Side, typed: str) -> date:
    """Return the nearest day on the side asked for, unless the other side is much nearer: then ask."""
    past = max((day for day in days if day <= today), default=None)
    future = min((day for day in days if day >= today), default=None)
    if past is None or future is None:
        _ask("date_impossible", typed=typed)
    wanted, other = (past, future) if side is Side.PAST else (future, past)
    if abs(wanted - today) > _NEAR and abs(other - today) < abs(wanted - today):
        _ask("date_year", (wanted, other), typed=typed, first=wanted, second=other)
    return wanted


def _whole(match: re.Match[str], today: date, _side: Side) -> date:  # noqa: ARG001
    return _day(int(match["year"]), int(match["month"]), int(match["day"]), match[0])


def _short_year(match: re.Match[str], today: date, _side: Side) -> date:
    """Read 15/11/26, unless another order of the figures is as likely."""
    a, b, c = (int(match[part]) for part in ("day", "month", "year"))
    readings = {months.day_of(2000 + c, b, a), months.day_of(2000 + a, b, c)}
    likely = [day for day in readings if day and abs(day.year - today.year) <= 2]
    if len(likely) != 1 or likely[0] != months.day_of(2000 + c, b, a):
        _ask("date_short_year", tuple(sorted(likely)), typed=match[0])
    return likely[0]


def _figures(match: re.Match[str], today: date, side: Side) -> date:
    return _no_year(int(match["day"]), int(match["month"]), today, side, match[0])


def _named(match: re.Match[str], today: date, side: Side) -> date:
    """Read « 15 novembre », « lundi 16 novembre 2026 »."""
    day, month, year = int(match["day"]), MONTHS[match["month"]], match["year"]
    found = _day(int(year), month, day, match[0]) if year else _no_year(day, month, today, side, match[0])
    weekday = match["weekday"]
    if weekday and WEEKDAYS[weekday] != found.weekday():
        _ask("date_weekday_wrong", (found,), day=found, typed=weekday)
    return found


def _of_month(match: re.Match[str], today: date, side: Side) -> date:
    """Read « le 12 »: of this month when that is on the right side of today, else asked."""
    day = int(match["day"])
    other_month = months.shift(today.replace(day=1), -1 if side is Side.PAST else 1)
    here, there = (
        months.day_of(today.year, today.month, day),
        months.day_of(other_month.year, other_month.month, day),
    )
    if here and (here <= today if side is Side.PAST else here >= today) and match["le"]:
        return here
    if here is None or there is None:
        _ask("date_unknown", typed=match[0])
    _ask("date_day_alone", (here, there), typed=match[0], first=here, second=there)


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
        _ask("date_weekday", (today, away), typed=match[0], first=today, second=away)
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
        _ask("date_side", typed=match[0], day=end)
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
    _ask("date_vague", typed=match[0], example=today + timedelta(days=7))


_NAMES = any_of(WEEKDAYS)
_PATTERNS: tuple[tuple[str, Reader], ...] = (
    (r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})", _whole),
    (r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})", _whole),
    (r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{2})", _short_year),
    (r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})", _figures),
    (rf"(?:le )?(?:(?P<weekday>{_NAMES}) )?(?:le )?(?P<day>[0-9]{{1,2}})(?:er)? {_IN_MONTH}", _named),
    (r"(?P<le>le )?(?P<day>[0-9]{1,2})(?:er)?", _of_month),
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
