"""The file of a case tells everything in words: no code of ours stands on its pages."""

import io
import zipfile
from datetime import date

import pytest

from correspondence.case_file.make import make
from receivables.codes.disputes import DisputeEnd, DisputeKind
from store.books import Books
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
