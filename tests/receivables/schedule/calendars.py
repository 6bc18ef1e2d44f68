"""Accounts in the fewest words, and the days on which their messages leave."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from receivables.company import Company, Mode
from receivables.policy import shipped_policies
from receivables.schedule.account import Account, DoneStep, Item, PromiseFact
from receivables.schedule.decisions import evaluate
from receivables.schedule.ladder import next_rung
from receivables.schedule.simulate import leave

POLICIES = shipped_policies()


def a_company(**changes: Any) -> Company:
    """A live company in Paris with the shipped policies."""
    base = Company(
        key="durand",
        name="Atelier Durand SAS",
        slack_channel="C0RELANCES",
        email_from="compta@durand.example",
        mode=Mode.LIVE,
        policies=POLICIES,
    )
    return replace(base, **changes)


def an_item(number: str = "FAC-1", due: str = "2026-04-01", **changes: Any) -> Item:
    """An invoice of 1,200 € on thirty-day terms, learnt of on its issue day."""
    due_date = date.fromisoformat(due)
    issued = changes.pop("issued", None)
    issue_date = date.fromisoformat(issued) if issued else due_date - timedelta(days=30)
    learnt = changes.pop("learnt", None)
    base = Item(
        id=changes.pop("id", sum(map(ord, number))),
        number=number,
        issue_date=issue_date,
        due_date=due_date,
        outstanding=Decimal(changes.pop("left", "1200.00")),
        currency="EUR",
        learnt_on=date.fromisoformat(learnt) if learnt else issue_date,
    )
    return replace(base, **changes)


def an_account(*items: Item, policy: str = "standard", **changes: Any) -> Account:
    """One customer."""
    return replace(Account(1, POLICIES[policy], list(items)), **changes)


def promise(promised_on: str, made_on: str, amount: str = "1200.00", received: str = "0") -> PromiseFact:
    """A promise by the customer."""
    return PromiseFact(
        date.fromisoformat(promised_on), Decimal(amount), date.fromisoformat(made_on), "U0", Decimal(received)
    )


def play(
    account: Account,
    start: str,
    end: str,
    *,
    company: Company | None = None,
    down: Iterable[tuple[str, str]] = (),
    calls_done: bool = True,
) -> list[str]:
    """Play each day and say what left: `2026-03-27 amicale FAC-1` (a trailing * : only listed).

    During an outage (`down`, both ends included) nothing is played. Calls are made the day they open.
    """
    firm = company or a_company()
    outages = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in down]
    told, day, last = [], date.fromisoformat(start), date.fromisoformat(end)
    while day <= last:
        if not any(a <= day <= b for a, b in outages):
            for message in evaluate(account, firm, day).messages:
                listed = " ".join(row.item.number + ("" if row.step else "*") for row in message.items)
                told.append(f"{day} {message.step.key} {listed}")
                account = leave(account, message, day)
                if message.step.human and calls_done:
                    account = made(account, day)
        day += timedelta(days=1)
    return told


def made(account: Account, day: date) -> Account:
    """Return the account once a person has done, on `day`, what was open."""
    return replace(account, items=[_called(account, item, day) for item in account.items])


def _called(account: Account, item: Item, day: date) -> Item:
    step = account.policy.step(item.task.step) if item.task else None
    if step is None:
        return item
    rung = next_rung(item, account.policy, a_company().calendar, 2, day)
    done = DoneStep(step.key, step.day, day, rung.slot if rung else None)
    return replace(item, task=None, done=(*item.done, done))
