"""What counts an old claim anew, from real books: payments, what the customer wrote, our own reminders."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from receivables.codes.customers import CustomerKind
from receivables.schedule.claims import prescribed_on
from store.accounts import facts as accounts
from store.books import Books
from store.claims import acts as claims
from store.claims import news
from store.db.tables import Announcement, Invoice, Reminder, ReminderItem, Task, TaskItem
from store.payments import acts as payments
from store.promises import acts as promises
from store.undo import undo
from tests.builders import MARIE, at, customer, invoice

TODAY = date(2026, 11, 23)
DUE = date(2022, 2, 1)


@pytest.fixture
def old(books: Books) -> Invoice:
    """An invoice of a business, due on 1 February 2022: over on 1 February 2027."""
    return invoice(books, customer(books), due=DUE)


def over(books: Books, row: Invoice) -> str:
    """Return the day from which the claim may be prescribed, as the rules see the account."""
    account = accounts.account(books, row.customer_id, today=TODAY, now=at(TODAY))
    assert account is not None
    return str(prescribed_on(account, account.items[0]))


def pay(books: Books, row: Invoice, on: date) -> int:
    done = payments.record(books, row.id, amount=Decimal(10), received_on=on, by=MARIE, at=at(TODAY))
    return done.entry_id


def test_a_payment_counts_it_anew_until_it_is_undone(books: Books, old: Invoice) -> None:
    assert over(books, old) == "2027-02-01"
    entry_id = pay(books, old, date(2024, 6, 3))
    assert over(books, old) == "2029-06-03"
    undo(books, entry_id, by=MARIE, at=at(TODAY))
    assert over(books, old) == "2027-02-01"


def test_money_whose_day_nobody_knows_counts_nothing_anew(books: Books, old: Invoice) -> None:
    pay(books, old, date(2024, 6, 3))
    books.session.query(payments.Payment).one().origin = "undated"
    assert over(books, old) == "2027-02-01"


def test_a_promise_counts_it_anew_only_in_writing(books: Books, old: Invoice) -> None:
    to_come = TODAY + timedelta(days=9)
    said = promises.make(books, old.id, amount=None, date=to_come, by=MARIE, at=at(TODAY))
    assert over(books, old) == "2027-02-01"
    undo(books, said.entry_id, by=MARIE, at=at(TODAY))
    wrote = promises.make_for(
        books, [old.id], amount=None, date=to_come, in_writing=True, by=MARIE, at=at(TODAY)
    )
    assert over(books, old) == "2031-11-23"
    undo(books, wrote.entry_id, by=MARIE, at=at(TODAY))
    assert over(books, old) == "2027-02-01"


def test_an_acknowledgement_is_noted_and_taken_back(books: Books, old: Invoice) -> None:
    done = claims.acknowledge(books, old.id, on=date(2025, 5, 5), note="courriel", by=MARIE, at=at(TODAY))
    assert (done.revived, done.prescribed_on) == (True, date(2030, 5, 5))
    assert over(books, old) == "2030-05-05"
    undo(books, done.entry_id, by=MARIE, at=at(TODAY))
    assert over(books, old) == "2027-02-01"


def remind(books: Books, row: Invoice, on: date, **columns: object) -> None:
    values = {"state": "sent", "corrective": True, "kind": "reminder", "sandbox": False} | columns
    reminder = Reminder(
        company_id=books.company_id, customer_id=row.customer_id, day=on, channel="email", by="horloge",
        step="ferme", policy="standard", planned_at=at(on), planned_for=at(on), due_at=at(on), **values,
    )  # fmt: skip
    books.session.add(reminder)
    books.session.flush()
    books.session.add(
        ReminderItem(
            company_id=books.company_id, reminder_id=reminder.id, invoice_id=row.id, corrective=True,
            outstanding=row.outstanding, currency="EUR",
        )
    )  # fmt: skip
    books.session.flush()


@pytest.mark.parametrize(
    ("columns", "limit"),
    [
        ({}, "2030-01-01"),
        ({"state": "cancelled"}, "2027-01-01"),
        ({"corrective": False}, "2027-01-01"),
        ({"sandbox": True}, "2027-01-01"),
        ({"kind": "statement"}, "2027-01-01"),
    ],
)
def test_of_a_public_body_each_corrective_mail_that_left_counts(
    books: Books, columns: dict[str, object], limit: str
) -> None:
    row = invoice(books, customer(books, "Commune", kind=CustomerKind.PUBLIC), due=DUE)
    assert over(books, row) == "2027-01-01"
    remind(books, row, date(2025, 3, 3), **columns)
    assert over(books, row) == limit


def test_a_letter_that_was_deposited_counts_too(books: Books) -> None:
    row = invoice(books, customer(books, "Commune", kind=CustomerKind.PUBLIC), due=DUE)
    task = Task(
        company_id=books.company_id, customer_id=row.customer_id, kind="letter", step="mise_en_demeure",
        opened_at=at(date(2025, 3, 3)), opened_on=date(2025, 3, 3), state="done", outcome="deposited",
        closed_at=at(date(2025, 3, 5)), closed_by=MARIE,
    )  # fmt: skip
    books.session.add(task)
    books.session.flush()
    books.session.add(TaskItem(task_id=task.id, invoice_id=row.id))
    books.session.flush()
    assert over(books, row) == "2030-01-01"


def test_what_comes_in_after_the_list_of_the_day_is_told_on_the_next(books: Books, old: Invoice) -> None:
    assert news.tell(books, at=at(TODAY, 8)) == 1  # within six months of 1 February 2027
    invoice(books, customer(books, "Tôlerie Brun"), "FAC-9", due=date(2021, 2, 1))
    books.session.expire_all()
    assert news.tell(books, at=at(TODAY, 10)) == 0
    books.session.expire_all()
    assert news.tell(books, at=at(TODAY + timedelta(days=1), 8)) == 1
    lists = [row.data for row in books.session.query(Announcement).order_by(Announcement.id)]
    assert [len(each["over"]) + len(each["soon"]) for each in lists] == [1, 1]
