"""What people see: a file becomes the books, again and again, and nothing half-way."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from receivables.company import Company
from store import undo
from store.addresses import acts as addresses
from store.addresses import stopping
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import (
    Contact,
    CreditNote,
    Customer,
    ImportRun,
    Invoice,
    JournalLine,
    Payment,
    Task,
    TaskItem,
)
from store.health.check import check
from store.imports.apply import bring_in
from store.imports.report import ImportReport
from store.payments import acts as payments
from tests import builders
from tests.refusals import told

FILES = Path(__file__).parent / "files"
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
HEADER = "Client;N° facture;Date;Échéance;Montant TTC;Reste dû"
Import = Callable[..., ImportReport]


@pytest.fixture
def import_text(database: Database, company: Company, tmp_path: Path) -> Import:
    """Import lines of text below the header, at an instant a day later each time."""
    days = iter(range(100))

    def run(*lines: str, header: str = HEADER, **options: Any) -> ImportReport:
        path = tmp_path / "factures.csv"
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        options.setdefault("at", AT + timedelta(days=next(days)))
        report = bring_in(database, options.pop("company", company), path, **options)
        with read_books(database, company) as b:
            assert check(b) == []
        return report

    return run


def _all(database: Database, of: type[Any]) -> list[Any]:
    with database.read() as session:
        found = list(session.scalars(select(of).order_by(of.id)))
        session.expunge_all()
        return found


def _invoice(database: Database, number: str) -> Invoice:
    return next(one for one in _all(database, Invoice) if one.number == number)


def test_the_article_table_is_taken_as_it_stands_and_its_numbers_are_stable(
    database: Database, company: Company
) -> None:
    first = bring_in(database, company, FILES / "article.csv", at=AT)
    assert first.made_numbers == 3
    assert first.new == [
        "CAFE-ELODIE-20250103-4500.00",
        "STUDIO-BLEU-20250105-1200.00",
        "CAFE-ELODIE-20250103-4500.00-2",
    ]
    again = bring_in(database, company, FILES / "article.csv", at=AT)
    assert (again.new, again.changed, again.unchanged) == ([], [], 3)
    paid = _invoice(database, "STUDIO-BLEU-20250105-1200.00")
    assert (paid.outstanding, paid.settled_at, paid.made_number) == (Decimal("0.00"), AT, True)
    assert [(one.origin, one.amount, one.open) for one in _all(database, Payment)] == [
        ("undated", Decimal("1200.00"), Decimal("0.00"))
    ]


def test_a_report_below_a_title_and_above_a_total_is_read(database: Database, company: Company) -> None:
    report = bring_in(database, company, FILES / "impayes.csv", at=AT)
    assert report.new == ["FAC-101", "FAC-102", "FAC-103"]
    assert report.refused == []
    assert report.title("due") == "Échéance"
    assert [one.email for one in _all(database, Contact)][:1] == ["compta@lemoine.example"]
    invoice = _invoice(database, "FAC-102")
    assert (invoice.due_date, invoice.amount, invoice.learnt_at) == (date(2026, 2, 11), Decimal("890.40"), AT)


def test_importing_again_says_new_changed_and_unchanged(database: Database, import_text: Import) -> None:
    import_text("Martin;F1;05/01/2026;04/02/2026;100;100", "Martin;F2;05/01/2026;04/02/2026;200;200")
    report = import_text(
        "Martin;F1;05/01/2026;04/02/2026;100;100",
        "Martin;F2;05/01/2026;14/02/2026;200;150",
        "Durand;F3;05/01/2026;04/02/2026;300;300",
    )
    assert (report.new, report.changed, report.unchanged) == (["F3"], ["F2"], 1)
    invoice = _invoice(database, "F2")
    assert (invoice.due_date, invoice.outstanding) == (date(2026, 2, 14), Decimal("150.00"))


def test_a_payment_is_imported_once_and_only_what_is_new_is_added(
    database: Database, import_text: Import
) -> None:
    for left in ("60", "60", "25", "0"):
        import_text(f"Martin;F1;05/01/2026;04/02/2026;100;{left}")
    amounts = [str(one.amount) for one in _all(database, Payment)]
    assert amounts == ["40.00", "35.00", "25.00"]
    assert _invoice(database, "F1").settled_at is not None


def test_what_a_person_declared_is_not_counted_twice(
    database: Database, company: Company, import_text: Import
) -> None:
    import_text("Martin;F1;05/01/2026;04/02/2026;100;100")
    with open_books(database, company) as b:
        id_ = b.session.scalars(select(Invoice.id)).one()
        payments.record(b, id_, amount=Decimal(40), received_on=date(2026, 3, 2), by="U0MARIE", at=AT)
    report = import_text("Martin;F1;05/01/2026;04/02/2026;100;60")
    assert report.unchanged == 1
    assert len(_all(database, Payment)) == 1


def test_paid_here_but_not_in_the_file_is_asked_about_once_and_never_undone(
    database: Database, company: Company, import_text: Import
) -> None:
    import_text("Martin;F1;05/01/2026;04/02/2026;100;100")
    with open_books(database, company) as b:
        id_ = b.session.scalars(select(Invoice.id)).one()
        payments.record(b, id_, amount=None, received_on=date(2026, 3, 2), by="U0MARIE", at=AT)
    import_text("Martin;F1;05/01/2026;04/02/2026;100;100")
    import_text("Martin;F1;05/01/2026;04/02/2026;100;100")
    assert [(one.kind, one.role, one.state) for one in _all(database, Task)] == [
        ("paid_shown_unpaid", "finance", "open")
    ]
    assert _invoice(database, "F1").outstanding == Decimal("0.00")


def test_an_amount_that_falls_below_what_was_paid_leaves_the_rest_as_credit(
    database: Database, import_text: Import
) -> None:
    import_text("Martin;F1;05/01/2026;04/02/2026;100;20")
    report = import_text("Martin;F1;05/01/2026;04/02/2026;50;0")
    assert report.changed == ["F1"]
    assert (_invoice(database, "F1").outstanding, _all(database, Payment)[0].open) == (
        Decimal("0.00"),
        Decimal("30.00"),
    )


def test_an_invoice_emptied_by_the_file_may_change_hands(database: Database, import_text: Import) -> None:
    import_text("Martin;F1;05/01/2026;04/02/2026;100;20")
    import_text("Martin;F1;05/01/2026;04/02/2026;0;0")
    import_text("Durand;F1;05/01/2026;04/02/2026;70;0")
    assert [(str(one.amount), str(one.open)) for one in _all(database, Payment)] == [
        ("80.00", "80.00"),
        ("70.00", "0.00"),
    ]


def test_gone_from_a_complete_file_is_held_asked_about_and_back_again(
    database: Database, import_text: Import
) -> None:
    lines = [f"Martin;F{n};05/01/2026;04/02/2026;100;100" for n in (1, 2)]
    import_text(*lines, complete=True)
    assert import_text(lines[0]).gone == []
    assert import_text(lines[0], complete=True).gone == ["F2"]
    assert import_text(lines[0], complete=True).gone == []
    assert _invoice(database, "F2").gone_at is not None
    assert [(one.kind, one.state) for one in _all(database, Task)] == [("gone", "open")]
    assert import_text(*lines, complete=True).changed == ["F2"]
    assert _invoice(database, "F2").gone_at is None
    assert [one.state for one in _all(database, Task)] == ["done"]


def test_a_bad_row_refuses_the_whole_file_naming_every_cell(database: Database, import_text: Import) -> None:
    report = import_text(
        "Martin;F1;05/01/2026;04/02/2026;100;100",
        "Martin;F2;32/01/2026;04/02/2026;abc;100",
        ";F3;05/01/2026;04/02/2026;100;100",
    )
    found = [(bad.line, bad.column, bad.value, told(bad.expected)) for bad in report.refused]
    assert found == [
        (3, "Date", "32/01/2026", "une date comme 31/12/2026"),
        (3, "Montant TTC", "abc", "un montant comme 1 234,56"),
        (4, "Client", None, "le nom ou le code du client"),
    ]
    assert (report.new, report.done) == ([], False)
    assert _all(database, Invoice) == _all(database, Customer) == _all(database, JournalLine) == []


def test_one_number_twice_is_refused_naming_both_lines_unless_equal(import_text: Import) -> None:
    line = "Martin;F1;05/01/2026;04/02/2026;100;100"
    report = import_text(line, line)
    assert (report.new, [notice.kind for notice in report.warnings]) == (["F1"], ["twice_the_same"])
    report = import_text(line, line.replace(";100;", ";90;"))
    assert report.refused[0].line == 3
    assert "ligne 2" in told(report.refused[0].expected)


def test_a_dry_run_tells_everything_and_keeps_nothing(database: Database, import_text: Import) -> None:
    report = import_text("Martin;F1;05/01/2026;04/02/2026;100;100", dry_run=True)
    assert (report.new, report.dry_run) == (["F1"], True)
    assert _all(database, Invoice) == _all(database, ImportRun) == []


def test_credit_notes_come_by_type_or_by_sign(database: Database, import_text: Import) -> None:
    header = "Type;Client;N° facture;Date;Échéance;Montant TTC"
    report = import_text(
        "Avoir;Martin;AV1;05/01/2026;05/01/2026;50",
        "Facture;Martin;AV2;05/01/2026;05/01/2026;-30,00",
        "Facture;Martin;F1;05/01/2026;04/02/2026;100",
        "Règlement;Martin;R1;05/01/2026;04/02/2026;100",
        header=header,
    )
    assert set(report.new) == {"AV1", "AV2", "F1"}
    assert [(one.number, one.open) for one in _all(database, CreditNote)] == [
        ("AV1", Decimal("50.00")),
        ("AV2", Decimal("30.00")),
    ]
    assert [notice.kind for notice in report.warnings] == ["not_an_invoice"]


def test_a_missing_due_date_is_thirty_days_after_the_issue_and_said(
    database: Database, import_text: Import
) -> None:
    report = import_text("Martin;F1;05/01/2026;;100;100")
    assert _invoice(database, "F1").due_date == date(2026, 2, 4)
    assert [(notice.kind, notice.lines) for notice in report.warnings] == [("default_term", [2])]


def test_of_a_credit_note_no_due_date_is_missing(database: Database, import_text: Import) -> None:
    report = import_text("Martin;AV1;05/01/2026;;-100;-100")
    assert [(one.number, one.open) for one in _all(database, CreditNote)] == [("AV1", Decimal("100.00"))]
    assert report.warnings == []


def test_optional_columns_have_their_effect(
    database: Database, company: Company, import_text: Import
) -> None:
    header = (
        "Code client;Client;N° facture;Date;Échéance;Montant TTC;E-mail;Contact;Téléphone;SIRET;Langue;"
        "Commercial;Scénario;Lien de paiement;PDF;Devise;Plafond;Relances"
    )
    line = (
        "C1;Martin;F1;05/01/2026;04/02/2026;100;a@b.example;Léa Roy;240000000;73282932000074;anglais;"
        "sophie martin;Souple;https://payer.example/1;f1.pdf;CHF;5000;2"
    )
    import_text(line, header=header, company=_with_people(company), businesses=True)
    customer, invoice = _all(database, Customer)[0], _invoice(database, "F1")
    assert (customer.key, customer.code, customer.phone, customer.siren) == (
        "C1",
        "C1",
        "0240000000",
        "732829320",
    )
    assert (customer.kind, customer.language, customer.policy) == ("business", "en", "souple")
    assert (customer.owner, customer.owner_name, customer.credit_limit) == (
        "U0SOPHIE",
        "sophie martin",
        Decimal("5000.00"),
    )
    assert (invoice.payment_link, invoice.pdf_path) == ("https://payer.example/1", "f1.pdf")
    assert (invoice.currency, invoice.prior_reminders) == ("CHF", 2)
    assert [(one.email, one.name, one.role) for one in _all(database, Contact)] == [
        ("a@b.example", "Léa Roy", "billing")
    ]


def _with_people(company: Company) -> Company:
    return Company(**{**vars(company), "people": {"Sophie Martin": "U0SOPHIE"}})


def test_what_is_odd_is_listed_and_refuses_nothing(import_text: Import) -> None:
    header = (
        "Client;N° facture;Échéance;Montant TTC;E-mail;SIREN;Commercial;Scénario;Type client;Payment link"
    )
    report = import_text(
        "A;F1;04/02/2026;100;pas une adresse;732829321;Inconnu;zzz;martien;ftp://x",
        "B;F2;04/02/2026;100;b@c.example;732829320;;;;",
        "C;F3;04/02/2026;100;B@c.example;732829320;;;;",
        header=header,
    )
    assert {notice.kind for notice in report.warnings} == {
        "invalid_email",
        "invalid_siren",
        "unknown_manager",
        "unknown_policy",
        "unknown_kind",
        "invalid_link",
        "same_siren",
        "same_email",
    }
    assert len(report.new) == 3


@pytest.mark.parametrize("bad", ["rené@client.example", "mort@client.example"])
def test_an_address_that_a_person_put_right_is_not_undone_by_the_next_file(
    database: Database, company: Company, import_text: Import, bad: str
) -> None:
    header = "Client;N° facture;Échéance;Montant TTC;E-mail"
    import_text(f"Martin;F1;04/02/2026;100;{bad}", header=header)
    with open_books(database, company) as b:
        stopping.stop(b, 1, {bad: "550 5.1.1 unknown"}, at=AT)
        corrected = addresses.correct(b, 1, "rene@client.example", by="U0MARIE", at=AT)
    import_text(f"Martin;F1;04/02/2026;120;{bad}", header=header)
    [contact] = _all(database, Contact)
    assert (contact.email, contact.bounced_at) == ("rene@client.example", None)
    with open_books(database, company) as b:
        undo.undo(b, corrected.entry_id, by="U0MARIE", at=AT)
    import_text(f"Martin;F1;04/02/2026;100;{bad}", header=header)
    [contact] = _all(database, Contact)
    assert (contact.email, contact.bounced_at is None) == (bad, False)


def test_an_address_taken_in_before_it_was_judged_is_stopped_by_the_next_file(
    database: Database, company: Company, import_text: Import
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Martin", email="rené@client.example")
    header = "Client;N° facture;Échéance;Montant TTC;E-mail"
    import_text("Martin;F1;04/02/2026;100;rené@client.example", header=header)
    [contact] = _all(database, Contact)
    assert (contact.email, contact.bounce_reason) == ("rené@client.example", "accents")


def test_an_ambiguous_amount_is_asked_about_unless_its_column_settles_it(
    database: Database, import_text: Import
) -> None:
    doubtful = import_text("Martin;F1;05/01/2026;04/02/2026;1.234;")
    assert [(one.kind, one.default) for one in doubtful.questions] == [("amounts", "wait")]
    assert _all(database, Invoice) == []
    import_text("Martin;F1;05/01/2026;04/02/2026;1.234;", "Martin;F2;05/01/2026;04/02/2026;12,50;")
    assert _invoice(database, "F1").amount == Decimal("1234.00")


def test_a_customer_keeps_its_account_when_codes_appear(database: Database, import_text: Import) -> None:
    import_text("Café Élodie;F1;05/01/2026;04/02/2026;100;100")
    import_text("C9;CAFE ELODIE;F1;05/01/2026;04/02/2026;100;100", header=f"Code client;{HEADER}")
    assert [(one.key, one.name) for one in _all(database, Customer)] == [("C9", "CAFE ELODIE")]


def test_an_invoice_follows_its_customer_only_while_no_money_is_set_against_it(
    database: Database, import_text: Import
) -> None:
    import_text("Martin;F1;05/01/2026;04/02/2026;100;100", "Martin;F2;05/01/2026;04/02/2026;100;60")
    report = import_text("Durand;F1;05/01/2026;04/02/2026;100;100", "Durand;F2;05/01/2026;04/02/2026;100;60")
    assert report.changed == ["F1"]
    assert [notice.kind for notice in report.warnings] == ["customer_kept"]


def test_every_change_asks_the_plan_to_look_again_and_leaves_a_trace(
    database: Database, import_text: Import
) -> None:
    import_text("Martin;F1;05/01/2026;04/02/2026;100;100", "Martin;F2;05/01/2026;04/02/2026;100;100")
    with database.write() as session:
        for invoice in session.scalars(select(Invoice)):
            invoice.look_on = date(2026, 5, 1)
    import_text("Martin;F1;05/01/2026;05/02/2026;100;100")
    assert [one.look_on for one in _all(database, Invoice)] == [None, None]
    acts = [(line.act, line.by) for line in _all(database, JournalLine)]
    assert acts == [
        ("customer.imported", "import"),
        ("invoice.imported", "import"),
        ("invoice.imported", "import"),
        ("import.done", "import"),
        ("invoice.updated", "import"),
        ("import.done", "import"),
    ]


def test_progress_goes_from_reading_to_writing_and_ends(import_text: Import) -> None:
    heard: list[tuple[int, int | None]] = []
    import_text("Martin;F1;05/01/2026;04/02/2026;100;100", progress=lambda done, of: heard.append((done, of)))
    assert heard == [(1, 2), (2, 2)]


def test_supplier_lists_and_other_files_come_back_as_a_report_with_a_sentence(import_text: Import) -> None:
    report = import_text("x", header="Fournisseur;Numéro;Échéance;Montant TTC;Société")
    assert report.refused[0].line is None
    assert "fournisseurs" in told(report.refused[0].expected)


def test_questions_name_their_invoices(database: Database, import_text: Import) -> None:
    import_text("Martin;F1;05/01/2026;04/02/2026;100;100", "Durand;F2;05/01/2026;04/02/2026;100;100")
    import_text("Zoé;F3;05/01/2026;04/02/2026;100;100", complete=True)
    with database.read() as session:
        assert len(session.scalars(select(TaskItem.invoice_id)).all()) == 2
