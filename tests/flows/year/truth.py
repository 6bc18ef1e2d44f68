"""Whether the reason that « pourquoi » names is true (rule 25), and none that comes before it is."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from store.accounts import facts as accounts
from tests.flows.year.audit import GAP, LEAST, asked_for, due_late, is_letter, late_total, waits_for_approval
from tests.flows.year.facts import DAY, Debt, hold_of, is_open, next_late, open_after, open_from, unsent
from tests.flows.year.player import Player

ORDER = (
    "paid", "credit", "written_off", "handed_over", "insolvency", "old_claim", "disputed", "promised",
    "plan", "direct_debit", "paused", "reply_unread", "uncertain", "vetoed",
)  # fmt: skip
"""Reasons that the facts alone decide, in the order of rule 10."""


class Said(NamedTuple):
    """What was answered about an invoice."""

    debt: Debt
    decision: str
    reason: str
    step: str | None


def check_reasons(player: Player, count: int = 3) -> None:
    """Ask about some invoices, and hold each answer against the facts."""
    debts = list(player.debts.values())
    for debt in player.draw.sample(debts, min(count, len(debts))):
        with player.books() as b:
            found = accounts.why(b, player.ids[debt.number], on=player.today, now=player.at)
        said = Said(debt, found.decision, found.reason, found.step)
        check_one(player, said)


def check_one(player: Player, said: Said) -> None:
    """Hold one answer against the facts."""
    debt, today, reason = said.debt, player.today, said.reason
    true = hold_of(debt, today)
    if true is not None and said.decision != "remind":
        settled = {"paid", "credit"}  # money paid too much elsewhere is both
        assert reason == true or {reason, true} == settled, f"rule 10: {debt.number} is {true}, not {reason}"
        return
    if reason == "draft_mode":
        assert player.drafting, f"rule 20: {debt.number} in a company that is live"
        return
    if reason in ORDER and reason != "credit":
        raise AssertionError(f"rule 25: {debt.number} is not {reason}")
    claims = CLAIMS.get(reason)
    assert claims is not None, f"rule 10: no such reason, {reason}"
    assert claims(debt, today), f"rule 25: {debt.number} is not {reason}"


def _small(debt: Debt, today: date) -> bool:
    due = due_late(debt.who, today)
    asked = asked_for(debt.who, due, debt.currency)
    return min(late_total(debt.who, today)[debt.currency], debt.claimed, asked) < LEAST


def _near(debt: Debt, today: date) -> bool:
    client = debt.who
    near = any(today < before.on + GAP * DAY for before in client.sent)
    return (
        near
        or any(map(is_letter, client.chores))
        or any(_soon(each, today) for each in client.debts.values())
    )


def _soon(debt: Debt, today: date) -> bool:
    """Whether a late step is due, or will be before the spacing of a friendly mail would end."""
    step = next_late(debt, today) if debt.alive() else None
    return step is not None and open_from(step[1]) < today + GAP * DAY


def _later(debt: Debt, today: date) -> bool:
    issue = unsent(debt, today)
    if issue is not None:
        return issue[1] > today
    step = next_late(debt, today)
    return today <= debt.due or step is None or step[1] > today


def _own_step_due(debt: Debt, today: date) -> bool:
    """Whether a step of its own is due: on a closed day nothing else is said to wait for the day."""
    step = next_late(debt, today)
    issue = unsent(debt, today)
    if issue is not None:
        return issue[1] <= today
    return today <= debt.due or (step is not None and step[1] <= today)


def _resuming(debt: Debt, today: date) -> bool:
    return debt.back_since is not None and today < open_after(debt.back_since, 3)


CLAIMS: Mapping[str, Callable[[Debt, date], bool]] = {
    "ladder_done": lambda debt, today: next_late(debt, today) is None,
    "closed_day": lambda debt, today: not is_open(today) and _own_step_due(debt, today),
    "no_address": lambda debt, _: debt.who.bounced,
    "credit": lambda debt, _: debt.who.credit[debt.currency] > 0,
    "awaiting_task": lambda debt, _: any(debt.number in chore.numbers for chore in debt.who.chores),
    "below_minimum": _small,
    "approval": lambda debt, today: waits_for_approval(debt.who, debt, today),
    "spacing": _near,
    "resuming": _resuming,
    **dict.fromkeys(("not_due", "lapsed", "replaced"), _later),
    **dict.fromkeys(
        ("waiting_step", "outside_window", "due", "retrying", "go"), lambda debt, _: debt.alive()
    ),
}
"""What must be so for each of the other reasons."""
