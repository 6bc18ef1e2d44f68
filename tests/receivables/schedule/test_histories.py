"""Histories that no paper gives: drawn policies, items, closed days and outages, against rules 1 to 9.

What each rule asks is worked out here anew, from dates alone.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.calendar.workdays import Calendar
from receivables.codes.channels import CALL, EMAIL, LETTER
from receivables.codes.messages import MessageKind
from receivables.company import Company
from receivables.policy import Policy, Step
from receivables.schedule.account import Account, Item, Message, PastMessage
from receivables.schedule.decisions import evaluate
from receivables.schedule.simulate import leave
from tests.receivables.schedule.calendars import POLICIES, a_company, made

START = date(2026, 1, 5)
DAYS = 160
DAY = timedelta(days=1)
FRANCE = Calendar("FR")


@dataclass(frozen=True)
class World:
    """A company, one of its customers, and the days on which its clock runs."""

    company: Company
    account: Account
    days: tuple[date, ...]


@dataclass(frozen=True)
class Left:
    """What left on a day, and the account as it stood before."""

    day: date
    message: Message
    before: Account

    @property
    def reminder(self) -> bool:
        """Whether it is a reminder by mail."""
        return self.message.channel.written and self.message.kind is MessageKind.REMINDER


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A shipped policy, or one that a company might write."""
    if draw(st.booleans()):
        return POLICIES[draw(st.sampled_from(sorted(POLICIES)))]
    issue = [
        Step(f"i{n}", n, EMAIL, "invoice", from_issue=True)
        for n in draw(st.sampled_from([[], [0], [2], [0, 9]]))
    ]
    early = sorted(draw(st.sets(st.integers(-12, 0), max_size=3)))
    late = sorted(draw(st.sets(st.integers(1, 60), min_size=1, max_size=5)))
    steps = [Step(f"p{-day}", day, EMAIL, "pre_reminder") for day in early]
    for number, day in enumerate(late):
        channel = draw(st.sampled_from([EMAIL, EMAIL, EMAIL, CALL, LETTER])) if number else EMAIL
        steps.append(Step(f"c{day}", day, channel, "firm"))
    return Policy("own", (*issue, *steps))


@st.composite
def items(draw: st.DrawFn, number: int) -> Item:
    issued = START + timedelta(days=draw(st.integers(-60, 90)))
    return Item(
        id=number + 1,
        number=f"F-{number}",
        issue_date=issued,
        due_date=issued + timedelta(days=draw(st.sampled_from([0, 1, 3, 6, 8, 10, 15, 30, 45]))),
        outstanding=Decimal(draw(st.sampled_from(["3.00", "40.00", "1200.00"]))),
        currency=draw(st.sampled_from(["EUR", "EUR", "EUR", "USD"])),
        learnt_on=max(START, issued + timedelta(days=draw(st.sampled_from([-20, 0, 0, 0, 2, 3, 4, 25])))),
        prior_reminders=draw(st.sampled_from([0, 0, 0, 0, 2])),
    )


@st.composite
def worlds(draw: st.DrawFn, most: int = 5) -> World:
    closed = {
        START + timedelta(days=first + offset)
        for first, length in draw(st.lists(st.tuples(st.integers(0, DAYS), st.integers(1, 12)), max_size=3))
        for offset in range(length)
    }
    down = {
        START + timedelta(days=first + offset)
        for first, length in draw(st.lists(st.tuples(st.integers(0, DAYS), st.integers(1, 30)), max_size=2))
        for offset in range(length)
    }
    company = a_company(closed=frozenset(closed), min_gap_days=draw(st.sampled_from([0, 2, 5, 5, 5, 9])))
    drawn = [draw(items(number)) for number in range(draw(st.integers(1, most)))]
    days = tuple(day for day in (START + timedelta(days=n) for n in range(DAYS)) if day not in down)
    return World(company, Account(1, draw(policies()), drawn), days)


