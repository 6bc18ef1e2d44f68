"""Which reason is given when several are true: the order of rule 10, and what kind each is."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from receivables.codes.channels import CALL
from receivables.codes.reasons import REASONS, Reason, Standing
from receivables.codes.steps import Approving, Attach
from receivables.policy import Policy
from receivables.schedule.account import DisputeFact, DoneStep, PastMessage, PauseFact, TaskFact
from receivables.schedule.decisions import Decision, evaluate
from tests.receivables.schedule.calendars import POLICIES, a_company, an_account, an_item, promise

TODAY = date(2026, 4, 8)
ORDER = [
    "paid", "credit", "withdrawn", "written_off", "handed_over", "refused", "insolvency", "old_claim",
    "disputed", "promised", "plan", "direct_debit", "paused", "reply_unread", "gone", "unmatched_payment",
    "uncertain", "retrying", "vetoed", "stale_books", "no_address", "missing_pdf", "below_minimum",
    "awaiting_task", "approval", "go", "ladder_done", "lapsed", "replaced", "not_due", "resuming",
    "waiting_step", "spacing", "closed_day", "outside_window", "draft_mode", "manual_mode",
]  # fmt: skip
DONE = {"paid", "withdrawn", "written_off", "handed_over", "ladder_done"}
WAIT = {
    "not_due", "waiting_step", "resuming", "spacing", "closed_day", "outside_window", "retrying", "lapsed",
    "replaced",
}  # fmt: skip


def test_the_codes_stand_in_the_order_in_which_they_win() -> None:
    assert [str(reason) for reason in Reason] == ["due", *ORDER]


def test_each_code_is_done_waits_or_holds_as_the_rule_says() -> None:
    kinds = {str(reason): row.standing for reason, row in REASONS.items()}
    assert kinds.pop("due") is Standing.REMIND
    assert {code for code, kind in kinds.items() if kind is Standing.DONE} == DONE
    assert {code for code, kind in kinds.items() if kind is Standing.WAIT} == WAIT


TRUE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("paid", {"outstanding": Decimal(0), "settled_by": "payment"}, {}),
    ("withdrawn", {"withdrawn": True}, {}),
    ("written_off", {"written_off": True}, {}),
    ("handed_over", {"handed_over": True}, {}),
    ("refused", {"refused_on": date(2026, 3, 9)}, {}),
    ("insolvency", {}, {"insolvent_on": date(2026, 4, 1)}),
    ("disputed", {"dispute": DisputeFact(TODAY)}, {}),
    ("promised", {"promises": (promise("2026-04-20", "2026-04-08"),)}, {}),
    ("direct_debit", {"means": "direct_debit"}, {}),
    ("paused", {"pause": PauseFact(None)}, {}),
    ("reply_unread", {}, {"reply_unread": True}),
    ("gone", {"gone": True}, {}),
    ("unmatched_payment", {}, {"unmatched": {"EUR": Decimal(5000)}}),
    ("uncertain", {"uncertain": True}, {}),
    ("retrying", {"retrying": True}, {}),
    ("vetoed", {"vetoed_until": date(2026, 4, 9)}, {}),
    ("stale_books", {}, {"stale": True}),
    ("no_address", {}, {"reached_by": frozenset()}),
    ("below_minimum", {"outstanding": Decimal(3)}, {}),
    ("awaiting_task", {"task": TaskFact("ferme", CALL, TODAY)}, {}),
    ("approval", {}, {}),
    ("spacing", {}, {"messages": [PastMessage(date(2026, 4, 7), corrective=True)]}),
]
"""What makes each reason true, of an invoice or of its customer, in the order of the rule."""


def _asking() -> Policy:
    steps = POLICIES["standard"].steps
    return replace(
        POLICIES["standard"],
        steps=tuple(replace(step, approval=Approving.ASK) if step.key == "ferme" else step for step in steps),
    )


def _decided(first: int, *, day: date = TODAY) -> Decision:
    """Decide about an invoice of which everything from the `first` reason on is true."""
    item = an_item(id=1, due="2026-04-01")
    other = an_item("B", id=2, due="2026-04-01")
    account = an_account(item, other)
    if first < len(TRUE) and TRUE[first][0] == "unmatched_payment":
        left = [row for row in TRUE[first:] if row[0] != "stale_books"]  # of old books nothing counts as due
    else:
        left = TRUE[first:]
    for reason, of_item, of_customer in reversed(left):
        item = replace(item, **of_item)
        account = replace(account, **of_customer)
        if reason == "approval":
            account = replace(account, policy=_asking())
    if first > [row[0] for row in TRUE].index("unmatched_payment"):
        other = replace(other, outstanding=Decimal(1))  # too small to hide what the invoice itself lacks
    return evaluate(replace(account, items=[item, other]), a_company(), day).decisions[1]


@pytest.mark.parametrize("first", range(len(TRUE)), ids=[row[0] for row in TRUE])
def test_of_all_that_is_true_the_first_is_given(first: int) -> None:
    assert _decided(first).reason == TRUE[first][0]


def test_what_is_too_close_is_said_before_the_closed_day() -> None:
    assert _decided(len(TRUE) - 1, day=date(2026, 4, 11)).reason == "spacing"
    assert _decided(len(TRUE), day=date(2026, 4, 11)).reason == "closed_day"


def test_an_invoice_without_its_pdf_is_said_to_lack_it_after_its_address() -> None:
    cinq = POLICIES["cinq-etapes"]
    steps = tuple(
        replace(s, attach=Attach.INVOICE, approval=Approving.ASK) if s.from_issue else s for s in cinq.steps
    )
    item = an_item(due="2026-05-08", issued="2026-04-08", pdf_missing=True, left="3.00")
    account = replace(an_account(item), policy=Policy("cinq-etapes", steps))
    reasons = [
        evaluate(each, a_company(), TODAY).decisions[item.id].reason
        for each in (
            replace(account, reached_by=frozenset()),
            account,
            replace(account, items=[replace(item, pdf_missing=False)]),
        )
    ]
    assert reasons == ["no_address", "missing_pdf", "approval"]


def test_listed_under_a_milder_text_it_waits_and_on_a_closed_day_for_its_own_step() -> None:
    mild = an_item("A", id=1, due="2026-04-01")
    done = (DoneStep("ferme", 7, date(2026, 4, 3), date(2026, 4, 3)),)
    soon = replace(an_item("B", id=2, due="2026-03-27"), done=done)
    account = an_account(mild, soon)
    open_day = evaluate(account, a_company(), TODAY).decisions
    assert [open_day[1].reason, open_day[2].reason] == ["due", "waiting_step"]
    closed = evaluate(account, a_company(closed=frozenset({TODAY})), TODAY).decisions
    assert [closed[1].reason, closed[2].reason] == ["closed_day", "not_due"]
    assert (closed[2].next_step, closed[2].next_on) == ("renforcee", date(2026, 4, 13))
