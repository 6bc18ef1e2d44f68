"""Credit notes, and using what a customer has to its credit."""

from datetime import date
from decimal import Decimal

import pytest

from receivables.errors import Refused
from store.books import Books
from store.credits import acts as credit_acts
from store.customers import facts as customers
from store.db.tables import Customer, Invoice
from store.invoices import acts as invoices
from store.invoices.settling import AlreadySettled
from tests.builders import MARIE, at, customer, invoice, payment
from tests.refusals import refused

DAY = date(2026, 4, 20)
NOW = at(DAY)


def add_note(
    b: Books, client: Customer, amount: str, *, number: str = "AV-1", on: Invoice | None = None
) -> credit_acts.CreditOutcome:
    return credit_acts.add_credit_note(
        b,
        client.id,
        number=number,
        amount=Decimal(amount),
        currency="EUR",
        issue_date=DAY,
        invoice_id=on.id if on else None,
        by=MARIE,
        at=NOW,
    )


def test_a_credit_note_on_an_invoice_lowers_what_is_left(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    told = add_note(books, client, "200.00", on=row)
    assert (told.allocated, told.outstanding, told.credit) == (Decimal("200.00"), Decimal("1000.00"), 0)
    assert told.number == "FAC-123"


def test_a_credit_note_for_the_whole_settles_the_invoice_by_credit(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    assert add_note(books, client, "1300.00", on=row).settled
    facts = invoices.get_invoice(books, row.id)
    assert (facts.status(DAY), facts.settled_how, facts.settled_by) == ("paid", "credit", MARIE)
    assert customers.credit(books, client.id) == {"EUR": Decimal("100.00")}


def test_a_credit_note_on_no_invoice_waits_as_credit(books: Books) -> None:
    client = customer(books)
    told = add_note(books, client, "200.00")
    assert (told.allocated, told.credit, told.number) == (0, Decimal("200.00"), None)


def test_a_number_can_be_used_once(books: Books) -> None:
    client = customer(books)
    add_note(books, client, "200.00")
    with refused(Refused, match=r"AV-1.*déjà dans les comptes"):
        add_note(books, client, "50.00")


def test_another_customer_s_invoice_is_refused(books: Books) -> None:
    row = invoice(books, customer(books))
    with refused(Refused, match="FAC-123 n’est pas une facture de Autre"):
        add_note(books, customer(books, "Autre"), "200.00", on=row)


def test_credit_is_used_oldest_first_money_before_notes(books: Books) -> None:
    client = customer(books)
    payment(books, invoice(books, client, "FAC-1"), "1300.00", received_on=DAY)
    add_note(books, client, "50.00")
    row = invoice(books, client, "FAC-2")
    told = credit_acts.allocate(books, row.id, amount=Decimal("120.00"), by=MARIE, at=NOW)
    assert (told.allocated, told.outstanding) == (Decimal("120.00"), Decimal("1080.00"))
    assert told.credit == Decimal("30.00")
    assert invoices.get_invoice(books, row.id).status(date(2026, 3, 1)) == "partial"


def test_all_the_credit_the_invoice_takes_by_default(books: Books) -> None:
    client = customer(books)
    add_note(books, client, "5000.00")
    told = credit_acts.allocate(books, invoice(books, client).id, by=MARIE, at=NOW)
    assert (told.allocated, told.settled, told.credit) == (Decimal("1200.00"), True, Decimal("3800.00"))


@pytest.mark.parametrize(
    ("credit", "wanted", "sentence"),
    [
        (None, None, "n’est que de 0,00\xa0€"),
        ("100.00", "100.01", "n’est que de 100,00\xa0€"),
        ("5000.00", "1200.01", "Il ne reste que 1\u202f200,00\xa0€ à payer sur FAC-123"),
    ],
)
def test_more_than_there_is_is_refused(
    books: Books, credit: str | None, wanted: str | None, sentence: str
) -> None:
    client = customer(books)
    if credit:
        add_note(books, client, credit)
    row = invoice(books, client)
    with refused(Refused, match=sentence):
        credit_acts.allocate(books, row.id, amount=Decimal(wanted) if wanted else None, by=MARIE, at=NOW)


def test_credit_in_another_currency_is_not_used(books: Books) -> None:
    client = customer(books)
    add_note(books, client, "5000.00")
    row = invoice(books, client, currency="CHF")
    with refused(Refused, match="n’est que de 0,00\xa0CHF"):
        credit_acts.allocate(books, row.id, by=MARIE, at=NOW)


def test_a_settled_invoice_takes_no_credit(books: Books) -> None:
    client = customer(books)
    row = invoice(books, client)
    payment(books, row, received_on=DAY)
    add_note(books, client, "10.00")
    with refused(AlreadySettled):
        credit_acts.allocate(books, row.id, by=MARIE, at=NOW)
