"""A customer's file after a whole ladder over real SMTP: every mail as it left, and all that was done."""

import email
import email.policy
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from correspondence.case_file.make import Made, make
from receivables.company import Company
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Invoice
from store.tasks import acts as tasks
from store.undo import undo
from tests.flows.ledger import Ledger
from tests.flows.office import Office, open_office
from tests.flows.team import REACHED, VOICEMAIL, Team
from tests.flows.test_examples import Calendar, day

PDF = b"%PDF-1.4 a real enough page"


@dataclass
class Case:
    """A customer led up to the hand-over, and its file."""

    calendar: Calendar
    made: Made

    @property
    def zip(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(self.made.data))

    @property
    def index(self) -> list[dict[str, str]]:
        return list(json.loads(self.zip.read("index.json")))

    def of(self, kind: str) -> list[dict[str, str]]:
        return [entry for entry in self.index if entry["kind"] == kind]

    def text(self, path: str) -> str:
        return self.zip.read(path).decode().replace("\u00a0", " ").replace("\u202f", " ")


def whole(office: Office, customer_id: int, on: date) -> Made:
    with read_books(office.database, office.company) as b:
        return make(b, customer_id, at=office.instant(on, "18:00"))


@pytest.fixture
def office(database: Database, company: Company, tmp_path: Path) -> Iterator[Office]:
    """An office whose invoices have a PDF, one of them outside the folder."""
    (tmp_path / "factures").mkdir()
    (tmp_path / "factures" / "FAC-1.pdf").write_bytes(PDF)
    (tmp_path / "secret.pdf").write_bytes(PDF)
    with open_office(database, replace(company, invoices_folder=str(tmp_path / "factures"))) as office:
        yield office


@pytest.fixture
def case(office: Office) -> Case:
    """Martin is reminded, called, promises, breaks the promise, pays a part, and contests FAC-2."""
    team = Team(office, Ledger(office.company))
    calendar = Calendar(office, team)
    address = "3 place du Marché\n44100 Nantes"
    team.gets_customer("Martin", siren="552100554", kind="business", postal_address=address)
    calendar.owes("FAC-1", "01/04", learnt="02/03")
    calendar.owes("FAC-2", "03/04", learnt="02/03", amount="500.00")
    with open_books(office.database, office.company) as b:
        for number, path in (("FAC-1", "FAC-1.pdf"), ("FAC-2", "../secret.pdf")):
            b.session.query(Invoice).filter_by(number=number).one().pdf_path = path
    for on in ("27/03", "01/04"):
        calendar.strikes(on, on)
    team.hears_dispute("FAC-2", None, office.instant(day("02/04"), "09:05"))
    for on in ("08/04", "16/04"):
        calendar.strikes(on, on)
    team.calls("FAC-1", VOICEMAIL, office.instant(day("21/04"), "15:00"))
    team.hears_promise("FAC-1", Decimal(400), day("28/04"), office.instant(day("22/04"), "09:00"))
    team.pays("FAC-1", Decimal(200), office.instant(day("27/04"), "09:00"))
    calendar.strikes("04/05", "04/05")
    team.calls("FAC-1", REACHED, office.instant(day("11/05"), "15:00"))
    return Case(calendar, whole(office, team.ids["Martin"], day("12/05")))


def every_paper_has_its_fingerprint(case: Case) -> None:
    assert [set(entry) for entry in case.index] == [{"path", "kind", "sha256", "about"}] * len(case.index)
    names = case.zip.namelist()
    assert names == ["index.json", *(entry["path"] for entry in case.index)]
    assert len(set(names)) == len(names)
    for entry in case.index:
        assert hashlib.sha256(case.zip.read(entry["path"])).hexdigest() == entry["sha256"]
    assert case.zip.testzip() is None


def every_mail_is_there_as_it_was_handed_over_with_the_servers_answer(case: Case) -> None:
    envelopes = case.calendar.office.mailbox.taken
    taken = {mail["Message-ID"]: mail for mail in case.calendar.office.mailbox.mails}
    found = case.of("mail")
    assert len(found) == len(envelopes) == 4
    for entry in found:
        mail = email.message_from_bytes(case.zip.read(entry["path"]), policy=email.policy.default)
        assert mail["Message-ID"] in entry["about"]
        assert "réponse du serveur : 250" in entry["about"].replace("\u00a0", " ")
        sent = taken.pop(mail["Message-ID"])
        assert mail.get_body(("plain",)).get_content() == sent.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert not taken
    listed = case.text("e-mails/liste.html")
    assert all(entry["path"].partition("/")[2] in listed for entry in found)