def history(world: World) -> list[Left]:
    """Play the days; what a person has to do is done the same day."""
    told, account = [], world.account
    for day in world.days:
        hidden = [item for item in account.items if item.learnt_on > day]
        seen = replace(account, items=[item for item in account.items if item.learnt_on <= day])
        for message in evaluate(seen, world.company, day).messages:
            told.append(Left(day, message, account))
            seen = leave(seen, message, day)
            if message.step.human:
                seen = made(seen, day)
            if message.channel is LETTER:
                deposited = PastMessage(day, corrective=True, automatic=False)
                seen = replace(seen, messages=[*seen.messages, deposited])
        account = replace(seen, items=[*seen.items, *hidden])
    return told


def sent_itself(item: Item) -> date | None:
    """Return the day on which the invoice itself was sent."""
    return max((done.done_on for done in item.done if done.from_issue), default=None)


def is_open(world: World, day: date) -> bool:
    return FRANCE.is_open(day) and day not in world.company.closed


def open_from(world: World, day: date) -> date:
    while not is_open(world, day):
        day += DAY
    return day


def corrective_slot(world: World, item: Item) -> tuple[Step, date] | None:
    """Return the next corrective step and its slot: rules 2 and 3 from dates alone."""
    late = [step for step in world.account.policy.steps if step.day > 0 and not step.from_issue]
    done = [(each.day, each.done_on, each.slot) for each in item.done if each.day > 0 and not each.from_issue]
    written = [step for step in late if step.channel is EMAIL][: item.prior_reminders]
    done += [(step.day, item.learnt_on, None) for step in written]
    left = [step for step in late if not done or step.day > max(done)[0]]
    if not left:
        return None
    slot = item.due_date + timedelta(days=left[0].day)
    if done:
        day, on, was = max(done)
        reached = was if was is not None and open_from(world, was) == on else on
        slot = max(slot, reached + timedelta(days=left[0].day - day))
    return left[0], slot


many = settings(max_examples=40, deadline=None)


@many
@given(worlds())
def test_each_day_is_open_and_has_one_message_of_a_kind_and_channel(world: World) -> None:
    told = history(world)
    places = [(each.day, each.message.channel, each.message.kind) for each in told]
    assert len(places) == len(set(places))
    assert all(is_open(world, each.day) for each in told)


@many
@given(worlds())
def test_an_invoice_is_sent_by_itself_on_its_day_unless_the_clock_stood_still(world: World) -> None:
    sent = {(row.item.number, row.own.key): each.day for each in history(world)
            if each.message.kind is MessageKind.INVOICE for row in each.message.items}  # fmt: skip
    for item in world.account.items:
        known, passed = item.learnt_on - item.issue_date <= 3 * DAY and not item.prior_reminders, False
        for step in world.account.policy.issuing:
            slot = open_from(world, item.issue_date + timedelta(days=step.day))
            able = [
                day for day in world.days
                if max(slot, item.learnt_on) <= day <= item.due_date and is_open(world, day)
            ]  # fmt: skip
            leaves = able[0] if able and known and not passed else None
            if len(world.account.policy.issuing) == 1:
                assert sent.get((item.number, step.key)) == leaves
            elif (item.number, step.key) in sent:
                assert slot <= sent[item.number, step.key] <= item.due_date


@many
@given(worlds())
def test_a_friendly_step_leaves_in_its_time_after_its_invoice_and_never_for_what_was_just_sent(
    world: World,
) -> None:
    soon = timedelta(days=world.company.min_gap_days)
    for each in history(world):
        for row in each.message.items:
            if not row.own.preventive or each.message.kind is not MessageKind.REMINDER:
                continue
            [item] = [item for item in each.before.items if item.id == row.item.id]
            due_day = item.due_date + timedelta(days=row.own.day)
            assert max(item.issue_date, item.learnt_on) <= each.day <= item.due_date
            assert due_day >= item.issue_date
            assert row.slot <= (each.day if not row.joined else each.day + soon - DAY)
            sent = sent_itself(item)
            assert sent is None or (each.day >= sent and row.slot - sent >= 3 * DAY)
            assert sent is not None or not _to_be_sent(world, item, each.day)


def _to_be_sent(world: World, item: Item, day: date) -> bool:
    """Whether an issue step exists for the item and has not left by `day`, within the due date."""
    known = item.learnt_on - item.issue_date <= 3 * DAY and not item.prior_reminders and not item.done
    slots = [open_from(world, item.issue_date + timedelta(days=s.day)) for s in world.account.policy.issuing]
    return known and day <= item.due_date and any(slot <= item.due_date for slot in slots)


