"""The rates that a company may use: those Relance ships, and those it has confirmed at their source."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from receivables.acts import Act
from receivables.errors import Refused
from receivables.people import Person
from receivables.rates import (
    MOST_REFINANCING,
    HalfYear,
    Rates,
    Semester,
    check_percent,
    parse_semester,
    semester_of,
    shipped_rates,
)
from store import dependents, journal, locks
from store.books import Books
from store.db.tables import JournalLine, RateConfirmation
from store.traces.money import RatesConfirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A half-year whose rates a person confirmed. `replaced` is what had been confirmed before."""

    entry_id: int
    semester: Semester
    refinancing: Decimal
    legal: Decimal | None
    replaced: HalfYear | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLine:
    """A half-year as the list of rates shows it, None when it has no rates.

    `by` and `on`: who confirmed them, and the local day.
    """

    semester: Semester
    rates: HalfYear | None
    by: str | None
    on: date | None


def rates_of(b: Books) -> Rates:
    """Return the rates that these books' company may use."""
    return shipped_rates().confirmed(*(_half_year(row) for row in _live(b).values()))


def listed(b: Books, *, today: date) -> list[RateLine]:
    """Return the known half-years, the latest first; and those up to `today` that have no rates at all."""
    known, confirmed = rates_of(b).known, _live(b)
    wanted = sorted(known)
    while wanted and wanted[-1].following.first <= today:
        wanted.append(wanted[-1].following)
    return [_line(b, each, known.get(each), confirmed.get(each)) for each in reversed(wanted)]


def _line(b: Books, semester: Semester, rates: HalfYear | None, row: RateConfirmation | None) -> RateLine:
    on = b.today(row.at) if row else None
    return RateLine(semester=semester, rates=rates, by=row.by if row else None, on=on)


def _live(b: Books) -> dict[Semester, RateConfirmation]:
    """Return the latest confirmation of each half-year that stands."""
    rows = b.session.scalars(
        select(RateConfirmation)
        .where(RateConfirmation.company_id == b.company_id, RateConfirmation.undone_at.is_(None))
        .order_by(RateConfirmation.id)
    )
    return {parse_semester(row.semester): row for row in rows}


def _half_year(row: RateConfirmation) -> HalfYear:
    return HalfYear(parse_semester(row.semester), row.refinancing, row.legal)


def confirm(
    b: Books,
    semester: Semester,
    *,
    refinancing: Decimal,
    legal: Decimal | None,
    by: str,
    at: datetime,
) -> Confirmed:
    """Confirm the rates of a half-year, percent a year, as the company read them at their source.

    `refinancing` is the ECB's main rate on its first day, `legal` the legal interest rate of professional
    creditors; None: not read, so that no contract rate can be checked against it. A second confirmation
    replaces the first. One journal line. Raises Refused for a half-year to come, or one that Relance knows.
    """
    locks.company(b)
    _refuse_known(semester, today=b.today(at))
    half_year = HalfYear(
        semester,
        check_percent(refinancing, "refinancing", most=MOST_REFINANCING),
        None if legal is None else check_percent(legal, "legal", most=MOST_REFINANCING),
    )
    before = _live(b).get(semester)
    _refuse_same(b, half_year, before)
    row = _add(b, half_year, by=by, at=at)
    if before is not None:
        before.undone_at = at
    return _record_confirmation(b, row, before)


def _refuse_known(semester: Semester, *, today: date) -> None:
    if semester.first > today:
        raise Refused("rates.not_begun", semester=str(semester), day=semester.first)
    shipped = shipped_rates().usable(semester)
    if shipped is not None:
        raise Refused("rates.known", semester=str(semester), refinancing=shipped.refinancing)


def _refuse_same(b: Books, half_year: HalfYear, before: RateConfirmation | None) -> None:
    if before is not None and (before.refinancing, before.legal) == (half_year.refinancing, half_year.legal):
        raise Refused(
            "rates.already_confirmed",
            semester=str(half_year.semester),
            by=Person(before.by),
            day=b.today(before.at),
        )


def _add(b: Books, half_year: HalfYear, *, by: str, at: datetime) -> RateConfirmation:
    row = RateConfirmation(
        company_id=b.company_id,
        semester=str(half_year.semester),
        refinancing=half_year.refinancing,
        legal=half_year.legal,
        at=at,
        by=by,
    )
    b.session.add(row)
    b.session.flush()
    return row


def _record_confirmation(b: Books, row: RateConfirmation, before: RateConfirmation | None) -> Confirmed:
    entry_id = journal.write(
        b,
        Act.RATES_CONFIRMED,
        RatesConfirmed(
            confirmation_id=row.id,
            replaced_id=before.id if before else None,
            semester=row.semester,
            refinancing=row.refinancing,
            legal=row.legal,
        ),
        by=row.by,
        at=row.at,
    )
    return Confirmed(
        entry_id=entry_id,
        semester=parse_semester(row.semester),
        refinancing=row.refinancing,
        legal=row.legal,
        replaced=_half_year(before) if before else None,
        by=row.by,
    )


def undo_confirmed(b: Books, line: JournalLine, *, at: datetime) -> None:
    """Take a confirmation back; the one that it replaced counts again. Raises Refused when one came since."""
    told = journal.data(line, RatesConfirmed)
    dependents.refuse(
        b, line, lambda _, later: isinstance(later, RatesConfirmed) and later.semester == told.semester
    )
    locks.fresh(b, RateConfirmation, told.confirmation_id).undone_at = at
    if told.replaced_id is not None:
        locks.fresh(b, RateConfirmation, told.replaced_id).undone_at = None


def to_confirm(b: Books, *, today: date) -> Semester | None:
    """Return the half-year in force on `today` when its rates are missing or not confirmed."""
    semester = semester_of(today)
    return semester if rates_of(b).usable(semester) is None else None
