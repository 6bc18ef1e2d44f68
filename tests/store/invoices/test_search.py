"""Finding an invoice by what people type."""

import time
from datetime import date

import pytest
from sqlalchemy import text

from receivables.errors import UnknownInvoice
from store.books import Books
from store.invoices import acts as invoices
from store.invoices import search
from tests.builders import customer, invoice, payment
from tests.refusals import refused, told

DAY = date(2026, 4, 20)


TYPED = (
    "FAC-123",
    "fac-123",
    "FAC 123",
    "FAC\u00a0123",
    "FAC\u202f123",
    "fac123",
    "  FAC_123. ",
    "« FAC-123 »",
    "’FAC-123’",
    "“fac—123”",
    "facture fac-123",
    "la facture n° FAC-123",
    "Facture N°123",
    "FÀC-123",
    "ＦＡＣ-１２３",
    "123",
    "n°123",
    "0123",
)


def test_a_number_is_found_however_it_is_typed(books: Books) -> None:
    row = invoice(books, customer(books))
    invoice(books, customer(books, "Boulangerie"), "FAC-2126")
    assert {typed: invoices.find(books, typed).id for typed in TYPED} == dict.fromkeys(TYPED, row.id)


def test_bare_figures_mean_the_number_that_has_them_whole(books: Books) -> None:
    client = customer(books)
    invoice(books, client, "FAC-2123")
    whole = invoice(books, client, "FAC-00123")
    assert invoices.find(books, "123").id == whole.id


def test_bare_figures_that_end_several_numbers_are_asked_about(books: Books) -> None:
    client = customer(books)
    invoice(books, client, "FAC-2123")
    invoice(books, client, "FAC-3123")
    with refused(UnknownInvoice, match=r"peut désigner FAC-2123.*FAC-3123") as refusal:
        invoices.find(books, "123")
    assert refusal.value.closest == ("FAC-2123", "FAC-3123")


def test_one_or_two_figures_do_not_end_a_number(books: Books) -> None:
    invoice(books, customer(books), "FAC-2123")
    with refused(UnknownInvoice):
        invoices.find(books, "23")


def test_two_numbers_told_apart_by_their_dashes_only(books: Books) -> None:
    client = customer(books)
    invoice(books, client, "FAC-1-23")
    other = invoice(books, client, "FAC-12-3")
    assert invoices.find(books, "fac-12-3").id == other.id
    with refused(UnknownInvoice, match="précisez le numéro"):
        invoices.find(books, "fac123")


def test_an_unknown_number_gets_the_three_closest(books: Books) -> None:
    client = customer(books)
    for number in ("FAC-132", "FAC-1230", "FAC-999", "FAC-124", "DEV-777"):
        invoice(books, client, number)
    with refused(UnknownInvoice, match=r"Aucune facture «\xa0FAC-123\xa0». Les plus proches") as refusal:
        invoices.find(books, "FAC-123")
    assert sorted(refusal.value.closest) == ["FAC-1230", "FAC-124", "FAC-132"]


def test_a_customer_s_name_gets_its_open_invoices(books: Books) -> None:
    client = customer(books, "Garage Martin & Frères")
    paid, first = invoice(books, client, "A-1"), invoice(books, client, "A-2", due=date(2026, 3, 1))
    payment(books, paid, received_on=DAY)
    invoice(books, customer(books, "Boulangerie Petit"), "A-3")
    with refused(UnknownInvoice) as refusal:
        invoices.find(books, "garage martin")
    assert refusal.value.closest == (first.number,)


def test_nothing_typed_asks_for_a_number(books: Books) -> None:
    for typed in ("", "   ", "« »", "—", "\x00", "🧾"):
        with refused(UnknownInvoice, match="Indiquez un numéro"):
            invoices.find(books, typed)


def test_whatever_is_typed_gets_a_short_sentence(books: Books) -> None:
    invoice(books, customer(books), "FAC-77")
    for typed in ("x" * 100_000, "%", "F%C_1", "fac-123\x00'; --", "facture " * 5_000, "a\nb"):
        with refused(UnknownInvoice) as refusal:
            invoices.find(books, typed)
        assert len(told(refusal.value)) < 200
        assert told(refusal.value).replace("\xa0", " ").isprintable()


def test_another_company_s_invoice_is_not_found(books: Books) -> None:
    row = invoice(books, customer(books))
    other = type(books)(books.session, books.company, books.company_id + 1)
    with refused(UnknownInvoice):
        invoices.find(other, "FAC-123")
    with refused(UnknownInvoice):
        invoices.get_invoice(other, row.id)