@many
@given(worlds())
def test_a_corrective_step_is_the_next_one_on_its_slot_or_later(world: World) -> None:
    soon = timedelta(days=world.company.min_gap_days)
    for each in history(world):
        for row in each.message.items:
            if row.own.preventive:
                continue
            [item] = [item for item in each.before.items if item.id == row.item.id]
            found = corrective_slot(world, item)
            assert found is not None
            assert found == (row.own, row.slot)
            assert each.day > item.due_date
            assert row.slot < each.day + soon if row.joined else row.slot <= each.day


@many
@given(worlds())
def test_no_friendly_message_keeps_a_corrective_one_back(world: World) -> None:
    told = history(world)
    for each in told:
        if not each.reminder or each.message.corrective:
            continue
        with_it = {row.item.id: row.own.day for row in each.message.items}
        for item in each.before.items:
            if item.learnt_on > each.day or item.outstanding < world.company.minimum_amount:
                continue
            found = corrective_slot(world, item)
            if found is None or found[0].channel not in {EMAIL, LETTER}:
                continue
            gap = world.company.min_gap_days
            if item.id in with_it:
                gap = min(gap, found[0].day - with_it[item.id])
            free = each.day + timedelta(days=gap)
            assert open_from(world, max(found[1], each.day)) >= free, item.number


@many
@given(worlds())
def test_messages_keep_their_distance(world: World) -> None:
    written = [each for each in history(world) if each.reminder or each.message.channel is LETTER]
    gap = world.company.min_gap_days
    for number, after in enumerate(written):
        for before in written[:number]:
            stern = before.message.corrective or after.message.corrective
            least = gap if stern else min(3, gap)
            own = [
                later.own.day - earlier.own.day
                for later in after.message.items
                for earlier in before.message.items
                if later.item.id == earlier.item.id and earlier.step is not None
            ]
            assert (after.day - before.day).days >= min([least, *(days for days in own if days > 0)])


@many
@given(worlds(most=1))
def test_alone_each_corrective_step_is_done_on_the_first_open_day_that_slot_and_spacing_allow(
    world: World,
) -> None:
    [item] = world.account.items
    world = replace(world, account=replace(world.account, items=[replace(item, outstanding=Decimal(500))]))
    before: Left | None = None
    for each in history(world):
        if each.message.corrective:
            row = each.message.items[0]
            free = max(row.slot, item.learnt_on, item.due_date + DAY, _free(world, before, row.own))
            able = [day for day in world.days if day >= free and is_open(world, day)]
            assert each.day == able[0]
        before = before if each.message.kind is MessageKind.INVOICE else each


def _free(world: World, before: Left | None, step: Step) -> date:
    """Return the first day on which a step of an item may follow what was done for it last."""
    if before is None:
        return START
    gap, last = world.company.min_gap_days, before.message.items[0].own
    if before.reminder:
        gap = min(gap, step.day - last.day)
    elif last.channel is CALL or step.channel is CALL:
        gap = 0
    return before.day + timedelta(days=max(1, 0 if step.channel is CALL else gap))


@many
@given(worlds())
def test_nothing_is_lost_every_item_climbs_to_the_end_of_its_ladder(world: World) -> None:
    company = replace(world.company, closed=frozenset())
    big = [replace(item, outstanding=Decimal(500)) for item in world.account.items]
    days = tuple(START + timedelta(days=number) for number in range(600))
    quiet = World(company, replace(world.account, items=big), days)
    climbed: dict[int, list[str]] = {}
    for each in history(quiet):
        for row in each.message.items:
            if row.step is not None and not row.own.preventive:
                climbed.setdefault(row.item.id, []).append(row.step.key)
    late = [step for step in world.account.policy.steps if step.day > 0 and not step.from_issue]
    for item in big:
        skipped = {step.key for step in [s for s in late if s.channel is EMAIL][: item.prior_reminders]}
        last = max((s.day for s in late if s.key in skipped), default=0)
        assert climbed.get(item.id, []) == [s.key for s in late if s.day > last and s.key not in skipped]
