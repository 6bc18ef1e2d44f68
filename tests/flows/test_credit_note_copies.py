"""The PDF of a credit note goes with the mail that deducts it: from the accounts to the mailbox."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from receivables.codes.steps import AttachFrom
from receivables.company import Company
from scheduler.jobs import tick
from store.books import read_books
from store.db.engine import Database
from store.db.tables import CreditNote
from store.imports.apply import bring_in
from store.imports.report import ImportReport
from tests.message_templates.pieces.test_email import flat
from tests.scheduler.posting import Mailbox, mail_server

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
IMPORTED = datetime(2026, 4, 7, 5, tzinfo=UTC)
FIRM = datetime(2026, 4, 8, 9, tzinfo=UTC)
"""A Wednesday, a week after the due date."""
HEADER = "Client;N° facture;Date;Échéance;Montant TTC;E-mail;PDF"
INVOICE = "Garage Martin;FAC-1;02/03/2026;01/04/2026;500,00;compta@garage-martin.example;f1.pdf"
CREDIT = "Garage Martin;AV-1;16/03/2026;;-120,00;;{}"
Import = Callable[..., ImportReport]


@pytest.fixture
def sending(company: Company, tmp_path: Path) -> Company:
    """A company whose PDFs lie in a folder, those of the invoice and of its credit note among them."""
    folder = tmp_path / "factures"
    folder.mkdir()
    for name in ("f1.pdf", "a1.pdf"):
        (folder / name).write_bytes(PDF)
    return replace(company, policy="standard", invoices_folder=str(folder))


@pytest.fixture
def import_text(database: Database, sending: Company, tmp_path: Path) -> Import:
    def run(*lines: str) -> ImportReport:
        path = tmp_path / "factures.csv"
        path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
        return bring_in(database, sending, path, at=IMPORTED, businesses=True)

    return run


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as server:
        yield server


def files(mail: Any) -> list[str]:
    return [part.get_filename() for part in mail.iter_attachments() if part.get_content_type() != "image/png"]


def said(mail: Any) -> str:
    return flat(mail.get_body(("plain",)).get_content())


def path_of(database: Database, company: Company) -> str | None:
    with read_books(database, company) as b:
        return b.session.scalars(select(CreditNote.pdf_path)).one()


def test_it_goes_with_the_reminder_that_deducts_it(
    database: Database, sending: Company, import_text: Import, mailbox: Mailbox
) -> None:
    import_text(INVOICE, CREDIT.format("a1.pdf"))
    tick(database, sending, mailbox.senders(), at=FIRM)
    [mail] = mailbox.mails
    assert files(mail) == ["FAC-1.pdf", "AV-1.pdf"]
    assert "Avoir AV-1 du 16/03/2026, à déduire (joint) : − 120,00 €" in said(mail)
    assert "Pièces jointes : FAC-1.pdf, AV-1.pdf" in said(mail)
    assert "copie sur simple demande" not in said(mail)


@pytest.mark.parametrize("path", ["", "absent.pdf", "../factures.csv"])
def test_without_its_file_the_mail_leaves_and_offers_a_copy(
    database: Database, sending: Company, import_text: Import, mailbox: Mailbox, path: str
) -> None:
    import_text(INVOICE, CREDIT.format(path))
    tick(database, sending, mailbox.senders(), at=FIRM)
    [mail] = mailbox.mails
    assert files(mail) == ["FAC-1.pdf"]
    assert "Avoir AV-1 du 16/03/2026, à déduire (copie sur simple demande) : − 120,00 €" in said(mail)


def test_it_stays_at_home_where_invoices_do(
    database: Database, sending: Company, import_text: Import, mailbox: Mailbox
) -> None:
    import_text(INVOICE, CREDIT.format("a1.pdf"))
    bare = replace(sending, attach_invoice_from=AttachFrom.NEVER)
    tick(database, bare, mailbox.senders(), at=FIRM)
    [mail] = mailbox.mails
    assert files(mail) == []
    assert "(joint)" not in said(mail)


def test_a_later_file_names_it_and_one_that_does_not_leaves_it(
    database: Database, sending: Company, import_text: Import
) -> None:
    import_text(INVOICE, CREDIT.format(""))
    assert path_of(database, sending) is None
    assert import_text(INVOICE, CREDIT.format("a1.pdf")).changed == ["AV-1"]
    assert path_of(database, sending) == "a1.pdf"
    again = import_text(INVOICE, CREDIT.format(""))
    assert (again.changed, again.unchanged) == ([], 2)
    assert path_of(database, sending) == "a1.pdf"
