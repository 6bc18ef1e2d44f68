"""An invoice of several due dates, named by its one number, as people in the channel see it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from receivables.text import fold_number
from store.books import open_books
from store.db.tables import Invoice, Payment
from tests.bot.conftest import Office, plain


@pytest.fixture
def parted(office: Office) -> Office:
    """An office where F-10 is to be paid in two: 300 € on 12 November, 700 € on 12 December."""
    for rank, amount, due in ((1, "300.00", date(2026, 11, 12)), (2, "700.00", date(2026, 12, 12))):
        columns: dict[str, Any] = {"whole": "F-10", "part": rank, "issued": date(2026, 10, 1)}
        office.add_invoice(f"F-10 ({rank}/2)", "Beta SARL", amount=amount, due=due, **columns)
    with open_books(office.database, office.company) as b:
        b.session.execute(update(Invoice).values(folded=fold_number("F-10")))
    return office


def left(office: Office) -> list[str]:
    with open_books(office.database, office.company) as b:
        rows = b.session.scalars(select(Invoice.outstanding).order_by(Invoice.part))
        return [f"{amount:.2f}" for amount in rows]


def test_money_is_set_on_the_first_due_first_as_one_payment(parted: Office) -> None:
    seen = parted.types("/paye F-10 500")
    assert left(parted) == ["0.00", "500.00"]
    with open_books(parted.database, parted.company) as b:
        assert len(b.session.scalars(select(Payment)).all()) == 1
    parted.clicks(seen.messages[0], "undo")
    assert left(parted) == ["300.00", "700.00"]


def test_paid_is_all_that_is_left(parted: Office) -> None:
    parted.types("/paye F-10 500")
    parted.types("/paye F-10")
    assert left(parted) == ["0.00", "0.00"]


@pytest.mark.parametrize("typed", ["F-10 (2/2)", "f10(2/2)", "F-10 ( 2 / 2 )"])
def test_one_instalment_is_named_by_its_rank(parted: Office, typed: str) -> None:
    parted.types(f"/paye {typed}")
    assert left(parted) == ["300.00", "0.00"]


def test_why_tells_of_each(parted: Office) -> None:
    said = plain(parted.types("/relances pourquoi F-10").private)
    assert "F-10 (1/2)" in said
    assert "F-10 (2/2)" in said


def test_what_is_of_one_asks_which(parted: Office) -> None:
    said = plain(parted.types("/relances litige F-10 marchandise abîmée").private)
    assert "Laquelle" in said


def test_its_customer_is_known_by_it(parted: Office) -> None:
    assert "Beta SARL" in plain(parted.types("/relances fiche F-10").private)
