"""What the team is told of promises, plans and disputes, each once, on the morning it matters."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from receivables.payment_plans import Instalment
from store.books import Books
from store.db.tables import Announcement
from store.disputes import acts as disputes
from store.disputes import follow_up as dispute_follow_up
from store.disputes import news as dispute_news
from store.payment_plans import acts as payment_plans
from store.promises import acts as promises
from store.promises import news as promise_news
from store.undo import undo
from tests.builders import MARIE, PAUL, at, customer, invoice, payment

DAY = date(2026, 4, 20)


def mornings(b: Books, first: date, last: date) -> list[str]:
    """Tell what there is to tell each open morning; return what was said, with its day."""
    day = first
    while day <= last:
        if b.company.calendar.is_open(day):
            promise_news.announce_promise_news(b, at=at(day, 7))
            promise_news.announce_promise_news(b, at=at(day, 8))
            dispute_news.ask(b, at=at(day, 7))
            dispute_news.ask(b, at=at(day, 8))
        day += timedelta(days=1)
    rows = b.session.scalars(select(Announcement).order_by(Announcement.id))
    return [f"{row.created_at:%d/%m} {row.kind} {row.data.get('what', '')}".strip() for row in rows]


def test_a_promise_is_told_when_kept_and_when_broken(books: Books) -> None:
    client = customer(books)
    first, second = invoice(books, client, "FAC-1"), invoice(books, client, "FAC-2")
    for row in (first, second):
        promises.make(books, row.id, amount=None, date=date(2026, 4, 24), by=MARIE, at=at(DAY))
    mornings(books, DAY, date(2026, 4, 22))
    payment(books, first, received_on=date(2026, 4, 22), at_hour=9)
    assert mornings(books, date(2026, 4, 23), date(2026, 5, 8)) == [
        "23/04 promise_kept",
        "29/04 promise_broken",
    ]


def test_a_promise_kept_by_a_payment_that_was_taken_back_is_broken_after_all(books: Books) -> None:
    row = invoice(books, customer(books))
    promises.make(books, row.id, amount=None, date=date(2026, 4, 24), by=MARIE, at=at(DAY))
    mornings(books, DAY, date(2026, 4, 22))
    paid = payment(books, row, received_on=date(2026, 4, 22), at_hour=9)
    mornings(books, date(2026, 4, 23), date(2026, 4, 23))
    undo(books, paid.entry_id, by=MARIE, at=at(date(2026, 4, 23), 10))
    said = mornings(books, date(2026, 4, 24), date(2026, 5, 8))
    assert said == ["23/04 promise_kept", "29/04 promise_broken"]


def test_each_instalment_is_awaited_on_its_day_told_when_met_and_the_one_missed_ends_it(books: Books) -> None:
    row = invoice(books, customer(books))
    days = (date(2026, 5, 1), date(2026, 5, 15), date(2026, 5, 29), date(2026, 6, 12))
    payment_plans.make(
        books, [row.id], instalments=[Instalment(day, Decimal(300)) for day in days], by=MARIE, at=at(DAY)
    )
    mornings(books, DAY, date(2026, 5, 5))
    payment(books, row, "300.00", received_on=date(2026, 5, 5))
    mornings(books, date(2026, 5, 6), date(2026, 5, 13))
    payment(books, row, "350.00", received_on=date(2026, 5, 13))
    assert mornings(books, date(2026, 5, 14), date(2026, 6, 30)) == [
        "04/05 instalment_due",  # 1 May is closed
        "06/05 instalment_met",
        "15/05 instalment_met",  # 14 May too
        "29/05 instalment_due",
        "03/06 instalment_missed",
    ]


def test_a_resolver_is_asked_on_the_day_then_the_manager_too(books: Books) -> None:
    row = invoice(books, customer(books, owner=PAUL))
    opened = disputes.open_dispute(books, row.id, kind="price", by=MARIE, at=at(DAY))
    assert mornings(books, DAY, date(2026, 5, 29)) == ["27/04 dispute follow_up", "06/05 dispute manager"]
    again = date(2026, 6, 8)
    dispute_follow_up.follow(books, opened.dispute_id, until=again, by=PAUL, at=at(date(2026, 5, 29)))
    assert mornings(books, date(2026, 6, 1), date(2026, 6, 12))[2:] == ["08/06 dispute follow_up"]
    disputes.settle(books, opened.dispute_id, outcome="ours", by=PAUL, at=at(date(2026, 6, 12)))
    assert len(mornings(books, date(2026, 6, 15), date(2026, 7, 15))) == 3


def test_a_payment_that_covers_the_invoice_is_asked_about_the_next_morning(books: Books) -> None:
    row = invoice(books, customer(books, owner=PAUL))
    disputes.open_dispute(books, row.id, kind="quality", by=MARIE, at=at(DAY))
    mornings(books, DAY, date(2026, 4, 22))
    payment(books, row, received_on=date(2026, 4, 22))
    assert mornings(books, date(2026, 4, 23), date(2026, 6, 30)) == ["23/04 dispute paid"]
