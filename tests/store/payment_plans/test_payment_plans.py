"""Payment plans: what can be agreed, what is met, what is missed, and what comes back when one is undone."""

from datetime import date
from decimal import Decimal

import pytest

from receivables.errors import Refused
from receivables.payment_plans import Instalment
from store.accounts import facts as accounts
from store.books import Books
from store.credits import acts as credit_acts
from store.db.tables import Invoice
from store.invoices import acts as invoices
from store.payment_plans import acts as payment_plans
from store.payment_plans import facts as plan_facts
from store.payments import acts as payments
from store.promises import acts as promises
from store.promises import record
from store.undo import undo
from tests.builders import MARIE, PAUL, at, customer, invoice, payment
from tests.refusals import refused

DAY = date(2026, 4, 20)
THREE = (
    Instalment(date(2026, 5, 15), Decimal("400.00")),
    Instalment(date(2026, 6, 15), Decimal("400.00")),
    Instalment(date(2026, 7, 15), Decimal("400.00")),
)


def agree(b: Books, *rows: Invoice, instalments: tuple[Instalment, ...] = THREE) -> payment_plans.PlanOutcome:
    return payment_plans.make(b, [row.id for row in rows], instalments=instalments, by=MARIE, at=at(DAY))


def reason(b: Books, row: Invoice, on: date) -> tuple[str, date | None]:
    found = accounts.why(b, row.id, on=on, now=at(on))
    return found.reason, found.until


def test_a_plan_holds_its_invoices_through_the_grace_of_the_instalment_that_is_awaited(books: Books) -> None:
    client = customer(books)
    first, second = (
        invoice(books, client, "FAC-1", amount="700.00"),
        invoice(books, client, "FAC-2", amount="500.00"),
    )
    told = agree(books, second, first)
    assert (told.numbers, told.amount, told.outside) == (("FAC-1", "FAC-2"), Decimal("1200.00"), Decimal(0))
    for row in (first, second):
        assert reason(books, row, date(2026, 5, 4)) == ("plan", date(2026, 5, 19))
        assert invoices.get_invoice(books, row.id).status(DAY) == "promised"
    payment(books, first, "400.00", received_on=date(2026, 5, 15))
    assert reason(books, second, date(2026, 5, 20)) == ("plan", date(2026, 6, 17))


def test_one_instalment_missed_breaks_the_plan_for_all_its_invoices(books: Books) -> None:
    client = customer(books)
    rows = [invoice(books, client, number, amount="600.00") for number in ("FAC-1", "FAC-2")]
    plan = agree(books, *rows)
    payment(books, rows[0], "399.99", received_on=date(2026, 5, 18))
    assert plan_facts.get_plan(books, plan.plan_id).state(date(2026, 5, 19)) == "running"
    facts = plan_facts.get_plan(books, plan.plan_id)
    assert (facts.state(date(2026, 5, 20)), facts.broken_on) == ("broken", date(2026, 5, 20))
    for row in rows:
        assert reason(books, row, date(2026, 5, 20))[0] == "due"
        assert accounts.why(books, row.id, on=date(2026, 5, 20), now=at(date(2026, 5, 20))).slot == date(
            2026, 5, 20
        )


def test_money_on_any_of_the_invoices_counts_and_so_does_what_is_not_set_against_one(books: Books) -> None:
    client = customer(books)
    small, big = (
        invoice(books, client, "FAC-1", amount="100.00"),
        invoice(books, client, "FAC-2", amount="1100.00"),
    )
    plan = agree(books, small, big)
    payment(books, small, "400.00", received_on=date(2026, 5, 15))  # 300 € too much: the customer's credit
    assert plan_facts.get_plan(books, plan.plan_id).met == 1
    credit_acts.allocate(books, big.id, by=MARIE, at=at(date(2026, 5, 18)))
    assert plan_facts.get_plan(books, plan.plan_id).met == 1


