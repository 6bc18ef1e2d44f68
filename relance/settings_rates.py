"""The companies' own rate of penalties against the legal floor of the day on which the settings are read."""

from collections.abc import Iterable
from datetime import datetime

from receivables.company import Company
from receivables.rates import FLOOR_TIMES, semester_of, shipped_rates
from relance.settings_values import Unfit, refusal


def check_rates(companies: Iterable[Company], now: datetime) -> None:
    """Refuse a `penalty_rate` below three times the legal rate of the half-year in force at `now`.

    (Code de commerce, L441-10 II.) A figure still to be confirmed refuses too: no amount rests on it here. A
    half-year that Relance knows nothing of refuses nothing. Raises SettingsError, naming floor and half-year.
    """
    known = shipped_rates().known
    for company in companies:
        semester = semester_of(company.day_of(now))
        half_year, rate = known.get(semester), company.penalty_rate
        if rate is None or half_year is None or half_year.legal is None:
            continue
        floor = half_year.legal * FLOOR_TIMES
        if rate < floor:
            expected = Unfit(
                "settings.expected.legal_floor",
                floor=floor,
                semester=str(semester),
                to_confirm=half_year.to_confirm,
            )
            raise refusal(f"company.{company.key}.penalty_rate", rate, expected)
