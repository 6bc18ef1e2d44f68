"""Invoices sent on their issue day with their PDF, and copies that go with reminders: real SMTP and files."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.tasks.card import note_of
from correspondence import attachments
from receivables.codes.payments import Means
from receivables.codes.steps import Attach, AttachFrom
from receivables.company import Company
from receivables.policy import Policy
from scheduler.jobs import tick
from store.accounts import facts as accounts
from store.accounts import invoice_files
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Customer, Invoice, Reminder, ReminderItem
from store.tasks import acts as tasks
from tests import builders
from tests.flows.office import text_of, tone_of
from tests.scheduler.posting import Mailbox, mail_server

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
ISSUE = date(2026, 4, 8)
"""A Wednesday."""


on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what one kind of database shows as well as the other."""


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "factures"
    place.mkdir()
    return place


@pytest.fixture
def sending(company: Company, folder: Path) -> Company:
    """A company that sends its invoices itself."""
    return replace(company, policy="cinq-etapes", invoices_folder=str(folder))


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def issued(
    database: Database, company: Company, number: str, path: str | None, name: str = "Garage Martin"
) -> int:
    """An invoice of 8 April, due on 8 May."""
    with open_books(database, company) as b:
        email = f"{name.rsplit(maxsplit=1)[-1].lower()}@client.example"
        known = b.session.scalars(select(Customer).where(Customer.name == name)).one_or_none()
        customer = known or builders.customer(b, name, email=email)
        return builders.invoice(
            b, customer, number, due=date(2026, 5, 8), issued=ISSUE, learnt_at=at(ISSUE, 5), pdf_path=path
        ).id


def strikes(database: Database, company: Company, mailbox: Mailbox, *days: date) -> list[Any]:
    """Let the clock strike on each day; return the mails that left."""
    before = len(mailbox.mails)
    for day in days:
        tick(database, company, mailbox.senders(), at=at(day))
    return mailbox.mails[before:]


def names(mail: Any) -> list[str]:
    """Return the names of the PDFs that a mail carries."""
    parts = mail.iter_attachments()
    return [part.get_filename() for part in parts if part.get_content_type() == "application/pdf"]


def reason(database: Database, company: Company, invoice_id: int, day: date) -> str:
    with read_books(database, company) as b:
        return accounts.why(b, invoice_id, on=day, now=at(day)).reason


def open_tasks(database: Database, company: Company) -> list[tasks.TaskFacts]:
    with read_books(database, company) as b:
        return tasks.open_tasks(b, kind="missing_pdf")


def test_the_invoice_leaves_on_its_issue_day_with_its_pdf(
    database: Database, sending: Company, mailbox: Mailbox, folder: Path
) -> None:
    (folder / "2026").mkdir()
    (folder / "2026" / "f1.pdf").write_bytes(PDF)
    issued(database, sending, "FAC/2026 1", "2026/f1.pdf")
    [mail] = strikes(database, sending, mailbox, ISSUE, date(2026, 4, 9))
    [part] = list(mail.iter_attachments())
    assert part.get_filename() == "FAC-2026-1.pdf"
    assert part.get_content_type() == "application/pdf"
    assert part.get_content() == PDF
    body = mail.get_body(("plain",))
    assert "Vous trouverez en pièce jointe notre facture FAC/2026 1." in " ".join(body.get_content().split())
    assert "Pièce jointe\u00a0: FAC-2026-1.pdf" in body.get_content()
    html = mail.get_body(("html",))
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert f"cid:{picture['Content-ID'].strip('<>')}" in html.get_content()


@pytest.mark.parametrize(("due", "firm"), [(21, 26), (22, 27), (23, 30)])
def test_on_terms_of_about_a_week_no_friendly_reminder_follows_the_invoice(
    database: Database, sending: Company, mailbox: Mailbox, folder: Path, due: int, firm: int
) -> None:
    (folder / "n1.pdf").write_bytes(PDF)
    days = [date(2026, 11, day) for day in range(6, 31)]
    with open_books(database, sending) as b:
        customer = builders.customer(b, "Eta", email="e@client.example")
        known = {"issued": date(2026, 11, 16), "learnt_at": at(days[0], 8), "pdf_path": "n1.pdf"}
        invoice_id = builders.invoice(b, customer, "N-1", due=date(2026, 11, due), **known).id
    mails = strikes(database, sending, mailbox, *days)
    told = [(mail["Date"].datetime.day, tone_of(text_of(mail)), names(mail)) for mail in mails]
    assert told == [(16, "invoice", ["N-1.pdf"]), (firm, "firm", ["N-1.pdf"])]
    with read_books(database, sending) as b:
        assert [row.kind for row in b.session.scalars(select(Reminder).order_by(Reminder.id))] == [
            "invoice",
            "reminder",
        ]
        assert accounts.why(b, invoice_id, on=days[-1], now=at(days[-1])).next_step == "relance_2"


