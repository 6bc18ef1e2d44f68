"""Several people at once: nothing is paid twice, nothing is lost, nobody waits for ever."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest

from receivables.company import Company
from receivables.errors import RelanceError
from store import pauses as pause_acts
from store.books import Books, open_books, read_books
from store.db.engine import Database
from store.health.check import check
from store.invoices import acts as invoices
from store.payments import acts as payments
from store.undo import undo
from tests.builders import MARIE, at, customer, invoice

DAY = date(2026, 4, 20)

Act = Callable[[Books], object]


def all_at_once(database: Database, company: Company, acts: list[Act]) -> list[object]:
    """Do each act in its own transaction and thread, all starting together; return outcomes and refusals."""
    barrier = threading.Barrier(len(acts))

    def do(act: Act) -> object:
        barrier.wait()
        try:
            with open_books(database, company) as b:
                return act(b)
        except RelanceError as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(do, acts))


def pay(invoice_id: int, amount: str | None, by: str) -> Act:
    paid = Decimal(amount) if amount else None
    return lambda b: payments.record(b, invoice_id, amount=paid, received_on=DAY, by=by, at=at(DAY))


def prepared(database: Database, company: Company, count: int) -> list[int]:
    with open_books(database, company) as b:
        client = customer(b)
        return [invoice(b, client, f"FAC-{n}").id for n in range(count)]


def faults(database: Database, company: Company) -> list[object]:
    with read_books(database, company) as b:
        return list(check(b))


def test_ten_people_pay_the_same_invoice_and_one_succeeds(database: Database, company: Company) -> None:
    (target,) = prepared(database, company, 1)
    told = all_at_once(database, company, [pay(target, None, f"U{n}") for n in range(10)])
    done = [one for one in told if isinstance(one, payments.PaymentOutcome)]
    refused = [one for one in told if isinstance(one, payments.AlreadySettled)]
    assert (len(done), len(refused)) == (1, 9)
    assert {refusal.by for refusal in refused} == {done[0].by}
    assert faults(database, company) == []


def test_parts_paid_at_once_add_up(database: Database, company: Company) -> None:
    (target,) = prepared(database, company, 1)
    all_at_once(database, company, [pay(target, "100.00", f"U{n}") for n in range(12)])
    with read_books(database, company) as b:
        assert invoices.get_invoice(b, target).outstanding == 0
    assert faults(database, company) == []


def test_one_customer_s_invoices_paid_at_once_do_not_block_each_other(
    database: Database, company: Company
) -> None:
    targets = prepared(database, company, 12)
    told = all_at_once(database, company, [pay(target, None, MARIE) for target in targets])
    assert all(isinstance(one, payments.PaymentOutcome) for one in told)
    assert faults(database, company) == []


def test_a_payment_undone_by_two_at_once_is_undone_once(database: Database, company: Company) -> None:
    (target,) = prepared(database, company, 1)
    with open_books(database, company) as b:
        paid = payments.record(b, target, amount=None, received_on=DAY, by=MARIE, at=at(DAY))
    told = all_at_once(
        database, company, [lambda b, n=n: undo(b, paid.entry_id, by=f"U{n}", at=at(DAY)) for n in range(2)]
    )
    assert sum(isinstance(one, RelanceError) for one in told) == 1
    assert faults(database, company) == []


@pytest.mark.parametrize("rounds", [3])
def test_pausing_the_company_while_others_pay_does_not_block(
    database: Database, company: Company, rounds: int
) -> None:
    targets = prepared(database, company, rounds * 4)

    def pause(b: Books) -> object:
        return pause_acts.pause(b, until=None, reason=None, by=MARIE, at=at(DAY))

    for n in range(rounds):
        acts = [pay(target, None, MARIE) for target in targets[n * 4 : n * 4 + 4]]
        told = all_at_once(database, company, [*acts, pause])
        assert not any(isinstance(one, RelanceError) for one in told)
    assert faults(database, company) == []
