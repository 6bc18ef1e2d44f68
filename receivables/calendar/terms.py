"""Terms of payment in words, and the day on which an invoice is due by them (C. com. L441-10).

« 45 jours fin de mois » has two lawful counts: the days, then the end of that month, or the end of the month
of the invoice, then the days. Words that put the end of the month first say the latter; others do not say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from receivables.calendar.months import day_of, last_day, shift
from receivables.text import fold, unaccented

LONGEST = 2_000
MOST_DAYS = 365
MOST_MONTHS = 12


class MonthEnd(StrEnum):
    """Where the end of the month is counted."""

    DAYS_FIRST = "days_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """Days or months from the invoice date; then what of the end of the month, and which day after it."""

    days: int = 0
    months: int = 0
    month_end: bool = False
    order: MonthEnd | None = None
    """None: the words do not say which of the two counts is meant."""
    on_day: int | None = None
    """« le 10 »: the first such day after the end of the month."""

    @property
    def two_counts(self) -> bool:
        """Whether two counts are lawful, and which one was agreed is not said."""
        return self.month_end and self.order is None and bool(self.days or self.months)


_SPAN = re.compile(
    r"\b(\d{1,3}) ?(?:calendar )?"
    r"(?:j|jr|jrs|jours?|jfm|jfdm|d|days?|t|tag|tagen?|dagar|dagen|dias|giorni)\b"
)
_NET = re.compile(r"\bnet(?:to)? (\d{1,3})\b(?! ?(?:mois|months?|monate?n?)\b)")
_MONTHS = re.compile(r"\b(\d{1,2}|un|deux|trois|one|two|three) ?(?:mois|months?|monate?n?)\b")
_IN_WORDS = {"un": 1, "deux": 2, "trois": 3, "one": 1, "two": 2, "three": 3}
_MONTH_END = re.compile(
    r"\bfin (?:de |du )?mois\b|\bfdm\b|(?<![a-z])jfd?m\b|\bfm\b|"
    r"\bend of (?:the )?month\b|\beom\b|\bmonatsende\b"
)
_EITHER = re.compile(r"\b\d{1,3} (?:ou|or|oder|a|to|bis|/) \d{1,3}\b")
_NEXT_MONTH = re.compile(r"\ble (\d{1,2}) du mois suivant\b")
_FROM_MONTH_END = re.compile(
    r"\b(?:apres|a compter de|a partir de|des|from|after|following) (?:la |the )?(?:fin|end)\b"
)
_ON_DAY = re.compile(r"\ble (\d{1,2})(?: du mois suivant)?\b")
_DATE = re.compile(
    r"(?:\A|\b(?:au|le|bis|zum|by|until|before|echeance|due|am|on)\b) *:? *"
    r"(?:(\d{1,2})[./-](\d{1,2})[./-](\d{4})|(\d{4})-(\d{2})-(\d{2}))\b"
)
_ISSUED = re.compile(r"emis|etabli|date[e]?s? du|facturee? le|dated|issued|vom")
_AT_ONCE = re.compile(
    r"\b(?:comptant|a reception|des reception|immediat|immediate|immediately|sofort|upon receipt|on receipt|"
    r"a la commande)\b"
)
_CLAUSES = re.compile(r"[;\n\r]|[,.](?=\D|\Z)|(?<=\D)[,.]|\b(?:puis|sinon|otherwise)\b")
_OTHER = re.compile(
    r"escompte|skonto|discount|remise|rabais|rabatt|penalit|indemnit|retard|interet|interest|penalty|verzug|"
    r"mahn|late|drojsmal|litige|reclamation|prepaid|acompte|livraison|delivery|liefer|retour|retract|validit|%"
)
"""A clause with such words speaks of something else than of when the whole is due."""


def read_terms(text: str) -> PaymentTerm | date | None:
    """Return what terms in words say: the day itself, or how it is counted; None when that is not clear."""
    found = list(dict.fromkeys(_read(text[:LONGEST])))
    dates = [each for each in found if isinstance(each, date)]
    if dates:
        return dates[0] if len(dates) == 1 else None
    return found[0] if len(found) == 1 else None


def _read(text: str) -> Iterator[PaymentTerm | date]:
    for clause in _CLAUSES.split(unaccented(text.casefold()).replace("\u2019", "'")):
        if not clause or _OTHER.search(clause):
            continue
        day = _date(clause)
        term = day or _term(clause)
        if term is not None:
            yield term


def _date(clause: str) -> date | None:
    match = _DATE.search(clause.strip())
    if match is None or _ISSUED.search(clause):
        return None
    day, month, year, iso_year, iso_month, iso_day = match.groups()
    return day_of(int(year or iso_year), int(month or iso_month), int(day or iso_day))


def _term(clause: str) -> PaymentTerm | None:
    words = fold(clause)
    spans = {int(found) for found in _SPAN.findall(words)} | {int(found) for found in _NET.findall(words)}
    months = {_IN_WORDS.get(found) or int(found) for found in _MONTHS.findall(words)}
    month_end = _MONTH_END.search(words)
    if len(spans) + len(months) > 1 or _EITHER.search(words):
        return None
    days, away = next(iter(spans), 0), next(iter(months), 0)
    if days > MOST_DAYS or away > MOST_MONTHS:
        return None
    if not (spans or months):
        if month_end is None and not _NEXT_MONTH.search(words):
            return PaymentTerm() if _AT_ONCE.search(words) else None
        return _with_day(PaymentTerm(month_end=True), words)
    term = PaymentTerm(days=days, months=away, month_end=month_end is not None)
    return _with_day(replace(term, order=_order(words, month_end)), words) if month_end else term


def _order(words: str, month_end: re.Match[str]) -> MonthEnd | None:
    span = _SPAN.search(words) or _NET.search(words) or _MONTHS.search(words)
    first = span is not None and month_end.start() < span.start()
    return MonthEnd.MONTH_FIRST if first or _FROM_MONTH_END.search(words) else None


def _with_day(term: PaymentTerm, words: str) -> PaymentTerm:
    match = _ON_DAY.search(words)
    day = int(match[1]) if match else None
    return replace(term, on_day=day) if day and day <= 31 else term


def due_date(term: PaymentTerm, issue: date) -> date:
    """Return the day on which an invoice of that date is due. Where two counts are lawful: the later one."""
    counts = [term.order] if term.order else list(MonthEnd)
    return max(_counted(replace(term, order=order), issue) for order in counts)


def _counted(term: PaymentTerm, issue: date) -> date:
    days_first = term.order is MonthEnd.DAYS_FIRST
    start = last_day(issue.year, issue.month) if term.month_end and not days_first else issue
    day = shift(start, term.months) + timedelta(days=term.days)
    if term.month_end and days_first:
        day = last_day(day.year, day.month)
    return _next(day, term.on_day) if term.month_end and term.on_day else day


def _next(day: date, on_day: int) -> date:
    """Return the first day after `day` that is the `on_day` of a month, or the last where it is shorter."""
    for months in (0, 1):
        month = shift(day.replace(day=1), months)
        there = min(on_day, last_day(month.year, month.month).day)
        if month.replace(day=there) > day:
            return month.replace(day=there)
    return day
