"""The morning's plan: what is written, once; what is shown for any day; and why."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from receivables.company import Company, Mode
from scheduler.plan import make_plan
from scheduler.preview import preview, why
from store.books import open_books, read_books
from store.customers import acts as customer_file
from store.db.engine import Database
from store.db.tables import Announcement, Invoice, Reminder, ReminderItem, Run, Task
from store.reminders import copies, day_plans
from store.tasks import acts as tasks
from tests import builders
from tests.builders import at

MORNING = 6  # 08:30 in Paris is 06:30 UTC in summer
DAY = date(2026, 4, 8)


def plan_on(database: Database, company: Company, day: date = DAY):
    with open_books(database, company) as b:
        return make_plan(b, at=at(day, MORNING, 30))


def shown(database: Database, company: Company, on: date = DAY, now: date | None = None) -> list[str]:
    with read_books(database, company) as b:
        found = preview(b, on=on, now=at(now or on, MORNING))
    return [
        f"{m['channel']} {m['step']}: "
        + ", ".join(f"{i['invoice']} {i['step']} {i['days_late']}" for i in m["items"])
        for m in found["messages"]
    ]


def explained(database: Database, company: Company, number: str, on: date, now: date | None = None):
    with read_books(database, company) as b:
        return why(b, number, on=on, now=at(now or on, MORNING))


def test_the_plan_writes_one_message_a_customer_and_its_announcement(
    database: Database, company: Company
) -> None:
    with open_books(database, company) as b:
        client = builders.customer(b)
        builders.invoice(b, client, "FAC-1")
        builders.invoice(b, client, "FAC-2", due=date(2026, 4, 3))
        builders.invoice(b, builders.customer(b, "Loin SARL"), "FAC-3", due=date(2026, 7, 1))
    made = plan_on(database, company)
    assert made is not None
    assert (made.messages, made.tasks, made.needs_go) == (1, 0, False)
    with read_books(database, company) as b:
        reminder = b.session.query(Reminder).one()
        assert (reminder.step, reminder.corrective, reminder.state) == ("ferme", True, "planned")
        [copy] = copies.of(b, [reminder.id])[reminder.id]
        assert (copy.address, copy.state) == ("compta@client.example", "waiting")
        assert reminder.planned_for == company.instant(DAY, company.window[0])
        items = b.session.query(ReminderItem).order_by(ReminderItem.invoice_id).all()
        assert [(i.step, i.joined) for i in items] == [("ferme", False), ("ferme", True)]
        keys = [row.key for row in b.session.query(Announcement).order_by(Announcement.id)]
        assert keys == ["digest:2026-04-08", "cards:2026-04-08:0"]


def test_the_plan_is_made_once_a_day_and_never_on_a_closed_day(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-1")
    assert plan_on(database, company) is not None
    assert plan_on(database, company) is None
    assert plan_on(database, company, date(2026, 4, 11)) is None
    assert plan_on(database, company, date(2026, 5, 1)) is None


def test_what_was_never_tried_is_planned_anew_the_next_open_day(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-1")
    plan_on(database, company)
    plan_on(database, company, date(2026, 4, 9))
    with read_books(database, company) as b:
        states = [(r.day, r.state) for r in b.session.query(Reminder).order_by(Reminder.id)]
        assert states == [(DAY, "cancelled"), (date(2026, 4, 9), "planned")]
        assert [i.round for i in b.session.query(ReminderItem).order_by(ReminderItem.id)] == [1, 2]


def test_a_plan_looks_only_at_what_may_be_due(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-1", due=date(2026, 6, 1))
    plan_on(database, company)
    with read_books(database, company) as b:
        assert b.session.query(Invoice).one().look_on == date(2026, 5, 27)


def test_a_change_of_policy_has_everything_looked_at_again(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-1", due=date(2026, 4, 15))
    plan_on(database, company)
    strict = replace(company, policy="strict")
    assert shown(database, strict, date(2026, 4, 9)) == ["email amicale: FAC-1 amicale -6"]
    assert plan_on(database, strict, date(2026, 4, 9)).messages == 1


def test_a_call_opens_a_task_and_the_ladder_waits(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        client = builders.customer(b, owner="U0SOPHIE")
        builders.invoice(
            b, client, "FAC-1", due=date(2026, 2, 1), prior_reminders=2, learnt_at=at(date(2026, 3, 20))
        )
    made = plan_on(database, company)
    assert (made.messages, made.tasks) == (0, 1)
    with read_books(database, company) as b:
        task = b.session.query(Task).one()
        assert (task.kind, task.step, task.owner, task.state) == ("call", "appel", "U0SOPHIE", "open")
    told = explained(database, company, "FAC-1", date(2026, 4, 9))
    assert (told["decision"], told["reason"]) == ("hold", "awaiting_task")


def many(database: Database, company: Company, count: int) -> None:
    with open_books(database, company) as b:
        for number in range(count):
            client = builders.customer(b, f"Client {number}", email=f"c{number}@client.example")
            builders.invoice(b, client, f"FAC-{number}")


def test_a_large_first_morning_waits_for_a_go_with_its_tasks(database: Database, company: Company) -> None:
    many(database, company, 21)
    with open_books(database, company) as b:
        client = builders.customer(b, "À appeler")
        builders.invoice(
            b, client, "APPEL-1", due=date(2026, 2, 1), prior_reminders=2, learnt_at=at(date(2026, 3, 1))
        )
    made = plan_on(database, company)
    assert (made.messages, made.tasks, made.needs_go) == (21, 1, True)
    assert explained(database, company, "FAC-3", DAY)["reason"] == "go"
    with open_books(database, company) as b:
        assert b.session.query(Task).one().state == "waiting"
        day_plans.give_go(b, DAY, by="U0MARIE", at=at(DAY, 8))
    with read_books(database, company) as b:
        assert b.session.query(Task).one().state == "open"
        assert b.session.query(Announcement).filter(Announcement.kind != "cards").count() == 2
        assert b.session.query(Run).filter_by(job="plan").one().go_by == "U0MARIE"
    assert explained(database, company, "FAC-3", DAY)["reason"] == "due"


def test_days_to_come_suppose_that_what_was_planned_before_has_left(
    database: Database, company: Company
) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-1")
    now = date(2026, 3, 20)
    assert shown(database, company, date(2026, 3, 27), now) == ["email amicale: FAC-1 amicale -5"]
    assert shown(database, company, date(2026, 4, 8), now) == ["email ferme: FAC-1 ferme 7"]
    assert shown(database, company, date(2026, 4, 16), now) == ["email renforcee: FAC-1 renforcee 15"]
    assert shown(database, company, date(2026, 4, 17), now) == []
    assert shown(database, company, date(2026, 5, 4), now) == ["call appel: FAC-1 appel 33"]


def test_draft_mode_lists_the_messages_and_why_names_the_mode(database: Database, company: Company) -> None:
    draft = replace(company, mode=Mode.DRAFT)
    with open_books(database, draft) as b:
        builders.invoice(b, builders.customer(b), "FAC-1")
    assert shown(database, draft) == ["email ferme: FAC-1 ferme 7"]
    assert explained(database, draft, "FAC-1", DAY)["reason"] == "draft_mode"


def test_an_item_is_learnt_of_at_the_first_tick_that_sees_it(database: Database, company: Company) -> None:
    late_import = at(date(2026, 11, 22))
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-1", due=date(2026, 1, 10), learnt_at=late_import)
    assert plan_on(database, company, date(2026, 3, 2)).messages == 1
    with read_books(database, company) as b:
        assert b.session.query(Invoice).one().learnt_at == at(date(2026, 3, 2), MORNING, 30)


@pytest.mark.parametrize(("amount", "expected"), [("4.99", []), ("5.00", ["email ferme: FAC-1 ferme 7"])])
def test_nothing_corrective_leaves_below_the_minimum(
    database: Database, company: Company, amount: str, expected: list[str]
) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-1", amount=Decimal(amount))
    assert shown(database, company) == expected


def test_a_customer_without_address_gets_nothing_and_why_says_so(
    database: Database, company: Company
) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b, email=None), "FAC-1")
    assert shown(database, company) == []
    assert explained(database, company, "FAC-1", DAY)["reason"] == "no_address"


def test_past_mornings_count_for_the_go_only_when_they_left(database: Database, company: Company) -> None:
    many(database, company, 25)
    day = DAY
    plan_on(database, company, day)
    with open_books(database, company) as b:
        day_plans.give_go(b, day, by="U0MARIE", at=at(day, 8))
    made = plan_on(database, company, day + timedelta(days=1))
    assert (made.messages, made.needs_go) == (25, False)


def test_without_a_gap_each_step_still_leaves_on_its_day(database: Database, company: Company) -> None:
    eager = replace(company, min_gap_days=0)
    with open_books(database, eager) as b:
        builders.invoice(b, builders.customer(b), "FAC-1")
    plan_on(database, eager, date(2026, 4, 7))
    assert plan_on(database, eager, DAY).messages == 1


def test_a_plan_made_after_the_window_sends_nothing_today(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-1")
        made = make_plan(b, at=at(DAY, 16, 30))
    assert (made.messages, made.day) == (0, DAY)
    assert explained(database, company, "FAC-1", DAY)["reason"] == "outside_window"
    assert plan_on(database, company, date(2026, 4, 9)).messages == 1


def test_a_task_of_the_old_schedule_closes_and_the_new_one_goes_on(
    database: Database, company: Company
) -> None:
    with open_books(database, company) as b:
        client = builders.customer(b, policy="standard")
        item = builders.invoice(b, client, due=date(2026, 1, 5))
        task = tasks.open_task(
            b, kind="handover", customer_id=client.id, invoice_ids=[item.id], step="remise", at=at(DAY)
        )
        customer_file.change(b, client.id, {"policy": "souple"}, by=builders.MARIE, at=at(DAY))
    plan_on(database, company)
    with read_books(database, company) as b:
        assert tasks.get_task(b, task.id).state == "cancelled"
        assert [row.step for row in b.session.scalars(select(ReminderItem))] == ["courtoise"]
