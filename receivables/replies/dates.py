"""Days written in French or English sentences, relative to the day on which they were written. Pure.

Unlike what people type after a command, a letter cannot be asked what it meant: what is too vague gives no
day, and a person sees the day that was read before anything is done with it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from receivables.calendar import months
from receivables.calendar import words as calendar_words
from receivables.calendar.words import MONTHS, WEEKDAYS, any_of

_COUNTS = {**calendar_words.COUNTS, "a": 1}
"""« In a week »: after a command, a bare « a » is the French one."""
_NEAR_DAYS = {
    **calendar_words.NEAR_DAYS,
    "cet apres-midi": 0, "this morning": 0, "this afternoon": 0, "tonight": 0, "dans la journee": 0,
}  # fmt: skip
"""A part of today is a day in a letter; in a command it may be a note."""

_D, _M, _N = any_of(WEEKDAYS), any_of(MONTHS), f"[0-9]{{1,3}}|{any_of(_COUNTS)}"
_YEAR = r"(?:[ ,]+(?:de )?(?P<year>20[0-9]{2}))?"
_NOT_FIGURE = r"(?![0-9]|[.,/][0-9])"

_ABOUT_PAPER = re.compile(
    r"\b(?:e-?mails?|mails?|courriels?|courriers?|messages?|relances?|factures?|appels?|entretien|commandes?"
    r"|releves?|lettres?|echeances?|echues?|dues?|rappels?|devis|livraisons?|avoirs?|invoices?|letters?"
    r"|reminders?|orders?|statements?|calls?|delivery|deliveries|quotes?|notices?)(?: \S{1,25}){0,3}?"
    r" (?:en date du|datee?s? du|du|de|des|of|dated|from)(?: the)? ?$"
)
"""What stands before a day that tells of a paper, not of money."""
_TERMS = re.compile(r"(?:jours?|days?|j|net) ?$")
"""What makes « fin de mois » a payment term: « 45 jours fin de mois »."""

FAR = timedelta(days=400)
WITHOUT_YEAR = timedelta(days=270)
"""A day to come without its year is not thought of as farther off: « le 20/11 » said on the 23rd is past."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day found in a sentence, from `start` to `end` of it."""

    start: int
    end: int
    on: date


Reader = Callable[[re.Match[str], date, bool], date | None]


def find_days(sentence: str, today: date, *, past: bool) -> list[Day]:
    """Return the days written in a flat sentence, in order; a bare one is looked for behind when `past`.

    Days of invoices, mails and the like are left out, and what overlaps an earlier, longer reading.
    """
    found: list[Day] = []
    for pattern, reader in _READERS:
        for match in pattern.finditer(sentence):
            if any(match.start() < day.end and day.start < match.end() for day in found):
                continue
            on = reader(match, today, past)
            if on is not None and abs(on - today) <= FAR and not _of_paper(sentence, match.start()):
                found.append(Day(match.start(), match.end(), on))
    return sorted(found, key=lambda day: day.start)


def _of_paper(sentence: str, start: int) -> bool:
    before = sentence[:start]
    return bool(_ABOUT_PAPER.search(before[-90:]))


def _nearest(today: date, month: int, day: int, *, past: bool) -> date | None:
    """Return the day of a month without a year: the next one, or the last one when `past`."""
    years = (today.year - 1, today.year, today.year + 1)
    found = [on for year in years if (on := months.day_of(year, month, day))]
    if past:
        return max((on for on in found if on <= today), default=None)
    nearest = min((on for on in found if on >= today), default=None)
    return nearest if nearest and nearest - today <= WITHOUT_YEAR else None


def _figures(match: re.Match[str], today: date, past: bool) -> date | None:
    """Read 15/12, 15.12.26, 15-12-2026; 12/15/2026 can only be American."""
    day, month, year = int(match["day"]), int(match["month"]), match["year"]
    if month > 12 and year:
        day, month = month, day
    if not year:
        return _nearest(today, month, day, past=past)
    return months.day_of(int(year) if len(year) == 4 else 2000 + int(year), month, day)