def test_a_customer_who_is_reminded_that_day_gets_the_new_invoice_all_the_same(
    database: Database, sending: Company, mailbox: Mailbox, folder: Path
) -> None:
    (folder / "f1.pdf").write_bytes(PDF)
    issued(database, sending, "FAC-1", "f1.pdf")
    with open_books(database, sending) as b:
        [customer] = b.session.scalars(select(Customer))
        builders.invoice(b, customer, "FAC-0", due=date(2026, 4, 3), pdf_path="f1.pdf")
    mails = strikes(database, sending, mailbox, ISSUE, date(2026, 4, 9))
    said = {tone_of(text_of(mail)): text_of(mail) for mail in mails}
    assert len(mails) == len(said)
    assert {tone: re.findall(r"FAC-\d", text)[0] for tone, text in said.items()} == {
        "firm": "FAC-0",
        "invoice": "FAC-1",
    }
    with read_books(database, sending) as b:
        keys = [
            row.plan_key.partition(":")[2]
            for row in b.session.scalars(select(Reminder).order_by(Reminder.id))
        ]
    assert sorted(keys) == ["2026-04-08:email:invoice", "2026-04-08:email:reminder"]


def test_a_missing_pdf_holds_that_invoice_opens_a_task_and_lets_others_leave(
    database: Database, sending: Company, mailbox: Mailbox, folder: Path
) -> None:
    (folder / "f1.pdf").write_bytes(PDF)
    issued(database, sending, "FAC-1", "f1.pdf")
    missing = issued(database, sending, "FAC-2", "f2.pdf")
    other = issued(database, sending, "FAC-3", None, "Client Deux")
    [mail] = strikes(database, sending, mailbox, ISSUE)
    assert names(mail) == ["FAC-1.pdf"]
    assert reason(database, sending, missing, date(2026, 4, 9)) == "missing_pdf"
    assert reason(database, sending, other, date(2026, 4, 9)) == "missing_pdf"
    told = sorted(note_of(task, sending.language) for task in open_tasks(database, sending))
    assert told == [
        "La facture FAC-2 n’a pas de PDF\u00a0: son fichier est introuvable.",
        "La facture FAC-3 n’a pas de PDF\u00a0: aucun fichier n’est indiqué.",
    ]
    assert strikes(database, sending, mailbox, date(2026, 4, 9), date(2026, 4, 10)) == []
    assert len(open_tasks(database, sending)) == 2


def test_it_goes_on_by_itself_once_the_file_is_there(
    database: Database, sending: Company, mailbox: Mailbox, folder: Path
) -> None:
    issued(database, sending, "FAC-2", "f2.pdf")
    assert strikes(database, sending, mailbox, ISSUE, date(2026, 4, 9)) == []
    (folder / "f2.pdf").write_bytes(PDF)
    [mail] = strikes(database, sending, mailbox, date(2026, 4, 10), date(2026, 4, 13))
    assert names(mail) == ["FAC-2.pdf"]
    assert open_tasks(database, sending) == []


@on_sqlite
def test_a_person_may_say_to_send_it_without(database: Database, sending: Company, mailbox: Mailbox) -> None:
    issued(database, sending, "FAC-2", "f2.pdf")
    strikes(database, sending, mailbox, ISSUE)
    [task] = open_tasks(database, sending)
    with open_books(database, sending) as b:
        tasks.close(b, task.id, outcome="done", by=builders.MARIE, at=at(ISSUE, 10))
    [mail] = strikes(database, sending, mailbox, date(2026, 4, 9))
    assert names(mail) == []
    body = mail.get_body(("plain",)).get_content()
    assert "pièce jointe" not in body.lower()