def test_a_credit_note_shortens_the_last_instalments(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    payment(books, invoice(books, client, "FAC-0", amount="10.00"), "310.00", received_on=date(2026, 4, 2))
    plan = agree(books, row)
    credit_acts.allocate(books, row.id, by=MARIE, at=at(date(2026, 4, 21)))
    amounts = [each.amount for each in plan_facts.get_plan(books, plan.plan_id).instalments]
    assert amounts == [Decimal("400.00"), Decimal("400.00"), Decimal("100.00")]


def test_a_plan_that_is_paid_early_is_met(books: Books) -> None:
    row = invoice(books, customer(books))
    plan = agree(books, row)
    payment(books, row, received_on=date(2026, 5, 4))
    facts = plan_facts.get_plan(books, plan.plan_id)
    assert (facts.state(date(2026, 12, 1)), facts.met) == ("met", 3)
    assert record.record_of(books, row.customer_id, date(2026, 12, 1)) == (3, 3)


def test_a_new_plan_replaces_what_was_running_and_undoing_it_gives_that_back(books: Books) -> None:
    client = customer(books)
    rows = [invoice(books, client, number, amount="600.00") for number in ("FAC-1", "FAC-2")]
    promised = promises.make(books, rows[0].id, amount=None, date=date(2026, 4, 24), by=MARIE, at=at(DAY))
    first = agree(books, *rows)
    assert first.postponed
    with refused(Refused, match="FAC-2 est aussi dans l’échéancier"):
        agree(books, rows[0], instalments=(Instalment(date(2026, 5, 15), Decimal("600.00")),))
    second = agree(books, *rows, instalments=(Instalment(date(2026, 6, 1), Decimal("1200.00")),))
    with refused(Refused, match=r"échéancier de 1\u202f200,00\xa0€ sur FAC-1, FAC-2"):
        undo(books, first.entry_id, by=PAUL, at=at(DAY))
    undo(books, second.entry_id, by=PAUL, at=at(DAY))
    assert [plan.id for plan in plan_facts.live(books)] == [first.plan_id]
    undo(books, first.entry_id, by=PAUL, at=at(DAY))
    assert plan_facts.live(books) == []
    assert invoices.get_invoice(books, rows[0].id).promise_id == promised.promise_id
    assert reason(books, rows[0], date(2026, 4, 21))[0] == "promised"
    assert invoices.get_invoice(books, rows[1].id).promise_id is None


def test_a_promise_by_itself_is_refused_while_a_plan_runs(books: Books) -> None:
    row = invoice(books, customer(books))
    agree(books, row)
    with refused(Refused, match="est dans un échéancier, prochaine échéance le 15/05/2026"):
        promises.make(books, row.id, amount=None, date=date(2026, 4, 24), by=MARIE, at=at(DAY))


@pytest.mark.parametrize(
    ("instalments", "sentence"),
    [
        ((), "une à 60 échéances"),
        ((Instalment(date(2026, 4, 19), Decimal(600)),), "19/04/2026 est passé"),
        ((Instalment(date(2036, 4, 19), Decimal(600)),), "plus de cinq ans"),
        (
            (Instalment(date(2026, 5, 4), Decimal(6000)),),
            r"font 6\u202f000,00\xa0€ et il ne reste que 1\u202f200",
        ),
        ((Instalment(date(2026, 5, 4), Decimal(600)),), "n’atteignent pas FAC-2"),
        ((Instalment(date(2026, 5, 4), Decimal(0)),), "supérieur à zéro"),
        (
            (Instalment(date(2026, 5, 4), Decimal(1)), Instalment(date(2026, 5, 4), Decimal(2))),
            "Deux échéances",
        ),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    books: Books, instalments: tuple[Instalment, ...], sentence: str
) -> None:
    client = customer(books)
    rows = [invoice(books, client, number, amount="600.00") for number in ("FAC-1", "FAC-2")]
    with refused(Refused, match=sentence):
        agree(books, *rows, instalments=instalments)


def test_a_plan_is_of_one_customer_and_one_currency(books: Books) -> None:
    client = customer(books)
    own, other = invoice(books, client, "FAC-1"), invoice(books, customer(books, "Autre"), "FAC-2")
    dollars = invoice(books, client, "FAC-3", currency="USD")
    with refused(Refused, match="FAC-2 n’est pas une facture du même client"):
        agree(books, own, other)
    with refused(Refused, match="FAC-3 est en USD"):
        agree(books, own, dollars)
    payments.record(books, own.id, amount=None, received_on=DAY, by=MARIE, at=at(DAY))
    with refused(payments.AlreadySettled):
        agree(books, own)


def test_a_customer_has_a_record(books: Books) -> None:
    client = customer(books)
    kept, broken, postponed, early = (invoice(books, client, f"FAC-{n}", amount="100.00") for n in range(4))
    for row, on in ((kept, 24), (broken, 21), (postponed, 24)):
        promises.make(books, row.id, amount=None, date=date(2026, 4, on), by=MARIE, at=at(DAY))
    told = promises.make(books, postponed.id, amount=None, date=date(2026, 5, 20), by=PAUL, at=at(DAY, 10))
    assert (told.postponements, told.record) == (1, promises.PromiseRecord(0, 0, 1))
    again = promises.make(books, postponed.id, amount=None, date=date(2026, 5, 21), by=MARIE, at=at(DAY, 11))
    assert again.postponements == 2
    early.due_date = date(2026, 6, 1)
    promises.make(books, early.id, amount=None, date=date(2026, 4, 24), by=MARIE, at=at(DAY))
    payment(books, kept, received_on=date(2026, 4, 27))  # within the grace
    assert record.whole_record(books, client.id, date(2026, 4, 23)) == promises.PromiseRecord(1, 0, 2)
    assert record.whole_record(books, client.id, date(2026, 5, 4)) == promises.PromiseRecord(1, 1, 2)
    assert record.record_of(books, client.id, date(2026, 5, 4)) == (1, 4)
