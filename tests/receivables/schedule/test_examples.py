"""The examples that SCHEDULE.md gives, one by one."""

from dataclasses import replace
from datetime import date

from receivables.schedule.decisions import evaluate
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


def test_weekly_invoices_paid_late_get_about_one_message_a_week_and_none_stern_for_what_is_not_due() -> None:
    from datetime import timedelta

    told: list[str] = []
    company = a_company()
    first = date(2026, 1, 5)
    items = [
        an_item(f"F-{week:02}", due=str(first + timedelta(days=7 * week + 30)), id=week + 1)
        for week in range(30)
    ]
    from receivables.schedule.simulate import leave

    account = an_account(*items)
    day = first
    while day <= date(2026, 7, 31):
        live = [i for i in account.items if i.learnt_on <= day <= i.due_date + timedelta(days=19)]
        today = replace(account, items=live)
        for message in evaluate(today, company, day).messages:
            told.append(f"{day} {message.step.key}")
            if message.step.key == "renforcee":
                assert not any(row.upcoming for row in message.items)
            done = {i.id: i for i in leave(today, message, day).items}
            account = replace(
                account,
                items=[done.get(i.id, i) for i in account.items],
                messages=leave(today, message, day).messages,
            )
        day += timedelta(days=1)
    steady = [row for row in told if "2026-03-01" <= row[:10] <= "2026-06-30"]
    print(told)
    assert 14 <= len(steady) <= 20
