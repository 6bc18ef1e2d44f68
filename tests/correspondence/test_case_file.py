"""The file of a case tells everything in words: no code of ours stands on its pages."""

import html
import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from correspondence.case_file.make import make
from receivables.codes.disputes import DisputeEnd, DisputeKind
from store.books import Books
from store.db.tables import CreditNote
from store.disputes import acts as disputes
from tests.builders import MARIE, at, customer, invoice

DAY = date(2026, 4, 20)


@pytest.mark.parametrize(
    ("end", "words"), [(DisputeEnd.THEIRS, "le client avait raison"), (DisputeEnd.OURS, "en notre faveur")]
)
def test_how_a_dispute_began_and_ended_is_told_in_words(books: Books, end: DisputeEnd, words: str) -> None:
    client = customer(books)
    row = invoice(books, client)
    opened = disputes.open_dispute(books, row.id, kind=DisputeKind.OTHER, by=MARIE, at=at(DAY))
    disputes.settle(books, opened.dispute_id, outcome=end, by=MARIE, at=at(date(2026, 4, 30)))
    made = make(books, client.id, at=at(date(2026, 5, 12)))
    page = zipfile.ZipFile(io.BytesIO(made.data)).read("litiges.html").decode()
    assert "pour une autre raison" in page
    assert words in page
    assert str(end) not in page


def test_what_is_owed_leads_to_the_net_that_a_statement_would_tell(books: Books) -> None:
    client = customer(books)
    invoice(books, client, "FAC-1", amount=Decimal(700), due=date(2026, 4, 1))
    bare = index(make(books, client.id, at=at(DAY)).data)
    assert "Net à régler" not in bare
    note = CreditNote(
        company_id=client.company_id, customer_id=client.id, number="AV-2", amount=Decimal(300),
        open=Decimal(300), currency="EUR", issue_date=DAY,
    )  # fmt: skip
    books.session.add(note)
    books.session.flush()
    told = index(make(books, client.id, at=at(DAY)).data)
    assert "Totaux 700,00 €" in told
    assert "avoir AV-2" in told
    assert "− 300,00 €" in told
    assert "Net à régler, hors intérêts et indemnité 400,00 €" in told


def index(data: bytes) -> str:
    """Return what a person reads on the first page, every space plain."""
    page = zipfile.ZipFile(io.BytesIO(data)).read("index.html").decode()
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())