def _iso(match: re.Match[str], _today: date, _past: bool) -> date | None:
    return months.day_of(int(match["year"]), int(match["month"]), int(match["day"]))


def _named(match: re.Match[str], today: date, past: bool) -> date | None:
    """Read « 15 décembre », « lundi 30 novembre », "December 3rd, 2026"."""
    day, month = int(match["day"]), MONTHS[match["month"]]
    if match["year"]:
        return months.day_of(int(match["year"]), month, day)
    return _nearest(today, month, day, past=past)


def _of_month(match: re.Match[str], today: date, past: bool) -> date | None:
    """Read « le 15 », "on the 15th": the next such day, or the last one when `past`."""
    day = int(match["day"])
    starts = [months.shift(today.replace(day=1), n) for n in ((0, -1, -2) if past else (0, 1, 2))]
    days = (months.day_of(start.year, start.month, day) for start in starts)
    return next((on for on in days if on and (on <= today if past else on >= today)), None)


def _weekday(match: re.Match[str], today: date, past: bool) -> date:
    """Read « vendredi », « lundi prochain », « vendredi en huit », "by next Friday", "last Friday"."""
    which = WEEKDAYS[match["weekday"]]
    ahead, back = (which - today.weekday()) % 7, (today.weekday() - which) % 7
    told = f"{match['lead'] or ''}{match['tail'] or ''}"
    if "dernier" in told or "last" in told or "passe" in told or (past and "proch" not in told):
        return today - timedelta(days=back or 7)
    if "en huit" in told:
        return today + timedelta(days=(ahead or 7) + 7)
    if told.startswith(("ce ", "this ")):
        return today + timedelta(days=ahead)
    return today + timedelta(days=ahead or 7)


def _near(match: re.Match[str], today: date, past: bool) -> date | None:
    away = _NEAR_DAYS[match["near"]]
    return None if (past and away > 0) or (not past and away < 0) else today + timedelta(days=away)


