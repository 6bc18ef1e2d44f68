"""Early-payment discounts: on what was invoiced, earned in time, granted by an act that is undone."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receivables.discounts import discount, earned, reachable
from receivables.errors import Refused
from receivables.penalties import Receipt
from store import discounts, undo
from store.books import Books
from store.credits import acts as credit_acts
from store.customers import terms as customer_terms
from store.db.tables import Customer, Invoice
from store.health.check import check
from store.invoices.settling import AlreadySettled
from tests.builders import MARIE, PAUL, at, customer, invoice, payment
from tests.refusals import refused

ISSUED, UNTIL, LATER = date(2026, 3, 2), date(2026, 3, 12), date(2026, 3, 13)
TWO = Decimal("2.00")


def an_invoice(b: Books, amount: str = "1200.00") -> Invoice:
    client = customer(b, discount_rate=TWO, discount_days=10)
    return invoice(b, client, amount=amount, issued=ISSUED, due=date(2026, 4, 1))


@pytest.mark.parametrize(
    ("amount", "rate", "expected"),
    [
        ("1200.00", "2.00", "24.00"),
        ("99.99", "2.00", "2.00"),
        ("0.25", "2.00", "0.01"),
        ("33.33", "1.50", "0.50"),
    ],
)
def test_the_amount_is_rounded_once_half_up(amount: str, rate: str, expected: str) -> None:
    found = discount(Decimal(amount), ISSUED, Decimal(rate), 10)
    assert found is not None
    assert (found.amount, found.until) == (Decimal(expected), UNTIL)


@pytest.mark.parametrize(
    ("issued", "rate", "days"),
    [(None, TWO, 10), (ISSUED, None, 10), (ISSUED, TWO, None), (ISSUED, Decimal(0), 10)],
)
def test_without_terms_or_issue_date_there_is_none(
    issued: date | None, rate: Decimal | None, days: int | None
) -> None:
    assert discount(Decimal(100), issued, rate, days) is None


def test_it_can_be_had_up_to_its_last_day() -> None:
    found = discount(Decimal(1200), ISSUED, TWO, 10)
    assert [reachable(found, Decimal(1200), day) for day in (UNTIL, LATER)] == [True, False]
    assert not reachable(found, Decimal(24), UNTIL)
    assert not reachable(None, Decimal(1200), UNTIL)


@given(st.integers(2, 10**9), st.integers(1, 2000))
def test_a_discount_is_less_than_the_invoice_and_paying_the_rest_in_time_earns_it(
    cents: int, points: int
) -> None:
    amount = Decimal(cents).scaleb(-2)
    found = discount(amount, ISSUED, Decimal(points).scaleb(-2), 10)
    if found is not None:
        assert 0 < found.amount < amount
        paid = [Receipt(UNTIL, amount - found.amount)]
        assert earned(found, found.amount, paid)
        assert not earned(found, found.amount, [Receipt(LATER, amount - found.amount)])


# --- in the books ----------------------------------------------------------------------------------------


def test_paid_in_time_the_rest_is_written_off_by_an_act_and_owed_again_when_undone(books: Books) -> None:
    row = an_invoice(books)
    payment(books, row, "1176.00", received_on=UNTIL)
    assert row.outstanding == Decimal("24.00")  # nothing happens by itself
    assert discounts.of_invoice(books, row.id).earned
    done = discounts.grant(books, row.id, by=MARIE, at=at(LATER))
    assert (done.settled, done.note_number, row.outstanding) == (True, "ESC-FAC-123", 0)
    undo.undo(books, done.entry_id, by=PAUL, at=at(LATER))
    assert (row.outstanding, check(books)) == (Decimal("24.00"), [])
    assert discounts.grant(books, row.id, by=MARIE, at=at(LATER)).settled


@pytest.mark.parametrize(
    ("paid", "on", "said"),
    [
        ("1176.00", LATER, r"pas arrivé au plus tard le 12/03/2026"),
        ("1100.00", UNTIL, r"Il reste 100,00.*plus que l’escompte de 24,00"),
    ],
)
def test_too_late_or_too_little_is_refused(books: Books, paid: str, on: date, said: str) -> None:
    row = an_invoice(books)
    payment(books, row, paid, received_on=on)
    with refused(Refused, match=said):
        discounts.grant(books, row.id, by=MARIE, at=at(LATER))


def test_a_settled_invoice_or_one_without_terms_is_refused(books: Books) -> None:
    row = an_invoice(books)
    payment(books, row, received_on=UNTIL)
    with refused(AlreadySettled):
        discounts.grant(books, row.id, by=MARIE, at=at(LATER))
    other = invoice(books, customer(books, "Sans"), "FAC-9", issued=ISSUED)
    with refused(Refused, match="Aucun escompte n’est prévu"):
        discounts.grant(books, other.id, by=MARIE, at=at(LATER))


def test_a_credit_note_lowers_what_the_discount_is_taken_on(books: Books) -> None:
    row = an_invoice(books)
    credit_acts.add_credit_note(
        books, row.customer_id, number="AV-1", amount=Decimal(200), currency="EUR", issue_date=ISSUED,
        invoice_id=row.id, by=MARIE, at=at(ISSUED),
    )  # fmt: skip
    found = discounts.of_invoice(books, row.id)
    assert found.discount is not None
    assert (found.discount.amount, found.earned) == (Decimal("20.00"), False)


def test_terms_are_set_whole_and_undone(books: Books) -> None:
    client = customer(books)
    done = customer_terms.set_discount(books, client.id, rate=TWO, days=10, by=MARIE, at=at(ISSUED))
    assert (client.discount_rate, client.discount_days) == (TWO, 10)
    undo.undo(books, done.entry_id, by=PAUL, at=at(ISSUED))
    row = books.session.get_one(Customer, client.id)
    assert (row.discount_rate, row.discount_days) == (None, None)


@pytest.mark.parametrize(
    ("rate", "days"),
    [
        ("2", None),
        (None, 10),
        ("0", 10),
        ("21", 10),
        ("-1", 10),
        ("2", 0),
        ("2", 91),
        ("NaN", 10),
        ("2.005", 10),
    ],
)
def test_half_a_discount_or_an_absurd_one_is_refused(
    books: Books, rate: str | None, days: int | None
) -> None:
    value = None if rate is None else Decimal(rate)
    with refused(Refused):
        customer_terms.set_discount(books, customer(books).id, rate=value, days=days, by=MARIE, at=at(ISSUED))
