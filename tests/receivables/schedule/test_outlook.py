"""By when a reminder asks to be paid, and what it says comes next."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from receivables.codes.channels import CALL, LETTER, Channel
from receivables.codes.messages import MessageKind
from receivables.schedule.account import Account, Message
from receivables.schedule.decisions import evaluate
from receivables.schedule.outlook import LEAST, Outlook, outlook
from receivables.schedule.simulate import leave
from tests.receivables.schedule.calendars import a_company, an_account, an_item
from tests.receivables.schedule.test_properties import COMPANY, accounts, outages, ticks

DAY = date.fromisoformat


def ahead(account: Account, message: Message, day: date, **company: object) -> Outlook:
    sent = {row.item.id: row.step for row in message.items}
    return outlook(account, a_company(**company), sent, day)


def told(
    account: Account, until: str, **company: object
) -> list[tuple[str, str, str | None, Channel | None]]:
    """Play to `until`, and return of each corrective mail: its day, its step, by when, what comes next."""
    found, day, made = [], DAY("2026-03-01"), a_company(**company)
    while day <= DAY(until):
        for message in evaluate(account, made, day).messages:
            if message.corrective and message.channel.written:
                by, comes, _ = ahead(account, message, day, **company)
                found.append((day.isoformat(), message.step.key, by and by.isoformat(), comes))
            account = leave(account, message, day)
        day += timedelta(days=1)
    return found


def test_it_is_the_last_open_day_before_the_next_step_can_come() -> None:
    """Due on 1 April: stronger on the 16th, and a call on 4 May, the 1st being closed."""
    assert told(an_account(an_item()), "2026-04-30") == [
        ("2026-04-08", "ferme", "2026-04-15", None),
        ("2026-04-16", "renforcee", "2026-04-30", CALL),
    ]


def test_own_closed_days_are_no_days_to_pay() -> None:
    closed = frozenset({DAY("2026-04-15")})
    assert told(an_account(an_item()), "2026-04-08", closed=closed)[0][2] == "2026-04-14"
    near = frozenset(DAY(f"2026-04-{number}") for number in (13, 14, 15))
    assert told(an_account(an_item()), "2026-04-08", closed=near)[0][2] is None
    longer = frozenset(DAY(f"2026-04-{number}") for number in range(15, 25))
    assert told(an_account(an_item()), "2026-04-08", closed=longer)[0][2] == "2026-04-14"


def test_none_is_given_when_it_is_less_than_five_days_off() -> None:
    """The strict policy leaves five days from its first text to its second, four to the call.

    An answer is asked for by the day that is too near to pay by.
    """
    assert told(an_account(an_item(), policy="strict"), "2026-04-14") == [
        ("2026-04-07", "ferme", None, None),
        ("2026-04-13", "renforcee", None, CALL),
    ]
    account = an_account(an_item(), policy="strict")
    [message] = evaluate(account, a_company(), DAY("2026-04-07")).messages
    assert ahead(account, message, DAY("2026-04-07")) == Outlook(answer_by=DAY("2026-04-10"))


@pytest.mark.parametrize(
    ("due", "leaves", "by"),
    [("2026-04-01", "2026-04-13", "2026-04-21"), ("2026-04-13", "2026-04-23", "2026-05-04")],
)
def test_after_the_last_step_eight_days_are_left_to_an_open_day(due: str, leaves: str, by: str) -> None:
    assert told(an_account(an_item(due=due), policy="trois-temps"), "2026-05-10") == [
        (leaves, "ferme", by, None)
    ]


def test_a_letter_that_comes_next_is_told() -> None:
    """The call was made on 4 May: what is left of the ladder is the letter, fifteen days on."""
    steps = tuple(step for step in a_company().policies["standard"].steps if step.channel is not CALL)
    policy = replace(a_company().policies["standard"], steps=steps)
    found = told(Account(1, policy, [an_item()]), "2026-04-16")
    assert found[-1] == ("2026-04-16", "renforcee", "2026-05-15", LETTER)


def test_an_invoice_that_will_join_anothers_message_is_asked_for_on_that_day() -> None:
    """Its own next step is on 24 April; it joins what the other one has due on the 22nd."""
    one, other = an_item("A", due="2026-04-09"), an_item("B", due="2026-04-15")
    [message] = evaluate(an_account(one), a_company(), DAY("2026-04-16")).messages
    assert ahead(an_account(one), message, DAY("2026-04-16")).pay_by == DAY("2026-04-23")
    assert ahead(an_account(one, other), message, DAY("2026-04-16")).pay_by == DAY("2026-04-21")


def test_an_invoice_that_is_only_listed_may_be_asked_for_once_spacing_is_over() -> None:
    account = an_account(an_item())
    assert outlook(account, a_company(), {account.items[0].id: None}, DAY("2026-04-08")) == Outlook(
        answer_by=DAY("2026-04-10")
    )


def test_what_is_not_late_yet_gives_no_day() -> None:
    account = an_account(an_item(due="2026-06-01"))
    assert outlook(account, a_company(), {account.items[0].id: None}, DAY("2026-04-08")) == Outlook()


@settings(max_examples=60)
@given(accounts(), outages)
def test_nothing_is_asked_again_before_the_day_that_was_named(
    account: Account, down: list[tuple[int, int]]
) -> None:
    named: list[tuple[date, frozenset[int]]] = []
    for day in ticks(down):
        seen = replace(account, items=[item for item in account.items if item.learnt_on <= day])
        settled = len(seen.items) == len(account.items) and all(
            promise.made_on <= day for item in account.items for promise in item.promises
        )
        for message in evaluate(seen, COMPANY, day).messages:
            ids = frozenset(row.item.id for row in message.items if row.item.late(day))
            if message.kind is MessageKind.REMINDER and message.corrective:
                assert not [by for by, asked in named if day <= by and asked & ids]
            if settled and message.corrective and message.channel.written:
                by = outlook(seen, COMPANY, {row.item.id: row.step for row in message.items}, day).pay_by
                if by is not None:
                    assert COMPANY.calendar.is_open(by)
                    assert by - day >= LEAST
                    named.append((by, ids))
            account = leave(account, message, day)
