"""Rule 17: what asks, what is summed, what joins, and what an approval is bound to."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.codes.reasons import Reason
from receivables.codes.steps import Approving
from receivables.policy import Policy
from receivables.schedule import approval
from receivables.schedule.account import Account, AskedFor, DoneStep, Item, PastMessage
from receivables.schedule.decisions import Evaluation, evaluate
from receivables.schedule.escalation import escalate
from receivables.schedule.limit import asks_alone
from tests.receivables.schedule.calendars import POLICIES, a_company, an_account, an_item

TODAY = date(2026, 4, 8)
LIMIT = Decimal(1000)


def at(account: Account, limit: Decimal | None = LIMIT, day: date = TODAY) -> Evaluation:
    return evaluate(account, a_company(approval_above=limit), day)


def leaving(account: Account, limit: Decimal | None = LIMIT) -> list[str]:
    return sorted(row.item.number for message in at(account, limit).messages for row in message.items)


def asking(account: Account) -> list[list[str]]:
    found = at(account)
    return [[row.item.number for row in each.items] for each in approval.requests(account, found)]


@pytest.mark.parametrize(
    ("amounts", "leave", "ask"),
    [
        (("900", "50"), ["A", "B"], []),
        (("1000",), ["A"], []),
        (("1000.01",), [], [["A"]]),
        (("1500", "400", "600"), ["B", "C"], [["A"]]),
        (("400", "601"), [], [["A", "B"]]),
        (("1500", "400", "601"), [], [["A"], ["B", "C"]]),
    ],
)
def test_above_the_limit_alone_is_left_out_of_the_sum_of_the_rest(
    amounts: tuple[str, ...], leave: list[str], ask: list[list[str]]
) -> None:
    account = an_account(*(an_item("ABC"[rank], left=left) for rank, left in enumerate(amounts)))
    assert leaving(account) == leave
    assert asking(account) == ask


def test_each_currency_has_its_own_sum_and_the_others_leave() -> None:
    dollars = an_item("C", left="300", currency="USD")
    account = an_account(an_item("A", left="600"), an_item("B", left="600"), dollars)
    assert leaving(account) == ["C"]
    assert asking(account) == [["A", "B"]]


def test_a_friendly_step_asks_for_no_amount_alone_or_with_others() -> None:
    friendly = an_item("P", due="2026-04-13", left="9000")
    assert leaving(an_account(friendly)) == ["P"]
    assert leaving(an_account(friendly, an_item("A", left="900"))) == ["A", "P"]


def test_a_step_that_asks_waits_whatever_the_amount_also_a_friendly_one() -> None:
    asks = [replace(step, approval=Approving.ASK) for step in POLICIES["standard"].steps]
    account = an_account(an_item("P", due="2026-04-13", left="10"))
    account.policy = Policy("prudent", tuple(asks))
    assert leaving(account, None) == []
    assert at(account, None).decisions[account.items[0].id].reason is Reason.APPROVAL


def test_what_would_only_join_and_bring_the_sum_above_does_not_join() -> None:
    joins = an_item("J", due="2026-04-03", left="300")
    assert leaving(an_account(an_item("A", left="600"), joins)) == ["A", "J"]
    assert leaving(an_account(an_item("A", left="800"), joins)) == ["A"]
    found = at(an_account(an_item("A", left="800"), joins))
    assert found.decisions[joins.id].decision == "wait"


def test_what_was_asked_for_that_day_by_hand_counts() -> None:
    sent = AskedFor(TODAY, 77, Decimal(500), "EUR")
    courtesy = an_account(an_item("A", left="600"), asked=(sent,))
    assert leaving(courtesy) == []
    assert leaving(replace(courtesy, asked=(sent._replace(on=date(2026, 4, 7)),))) == ["A"]
    assert leaving(replace(courtesy, asked=(sent._replace(currency="USD"),))) == ["A"]
    same = sent._replace(invoice_id=courtesy.items[0].id)
    assert leaving(replace(courtesy, asked=(same,))) == ["A"]


def test_what_is_above_the_limit_and_approved_counts_in_no_sum_what_is_below_does() -> None:
    account = an_account(an_item("A", left="5000"), an_item("B", left="900"))
    assert leaving(approval.approved(account, [account.items[0].id], "U0PAUL")) == ["A", "B"]
    account = an_account(an_item("A", left="600"), an_item("B", left="600"))
    assert leaving(approval.approved(account, [account.items[0].id], "U0PAUL")) == ["A"]
    assert leaving(approval.approved(account, [item.id for item in account.items], "U0PAUL")) == ["A", "B"]


def test_the_announced_mail_is_not_spoilt_by_what_is_approved_or_comes_in() -> None:
    """At the claim only what was announced is weighed: neither joins nor keeps it back."""
    small, large, new = an_item("B", left="900"), an_item("A", left="5000"), an_item("C", left="500")
    account = approval.approved(an_account(small, large, new), [large.id], "U0PAUL")
    found = evaluate(account, a_company(approval_above=LIMIT), TODAY, frozenset({small.id}))
    assert [[row.item.number for row in message.items] for message in found.messages] == [["B"]]


def test_an_approval_is_of_one_step_and_does_not_serve_the_next() -> None:
    item = an_item("A", left="5000")
    shown = [approval.ShownItem(item.id, "ferme", Decimal(5000), "EUR")]
    firm = a_company(approval_above=LIMIT)
    assert approval.same(an_account(item), firm, TODAY, shown, by_hand=False)
    climbed = replace(item, done=(DoneStep("ferme", 7, TODAY, TODAY),))
    assert not approval.same(an_account(climbed), firm, date(2026, 4, 16), shown, by_hand=False)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"outstanding": Decimal(4999)}, False),
        ({"outstanding": Decimal(0)}, False),
        ({"currency": "USD"}, False),
        ({"vetoed_until": date(2026, 5, 1)}, True),  # held, and as it was shown
    ],
)
def test_it_is_bound_to_amount_and_step(changes: dict[str, object], same: bool) -> None:
    item = replace(an_item("A", left="5000"), **changes)  # type: ignore[arg-type]
    shown = [approval.ShownItem(item.id, "ferme", Decimal(5000), "EUR")]
    assert approval.same(an_account(item), a_company(), TODAY, shown, by_hand=False) is same


def test_by_hand_a_small_step_asks_when_it_waits_with_others() -> None:
    account = an_account(an_item("A", left="600"), an_item("B", left="600"))
    found = escalate(account, a_company(approval_above=LIMIT), account.items[0].id, TODAY)
    assert found.asks
    assert found.message is not None
    assert [row.item.number for row in found.message.items] == ["A"]


def test_by_hand_after_another_by_hand_the_day_s_sum_counts() -> None:
    item = an_item("A", left="600", due="2026-04-05")
    past = PastMessage(TODAY, corrective=True, automatic=False)
    account = an_account(item, messages=[past], asked=(AskedFor(TODAY, 77, Decimal(500), "EUR"),))
    assert escalate(account, a_company(approval_above=LIMIT), item.id, TODAY).asks
    small = replace(account, asked=(AskedFor(TODAY, 77, Decimal(300), "EUR"),))
    assert not escalate(small, a_company(approval_above=LIMIT), item.id, TODAY).asks


amounts = st.decimals(min_value=1, max_value=2500, places=2)


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    items: list[Item] = []
    for number in range(draw(st.integers(1, 7))):
        due = date(2026, 4, draw(st.sampled_from([1, 1, 2, 3, 6, 10, 13])))
        item = an_item(f"F{number}", due=due.isoformat(), left=str(draw(amounts)))
        items.append(replace(item, id=number + 1, currency=draw(st.sampled_from(["EUR", "EUR", "USD"]))))
    asked = draw(st.sampled_from([(), (AskedFor(TODAY, 99, Decimal(700), "EUR"),)]))
    account = an_account(*items, asked=asked)
    given_ = draw(st.lists(st.sampled_from([item.id for item in items]), max_size=2))
    return approval.approved(account, given_, "U0PAUL")


@settings(max_examples=300, deadline=None)
@given(accounts())
def test_no_more_than_the_limit_is_ever_asked_for_without_an_approval(account: Account) -> None:
    found = at(account)
    for currency in ("EUR", "USD"):
        rows = [
            row
            for message in found.messages
            if message.channel.written
            for row in message.items
            if not row.own.preventive and row.item.currency == currency
        ]
        total = sum((each.amount for each in account.asked if each.currency == currency), Decimal(0))
        total += sum((row.item.claimed for row in rows if row.item.claimed <= LIMIT), Decimal(0))
        assert total <= LIMIT or {row.item.id for row in rows} <= set(account.approved)
    requests = approval.requests(account, found)
    waiting = {key for key, each in found.decisions.items() if each.reason is Reason.APPROVAL}
    assert {row.item.id for each in requests for row in each.items} == waiting
    assert not waiting & set(account.approved)


@settings(max_examples=200, deadline=None)
@given(accounts())
def test_approving_what_waits_lets_it_leave_and_changes_nothing_for_the_rest(account: Account) -> None:
    found = at(account)
    before = {row.item.id for message in found.messages for row in message.items}
    waiting = [key for key, each in found.decisions.items() if each.reason is Reason.APPROVAL]
    after = at(approval.approved(account, waiting, "U0PAUL"))
    left = {row.item.id for message in after.messages for row in message.items}
    own = {row.item.id for message in found.messages for row in message.items if not row.joined}
    assert set(waiting) <= left
    assert own <= left
    assert before - left <= {row.item.id for m in found.messages for row in m.items if row.joined}


@given(amounts)
def test_alone_it_asks_just_above_the_limit(left: Decimal) -> None:
    item = an_item("A", left=str(left))
    account = an_account(item)
    step = account.policy.corrective[0]
    assert asks_alone(account, LIMIT, item, step) is (left > LIMIT)
    assert not asks_alone(account, None, item, step)
