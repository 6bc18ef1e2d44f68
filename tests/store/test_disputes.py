"""Disputes: the whole invoice or a part of it, until they are settled."""

from datetime import date
from decimal import Decimal

import pytest

from receivables.errors import Refused
from store import disputes, invoices
from store.books import Books
from store.tables import Dispute, Invoice
from tests.builders import MARIE, PAUL, at, customer, invoice

DAY = date(2026, 4, 20)


def contest(
    b: Books, row: Invoice, disputed: str | None = None, *, released: bool = False
) -> disputes.DisputeOutcome:
    part = Decimal(disputed) if disputed else None
    return disputes.open_dispute(
        b, row.id, kind="price", disputed=part, released=released, note="Remise oubliée", by=MARIE, at=at(DAY)
    )


def test_a_dispute_stays_in_the_outstanding(books: Books) -> None:
    row = invoice(books, customer(books))
    assert contest(books, row).outstanding == Decimal("1200.00")
    assert invoices.facts(books, row.id).status(DAY) == "disputed"


def test_a_settled_dispute_lets_the_ladder_go_on_from_the_third_open_day(books: Books) -> None:
    row = invoice(books, customer(books))
    opened = contest(books, row)
    told = disputes.settle(books, opened.dispute_id, outcome="accepted", by=PAUL, at=at(date(2026, 4, 30)))
    assert row.resuming_since == date(2026, 4, 30)
    assert told.resumes_on == date(2026, 5, 6)  # Friday 1 May is closed
    assert invoices.facts(books, row.id).status(date(2026, 4, 30)) == "late"


def test_the_undisputed_part_can_be_released(books: Books) -> None:
    row = invoice(books, customer(books))
    told = contest(books, row, "300.00", released=True)
    dispute = books.session.get_one(Dispute, told.dispute_id)
    assert (dispute.disputed, dispute.released) == (Decimal("300.00"), True)


@pytest.mark.parametrize(
    ("disputed", "released", "sentence"),
    [
        (None, True, "montant contesté"),
        ("1200.01", False, "Il ne reste que"),
        ("-1", False, "supérieur à zéro"),
    ],
)
def test_a_part_that_cannot_be_is_refused(
    books: Books, disputed: str | None, released: bool, sentence: str
) -> None:
    row = invoice(books, customer(books))
    with pytest.raises(Refused, match=sentence):
        contest(books, row, disputed, released=released)


def test_a_second_dispute_is_refused_and_says_who_opened_the_first(books: Books) -> None:
    row = invoice(books, customer(books))
    contest(books, row)
    with pytest.raises(Refused, match=r"déjà en litige depuis le 20/04/2026.*U0MARIE"):
        contest(books, row)


def test_a_dispute_is_settled_once(books: Books) -> None:
    row = invoice(books, customer(books))
    opened = contest(books, row)
    disputes.settle(books, opened.dispute_id, outcome="accepted", by=PAUL, at=at(DAY))
    with pytest.raises(Refused, match=r"déjà réglé.*U0PAUL"):
        disputes.settle(books, opened.dispute_id, outcome="accepted", by=MARIE, at=at(DAY))


def test_a_dispute_of_nobody_is_refused(books: Books) -> None:
    with pytest.raises(Refused, match="n’est pas dans les comptes"):
        disputes.settle(books, 999, outcome="accepted", by=PAUL, at=at(DAY))
