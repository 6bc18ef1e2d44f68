"""Payment plans as calendars, and what must hold for any of them (SCHEDULE 11)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.payment_plans import RHYTHMS, Instalment, even, shares
from receivables.schedule.account import PromiseFact
from receivables.schedule.decisions import evaluate
from receivables.schedule.holds import (
    Agreement,
    added_up,
    awaited,
    breaches,
    broken_on,
    kept,
    live_promise,
    promise_end,
)
from receivables.schedule.ladder import next_rung
from tests.receivables.schedule.calendars import POLICIES, a_company, an_account, an_item, play

COMPANY = a_company()
CALENDAR, GRACE = COMPANY.calendar, COMPANY.grace_days
MADE = date(2026, 4, 20)
OWED = Decimal(1200)


def plan(
    lines: dict[str, str], receipts: dict[str, str] | None = None, made: str = "2026-04-20"
) -> Agreement:
    """Return a plan of 1,200 €: days and amounts agreed, days and amounts received."""
    came = {date.fromisoformat(day): Decimal(amount) for day, amount in (receipts or {}).items()}
    agreed = [
        PromiseFact(date.fromisoformat(day), Decimal(amount), date.fromisoformat(made), "U0", plan=1)
        for day, amount in lines.items()
    ]
    return added_up([_received(each, came) for each in agreed], OWED)


def _received(promise: PromiseFact, came: dict[date, Decimal]) -> PromiseFact:
    end = promise_end(promise, CALENDAR, GRACE)
    return replace(promise, received=sum((each for day, each in came.items() if day <= end), Decimal(0)))


THREE = {"2026-05-15": "400", "2026-06-15": "400", "2026-07-15": "400"}


def test_nothing_leaves_while_it_is_met_and_the_day_after_it_breaks_one_step_does() -> None:
    item = an_item(due="2026-04-01", promises=plan(THREE, {"2026-05-15": "400"}))
    assert play(an_account(item), "2026-04-20", "2026-06-30") == [
        "2026-06-18 ferme FAC-1",  # 15 June and two open days of grace: broken on Thursday 18
        "2026-06-26 renforcee FAC-1",
    ]


def test_broken_on_closed_days_the_step_leaves_on_the_next_open_one() -> None:
    item = an_item(due="2026-04-01", promises=plan({"2026-05-20": "600", "2026-06-20": "600"}))
    decision = evaluate(an_account(item), COMPANY, date(2026, 5, 22)).decisions[item.id]
    assert (decision.reason, decision.until) == ("plan", date(2026, 5, 22))
    told = play(an_account(item), "2026-04-20", "2026-05-27")
    assert told == ["2026-05-26 ferme FAC-1"]  # Saturday, Sunday and Whit Monday are closed


@pytest.mark.parametrize(
    ("receipts", "broken"),
    [
        ({}, "2026-05-20"),
        ({"2026-05-19": "400"}, "2026-06-18"),  # within the grace
        ({"2026-05-20": "400"}, "2026-05-20"),  # a day late: what came after does not mend it
        ({"2026-05-15": "399.99"}, "2026-05-20"),
        ({"2026-04-21": "800"}, "2026-07-18"),  # two at once, ahead of time
        ({"2026-05-15": "400", "2026-06-15": "399", "2026-06-17": "1"}, "2026-07-18"),
        ({"2026-07-17": "1200"}, "2026-05-20"),
        ({"2026-05-15": "1200"}, None),
    ],
)
def test_instalments_are_added_up_in_the_order_of_their_dates(
    receipts: dict[str, str], broken: str | None
) -> None:
    found = broken_on(awaited(plan(THREE, receipts)), CALENDAR, GRACE)
    assert found == (date.fromisoformat(broken) if broken else None)


def test_it_holds_before_the_due_date_too_for_it_replaces_that_date() -> None:
    item = an_item(due="2026-05-01", issued="2026-04-01", promises=plan(THREE))
    assert evaluate(an_account(item), COMPANY, date(2026, 4, 27)).decisions[item.id].reason == "plan"


def test_a_plan_broken_before_the_due_date_moves_nothing() -> None:
    item = an_item(due="2026-07-01", issued="2026-06-01", promises=plan(THREE))
    rung = next_rung(item, POLICIES["standard"], CALENDAR, GRACE, date(2026, 7, 2))
    assert rung is not None
    assert rung.slot == date(2026, 7, 8)


def test_a_new_plan_holds_although_an_earlier_one_was_broken() -> None:
    second = tuple(replace(each, plan=2) for each in plan({"2026-08-14": "1200"}, made="2026-07-01"))
    item = an_item(due="2026-04-01", promises=(*plan(THREE), *second))
    assert evaluate(an_account(item), COMPANY, date(2026, 7, 2)).decisions[item.id].until == date(2026, 8, 18)


def test_what_is_no_longer_owed_shortens_the_last_instalments() -> None:
    agreed = [PromiseFact(date(2026, month, 15), Decimal(400), MADE, plan=1) for month in (7, 5, 6)]
    assert [
        (each.promised_on.month, each.amount, each.before) for each in added_up(agreed, Decimal(500))
    ] == [
        (5, Decimal(400), Decimal(0)),
        (6, Decimal(100), Decimal(400)),
        (7, Decimal(0), Decimal(500)),
    ]


cents = st.integers(1, 60_000).map(lambda value: Decimal(value).scaleb(-2))
offsets = st.integers(0, 200)


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Agreement, dict[date, Decimal]]:
    days = draw(st.lists(offsets, min_size=1, max_size=6, unique=True))
    came: dict[date, Decimal] = {}
    for offset, amount in draw(st.lists(st.tuples(offsets, cents), max_size=6)):
        day = MADE + timedelta(days=offset)
        came[day] = came.get(day, Decimal(0)) + amount
    agreed = [PromiseFact(MADE + timedelta(days=day), draw(cents), MADE, "U0", plan=7) for day in days]
    return added_up([_received(each, came) for each in agreed], Decimal(10**9)), came


@settings(max_examples=150)
@given(drawn())
def test_it_breaks_on_the_first_day_on_which_too_little_has_come_in_and_holds_every_day_before(
    case: tuple[Agreement, dict[date, Decimal]],
) -> None:
    instalments, came = case
    last = promise_end(instalments[-1], CALENDAR, GRACE)
    breach, day = None, MADE
    while day <= last + timedelta(days=1):
        asked = sum(
            (each.amount for each in instalments if promise_end(each, CALENDAR, GRACE) < day), Decimal(0)
        )
        paid = sum((amount for on, amount in came.items() if on < day), Decimal(0))
        if breach is None and paid < asked:
            breach = day
        running = live_promise(instalments, CALENDAR, GRACE, day)
        assert (running is not None) == (breach is None and day <= last), day
        day += timedelta(days=1)
    assert list(breaches(instalments, CALENDAR, GRACE)) == ([breach] if breach else [])


@settings(max_examples=60)
@given(drawn())
def test_nothing_leaves_while_it_runs_and_at_most_one_step_on_the_day_it_breaks(
    case: tuple[Agreement, dict[date, Decimal]],
) -> None:
    instalments, _ = case
    item = an_item(due="2026-04-01", promises=instalments)
    told = play(an_account(item), "2026-04-20", "2026-12-31")
    broken = next(iter(breaches(instalments, CALENDAR, GRACE)), None)
    free = broken or promise_end(instalments[-1], CALENDAR, GRACE) + timedelta(days=1)
    days = [date.fromisoformat(line[:10]) for line in told]
    assert days[0] == CALENDAR.next_open(free)
    assert len(set(days)) == len(days)


@settings(max_examples=100)
@given(drawn(), cents)
def test_more_money_never_breaks_it_sooner(
    case: tuple[Agreement, dict[date, Decimal]], more: Decimal
) -> None:
    instalments, _ = case
    richer = tuple(replace(each, received=each.received + more) for each in instalments)
    before, after = (broken_on(awaited(each), CALENDAR, GRACE) for each in (instalments, richer))
    assert after is None or (before is not None and after >= before)
    assert all(kept(rich) for each, rich in zip(instalments, richer, strict=True) if kept(each))


@given(cents, st.integers(1, 24), st.sampled_from(RHYTHMS), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_an_even_split_adds_up_to_the_cent_on_days_that_follow(
    total: Decimal, count: int, rhythm: str, first: date
) -> None:
    found = even(total, count, first, rhythm)
    assert sum(each.amount for each in found) == total
    assert max(each.amount for each in found) - min(each.amount for each in found) <= Decimal("0.01") * count
    days = [each.on for each in found]
    assert days == sorted(set(days))
    assert days[0] == first


@pytest.mark.parametrize(
    ("first", "rhythm", "days"),
    [
        ("2026-12-31", "monthly", ["2026-12-31", "2027-01-31", "2027-02-28"]),
        ("2026-12-15", "weekly", ["2026-12-15", "2026-12-22", "2026-12-29"]),
        ("2026-12-15", "fortnightly", ["2026-12-15", "2026-12-29", "2027-01-12"]),
    ],
)
def test_rhythms(first: str, rhythm: str, days: list[str]) -> None:
    found = even(Decimal("100.00"), 3, date.fromisoformat(first), rhythm)
    assert [each.on.isoformat() for each in found] == days
    assert [each.amount for each in found] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


@given(st.lists(cents, min_size=1, max_size=5), st.lists(cents, min_size=1, max_size=5))
def test_instalments_are_set_against_invoices_to_the_cent(
    amounts: list[Decimal], owed: list[Decimal]
) -> None:
    instalments = [Instalment(MADE + timedelta(days=day), amount) for day, amount in enumerate(amounts)]
    found = shares(instalments, list(enumerate(owed)))
    assert sum(share.amount for share in found) == min(sum(amounts), sum(owed))
    for number, left in enumerate(owed):
        assert sum(share.amount for share in found if share.invoice_id == number) <= left
    assert [share.invoice_id for share in found] == sorted(share.invoice_id for share in found)
