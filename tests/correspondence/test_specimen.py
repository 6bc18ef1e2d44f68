"""A specimen: what a customer would read at a step today, to be looked at and not to leave."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from correspondence import specimen
from correspondence.shown import shown_mail
from receivables.codes.messages import NothingToShow
from receivables.company import Company, Mode
from receivables.policy import Step
from store.books import Books
from store.db.tables import Customer
from tests import builders
from tests.correspondence.world import PDF, POLICIES, TRACE
from tests.scheduler.posting import NOON, planned


@pytest.fixture
def company(company: Company, tmp_path: Path) -> Company:
    """A company whose mildest step carries a copy of the invoice."""
    (tmp_path / "f1.pdf").write_bytes(PDF)
    return replace(company, policies=POLICIES, policy=TRACE, invoices_folder=str(tmp_path))


def _late(b: Books, email: str | None) -> Customer:
    customer = builders.customer(b, email=email)
    builders.invoice(b, customer, "FAC-1", due=date(2026, 4, 5), pdf_path="f1.pdf")
    return customer


def _step(b: Books) -> Step:
    step = b.company.policy_for(None).step("douce")
    assert step is not None
    return step


def test_a_specimen_names_what_goes_with_it(books: Books) -> None:
    found = specimen.specimen_mail(
        books, _late(books, "compta@client.example").id, _step(books), now=NOON
    ).mail
    assert found.attached == ("FAC-1.pdf",)
    assert "Pièce jointe\u00a0: FAC-1.pdf" in found.text


def test_a_specimen_names_the_statement_that_goes_with_it(books: Books) -> None:
    step = books.company.policy_for(None).step("ferme")
    assert step is not None
    found = specimen.specimen_mail(books, _late(books, "compta@client.example").id, step, now=NOON).mail
    assert [name.partition("-")[0] for name in found.attached] == ["releve"]


def test_a_specimen_can_be_read_where_nobody_can_be_written_to(books: Books) -> None:
    found = specimen.specimen_mail(books, _late(books, None).id, _step(books), now=NOON).mail
    assert found.meant_for == ()
    assert "FAC-1" in found.text


def test_a_specimen_can_be_read_whatever_its_address_is_and_what_leaves_cannot(books: Books) -> None:
    customer = _late(books, "é@client.example")
    step = _step(books)
    assert specimen.specimen_mail(books, customer.id, step, now=NOON).mail.meant_for == ("é@client.example",)
    [invoice] = [builders.invoice(books, customer, "FAC-2", due=date(2026, 4, 5))]
    row = planned(books, customer, [invoice], step="douce", origin="hand")
    withheld = shown_mail(books, row.id, now=NOON).withheld
    assert withheld is not None
    assert withheld.reasons == (NothingToShow.UNWRITABLE,)
    assert "lettres accentuées avant «\u00a0@\u00a0»" in withheld.error


def test_in_sandbox_a_specimen_bears_the_banner(books: Books) -> None:
    customer = _late(books, "compta@client.example")
    trial = replace(books, company=replace(books.company, mode=Mode.SANDBOX))
    found = specimen.specimen_mail(trial, customer.id, _step(books), now=NOON).mail
    assert found.to == ("essai@durand.example",)
    assert "il aurait été adressé à compta@client.example" in " ".join(found.text.split())
