"""What must hold for any history: drawn customers, days, holds and outages (SCHEDULE.md)."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.codes.messages import MessageKind
from receivables.schedule.account import Account, DisputeFact, Item, Message, PauseFact, PromiseFact
from receivables.schedule.decisions import evaluate
from receivables.schedule.simulate import leave
from tests.receivables.schedule.calendars import POLICIES, a_company

START = date(2026, 1, 5)
DAYS = 150
COMPANY = a_company()
DONE = frozenset({"paid", "written_off", "handed_over", "ladder_done"})
WAIT = frozenset(
    {"not_due", "waiting_step", "resuming", "spacing", "closed_day", "outside_window"}
    | {"retrying", "lapsed", "replaced"}
)
HOLDS = frozenset(
    {"credit", "insolvency", "disputed", "promised", "plan", "paused", "reply_unread", "gone"}
    | {"unmatched_payment", "uncertain", "vetoed", "stale_books", "no_address", "below_minimum"}
    | {"awaiting_task", "approval", "go"}
)


@st.composite
def items(draw: st.DrawFn, number: int) -> Item:
    issued = START + timedelta(days=draw(st.integers(-120, 60)))
    item = Item(
        id=number + 1,
        number=f"F-{number}",
        issue_date=issued,
        due_date=issued + timedelta(days=draw(st.sampled_from([0, 2, 8, 15, 30, 45, 60]))),
        outstanding=Decimal(draw(st.sampled_from(["3.00", "40.00", "1200.00"]))),
        currency=draw(st.sampled_from(["EUR", "EUR", "USD"])),
        learnt_on=max(issued, START) + timedelta(days=draw(st.integers(0, 20))),
        prior_reminders=draw(st.sampled_from([0, 0, 0, 1, 3])),
    )
    if draw(st.booleans()):
        made = START + timedelta(days=draw(st.integers(0, 60)))
        end = made + timedelta(days=draw(st.integers(0, 40)))
        return replace(item, promises=(PromiseFact(end, item.outstanding, made, "U0"),))
    hold = draw(st.sampled_from(["none", "dispute", "pause"]))
    if hold == "pause":
        return replace(item, pause=PauseFact(START + timedelta(days=draw(st.integers(0, 90)))))
    return replace(item, dispute=DisputeFact(START)) if hold == "dispute" else item


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    policy = POLICIES[draw(st.sampled_from(sorted(POLICIES)))]
    drawn = [draw(items(number)) for number in range(draw(st.integers(1, 6)))]
    credit = draw(st.sampled_from(["0", "50.00", "1300.00"]))
    return Account(1, policy, drawn, credits={"EUR": Decimal(credit)})


outages = st.lists(st.tuples(st.integers(0, DAYS), st.integers(1, 40)), max_size=3)


def ticks(down: list[tuple[int, int]]) -> list[date]:
    closed = {start + offset for start, length in down for offset in range(length)}
    return [START + timedelta(days=number) for number in range(DAYS) if number not in closed]


def history(account: Account, days: list[date]) -> list[tuple[date, Message]]:
    told = []
    for day in days:
        seen = replace(account, items=[item for item in account.items if item.learnt_on <= day])
        for message in evaluate(seen, COMPANY, day).messages:
            told.append((day, message))
            account = leave(account, message, day)
    return told


def emails(told: list[tuple[date, Message]]) -> list[tuple[date, Message]]:
    """Return the reminders by mail: invoices that are sent themselves keep no distance."""
    return [
        (day, message)
        for day, message in told
        if message.channel.written and message.kind is MessageKind.REMINDER
    ]


@settings(max_examples=60)
@given(accounts(), outages)
def test_never_two_messages_a_day_and_never_too_close(account: Account, down: list[tuple[int, int]]) -> None:
    sent = emails(history(account, ticks(down)))
    for (before, first), (after, second) in itertools.pairwise(sent):
        distances = [
            later.step.day - earlier.step.day
            for later in second.items
            for earlier in first.items
            if earlier.item.id == later.item.id and earlier.step and later.step and not later.step.from_issue
        ]
        least = 5 if first.corrective or second.corrective else 3
        assert (after - before).days >= min([least, *(d for d in distances if d > 0)])


@settings(max_examples=60)
@given(accounts(), outages)
def test_nothing_leaves_on_a_closed_day_or_for_what_is_held(
    account: Account, down: list[tuple[int, int]]
) -> None:
    for day, message in history(account, ticks(down)):
        assert COMPANY.calendar.is_open(day)
        for row in message.items:
            assert row.item.dispute is None
            assert row.item.pause is None or row.item.pause.until is None or row.item.pause.until <= day


@settings(max_examples=60)
@given(accounts(), outages)
def test_each_item_climbs_its_ladder_in_order_and_no_step_twice(
    account: Account, down: list[tuple[int, int]]
) -> None:
    climbed: dict[int, list[str]] = {}
    for _, message in history(account, ticks(down)):
        for row in message.items:
            if row.step is not None:
                climbed.setdefault(row.item.id, []).append(row.step.key)
    rank = account.policy.rank
    for keys in climbed.values():
        assert [rank[key] for key in keys] == sorted({rank[key] for key in keys})


@settings(max_examples=60)
@given(accounts(), outages)
def test_no_upcoming_item_stands_under_a_stern_text(account: Account, down: list[tuple[int, int]]) -> None:
    for _, message in history(account, ticks(down)):
        if any(row.upcoming for row in message.items) and message.corrective:
            assert message.step == account.policy.corrective[0]


@settings(max_examples=60)
@given(accounts(), outages, st.integers(0, DAYS))
def test_why_always_names_a_reason_of_its_kind(
    account: Account, down: list[tuple[int, int]], offset: int
) -> None:
    for day, message in history(account, ticks(down)[: offset or 1]):
        account = leave(account, message, day)
    day = START + timedelta(days=offset)
    for item_id, found in evaluate(account, COMPANY, day).decisions.items():
        kinds = {"done": DONE | {"credit"}, "wait": WAIT, "hold": HOLDS, "remind": {"due"}}
        assert found.reason in kinds[found.decision], item_id
        if found.decision == "wait":
            assert found.next_on is not None
            assert found.next_on > day or found.reason == "not_due"


alone = st.builds(lambda account: replace(account, items=account.items[:1], credits={}), accounts())


@settings(max_examples=80)
@given(alone, st.integers(0, 100), st.integers(1, 30))
def test_an_outage_changes_no_corrective_step_but_by_delay(account: Account, start: int, length: int) -> None:
    item = replace(account.items[0], promises=())
    account = replace(account, items=[item])
    days = [START + timedelta(days=number) for number in range(DAYS)]
    steady = [(d, m) for d, m in history(account, days) if m.corrective]
    hit = [d for d in days if not start <= (d - START).days < start + length]
    late = [(d, m) for d, m in history(account, hit) if m.corrective]
    assert [m.step.key for _, m in late] == [m.step.key for _, m in steady][: len(late)]
    assert all(after >= before for (after, _), (before, _) in zip(late, steady, strict=False))
    assert len(steady) - len(late) <= 1 + length // 7
