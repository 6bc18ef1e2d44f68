"""The rates behind penalties: data with effective dates, one line a half-year, never carried forward."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from receivables.calendar.workdays import ONE_DAY
from receivables.errors import Refused

BUSINESS_POINTS = Decimal(10)
"""Points above the refinancing rate between businesses (Code de commerce, L441-10 II)."""
PUBLIC_POINTS = Decimal(8)
"""Points above it that public bodies owe (Code de la commande publique, R2192-31)."""
FLOOR_TIMES = 3
"""A contract rate may not be less than this many times the legal rate (Code de commerce, L441-10 II)."""
MOST = Decimal(100)
"""Percent a year above which a contract rate is taken for a slip of the keys."""
MOST_REFINANCING = Decimal(20)

_NAME = re.compile(r"(\d{4})\s*-?\s*S([12])\Z", re.IGNORECASE)


class Semester(NamedTuple):
    """A half-year: the rate of its first day counts for all its days. Written 2026-S2."""

    year: int
    half: int

    def __str__(self) -> str:
        return f"{self.year:04}-S{self.half}"

    @property
    def first(self) -> date:
        """The first day: 1 January or 1 July."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last(self) -> date:
        """The last day: 30 June or 31 December."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def following(self) -> "Semester":
        """The next half-year."""
        return Semester(self.year, 2) if self.half == 1 else Semester(self.year + 1, 1)


def semester_of(day: date) -> Semester:
    """Return the half-year that `day` is in."""
    return Semester(day.year, 1 if day.month <= 6 else 2)


def parse_semester(text: str) -> Semester:
    """Return the half-year written `2026-S2`. Raises Refused."""
    match = _NAME.match(text.strip())
    if match is None or not 2000 <= int(match[1]) <= 2999:
        raise Refused("rates.not_a_semester", typed=text[:40])
    return Semester(int(match[1]), int(match[2]))


def cut(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Cut the days from `first` to `last`, both included, at the half-years; nothing when last < first."""
    while first <= last:
        end = min(last, semester_of(first).last)
        yield first, end
        first = end + ONE_DAY


@dataclass(frozen=True, slots=True)
class HalfYear:
    """The rates of one half-year, percent a year. `to_confirm`: not to be used before the company says so."""

    semester: Semester
    refinancing: Decimal
    legal: Decimal | None
    to_confirm: bool = False


@dataclass(frozen=True)
class Rates:
    """The rates that a company may use: what is known, with what it has confirmed itself."""

    known: Mapping[Semester, HalfYear] = field(default_factory=dict)

    def confirmed(self, *more: HalfYear) -> "Rates":
        """Return the same with `more`, which a person has checked at their source."""
        return Rates({**self.known, **{each.semester: replace(each, to_confirm=False) for each in more}})

    def usable(self, semester: Semester) -> HalfYear | None:
        """Return the rates of a half-year; None when they are missing or not confirmed."""
        found = self.known.get(semester)
        return None if found is None or found.to_confirm else found

    def refinancing(self, semester: Semester) -> Decimal | None:
        """Return the refinancing rate of the first day of a half-year, in percent; None: not to be used."""
        found = self.usable(semester)
        return found.refinancing if found else None

    def legal(self, semester: Semester) -> Decimal | None:
        """Return the legal rate of professional creditors, in percent; None: not to be used."""
        found = self.usable(semester)
        return found.legal if found else None

    def floor(self, semester: Semester) -> Decimal | None:
        """Return the least that a contract rate may be in a half-year, in percent; None when not known."""
        legal = self.legal(semester)
        return None if legal is None else legal * FLOOR_TIMES


@lru_cache(maxsize=1)
def shipped_rates() -> Rates:
    """Return the rates that Relance ships, those still to be confirmed among them."""
    text = files("receivables").joinpath("rates.toml").read_text(encoding="utf-8")
    return Rates({row.semester: row for row in _rows(tomllib.loads(text))})


def _rows(raw: Mapping[str, Mapping[str, object]]) -> Iterator[HalfYear]:
    for name, row in raw.items():
        yield HalfYear(
            parse_semester(name),
            Decimal(str(row["refinancing"])),
            Decimal(str(row["legal"])) if "legal" in row else None,
            row.get("to_confirm") is True,
        )


def written(rate: Decimal) -> str:
    """Return a rate as sentences say it: `12,15 %`, `8 %`."""
    figures = f"{rate:.2f}".replace(".", ",").removesuffix(",00")
    return f"{figures}\u00a0%"


def check_contract_rate(rate: Decimal, rates: Rates, today: date) -> Decimal:
    """Return a contract rate of penalties, percent a year, that the law allows on `today`.

    It may not be below three times the legal rate of the half-year in force (Code de commerce, L441-10 II).
    Raises Refused, naming the floor and the half-year, or the half-year whose legal rate is not known.
    """
    checked = check_percent(rate, "penalty")
    semester = semester_of(today)
    floor = rates.floor(semester)
    if floor is None:
        raise Refused("rates.floor_unknown", semester=str(semester))
    if checked < floor:
        raise Refused("rates.below_floor", rate=checked, floor=floor, semester=str(semester))
    return checked


def check_percent(value: Decimal, what: str, *, most: Decimal = MOST) -> Decimal:
    """Return a percentage with two places, from 0 to `most`. Raises Refused; `what` is its name in labels."""
    if not value.is_finite() or value < 0:
        raise Refused("rates.not_positive", what=what)
    if value > most:
        raise Refused("rates.too_high", what=what, most=most)
    if value != value.quantize(Decimal("0.01")):
        raise Refused("rates.decimals", what=what)
    return value.quantize(Decimal("0.01"))
