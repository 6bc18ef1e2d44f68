"""An invoice of two due dates through the clock: each on its day, stated together, on both databases."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from receivables.company import Company
from scheduler import preview
from scheduler.jobs import tick
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Invoice
from store.imports.apply import bring_in
from store.penalties import facts as penalties
from tests.flows.test_one_payer import body, strikes
from tests.scheduler.posting import Mailbox, mail_server

FILE = """Client;Facture;Montant TTC;Date;Échéance;E-mail;PDF;Type client
Beta SARL;FAC-1;300,00;01/10/2026;12/11/2026;b@beta.example;fac-1.pdf;entreprise
Beta SARL;FAC-1;700,00;01/10/2026;11/12/2026;b@beta.example;fac-1.pdf;entreprise
"""
AT = datetime(2026, 10, 5, 8, tzinfo=UTC)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as server:
        yield server


def owed(database: Database, company: Company, folder: Path) -> None:
    path = folder / "factures.csv"
    path.write_text(FILE, encoding="utf-8")
    assert bring_in(database, company, path, at=AT).done


def open_days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_each_instalment_climbs_its_own_ladder(
    database: Database, company: Company, mailbox: Mailbox, tmp_path: Path
) -> None:
    owed(database, company, tmp_path)
    sent = strikes(database, company, mailbox, *open_days(date(2026, 11, 2), date(2026, 11, 30)))
    assert [each.split()[0] for each in sent] == ["06/11", "12/11", "19/11", "27/11"]
    assert all("FAC-1 (1/2)" in body(mail) for mail in mailbox.mails)
    assert not any("FAC-1 (2/2)" in body(mail) for mail in mailbox.mails)
    sent = strikes(database, company, mailbox, *open_days(date(2026, 12, 1), date(2026, 12, 4)))
    assert sent == ["04/12 b@beta.example: FAC-1"]
    assert "FAC-1 (2/2)" in body(mailbox.mails[-1])


def test_the_statement_shows_both(
    database: Database, company: Company, mailbox: Mailbox, tmp_path: Path
) -> None:
    owed(database, company, tmp_path)
    monthly = replace(company, statements="monthly")
    strikes(database, monthly, mailbox, date(2026, 11, 2))
    text = body(mailbox.mails[0])
    assert "FAC-1 (1/2)" in text
    assert "FAC-1 (2/2)" in text
    assert "1 000,00 €" in text.replace("\u00a0", " ").replace("\u202f", " ")
    pages = PdfReader(io.BytesIO(next(mailbox.mails[0].iter_attachments()).get_content())).pages
    page = " ".join(each.extract_text() for each in pages)
    assert "FAC-1 (2/2)" in page


def test_the_forty_euros_are_once_an_invoice(database: Database, company: Company, tmp_path: Path) -> None:
    owed(database, company, tmp_path)
    with read_books(database, company) as b:
        ids = b.session.scalars(select(Invoice.id).order_by(Invoice.part)).all()
        both = penalties.of_invoices(b, ids, on=date(2027, 1, 10))
        assert [both[key].computed.indemnity for key in ids] == [Decimal(40), Decimal(0)]
        assert penalties.about(b, ids[1], on=date(2027, 1, 10)).computed.indemnity == 0


def test_the_one_pdf_goes_once(
    database: Database, company: Company, mailbox: Mailbox, tmp_path: Path
) -> None:
    owed(database, company, tmp_path)
    (tmp_path / "fac-1.pdf").write_bytes(b"%PDF-1.4 fac")
    attaching = replace(company, invoices_folder=tmp_path)
    with open_books(database, attaching) as b:
        for row in b.session.scalars(select(Invoice)):
            row.due_date = date(2026, 11, 12)
    tick(database, attaching, mailbox.senders(), at=datetime(2026, 11, 27, 9, tzinfo=UTC))
    names = [part.get_filename() for part in mailbox.mails[0].iter_attachments()]
    assert names.count("FAC-1.pdf") <= 1
    assert "FAC-1-1-2.pdf" not in names


def test_why_tells_of_both(database: Database, company: Company, tmp_path: Path) -> None:
    owed(database, company, tmp_path)
    with read_books(database, company) as b:
        found = preview.whys(b, "FAC-1", on=date(2026, 11, 12), now=AT)
        assert [each["invoice"] for each in found] == ["FAC-1 (1/2)", "FAC-1 (2/2)"]
        assert [
            each["invoice"] for each in preview.whys(b, "FAC-1 (2/2)", on=date(2026, 11, 12), now=AT)
        ] == ["FAC-1 (2/2)"]