def test_a_file_that_goes_between_plan_and_sending_drops_its_invoice_alone(
    database: Database, sending: Company, mailbox: Mailbox, folder: Path
) -> None:
    for number in (1, 2):
        (folder / f"f{number}.pdf").write_bytes(PDF)
        issued(database, sending, f"FAC-{number}", f"f{number}.pdf")
    tick(database, sending, mailbox.senders(), at=at(ISSUE, 6, 40))  # planned, before the window
    (folder / "f2.pdf").unlink()
    [mail] = strikes(database, sending, mailbox, ISSUE)
    assert names(mail) == ["FAC-1.pdf"]
    with read_books(database, sending) as b:
        dropped = b.session.scalars(select(ReminderItem.dropped).order_by(ReminderItem.id)).all()
    assert dropped == [None, "missing_pdf"]
    assert [task.numbers for task in open_tasks(database, sending)] == [("FAC-2",)]


@on_sqlite
def test_the_wait_ends_with_the_due_date_and_its_task_with_it(
    database: Database, sending: Company, mailbox: Mailbox
) -> None:
    invoice_id = issued(database, sending, "FAC-2", "f2.pdf")
    strikes(database, sending, mailbox, ISSUE)
    strikes(database, sending, mailbox, date(2026, 5, 4), date(2026, 5, 11))
    assert open_tasks(database, sending) == []
    assert reason(database, sending, invoice_id, date(2026, 5, 11)) != "missing_pdf"


@on_sqlite
def test_a_company_without_a_folder_sends_the_summary_alone(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    plain = replace(company, policy="cinq-etapes")
    issued(database, plain, "FAC-1", None)
    [mail] = strikes(database, plain, mailbox, ISSUE)
    assert names(mail) == []


def _with(company: Company, attach: Attach) -> Company:
    """The standard policy, whose firm reminder carries something."""
    steps = tuple(
        replace(step, attach=attach) if step.key == "ferme" else step
        for step in company.policies["standard"].steps
    )
    return replace(company, policies={**company.policies, "standard": Policy("standard", steps)})


def test_a_reminder_carries_the_copies_that_exist_and_leaves_without_the_others(
    database: Database, sending: Company, mailbox: Mailbox, folder: Path
) -> None:
    company = _with(replace(sending, policy="standard"), Attach.INVOICE)
    (folder / "f1.pdf").write_bytes(PDF)
    with open_books(database, company) as b:
        customer = builders.customer(b)
        for number in (1, 2):
            builders.invoice(b, customer, f"FAC-{number}", due=date(2026, 4, 1), pdf_path=f"f{number}.pdf")
    [mail] = strikes(database, company, mailbox, ISSUE)
    assert names(mail) == ["FAC-1.pdf"]
    assert "Pièce jointe\u00a0: FAC-1.pdf" in mail.get_body(("plain",)).get_content()
    assert "FAC-2" in mail.get_body(("plain",)).get_content()
    assert open_tasks(database, company) == []


@pytest.mark.parametrize(
    ("setting", "names_attach", "due", "carried"),
    [
        ("first_corrective", None, date(2026, 4, 1), ["FAC-1.pdf"]),
        ("first_corrective", None, date(2026, 4, 13), []),
        ("always", None, date(2026, 4, 13), ["FAC-1.pdf"]),
        ("never", None, date(2026, 4, 1), []),
        ("never", "invoice", date(2026, 4, 1), ["FAC-1.pdf"]),
        ("always", "none", date(2026, 4, 1), []),
    ],
)
@on_sqlite
def test_copies_go_along_from_the_first_late_reminder_unless_told_otherwise(
    database: Database,
    sending: Company,
    mailbox: Mailbox,
    folder: Path,
    setting: str,
    names_attach: str | None,
    due: date,
    carried: list[str],
) -> None:
    """On 8 April: the firm reminder of what was due on the 1st, the friendly one before the 13th."""
    company = replace(sending, policy="standard", attach_invoice_from=AttachFrom(setting))
    company = _with(company, Attach(names_attach)) if names_attach else company
    (folder / "f1.pdf").write_bytes(PDF)
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-1", due=due, pdf_path="f1.pdf")
    [mail] = strikes(database, company, mailbox, ISSUE)
    assert names(mail) == carried


@on_sqlite
def test_a_reminder_may_carry_the_statement(database: Database, company: Company, mailbox: Mailbox) -> None:
    company = _with(company, Attach.STATEMENT)
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b), "FAC-1", due=date(2026, 4, 1))
    [mail] = strikes(database, company, mailbox, ISSUE)
    assert names(mail) == ["releve-2026-04-08.pdf"]


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("ok.pdf", None),
        ("sub\\ok.pdf", None),
        ("marked.pdf", None),
        ("../secret.pdf", "outside"),
        ("/etc/passwd", "outside"),
        ("sub/../../secret.pdf", "outside"),
        ("link.pdf", "outside"),
        ("nul\0.pdf", "outside"),
        ("sub", "absent"),
        ("none.pdf", "absent"),
        ("page.pdf", "not_pdf"),
        ("loop.pdf", "outside"),
        ("huge.pdf", "too_big"),
        (None, "no_path"),
        ("", "no_path"),
    ],
)
def test_only_pdfs_within_the_folder_are_ever_read(
    sending: Company, folder: Path, path: str | None, trouble: str | None
) -> None:
    (folder / "sub").mkdir()
    for name in ("ok.pdf", "sub/ok.pdf", "../secret.pdf"):
        (folder / name).write_bytes(PDF)
    (folder / "marked.pdf").write_bytes(b"\xef\xbb\xbf" + PDF)
    (folder / "loop.pdf").symlink_to(folder / "loop.pdf")
    (folder / "page.pdf").write_bytes(b"<html>")
    (folder / "link.pdf").symlink_to(folder.parent / "secret.pdf")
    with (folder / "huge.pdf").open("wb") as huge:
        huge.write(PDF)
        huge.truncate(invoice_files.LARGEST + 1)
    assert invoice_files.trouble(sending, path) == trouble
    assert (invoice_files.load(sending, path) is None) == (trouble is not None)


