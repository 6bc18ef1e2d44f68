"""Many people at once, and many late invoices."""

import threading
import time
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import insert

from bot.slack.crew import Crew
from receivables.company import Company
from relance.demo.slack_person import SlackPerson, to_app
from store import digest
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Invoice
from store.invoices import last_acts
from store.morning import late
from tests import builders
from tests.bot.conftest import NOW, TODAY, Office

PEOPLE = 50


def test_fifty_people_paying_at_once_are_all_answered_and_the_books_add_up(office: Office) -> None:
    for number in range(5):
        office.add_invoice(f"FAC-{number}", f"Client {number}", amount="1000.00")
    people = [SlackPerson(office.slack, "U0MARIE", to_app(office.app)) for _ in range(PEOPLE)]
    answers = []

    def pays(rank: int) -> None:
        answers.append(people[rank].command(f"/paye FAC-{rank % 5} 10"))

    threads = [threading.Thread(target=pays, args=(rank,)) for rank in range(PEOPLE)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    office.settle()
    assert time.monotonic() - started < 15
    assert {answer.status for answer in answers} == {200}
    assert len(office.slack.messages()) == PEOPLE
    assert [office.outstanding(f"FAC-{number}") for number in range(5)] == ["900.00"] * 5


def test_the_crew_says_when_nothing_is_under_way() -> None:
    crew, hold = Crew(2), threading.Event()
    crew.submit(hold.wait)
    assert not crew.wait_idle(0.05)
    hold.set()
    assert crew.wait_idle(5)
    crew.shutdown()


def test_five_thousand_late_among_many_open_are_read_quickly(
    sqlite_books: Database, company: Company
) -> None:
    with open_books(sqlite_books, company) as b:
        ids = [builders.customer(b, f"Client {n}", email=None).id for n in range(200)]
        rows = [
            {
                "company_id": b.company_id,
                "customer_id": ids[n % 200],
                "number": f"F{n}",
                "folded": f"f{n}",
                "due_date": TODAY - timedelta(days=n % 60 + 1) if n < 5_000 else date(2027, 1, 1),
                "amount": Decimal(100),
                "outstanding": Decimal(100),
                "currency": "EUR",
                "learnt_at": NOW,
                "made_number": False,
                "prior_reminders": 0,
            }
            for n in range(20_000)
        ]
        b.session.execute(insert(Invoice), rows)
    started = time.monotonic()
    with read_books(sqlite_books, company) as b:
        morning = digest.morning_figures(b, TODAY)
        acts = last_acts.last_acts_of(b, [invoice.id for invoice in morning.invoices])
        assert late.customers(b, TODAY)
    assert (len(morning.invoices), acts) == (5_000, {})
    assert time.monotonic() - started < 3
