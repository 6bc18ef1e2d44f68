"""SCHEDULE 27: what the company collects itself is reminded only once the bank has sent it back."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receivables.codes.payments import PULLED, Means
from receivables.schedule.account import Item, RejectionFact
from receivables.schedule.decisions import evaluate
from tests.receivables.schedule.calendars import a_company, an_account, an_item, play


def a_debit(rejected: str | None = None, again: str | None = None, means: Means = Means.DIRECT_DEBIT) -> Item:
    """An invoice due on 1 April 2026 that the company collects itself."""
    fact = None
    if rejected is not None:
        fact = RejectionFact(date.fromisoformat(rejected), date.fromisoformat(again) if again else None, "U0")
    return replace(an_item(), means=means, rejection=fact)


@pytest.mark.parametrize("means", sorted(PULLED))
def test_a_debit_that_was_not_rejected_gets_no_step_early_or_late(means: Means) -> None:
    account = an_account(a_debit(means=means))
    assert play(account, "2026-03-02", "2026-09-30") == []
    found = evaluate(account, a_company(), date(2026, 4, 8)).decisions[account.items[0].id]
    assert (found.decision, found.reason, found.until) == ("hold", "direct_debit", None)


@pytest.mark.parametrize("means", sorted(set(Means) - PULLED))
def test_other_means_change_nothing(means: Means) -> None:
    assert play(an_account(a_debit(means=means)), "2026-03-02", "2026-04-08") == [
        "2026-03-27 amicale FAC-1",
        "2026-04-01 echeance FAC-1",
        "2026-04-08 ferme FAC-1",
    ]


@pytest.mark.parametrize(
    ("rejected", "steps"),
    [
        # after the due date: seven, fifteen and thirty days from the bank's day
        ("2026-04-20", ["2026-04-27 ferme", "2026-05-05 renforcee", "2026-05-20 appel"]),
        # before it: from the due date, and no friendly step
        ("2026-03-27", ["2026-04-08 ferme", "2026-04-16 renforcee", "2026-05-04 appel"]),
    ],
)
def test_a_rejected_one_climbs_from_the_later_of_due_date_and_rejection(
    rejected: str, steps: list[str]
) -> None:
    told = play(an_account(a_debit(rejected)), "2026-03-27", "2026-05-20", calls_done=False)
    assert told == [f"{step} FAC-1" for step in steps]


def test_presented_again_it_holds_through_that_day_and_its_grace_then_goes_on_where_it_was() -> None:
    account = an_account(a_debit("2026-04-20", "2026-05-04"))
    item = account.items[0]
    # two open days of grace: Tuesday 5 and Wednesday 6 May
    told = {"2026-04-27": "direct_debit", "2026-05-06": "direct_debit", "2026-05-07": "due"}
    for day, reason in told.items():
        found = evaluate(account, a_company(), date.fromisoformat(day)).decisions[item.id]
        assert found.reason == reason
        if reason == "direct_debit":
            assert (found.until, found.by, found.next_on) == (date(2026, 5, 6), "U0", date(2026, 5, 7))
    assert play(account, "2026-04-20", "2026-05-20", calls_done=False) == [
        "2026-05-07 ferme FAC-1",
        "2026-05-15 renforcee FAC-1",
    ]


def test_it_counts_as_late_yet_never_drags_others_along() -> None:
    account = an_account(a_debit(), an_item("FAC-2", left="3.00"))
    # 3 € alone are below the minimum of 5 €; all that is late of the customer is not, held or not (rule 8)
    small = replace(account, items=[replace(each) for each in account.items])
    told = play(small, "2026-04-02", "2026-04-10", company=a_company(minimum_amount=Decimal(5)))
    assert told == []
    both = an_account(a_debit(), an_item("FAC-2"))
    assert play(both, "2026-04-08", "2026-04-08") == ["2026-04-08 ferme FAC-2"]


@given(
    due=st.dates(date(2026, 1, 5), date(2026, 6, 30)),
    rejected=st.none() | st.integers(-40, 60),
    again=st.none() | st.integers(0, 30),
    start=st.integers(-40, 90),
)
def test_nothing_leaves_before_a_rejection_nor_while_it_is_presented_again(
    due: date, rejected: int | None, again: int | None, start: int
) -> None:
    on = None if rejected is None else due + timedelta(days=rejected)
    again_on = on + timedelta(days=again) if on is not None and again is not None else None
    item = replace(an_item(due=str(due)), means=Means.DIRECT_DEBIT)
    if on is not None:
        item = replace(item, rejection=RejectionFact(on, again_on))
    company = a_company()
    begin = due + timedelta(days=start)
    left = [
        date.fromisoformat(line[:10])
        for line in play(an_account(item), str(begin), str(begin + timedelta(days=40)), company=company)
    ]
    if on is None:
        assert left == []
        return
    assert all(day > max(due, on) for day in left)
    if again_on is not None:
        held = company.calendar.add_open(again_on, company.grace_days)
        assert all(day > held for day in left)