def _apart(match: re.Match[str], today: date, past: bool) -> date | None:
    """Read « sous 8 jours », « dans deux semaines », "within 10 days", « il y a trois jours »."""
    said, unit, lead = match["count"], match["unit"] or "jours", match["lead"] or ""
    count = int(said) if said.isdigit() else _COUNTS[said]
    behind = lead.startswith("il y a") or (match["ago"] or "").strip() == "ago"
    if behind != past:
        return None
    count = -count if behind else count
    if unit.startswith(("mois", "month")):
        return months.shift(today, count)
    if unit.startswith(("h", "hour")):
        return today + timedelta(days=-(-count // 24))
    return today + timedelta(days=count * (7 if unit.startswith(("semaine", "week")) else 1))


def _end_of_month(match: re.Match[str], today: date, past: bool) -> date | None:
    if past or _TERMS.search(match.string[: match.start()]):
        return None
    moved = months.shift(today.replace(day=1), 1 if match["next"] else 0)
    return months.last_day(moved.year, moved.month)


def _end_of_named(match: re.Match[str], today: date, past: bool) -> date | None:
    month = MONTHS[match["month"]]
    year = int(match["year"]) if match["year"] else today.year
    end = months.last_day(year, month)
    if not match["year"] and end < today and not past:
        end = months.last_day(year + 1, month)
    return None if past != (end < today) else end


def _end_of_year(_match: re.Match[str], today: date, past: bool) -> date | None:
    return None if past else date(today.year, 12, 31)


def _middle(match: re.Match[str], today: date, past: bool) -> date | None:
    """Read « mi-décembre »: the fifteenth."""
    return _nearest(today, MONTHS[match["month"]], 15, past=past)


def _week(match: re.Match[str], today: date, past: bool) -> date | None:
    """Read « cette semaine », « la semaine prochaine »: its Friday, the last day that keeps the word."""
    if past:
        return None
    friday = today + timedelta(days=4 - today.weekday())
    friday += timedelta(days=7 if match["next"] else 0)
    return friday if friday >= today else None


_UNITS = r"jours?|semaines?|mois|heures?|h\b|days?|weeks?|months?|hours?"
_LEADS = (
    r"il y a|dans(?: les?| un delai de)?|sous(?: les?| un delai de)?|d'ici(?: a)?|(?:with)?in(?: the next)?"
)
_END = r"(?:fin|la fin|the end of|end of|end)"
_OF_MONTH = r"(?: of| du| de| de ce| de la)?(?: ce| this| the)? (?:mois|month)"
_THIS_WEEK = (
    r"(?:fin de|d'ici la fin de|en fin de|dans|dans la|courant|end of|later)(?: la| this| the)? |cette |this "
)
_NO_DAY = r"(?! ?(?:€|eur|%|jours?|days?|semaines?|mois|factures?|premier|h\b))"

_PATTERNS: tuple[tuple[str, Reader], ...] = (
    (r"\b(?P<year>20[0-9]{2})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})\b", _iso),
    (rf"\b{_END} (?:(?:du mois )?(?:de |d'))?(?P<month>{_M})\b{_YEAR}", _end_of_named),
    (rf"\b{_END} (?:de |of )?(?:l'|the |this )?(?:annee|year)\b|\byear[ -]end\b", _end_of_year),
    (rf"\b(?:mi|mid|milieu|middle of)[ -](?:de |d')?(?P<month>{_M})\b", _middle),
    (
        (
            rf"\b(?:(?:{_D})[ ,]+)?(?:le )?(?P<day>[0-9]{{1,2}})(?:er|st|nd|rd|th)?(?: of)? "
            rf"(?P<month>{_M})\b\.?{_YEAR}"
        ),
        _named,
    ),
    (
        (
            rf"\b(?:(?:{_D})[ ,]+)?(?P<month>{_M})\.? (?:the )?"
            rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\b(?!:){_YEAR}"
        ),
        _named,
    ),
    (
        (
            r"(?<![0-9/.,-])(?P<day>[0-9]{1,2})(?P<sign>[/.-])(?P<month>[0-9]{1,2})"
            r"(?:(?P=sign)(?P<year>20[0-9]{2}|[0-9]{2}))?(?![0-9/-]|[.,][0-9]| ?(?:€|eur|%|k\b|h\b))"
        ),
        _figures,
    ),
    (
        rf"\b(?:la )?(?:fin|the end|end){_OF_MONTH}(?P<next> prochain| next)?\b|\bmonth[ -]end\b",
        _end_of_month,
    ),
    (r"\b(?:the )?end of (?:the )?(?P<next>next) month\b", _end_of_month),
    (
        (
            rf"\b(?P<lead>(?:ce|this|next|last|coming|prochain) )?(?P<weekday>{_D})\b\.?"
            r"(?P<tail> (?:prochain|dernier|passe|en huit))?(?! [0-9])"
        ),
        _weekday,
    ),
    (rf"\b(?P<near>{any_of(_NEAR_DAYS)})\b", _near),
    (
        (
            rf"\b(?P<lead>{_LEADS}) (?:une? )?(?P<count>{_N}) ?(?:(?:de )?(?P<unit>{_UNITS})|(?<=aine))\b"
            r"(?P<ago> ago)?"
        ),
        _apart,
    ),
    (rf"\b(?P<lead>)(?P<count>{_N}) (?P<unit>days?|weeks?|months?)(?P<ago> ago)\b", _apart),
    (
        r"\b(?:(?:la|en|fin de|d'ici la fin de la|en fin de) )*semaine (?P<next>prochaine)\b",
        _week,
    ),
    (r"\b(?P<next>next) week\b", _week),
    (rf"\b(?:{_THIS_WEEK})(?:semaine|week)(?P<next>)?\b", _week),
    (
        (
            r"\b(?:le|the|au|du|on|by the|avant le|before the) (?P<day>[0-9]{1,2})(?:er|st|nd|rd|th)?\b"
            rf"{_NOT_FIGURE}{_NO_DAY}"
        ),
        _of_month,
    ),
)
_READERS = tuple((re.compile(pattern), reader) for pattern, reader in _PATTERNS)
