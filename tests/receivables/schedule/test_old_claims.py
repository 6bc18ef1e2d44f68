"""SCHEDULE 26: once a claim may be prescribed no step is done; what counts it anew, and what does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receivables.codes.customers import CustomerKind
from receivables.schedule.account import Account, DoneStep
from receivables.schedule.claims import prescribed_on, warned_on
from receivables.schedule.decisions import evaluate
from receivables.schedule.escalation import escalate
from tests.receivables.schedule.calendars import a_company, an_account, an_item, play

BUSINESS, PUBLIC, CONSUMER = CustomerKind.BUSINESS, CustomerKind.PUBLIC, CustomerKind.CONSUMER
A_FIRM, A_TOWN = "732829320", "213500123"


def owed(
    due: str, kind: CustomerKind | None, siren: str | None = None, *, paid: str = "", written: str = ""
) -> Account:
    """One customer with one invoice; days of payments, and of our reminders, apart by blanks."""
    item = replace(
        an_item(due=due),
        acknowledged=tuple(map(date.fromisoformat, paid.split())),
        written=tuple(map(date.fromisoformat, written.split())),
    )
    return an_account(item, kind=kind, siren=siren)


@pytest.mark.parametrize(
    ("kind", "siren", "over"),
    [
        (CONSUMER, None, "2023-03-15"),
        (None, None, "2023-03-15"),  # nothing is known: the shortest
        (BUSINESS, None, "2026-03-15"),
        (None, A_FIRM, "2026-03-15"),
        (PUBLIC, None, "2026-01-01"),
        (None, A_TOWN, "2026-01-01"),  # a SIREN that begins with 1 or 2
        (None, "130005481", "2026-01-01"),
        (CONSUMER, A_FIRM, "2023-03-15"),  # what a person said wins over the SIREN
    ],
)
def test_how_long_a_claim_lives_depends_on_who_owes_it(
    kind: CustomerKind | None, siren: str | None, over: str
) -> None:
    account = owed("2021-03-15", kind, siren)
    assert str(prescribed_on(account, account.items[0])) == over


@pytest.mark.parametrize(
    ("kind", "paid", "written", "over"),
    [
        (BUSINESS, "2022-06-01", "", "2027-06-01"),
        (BUSINESS, "2022-06-01 2024-01-31", "", "2029-01-31"),
        (BUSINESS, "2026-03-15", "", "2026-03-15"),  # on that very day it is over: nothing revives it
        (BUSINESS, "2026-03-14", "", "2031-03-14"),
        (BUSINESS, "", "2025-06-01", "2026-03-15"),  # a reminder of ours counts nothing anew
        (CONSUMER, "2023-03-14", "", "2025-03-14"),
        (CONSUMER, "2023-03-16 2023-03-17", "", "2023-03-15"),
        (CONSUMER, "2020-12-01", "", "2023-03-15"),  # paid ahead: it counts from the due date
        (PUBLIC, "", "2021-12-30", "2026-01-01"),
        (PUBLIC, "", "2022-01-03", "2027-01-01"),  # a written reminder, for a public body
        (PUBLIC, "2022-05-05", "2024-05-05", "2029-01-01"),
    ],
)
def test_payments_and_what_was_written_count_it_anew_while_it_lives(
    kind: CustomerKind, paid: str, written: str, over: str
) -> None:
    account = owed("2021-03-15", kind, paid=paid, written=written)
    assert str(prescribed_on(account, account.items[0])) == over


def test_a_leap_day_ends_on_the_last_of_february() -> None:
    account = owed("2024-02-29", CONSUMER)
    assert prescribed_on(account, account.items[0]) == date(2026, 2, 28)
    assert warned_on(date(2026, 8, 31)) == date(2026, 2, 28)


def test_from_that_day_no_step_is_done_tasks_included_and_the_reason_is_named() -> None:
    account = owed("2024-03-15", CONSUMER)
    # learnt of late: the firm reminder leaves on the last day, then nothing, the call neither
    late = replace(account, items=[replace(account.items[0], learnt_on=date(2026, 3, 13))])
    assert play(late, "2026-03-13", "2026-06-30") == ["2026-03-13 ferme FAC-1"]
    found = evaluate(late, a_company(), date(2026, 3, 15)).decisions[account.items[0].id]
    assert (found.decision, found.reason) == ("hold", "old_claim")
    assert found.facts["prescribed_on"] == date(2026, 3, 15)


def test_each_reminder_to_a_public_body_keeps_the_claim_alive() -> None:
    town = replace(owed("2021-11-20", PUBLIC), policy=an_account(policy="public").policy)
    town = replace(town, items=[replace(town.items[0], learnt_on=date(2025, 12, 29))])
    # without the reminder of 29 December 2025 the claim would be over on 1 January 2026
    assert play(town, "2025-12-29", "2026-02-10") == [
        "2025-12-29 rappel FAC-1",
        "2026-01-08 relance FAC-1",
        "2026-01-23 appel FAC-1",
        "2026-02-09 mise_en_demeure FAC-1",
    ]


@given(
    due=st.dates(date(2015, 1, 1), date(2026, 1, 1)),
    kind=st.none() | st.sampled_from(CustomerKind),
    siren=st.sampled_from([None, A_FIRM, A_TOWN]),
    paid=st.lists(st.integers(-60, 4000), max_size=5),
    written=st.lists(st.integers(1, 4000), max_size=5),
)
def test_a_claim_never_ends_before_its_own_term_and_every_event_counts_only_while_it_lives(
    due: date, kind: CustomerKind | None, siren: str | None, paid: list[int], written: list[int]
) -> None:
    def days(offsets: list[int]) -> str:
        return " ".join(str(due + timedelta(days=each)) for each in offsets)

    bare = owed(str(due), kind, siren)
    term = prescribed_on(bare, bare.items[0])
    account = owed(str(due), kind, siren, paid=days(paid), written=days(written))
    over = prescribed_on(account, account.items[0])
    assert over >= term
    # what comes on that day or later changes nothing
    after = replace(
        account.items[0], acknowledged=(*account.items[0].acknowledged, over, over + timedelta(9))
    )
    assert prescribed_on(account, after) == over
    # one more payment the day before counts it anew
    before = replace(account.items[0], acknowledged=(*account.items[0].acknowledged, over - timedelta(1)))
    assert prescribed_on(account, before) >= over
    decision = evaluate(account, a_company(), over).decisions[account.items[0].id]
    assert decision.reason == "old_claim"
    last = evaluate(account, a_company(), over - timedelta(1)).decisions[account.items[0].id]
    assert last.reason != "old_claim"


def test_by_hand_an_old_claim_gets_the_first_corrective_text_alone_and_is_confirmed_twice() -> None:
    done = tuple(
        DoneStep(key, day, date(2024, 5, 1)) for key, day in (("ferme", 7), ("renforcee", 15), ("appel", 30))
    )
    old = replace(an_item("VIEUX", due="2024-03-15"), done=done)
    stern = replace(an_item("FAC-2", due="2026-03-01"), done=done[:1])
    account = an_account(old, stern, kind=CONSUMER)
    found = escalate(account, a_company(), old.id, date(2026, 4, 8))
    assert (found.refusal, found.warnings, found.second_confirmation) == (None, ("old_claim",), True)
    assert found.message is not None
    assert found.message.step.key == "ferme"
    assert [row.item.number for row in found.message.items] == ["VIEUX"]
    # the other one goes on as ever
    other = escalate(account, a_company(), stern.id, date(2026, 4, 8)).message
    assert other is not None
    assert other.step.key == "renforcee"


def test_where_a_policy_has_no_text_nothing_can_be_sent_for_an_old_claim() -> None:
    calls = replace(
        an_account().policy, steps=tuple(step for step in an_account().policy.steps if step.human)
    )
    account = replace(owed("2021-03-15", BUSINESS), policy=calls)
    assert escalate(account, a_company(), account.items[0].id, date(2026, 4, 8)).refusal == "ladder_done"