def what_people_did_is_told_and_penalties_by_half_year(case: Case) -> None:
    assert "messagerie" in case.text("appels.html")
    assert "Léa Brun" in case.text("appels.html")
    assert "rompue" in case.text("promesses.html")
    assert "FAC-2" in case.text("litiges.html")
    assert "encaissement noté" in case.text("historique.html")
    (first, _) = json.loads(case.zip.read("penalites.json"))
    slices = [(each["from"], each["to"], each["base"], each["rate"]) for each in first["slices"]]
    assert slices == [
        ("2026-04-02", "2026-04-27", "1200.00", "12.15"),
        ("2026-04-28", "2026-05-12", "1000.00", "12.15"),
    ]
    assert (first["interest"], first["indemnity"]) == ("15.38", "40.00")
    assert "15,38 €" in case.text("penalites.html")


def only_pdfs_inside_the_folder_are_taken_along_and_what_is_not_is_said(case: Case) -> None:
    assert [entry["path"] for entry in case.of("invoice")] == ["factures/FAC-1.pdf"]
    assert case.zip.read("factures/FAC-1.pdf") == PDF
    assert len(case.of("invoice_sheet")) == 2
    index = case.text("index.html")
    assert "3 place du Marché<br>44100 Nantes" in index
    assert "Total du principal" not in index  # the row sums interest and indemnity too
    assert "Le PDF de la facture FAC-2" in index
    assert "1 500,00 €" in index


def the_same_books_at_the_same_instant_give_the_same_bytes(case: Case) -> None:
    office, customer = case.calendar.office, case.made.customer_id
    assert whole(office, customer, day("12/05")).sha256 == case.made.sha256
    assert whole(office, customer, day("13/05")).sha256 != case.made.sha256


def the_file_of_some_invoices_leaves_the_others_out(case: Case) -> None:
    office = case.calendar.office
    with read_books(office.database, office.company) as b:
        only = case.calendar.team.ids["FAC-2"]
        made = make(b, case.made.customer_id, invoice_ids=[only], at=office.instant(day("12/05"), "18:00"))
    found = Case(case.calendar, made)
    assert [entry["path"] for entry in found.of("invoice_sheet")] == ["factures/FAC-2.html"]
    assert 0 < len(found.of("mail")) < len(case.of("mail"))
    assert "messagerie" not in found.text("appels.html")


def test_the_file_of_a_case(case: Case) -> None:
    every_paper_has_its_fingerprint(case)
    every_mail_is_there_as_it_was_handed_over_with_the_servers_answer(case)
    what_people_did_is_told_and_penalties_by_half_year(case)
    only_pdfs_inside_the_folder_are_taken_along_and_what_is_not_is_said(case)
    the_same_books_at_the_same_instant_give_the_same_bytes(case)
    the_file_of_some_invoices_leaves_the_others_out(case)


def test_once_handed_over_nothing_more_leaves_and_undone_it_goes_on(office: Office) -> None:
    team = Team(office, Ledger(office.company))
    calendar = Calendar(office, team)
    team.gets_customer("Martin", policy="strict")
    calendar.owes("FAC-1", "01/04", learnt="02/03")
    for on in ("25/03", "01/04", "07/04"):
        calendar.strikes(on, on)
    before = len(calendar.mails)
    with open_books(office.database, office.company) as b:
        task = tasks.open_task(
            b,
            kind="handover",
            customer_id=team.ids["Martin"],
            invoice_ids=[team.ids["FAC-1"]],
            step="remise",
            at=office.instant(day("10/04"), "11:00"),
        )
        closed = tasks.close(
            b, task.id, outcome="done", by="U0PAUL", at=office.instant(day("10/04"), "12:00")
        )
    assert before == 3
    for on in ("13/04", "20/04"):
        calendar.strikes(on, on)
    assert len(calendar.mails) == before
    assert calendar.tasks == []
    with open_books(office.database, office.company) as b:
        undo(b, closed.entry_id, by="U0PAUL", at=office.instant(day("21/04"), "09:00"))
        tasks.close(b, task.id, outcome="cancelled", by="U0PAUL", at=office.instant(day("21/04"), "09:05"))
    calendar.strikes("22/04", "22/04")
    assert len(calendar.mails) == before + 1