def many_invoices(b: Books, customer_id: int) -> None:
    """Add 100,000 invoices, FAC-2026-100000 to FAC-2026-199999."""
    b.session.execute(
        text(
            "WITH RECURSIVE n(i) AS (SELECT 100000 UNION ALL SELECT i + 1 FROM n WHERE i < 199999) "
            "INSERT INTO invoices (company_id, customer_id, number, folded, made_number, due_date, amount, "
            "outstanding, currency, learnt_at, prior_reminders) "
            "SELECT :company, :customer, 'FAC-2026-' || i, 'fac2026' || i, false, '2026-04-01', 1000, 1000, "
            "'EUR', '2026-03-01 08:00:00', 0 FROM n"
        ),
        {"company": b.company_id, "customer": customer_id},
    )


def test_among_100_000_invoices_the_answer_is_quick(books: Books) -> None:
    crowd = books.session.begin_nested()
    many_invoices(books, customer(books).id)
    start = time.perf_counter()
    assert invoices.find(books, "fac 2026 199999").number == "FAC-2026-199999"
    exact = time.perf_counter() - start
    with refused(UnknownInvoice) as refusal:
        invoices.find(books, "FAC-2O26-14242")
    missed = time.perf_counter() - start - exact
    crowd.rollback()
    assert len(refusal.value.closest) == 3
    assert exact < 0.25
    assert missed < 3


@pytest.mark.parametrize(
    "typed", ["14 5", "FAC-14 5", "1.45", "1,45", "1'45", "fac 1 45", "FAC-1 4 5", "1 45"]
)
def test_digits_that_stand_apart_are_never_glued(books: Books, typed: str) -> None:
    client = customer(books)
    invoice(books, client, "FAC-145")
    assert search.known(books, typed) is None
    assert search.known(books, "145") is not None


def test_a_number_written_with_a_space_is_found_as_it_is_written(books: Books) -> None:
    client = customer(books)
    apart = invoice(books, client, "FA 2026 0012")
    dotted = invoice(books, client, "2026.0013")
    for typed in ("FA 2026 0012", "fa  2026 0012", "FA20260012", "facture FA 2026 0012", "FA-2026/0012"):
        assert search.known(books, typed) == search.KnownInvoice(apart.id, client.id, exact=True, open=True)
    for typed in ("2026.0013", "2026 0013", "2026-0013", "20260013"):
        assert search.known_id(books, typed) == dotted.id
    for typed in ("FA 20 260012", "FA 2026 00 12", "202 60013", "2026 001 3"):
        assert search.known(books, typed) is None


def test_a_whole_number_is_told_from_its_last_figures_and_a_paid_one_from_an_open_one(books: Books) -> None:
    row = invoice(books, customer(books))
    assert search.known(books, "fac123") == search.KnownInvoice(
        row.id, row.customer_id, exact=True, open=True
    )
    payment(books, row, received_on=DAY)
    assert search.known(books, "123") == search.KnownInvoice(row.id, row.customer_id, exact=False, open=False)


def test_a_range_is_of_open_invoices_by_number(books: Books) -> None:
    client = customer(books)
    rows = {number: invoice(books, client, f"FAC-{number}") for number in (139, 140, 141, 143, 144)}
    invoice(books, client, "AVX-142")
    invoice(books, client, "FAC-2026-142")
    payment(books, rows[141], received_on=DAY)
    meant = [rows[140].id, rows[143].id]
    for first, last in (("FAC-140", "143"), ("140", "143"), ("fac 140", "FAC-143"), ("FAC-140", "142x143")):
        assert search.between(books, first, last) == ([] if "x" in last else meant)
    assert search.between(books, "FAC-140", "AVX-142") == []
    assert search.between(books, "FAC-140", "39") == []
    assert search.between(books, "Garage", "143") == []


def test_the_tail_of_a_long_number_ends_a_range(books: Books) -> None:
    client = customer(books)
    rows = [invoice(books, client, f"2026-{rank:04}") for rank in (98, 99, 100, 102)]
    assert search.between(books, "2026-0098", "0100") == [row.id for row in rows[:3]]
    assert search.between(books, "2026-0098", "2026-0102") == [row.id for row in rows]


def test_what_a_customer_still_owes_comes_by_due_date(books: Books) -> None:
    client = customer(books)
    late = invoice(books, client, "FAC-2", due=date(2026, 5, 1))
    first = invoice(books, client, "FAC-3", due=date(2026, 4, 1))
    payment(books, invoice(books, client, "FAC-1"), received_on=DAY)
    invoice(books, customer(books, "Autre"), "FAC-4")
    assert search.open_of(books, client.id) == [first.id, late.id]