@on_sqlite
def test_what_one_mail_cannot_carry_leaves_in_the_next(
    database: Database, sending: Company, mailbox: Mailbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "ALL", len(PDF) + 10)
    for number in (1, 2):
        (folder / f"f{number}.pdf").write_bytes(PDF)
        issued(database, sending, f"FAC-{number}", f"f{number}.pdf")
    mails = strikes(database, sending, mailbox, *(date(2026, 4, day) for day in (8, 9, 10, 13, 14)))
    assert [names(mail) for mail in mails] == [["FAC-1.pdf"], ["FAC-2.pdf"]]
    with read_books(database, sending) as b:
        assert b.session.scalars(select(Invoice.outstanding)).all()


def debited(database: Database, company: Company, number: str) -> None:
    with open_books(database, company) as b:
        b.session.scalars(select(Invoice).where(Invoice.number == number)).one().means = Means.DIRECT_DEBIT


@on_sqlite
def test_who_is_debited_is_asked_for_no_transfer(
    database: Database, sending: Company, mailbox: Mailbox, folder: Path
) -> None:
    """The invoice leaves, being no reminder (SCHEDULE 1, 27); a transfer would pay it twice."""
    (folder / "1.pdf").write_bytes(PDF)
    issued(database, sending, "FAC-1", "1.pdf")
    debited(database, sending, "FAC-1")
    [mail] = strikes(database, sending, mailbox, ISSUE)
    text = plain(text_of(mail))
    assert "Nous l’encaisserons nous-mêmes à son échéance, le vendredi 8 mai 2026" in text
    assert "vous n’avez rien à faire" in text
    assert "IBAN :" not in text
    assert "virement" not in text.partition("S’il vous manque")[0]


@on_sqlite
def test_beside_an_invoice_that_is_debited_the_other_one_is_asked_for_alone(
    database: Database, sending: Company, mailbox: Mailbox, folder: Path
) -> None:
    for number in ("1", "2"):
        (folder / f"{number}.pdf").write_bytes(PDF)
        issued(database, sending, f"FAC-{number}", f"{number}.pdf")
    debited(database, sending, "FAC-1")
    [mail] = strikes(database, sending, mailbox, ISSUE)
    text = plain(text_of(mail))
    assert "la facture FAC-1. Merci de régler l’autre à sa date." in text
    assert "Motif : FAC-2 " in text
    assert "en un seul virement" not in text


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")
