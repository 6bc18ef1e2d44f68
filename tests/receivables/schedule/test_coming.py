"""The day that is announced is the day: the days to come are played as the plan plays them (SCHEDULE 25)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.codes.channels import LETTER
from receivables.codes.reasons import Reason
from receivables.company import Company
from receivables.policy import Policy
from receivables.schedule.account import Account, DisputeFact, Item, PastMessage, PauseFact, TaskFact
from receivables.schedule.coming import Coming, comings
from receivables.schedule.decisions import Decision, evaluate
from receivables.schedule.explanation import with_facts
from receivables.schedule.simulate import leave, on_day
from tests.receivables.schedule.calendars import POLICIES, a_company, an_account, an_item, promise
from tests.receivables.schedule.test_properties import DAYS, START, accounts

COMPANY = a_company()


def next_of(account: Account, on: str, number: str = "FAC-1", company: Company = COMPANY) -> str:
    """Return what comes next for an invoice: its step, its day, and what binds."""
    item = next(item for item in account.items if item.number == number)
    found = comings(account, company, date.fromisoformat(on), [item.id]).get(item.id)
    return f"{found.step.key} {found.on} {found.kept or ''}".rstrip() if found else "nothing by itself"


def from_five_days_before_to_the_call() -> Account:
    """Due on Wednesday 1 April 2026."""
    return an_account(an_item())


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-03-02", "amicale 2026-03-27"),
        ("2026-03-27", "echeance 2026-04-01"),  # what leaves on the 27th is not what comes next
        ("2026-04-01", "ferme 2026-04-08"),
        ("2026-04-08", "renforcee 2026-04-16"),
        ("2026-04-16", "appel 2026-05-04 closed_day"),  # 1 May
        ("2026-05-04", "nothing by itself"),  # the call waits for a person
    ],
)
def test_each_step_is_announced_on_its_open_day(on: str, expected: str) -> None:
    account, _ = on_day(
        from_five_days_before_to_the_call(), COMPANY, date(2026, 3, 2), date.fromisoformat(on)
    )
    assert next_of(account, on) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"promises": (promise("2026-04-30", "2026-04-07"),)}, "ferme 2026-05-06"),
        ({"pause": PauseFact(date(2026, 4, 20))}, "ferme 2026-04-20 paused"),
        ({"pause": PauseFact(None)}, "nothing by itself"),
        ({"dispute": DisputeFact(date(2026, 4, 7))}, "nothing by itself"),
        ({"vetoed_until": date(2026, 4, 13)}, "ferme 2026-04-13 vetoed"),
        ({"uncertain": True}, "nothing by itself"),
        ({"gone": True}, "nothing by itself"),
        ({"retrying": True}, "ferme 2026-04-08"),
    ],
    ids=[
        "promised",
        "paused",
        "paused-for-good",
        "disputed",
        "put-off",
        "uncertain",
        "gone",
        "retried-today",
    ],
)
def test_what_holds_is_played_to_its_end(changes: dict[str, object], expected: str) -> None:
    assert next_of(an_account(replace(an_item(), **changes)), "2026-04-08") == expected  # type: ignore[arg-type]


def test_books_too_old_and_a_customer_without_address_name_no_day() -> None:
    assert next_of(an_account(an_item(), stale=True), "2026-04-08") == "nothing by itself"
    assert next_of(an_account(an_item(), reached_by=frozenset()), "2026-04-08") == "nothing by itself"


def test_a_small_invoice_waits_for_the_day_on_which_another_one_is_late() -> None:
    account = an_account(an_item("PETITE", left="3.00"), an_item("AUTRE", due="2026-04-10"))
    assert next_of(account, "2026-04-08", "PETITE") == "ferme 2026-04-17 below_minimum"


def test_a_friendly_step_that_spacing_keeps_past_the_due_date_is_not_announced() -> None:
    past = PastMessage(date(2026, 4, 7), corrective=True)
    account = an_account(an_item(due="2026-04-08"), messages=[past])
    found = explained_now(account, "2026-04-08")
    assert (found.reason, found.next_step, found.next_on) == ("spacing", "ferme", date(2026, 4, 15))
    assert found.facts["message_on"] == date(2026, 4, 7)


def explained_now(account: Account, on: str, company: Company = COMPANY) -> Decision:
    """Return the explanation of the first invoice, as things stand."""
    day = date.fromisoformat(on)
    return with_facts(account, company, day, evaluate(account, company, day), [account.items[0].id], None)[
        account.items[0].id
    ]


def test_what_binds_is_the_message_after_which_the_step_is_free_not_the_last_one() -> None:
    friendly = PastMessage(date(2026, 4, 7), corrective=False)
    stern = PastMessage(date(2026, 4, 6), corrective=True)
    item = an_item(due="2026-04-13")
    found = explained_now(an_account(item, messages=[stern, friendly]), "2026-04-10")
    assert (found.reason, found.facts["message_on"], found.facts["gap"]) == ("spacing", date(2026, 4, 6), 5)


def test_a_letter_that_waits_is_what_binds() -> None:
    letter = TaskFact("mise_en_demeure", LETTER, date(2026, 4, 7))
    found = explained_now(an_account(an_item(), letter=letter), "2026-04-08")
    assert (found.reason, found.facts["letter_since"]) == ("spacing", date(2026, 4, 7))
    assert found.next_on == date(2026, 4, 14)  # five open days


# K10


def two_invoices() -> Account:
    """X-1 of 500 € due on 13 January 2027 and F-1 due on the 31st, with the four e-mails of `standard`."""
    policy = POLICIES["standard"]
    emails = Policy("standard", tuple(step for step in policy.steps if step.channel.written))
    first = an_item("X-1", due="2027-01-13", issued="2026-11-01", learnt="2026-11-06", left="500.00")
    second = an_item("F-1", due="2027-01-31", issued="2026-12-15", learnt="2026-11-06", left="500.00")
    return replace(an_account(first, second), policy=emails)


def on_the_day(number: str, on: str) -> Decision:
    """Return the explanation of an invoice on a day to come, asked for on 20 November 2026."""
    day = date.fromisoformat(on)
    played, evaluation = on_day(two_invoices(), COMPANY, date(2026, 11, 20), day)
    item = next(item for item in played.items if item.number == number)
    return with_facts(played, COMPANY, day, evaluation, [item.id], None)[item.id]


def test_the_next_step_on_its_own_slot_names_no_closed_day() -> None:
    found = on_the_day("X-1", "2027-01-27")
    assert (found.reason, found.next_step, found.next_on) == ("not_due", "renforcee", date(2027, 1, 28))
    assert found.facts["next_kept"] is None


def test_a_friendly_step_that_a_sterner_one_to_come_keeps_back_says_so() -> None:
    found = on_the_day("F-1", "2027-01-26")
    assert (found.reason, found.facts["message_coming_on"]) == ("spacing", date(2027, 1, 28))
    assert (found.next_step, found.next_on) == ("ferme", date(2027, 2, 8))  # the 7th is a Sunday
    assert found.facts["next_kept"] is Reason.CLOSED_DAY


# What must hold for any history


def brute(account: Account, start: date, company: Company) -> list[tuple[date, int, str]]:
    """Return what each invoice gets on each open day from `start`, every day evaluated."""
    told = []
    for day in (start + timedelta(days=number) for number in range(2 * DAYS)):
        seen = replace(account, items=[item for item in account.items if item.learnt_on <= day])
        for message in evaluate(seen, company, day).messages:
            told += [(day, row.item.id, row.step.key) for row in message.items if row.step is not None]
            account = leave(account, message, day)
    return told


@st.composite
def histories(draw: st.DrawFn) -> Account:
    """Customers with messages behind them, things put off, and all that the other properties draw."""
    account = draw(accounts())
    sent = draw(st.lists(st.tuples(st.integers(-8, -1), st.booleans()), max_size=2))
    past = [PastMessage(START + timedelta(days=day), corrective=late) for day, late in sent]
    until = draw(st.integers(0, 20))

    def put_off(item: Item) -> Item:
        return replace(item, vetoed_until=START + timedelta(days=until)) if item.id == 1 else item

    return replace(account, messages=past, items=[put_off(item) for item in account.items])


@settings(max_examples=120)
@given(histories(), st.integers(0, 90), st.sampled_from([COMPANY, a_company(max_per_customer=2)]))
def test_the_announced_step_leaves_on_the_announced_day_and_nothing_before(
    account: Account, ahead: int, company: Company
) -> None:
    today = START + timedelta(days=ahead)
    played, _ = on_day(account, company, START, today)
    told = brute(played, today, company)
    ids = [item.id for item in played.items if item.learnt_on <= today]
    found: dict[int, Coming] = comings(played, company, today, ids)
    last = today + timedelta(days=2 * DAYS - 30)
    for invoice_id in ids:
        first = next(((day, step) for day, key, step in told if key == invoice_id and day > today), None)
        coming = found.get(invoice_id)
        said = (coming.on, coming.step.key) if coming and coming.on < last else None
        assert said == (first if first and first[0] < last else None)
        if coming is not None and coming.kept is Reason.CLOSED_DAY:
            assert not company.calendar.is_open(coming.slot)
