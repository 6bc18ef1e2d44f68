"""Penalties: the worked examples of the law, and a second computation, day by day, in fractions."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.penalties import INDEMNITY, Debt, Penalties, PenaltyRule, Receipt, penalties
from receivables.rates import HalfYear, Rates, Semester, semester_of, shipped_rates

CONFIRMED = shipped_rates().confirmed(HalfYear(Semester(2026, 2), Decimal("2.40"), Decimal("2.75")))


def day(text: str) -> date:
    return date.fromisoformat(text)


def a_debt(amount: str, due: str, *receipts: tuple[str, str], **more: Any) -> Debt:
    paid = tuple(Receipt(day(on), Decimal(part)) for on, part in receipts)
    return Debt(**({"kind": "business"} | more), amount=Decimal(amount), due_date=day(due), receipts=paid)


def rows(found: Penalties) -> list[tuple[str, str, int, str, str, str]]:
    return [
        (str(each.first), str(each.last), each.days, str(each.rate), str(each.base), str(each.amount))
        for each in found.slices
    ]


# --- between businesses ----------------------------------------------------------------------------------


def test_ten_thousand_euros_over_two_half_years() -> None:
    found = penalties(a_debt("10000", "2024-09-30"), shipped_rates(), on=day("2025-02-15"))
    assert rows(found) == [
        ("2024-10-01", "2024-12-31", 92, "14.25", "10000.00", "359.18"),
        ("2025-01-01", "2025-02-15", 46, "13.15", "10000.00", "165.73"),
    ]
    assert (found.interest, found.indemnity) == (Decimal("524.91"), Decimal("40.00"))
    assert (found.accessories, found.total) == (Decimal("564.91"), Decimal("10564.91"))
    assert found.rule is PenaltyRule.BUSINESS


def test_paid_late_the_day_of_the_money_is_the_last_one() -> None:
    paid = a_debt("10000", "2024-09-30", ("2025-02-15", "10000"))
    found = penalties(paid, shipped_rates(), on=day("2025-12-31"))
    assert (found.interest, found.principal, found.total) == (
        Decimal("524.91"),
        Decimal("0.00"),
        Decimal("564.91"),
    )


def test_a_thousand_euros_for_thirty_days() -> None:
    found = penalties(a_debt("1000", "2025-09-30"), shipped_rates(), on=day("2025-10-30"))
    assert (found.interest, found.slices[0].days) == (Decimal("9.99"), 30)


def test_the_due_date_itself_bears_nothing() -> None:
    for on in ("2025-09-29", "2025-09-30"):
        found = penalties(a_debt("1000", "2025-09-30"), shipped_rates(), on=day(on))
        assert (found.slices, found.interest, found.indemnity, found.any) == ((), 0, 0, False)
    assert penalties(a_debt("1000", "2025-09-30"), shipped_rates(), on=day("2025-10-01")).any


def test_part_payments_leave_interest_on_what_is_left() -> None:
    debt = a_debt("1000", "2025-09-30", ("2025-09-15", "100"), ("2025-10-10", "400"), ("2025-10-20", "500"))
    found = penalties(debt, shipped_rates(), on=day("2026-01-31"))
    assert rows(found) == [
        ("2025-10-01", "2025-10-10", 10, "12.15", "900.00", "3.00"),
        ("2025-10-11", "2025-10-20", 10, "12.15", "500.00", "1.66"),
    ]
    assert (found.interest, found.indemnity) == (Decimal("4.66"), Decimal("40.00"))


def test_a_leap_year_counts_over_365_days() -> None:
    found = penalties(a_debt("36500", "2023-12-31"), shipped_rates(), on=day("2024-06-30"))
    assert (found.slices[0].days, found.interest) == (182, Decimal("2639.00"))


def test_half_a_cent_rounds_up_and_once_a_slice() -> None:
    half = a_debt("0.50", "2026-01-01", contract_rate=Decimal("100.00"))
    for days, interest in ((3, "0.00"), (4, "0.01")):  # 0.41 cent, then 0.55
        found = penalties(half, shipped_rates(), on=day("2026-01-01") + timedelta(days))
        assert found.interest == Decimal(interest)
    exactly = a_debt("365", "2026-01-01", contract_rate=Decimal("0.50"))  # half a cent a day
    assert penalties(exactly, shipped_rates(), on=day("2026-01-02")).interest == Decimal("0.01")


def test_the_indemnity_is_due_once_and_whole_whatever_was_paid() -> None:
    debt = a_debt("1000", "2025-09-30", ("2025-10-01", "999.99"))
    assert penalties(debt, shipped_rates(), on=day("2026-03-01")).indemnity == INDEMNITY
    in_time = a_debt("1000", "2025-09-30", ("2025-09-30", "1000"))
    assert penalties(in_time, shipped_rates(), on=day("2026-03-01")).indemnity == 0


def test_a_contract_rate_takes_the_place_of_the_default() -> None:
    debt = a_debt("1000", "2025-09-30", contract_rate=Decimal("8.50"))
    found = penalties(debt, shipped_rates(), on=day("2025-10-30"))
    assert (found.rule, found.slices[0].rate) == (PenaltyRule.CONTRACT, Decimal("8.50"))
    assert (found.interest, found.indemnity) == (Decimal("6.99"), INDEMNITY)


def test_an_insolvent_customer_owes_no_indemnity_and_nothing_from_that_day_on() -> None:
    debt = a_debt("1000", "2025-09-30", insolvent=True, stopped_on=day("2025-10-11"))
    found = penalties(debt, shipped_rates(), on=day("2026-01-31"))
    assert rows(found) == [("2025-10-01", "2025-10-10", 10, "12.15", "1000.00", "3.33")]
    assert found.indemnity == 0


# --- rates that are not known ----------------------------------------------------------------------------


def test_nothing_is_computed_for_a_half_year_to_be_confirmed() -> None:
    debt = a_debt("1000", "2026-06-15")
    found = penalties(debt, shipped_rates(), on=day("2026-07-31"))
    assert rows(found) == [
        ("2026-06-16", "2026-06-30", 15, "12.15", "1000.00", "4.99"),
        ("2026-07-01", "2026-07-31", 31, "None", "1000.00", "None"),
    ]
    assert (found.interest, found.accessories, found.total) == (None, None, None)
    assert (found.indemnity, found.unknown) == (INDEMNITY, (Semester(2026, 2),))
    told = penalties(debt, CONFIRMED, on=day("2026-07-31"))
    assert (told.interest, told.unknown) == (Decimal("15.52"), ())


def test_days_before_the_unconfirmed_half_year_are_computed() -> None:
    found = penalties(a_debt("1000", "2026-05-31"), shipped_rates(), on=day("2026-06-30"))
    assert (found.interest, found.unknown) == (Decimal("9.99"), ())


def test_a_later_half_year_has_no_rate_either() -> None:
    found = penalties(a_debt("1000", "2026-12-15"), CONFIRMED, on=day("2027-08-01"))
    assert found.unknown == (Semester(2027, 1), Semester(2027, 2))
    assert found.interest is None


def test_a_contract_rate_needs_no_rate_of_the_half_year() -> None:
    debt = a_debt("1000", "2026-07-01", contract_rate=Decimal("12.00"))
    assert penalties(debt, shipped_rates(), on=day("2026-07-31")).interest == Decimal("9.86")


# --- public bodies, consumers, and nobody knows ------------------------------------------------------------


def test_a_public_body_keeps_the_rate_of_the_half_year_in_which_interest_began() -> None:
    found = penalties(a_debt("10000", "2024-09-30", kind="public"), shipped_rates(), on=day("2025-02-15"))
    assert [each.rate for each in found.slices] == [Decimal("12.25"), Decimal("12.25")]
    assert (found.interest, found.indemnity, found.rule) == (
        Decimal("463.15"),
        INDEMNITY,
        PenaltyRule.PUBLIC,
    )


def test_a_public_body_s_interest_begins_the_day_after_the_due_date() -> None:
    found = penalties(a_debt("10000", "2025-06-30", kind="public"), shipped_rates(), on=day("2025-07-10"))
    assert found.slices[0].rate == Decimal("10.15")  # 2025-S2, not 2025-S1


def test_a_public_body_s_frozen_rate_is_the_one_to_confirm() -> None:
    debt = a_debt("10000", "2026-06-30", kind="public")
    assert penalties(debt, shipped_rates(), on=day("2027-02-01")).unknown == (Semester(2026, 2),)
    before = a_debt("10000", "2026-06-29", kind="public")
    assert penalties(before, shipped_rates(), on=day("2027-02-01")).unknown == ()


def test_a_contract_rate_does_not_bind_public_bodies_or_consumers() -> None:
    public = a_debt("1000", "2025-09-30", kind="public", contract_rate=Decimal(15))
    assert penalties(public, shipped_rates(), on=day("2025-10-30")).rule is PenaltyRule.PUBLIC
    consumer = a_debt("1000", "2025-09-30", kind="consumer", contract_rate=Decimal(15))
    assert penalties(consumer, shipped_rates(), on=day("2025-10-30")).interest == 0


def test_a_consumer_owes_nothing_before_a_formal_notice() -> None:
    found = penalties(a_debt("1000", "2025-09-30", kind="consumer"), shipped_rates(), on=day("2026-06-30"))
    assert (found.slices, found.interest, found.indemnity) == ((), 0, 0)
    assert (found.rule, found.total) == (PenaltyRule.CONSUMER, Decimal("1000.00"))


def test_a_consumer_owes_legal_interest_from_the_notice_and_never_the_indemnity() -> None:
    debt = a_debt("1000", "2025-09-30", kind="consumer", notice_on=day("2025-12-21"))
    found = penalties(debt, shipped_rates(), on=day("2026-01-10"))
    assert rows(found) == [
        ("2025-12-22", "2025-12-31", 10, "2.76", "1000.00", "0.76"),
        ("2026-01-01", "2026-01-10", 10, "2.62", "1000.00", "0.72"),
    ]
    assert found.indemnity == 0


def test_nothing_for_those_of_whom_nothing_is_known() -> None:
    unknown = a_debt("1000", "2025-09-30", kind=None)
    found = penalties(unknown, shipped_rates(), on=day("2026-06-30"))
    assert (found.rule, found.slices, found.indemnity, found.any) == (PenaltyRule.UNKNOWN, (), 0, False)
    some_siren = a_debt("1000", "2025-09-30", kind=None, siren="732829320")
    assert penalties(some_siren, shipped_rates(), on=day("2025-10-30")).rule is PenaltyRule.UNKNOWN
    a_town = a_debt("1000", "2025-09-30", kind=None, siren="213500123")
    assert penalties(a_town, shipped_rates(), on=day("2025-10-30")).rule is PenaltyRule.PUBLIC


def test_euros_and_another_currency_are_not_added_up() -> None:
    found = penalties(a_debt("1000", "2025-09-30", currency="USD"), shipped_rates(), on=day("2025-10-30"))
    assert (found.interest, found.indemnity, found.total) == (Decimal("9.99"), INDEMNITY, None)


# --- part payments to interest first ----------------------------------------------------------------------


def test_a_part_payment_may_go_to_interest_first() -> None:
    debt = a_debt("1000", "2025-09-30", ("2025-10-30", "500"), imputation="interest")
    found = penalties(debt, shipped_rates(), on=day("2025-11-09"))
    assert rows(found) == [
        ("2025-10-01", "2025-10-30", 30, "12.15", "1000.00", "9.99"),
        ("2025-10-31", "2025-11-09", 10, "12.15", "509.99", "1.70"),
    ]
    assert (found.principal, found.interest_paid) == (Decimal("509.99"), Decimal("9.99"))
    assert found.interest == Decimal("11.69")
    assert found.total == Decimal("509.99") + Decimal("1.70") + 40


# --- the second computation ------------------------------------------------------------------------------

FIRST, LAST = date(2023, 11, 1), date(2026, 12, 31)
days = st.dates(FIRST, LAST)
cents = st.integers(1, 5_000_000).map(lambda each: Decimal(each).scaleb(-2))
points = st.integers(0, 1_500).map(lambda each: Decimal(each).scaleb(-2))
semesters = [Semester(year, half) for year in range(2023, 2027) for half in (1, 2)]


@st.composite
def tables(draw: st.DrawFn) -> Rates:
    known = draw(st.lists(st.sampled_from(semesters), unique=True, min_size=len(semesters) - 1))
    return Rates({each: HalfYear(each, draw(points), draw(points)) for each in known})


@st.composite
def debts(draw: st.DrawFn) -> Debt:
    paid = draw(st.lists(st.builds(Receipt, days, cents), max_size=5))
    return Debt(
        amount=draw(cents),
        due_date=draw(days),
        receipts=tuple(paid),
        kind=draw(st.sampled_from(["business", "public", "consumer", None])),
        siren=draw(st.sampled_from([None, "732829320", "130005481"])),
        contract_rate=draw(st.none() | points),
        notice_on=draw(st.none() | days),
        insolvent=draw(st.booleans()),
        stopped_on=draw(st.none() | days),
        imputation=draw(st.sampled_from(["principal", "principal", "interest"])),
    )


def half_up(exact: Fraction) -> Decimal:
    """Round to the cent, the half away from zero, without the code under test."""
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def yearly(debt: Debt, table: Mapping[Semester, HalfYear], today: date) -> Fraction | None:
    """Return the rate of one day, in hundredths of the principal a year; -1 when nothing is borne."""
    kind = debt.kind or ("public" if (debt.siren or "")[:1] == "1" else None)
    if today <= debt.due_date or (debt.stopped_on and today >= debt.stopped_on) or kind is None:
        return Fraction(-1)
    here, began = table.get(semester_of(today)), table.get(semester_of(debt.due_date + timedelta(1)))
    if kind == "consumer":
        if debt.notice_on is None or today <= debt.notice_on:
            return Fraction(-1)
        return Fraction(here.legal) if here and here.legal is not None else None
    if kind == "public":
        return Fraction(began.refinancing) + 8 if began else None
    if debt.contract_rate is not None:
        return Fraction(debt.contract_rate)
    return Fraction(here.refinancing) + 10 if here else None


def by_day(debt: Debt, rates: Rates, on: date) -> tuple[Decimal, Decimal | None, Decimal]:
    """Walk the days one by one: principal left, interest (None: a rate was missing), interest already paid.

    A slice ends where a half-year does, and where something comes in.
    """
    left, paid, missing = Fraction(debt.amount), Decimal(0), False
    walked: list[tuple[tuple[Semester, int], Fraction]] = []

    def accrued() -> Decimal:
        groups = groupby(walked, key=lambda each: each[0])
        return sum(
            (half_up(sum((each[1] for each in group), Fraction(0))) for _, group in groups), Decimal(0)
        )

    today = min([debt.due_date, *(each.day for each in debt.receipts)])
    while today <= on:
        rate = yearly(debt, rates.known, today)
        if left > 0 and rate is None:
            missing = True
        elif left > 0 and rate is not None and rate >= 0:
            before = sum(receipt.day < today for receipt in debt.receipts)
            walked.append(((semester_of(today), before), left * rate / 100 / 365))
        for receipt in debt.receipts:
            if receipt.day == today:
                to_interest = Decimal(0)
                if debt.imputation == "interest":
                    to_interest = min(receipt.amount, accrued() - paid)
                paid += to_interest
                left = max(Fraction(0), left - Fraction(receipt.amount - to_interest))
        today += timedelta(1)
    principal = Decimal(left.numerator) / Decimal(left.denominator)
    return principal, None if missing else accrued(), paid


@settings(max_examples=150)
@given(debt=debts(), rates=tables(), on=days)
def test_a_second_computation_by_day_agrees_to_the_cent(debt: Debt, rates: Rates, on: date) -> None:
    found = penalties(debt, rates, on=on)
    assert (found.principal, found.interest, found.interest_paid) == by_day(debt, rates, on)
    assert (found.interest is None) == bool(found.unknown)
    if found.interest is not None:
        assert sum((each.amount for each in found.slices if each.amount is not None), Decimal(0)) == (
            found.interest
        )


@given(debt=debts(), rates=tables(), on=days)
def test_slices_follow_one_another_and_stay_in_their_half_year(debt: Debt, rates: Rates, on: date) -> None:
    found = penalties(debt, rates, on=on).slices
    for each in found:
        assert each.days > 0
        assert each.base > 0
        assert debt.due_date < each.first <= each.last <= on
        assert semester_of(each.first) == semester_of(each.last)
    for before, after in pairwise(found):
        assert after.first == before.last + timedelta(1)
