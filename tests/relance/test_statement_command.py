"""`relance statement`: one customer's account to read, to keep, to send; no way out of the machine."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from pypdf import PdfReader

from tests.relance.conftest import Run


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(autouse=True)
def _eighth_of_april() -> Iterator[None]:
    with time_machine.travel("2026-04-08T09:00:00+00:00", tick=False):
        yield


@pytest.fixture
def filled(run: Run) -> Run:
    run("import", "factures.csv", "--at", "2026-03-02")
    return run


def test_it_shows_the_mail_and_writes_mail_and_page(filled: Run, folder: Path) -> None:
    said = filled("statement", "garage martin", "--pdf", "r.pdf", "--html", "r.html")
    assert said.status == 0
    assert "relevé de compte au" in plain(said.out)
    assert "FAC-1 du 02/03/2026 : 1 200,00 €" in plain(said.out)
    page = PdfReader(io.BytesIO((folder / "r.pdf").read_bytes())).pages[0].extract_text()
    assert "FAC-1" in page
    assert "1 200,00 €" in plain(page)
    assert "data:image/png;base64," in (folder / "r.html").read_text(encoding="utf-8")
    assert "FAC-1" in (folder / "r.txt").read_text(encoding="utf-8")
    assert not list(folder.glob("out/*"))


def test_send_has_it_leave_with_the_next_strike_of_the_clock(filled: Run, folder: Path) -> None:
    said = filled("statement", "FAC-2", "--send")
    assert said.status == 0
    assert "lea@lea.example" in said.out
    [row] = filled("outbox", "--json").json
    assert (row["step"], row["state"], row["items"]) == ("releve", "planned", [])
    assert filled("statement", "FAC-2", "--send").status == 1
    filled("tick", "--json")
    mails = [file.read_bytes() for file in folder.glob("out/*.eml")]
    assert sum(b"application/pdf" in mail for mail in mails) == 1


def test_an_unknown_customer_and_a_folder_that_is_not_there_are_refused(filled: Run) -> None:
    said = filled("statement", "inconnu")
    assert (said.status, "inconnu" in said.err) == (1, True)
    said = filled("statement", "garage martin", "--pdf", "nulle-part/r.pdf")
    assert said.status == 1
    assert "nulle-part/r.pdf" in said.err


def test_page_and_mail_are_made_at_any_instant(filled: Run, folder: Path) -> None:
    with time_machine.travel("2026-04-08T09:00:00.123456+00:00", tick=False):
        assert filled("statement", "garage martin", "--pdf", "r.pdf").status == 0
        assert filled("statement", "FAC-2", "--send").status == 0
        assert filled("tick", "--json").status == 0
    mails = [file.read_bytes() for file in folder.glob("out/*.eml")]
    assert sum(b"application/pdf" in mail for mail in mails) == 1


def test_money_of_which_no_day_is_known_is_given_none(run: Run, folder: Path) -> None:
    (folder / "partiel.csv").write_text(
        "Client;Facture;Montant TTC;Date;Échéance;E-mail;Reste à payer;Date de règlement\n"
        "Garage Martin;FAC-1;1 200,00;02/03/2026;01/04/2026;compta@martin.example;800,00;\n"
        "Garage Martin;FAC-2;300,00;02/03/2026;01/04/2026;compta@martin.example;200,00;27/03/2026\n",
        encoding="utf-8",
    )
    assert run("import", "partiel.csv", "--at", "2026-04-02").status == 0
    text = plain(run("statement", "garage martin").out)
    assert "FAC-1 du 02/03/2026 : 800,00 € (sur 1 200,00 €)" in text
    *_, latest = text.split("DERNIERS RÈGLEMENTS REÇUS\n")
    assert latest.startswith("- 27/03/2026 : 100,00 €\n\n")
    assert "02/04/2026" not in text
