"""The examples that SCHEDULE.md gives, one by one."""

from dataclasses import replace
from datetime import date, timedelta

from receivables.schedule.account import Message
from receivables.schedule.decisions import evaluate
from receivables.schedule.simulate import leave
from tests.receivables.schedule.calendars import a_company, an_account, an_item, play, promise


def test_each_step_leaves_on_its_day_and_closed_days_do_not_push_what_follows() -> None:
    assert play(an_account(an_item()), "2026-03-02", "2026-05-20") == [
        "2026-03-27 amicale FAC-1",
        "2026-04-01 echeance FAC-1",
        "2026-04-08 ferme FAC-1",
        "2026-04-16 renforcee FAC-1",
        "2026-05-04 appel FAC-1",
        "2026-05-18 mise_en_demeure FAC-1",
    ]


def test_an_old_invoice_starts_at_the_first_corrective_step() -> None:
    late = an_item(due="2026-01-10", learnt="2026-03-02")
    assert play(an_account(late), "2026-03-02", "2026-03-31") == [
        "2026-03-02 ferme FAC-1",
        "2026-03-10 renforcee FAC-1",
        "2026-03-25 appel FAC-1",
    ]


def test_an_outage_delays_and_never_doubles() -> None:
    told = play(an_account(an_item()), "2026-03-02", "2026-05-01", down=[("2026-04-08", "2026-04-20")])
    assert told == [
        "2026-03-27 amicale FAC-1",
        "2026-04-01 echeance FAC-1",
        "2026-04-21 ferme FAC-1",
        "2026-04-29 renforcee FAC-1",
    ]


def test_a_promise_holds_through_two_open_days_of_grace_then_breaks() -> None:
    item = replace(an_item(), promises=(promise("2026-04-30", "2026-04-10"),))
    account = an_account(item)
    held = evaluate(account, a_company(), date(2026, 5, 5)).decisions[item.id]
    assert (held.decision, held.reason, held.until) == ("hold", "promised", date(2026, 5, 5))
    assert held.next_on == date(2026, 5, 6)
    broken = evaluate(account, a_company(), date(2026, 5, 6)).decisions[item.id]
    assert (broken.decision, broken.reason, broken.step) == ("remind", "due", "ferme")


def paid_late(policy: str, days_late: int) -> list[tuple[date, Message]]:
    """Play a customer invoiced each Monday on thirty-day terms, who pays each invoice so many days late."""
    first, told = date(2026, 1, 5), []
    account = an_account(
        *(
            an_item(f"F-{week:02}", due=str(first + timedelta(days=7 * week + 30)), id=week + 1)
            for week in range(30)
        ),
        policy=policy,
    )
    for day in (first + timedelta(days=number) for number in range(208)):
        live = [
            item for item in account.items
            if item.learnt_on <= day <= item.due_date + timedelta(days=days_late - 1)
        ]  # fmt: skip
        seen = replace(account, items=live)
        for message in evaluate(seen, a_company(), day).messages:
            told.append((day, message))
            seen = leave(seen, message, day)
        after = {item.id: item for item in seen.items}
        items = [after.get(item.id, item) for item in account.items]
        account = replace(account, items=items, messages=seen.messages)
    return told


def test_weekly_invoices_paid_late_get_about_one_message_a_week_and_none_stern_for_what_is_not_due() -> None:
    told = paid_late("standard", 20)
    for _, message in told:
        if message.step.key == "renforcee":
            assert not any(row.upcoming for row in message.items)
    steady = [day for day, _ in told if date(2026, 3, 1) <= day <= date(2026, 6, 30)]
    assert 14 <= len(steady) <= 20


def test_weekly_invoices_paid_late_are_each_sent_all_the_same() -> None:
    told = paid_late("cinq-etapes", 20)
    sent = [(day, row.item) for day, each in told for row in each.items if row.own.from_issue]
    assert [item.number for _, item in sent] == [f"F-{week:02}" for week in range(30)]
    calendar = a_company().calendar
    assert all(
        item.issue_date is not None and day == calendar.next_open(item.issue_date) for day, item in sent
    )


def test_on_terms_of_six_days_the_invoice_is_sent_and_the_friendly_reminder_does_not_exist() -> None:
    item = an_item(due="2026-04-14", issued="2026-04-08")
    assert play(an_account(item, policy="cinq-etapes"), "2026-04-08", "2026-04-30") == [
        "2026-04-08 envoi FAC-1",
        "2026-04-20 relance_1 FAC-1",  # five days late on the 19th, a Sunday
        "2026-04-29 relance_2 FAC-1",
    ]
