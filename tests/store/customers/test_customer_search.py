"""Finding a customer by what people type."""

import pytest

from receivables.errors import Refused, UnknownCustomer
from store.books import Books
from store.customers import search as customer_search
from tests.builders import customer, invoice
from tests.refusals import refused


@pytest.mark.parametrize(
    "typed", ["Société Générale", "societe generale", "SOCIETE GÉN", "« Société Générale »", "CL-7", "cl-7"]
)
def test_a_customer_is_found_by_name_beginning_or_code(books: Books, typed: str) -> None:
    row = customer(books, "Société Générale", code="CL-7")
    customer(books, "Garage Martin")
    assert customer_search.find(books, typed).id == row.id


def test_the_number_of_an_invoice_means_its_customer(books: Books) -> None:
    row = customer(books)
    invoice(books, row, "FAC-123")
    assert customer_search.find(books, "fac 123").id == row.id


def test_two_customers_that_begin_alike_are_asked_about(books: Books) -> None:
    customer(books, "Garage Martin", code="C1")
    customer(books, "Garage Martineau", code="C2")
    with refused(UnknownCustomer, match="peut désigner Garage Martin \\(C1\\), Garage Martineau"):
        customer_search.find(books, "garage mart")
    assert customer_search.find(books, "garage martin").code == "C1"


def test_an_unknown_name_gets_the_closest(books: Books) -> None:
    customer(books, "Boulangerie Lefèvre")
    with refused(UnknownCustomer, match="Boulangerie Lefèvre") as refusal:
        customer_search.find(books, "Boulangerie Lefebvre")
    assert refusal.value.closest == ("Boulangerie Lefèvre",)


def test_nothing_typed_is_answered_with_what_to_type(books: Books) -> None:
    with refused(Refused, match="Indiquez un client"):
        customer_search.find(books, "  ")
