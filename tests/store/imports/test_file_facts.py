"""What people see: words of a file act when they come and go, and never against what a person did."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from receivables.codes.files import FileMeaning
from receivables.company import Company
from relance.terminal import sentence
from store import pauses
from store.accounts import facts as accounts
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Dispute, Invoice, Rejection
from store.disputes import acts as disputes
from store.imports.apply import bring_in
from store.imports.report import ImportReport
from store.imports.values import statuses
from store.invoices import ending, platform
from store.tasks import acts as tasks
from tests.builders import MARIE

BEGIN = datetime(2026, 11, 16, 8, tzinfo=UTC)
"""A Monday."""
HEADER = "Client;E-mail;N° facture;Échéance;Montant TTC;Mode de règlement;Statut"


class Desk:
    """A file brought in day after day, with one invoice due on 2 November."""

    def __init__(self, database: Database, company: Company, folder: Path) -> None:
        self.database, self.company, self.folder, self.at = database, company, folder, BEGIN

    def says(
        self, word: str | None, *, means: str = "", day: int = 1, answers: Mapping[str, str] | None = None
    ) -> ImportReport:
        """Bring the file in with this word; None: without the column. Then it is `day` days later."""
        header = HEADER if word is not None else HEADER.removesuffix(";Statut")
        line = f"Martin;m@martin.example;F-1;02/11/2026;100,00;{means}" + (
            f";{word}" if word is not None else ""
        )
        path = self.folder / "f.csv"
        path.write_text(f"{header}\n{line}\n", encoding="utf-8")
        report = bring_in(self.database, self.company, path, at=self.at, answers=answers)
        assert report.refused == []
        self.at += timedelta(days=day)
        return report

    @property
    def id(self) -> int:
        """The invoice."""
        with read_books(self.database, self.company) as b:
            return b.session.scalars(select(Invoice.id)).one()

    def why(self) -> tuple[str, str | None]:
        """Return the reason and its author, at the time of the desk."""
        with read_books(self.database, self.company) as b:
            found = accounts.why(b, self.id, on=b.today(self.at), now=self.at)
        return str(found.reason), found.by

    def rows(self, of: type[Any]) -> int:
        """Return how many there are."""
        with read_books(self.database, self.company) as b:
            return len(b.session.scalars(select(of)).all())

    def asked(self) -> list[str]:
        """Return the notes of the open questions."""
        with read_books(self.database, self.company) as b:
            return [task.note or "" for task in tasks.open_tasks(b) if task.kind == "file_word"]


@pytest.fixture
def desk(database: Database, company: Company, tmp_path: Path) -> Desk:
    return Desk(database, company, tmp_path)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("En litige", FileMeaning.DISPUTED),
        ("210 Refusée", FileMeaning.REFUSED),
        ("Rejetée", FileMeaning.REFUSED),
        ("Ne pas relancer", FileMeaning.PAUSED),
        ("En attente de validation", FileMeaning.PAUSED),
        ("En attente", None),
        ("en attente de règlement", None),
        ("Non payé", None),
        ("Impayée", None),
        ("211 - Paiement transmis", FileMeaning.PAYMENT_LEFT),
        ("Virement émis", FileMeaning.PAYMENT_LEFT),
        ("Annulée", FileMeaning.WITHDRAWN),
        ("Passée en perte", FileMeaning.LOST),
        ("Write-off", FileMeaning.LOST),
        ("Remise à l'huissier", FileMeaning.COLLECTION),
        ("Redressement judiciaire", FileMeaning.INSOLVENCY),
        ("Promesse", FileMeaning.PROMISED),
        ("Avoir émis", FileMeaning.CREDITED),
        ("Bloqué litige", FileMeaning.DISPUTED),
        ("Zorglub", FileMeaning.UNKNOWN),
        ("", None),
        ("—", None),
        *[
            (word, FileMeaning.UNKNOWN)
            for word in ("✅", "2", "Payée ?", "Partiellement annulée", "Litige réglé")
        ],
        ("Non payée - litige", FileMeaning.DISPUTED),
        ("Litige résolu", None),
        ("fr:207", FileMeaning.DISPUTED),
        ("WRITTEN_OFF", FileMeaning.LOST),
    ],
)
def test_the_longest_phrase_tells_what_a_word_means(word: str, meaning: FileMeaning | None) -> None:
    assert statuses.meaning(word) == meaning


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("Payé(e)", "paid"),
        ("✅ Payée", "paid"),
        ("Soldé le 3/10/2026", "paid"),
        ("R?gl?e", "paid"),
        ("Réglé par virement", "paid"),
        ("212 - Encaissée", "paid"),
        ("Paid late", "paid"),
        ("Pas encore payée", "owed"),
        ("NotPaid", "owed"),
        ("non soldées", "owed"),
        ("🔴 En retard", "owed"),
        ("PartiallyPaid", "partial"),
        ("212 encaissée partiellement", "partial"),
        ("payée à 50 %", "partial"),
        ("Payée, reste dû 20 €", "partial"),
        ("Envoyée", "issued"),
        ("(PROV12)", "draft"),
        ("Proforma", "draft"),
        ("À valider", "draft"),
        ("Payée 500", "unknown"),
    ],
)
def test_how_a_payment_stands_is_read_by_the_longest_phrase_too(word: str, standing: str) -> None:
    assert statuses.read(word) == standing


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("Litige", "disputed"),
        ("Refusée", "refused"),
        ("Suspendue", "paused"),
        ("Annulée", "withdrawn"),
        ("Irrécouvrable", "written_off"),
        ("Contentieux", "handed_over"),
        ("Promesse", "paused"),
        ("Zorglub", "paused"),
        ("Liquidation judiciaire", "paused"),
        ("Virement émis", "promised"),
    ],
)
def test_a_word_holds_its_invoice_by_the_file(desk: Desk, word: str, reason: str) -> None:
    desk.says(word, day=0)
    assert desk.why()[0] == reason


def test_repeated_it_does_nothing_and_what_a_person_ended_stays_ended(desk: Desk) -> None:
    desk.says("Litige")
    with open_books(desk.database, desk.company) as b:
        found = disputes.current(b, desk.id)
        assert found is not None
        disputes.settle(b, found.id, outcome="ours", by=MARIE, at=desk.at)
    for _ in range(3):
        desk.says("En litige")
    assert desk.rows(Dispute) == 1
    desk.says("À payer")
    desk.says("Litige")  # it went, and came anew
    assert desk.rows(Dispute) == 2


def test_gone_the_ladder_goes_on_on_the_third_open_day(desk: Desk) -> None:
    desk.says("Litige")
    desk.says("", day=0)  # Tuesday 17: on from Friday 20
    with read_books(desk.database, desk.company) as b:
        found = accounts.why(b, desk.id, on=date(2026, 11, 17), now=desk.at)
        assert (found.reason, found.on) == ("resuming", date(2026, 11, 20))
        assert b.session.scalars(select(Dispute.outcome)).one() == "file"


def test_a_pause_of_the_file_ends_the_day_on_which_the_word_goes(desk: Desk) -> None:
    desk.says("Suspendue")
    desk.says("À payer", day=0)
    assert desk.why()[0] == "due"


def test_a_file_without_the_column_says_nothing(desk: Desk) -> None:
    desk.says("Litige")
    desk.says(None, day=0)
    assert desk.why()[0] == "disputed"


def test_never_does_a_file_end_what_a_person_did(desk: Desk) -> None:
    desk.says("")
    with open_books(desk.database, desk.company) as b:
        pauses.pause(b, invoice_id=desk.id, until=None, reason="vu", by=MARIE, at=desk.at)
    desk.says("Suspendue")
    desk.says("")
    assert desk.why() == ("paused", MARIE)


def test_a_refusal_that_a_person_noted_is_not_ended_by_a_file(desk: Desk) -> None:
    desk.says("Refusée")
    with open_books(desk.database, desk.company) as b:
        platform.accept(b, desk.id, by=MARIE, at=desk.at)
        platform.refuse(b, desk.id, by=MARIE, at=desk.at)
    desk.says("", day=0)
    assert desk.why()[0] == "refused"


def test_a_refusal_of_the_file_ends_with_its_word_and_its_task_too(desk: Desk) -> None:
    desk.says("213 Rejetée")
    with read_books(desk.database, desk.company) as b:
        assert [task.kind for task in tasks.open_tasks(b)] == ["invoice_refused"]
    desk.says("Validée", day=0)
    assert desk.why()[0] == "resuming"
    with read_books(desk.database, desk.company) as b:
        assert tasks.open_tasks(b) == []


def test_a_word_that_nobody_knows_is_one_question_of_the_file_and_a_known_one_answers(desk: Desk) -> None:
    [asked] = desk.says("Zorglub").questions
    assert (asked.id, asked.default, asked.rows, asked.count) == ("status:zorglub", "held", (2,), 1)
    assert desk.why()[0] == "paused"
    assert desk.asked() == []  # no task for each customer
    desk.says("À payer", day=0)
    assert desk.why()[0] == "due"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("owed", "due"), ("settled", "paid"), ("disputed", "disputed"), ("withdrawn", "withdrawn")],
)
def test_an_answer_says_what_the_word_means(desk: Desk, answer: str, reason: str) -> None:
    desk.says("Zorglub")
    assert desk.says("zorglub", answers={"status:zorglub": answer}, day=0).questions == []
    assert desk.why()[0] == reason


def test_insolvency_holds_the_customer_and_only_a_person_ends_it(desk: Desk) -> None:
    desk.says("Liquidation judiciaire")
    desk.says("À payer", day=0)
    assert desk.why()[0] == "paused"
    with open_books(desk.database, desk.company) as b:
        customer = b.session.scalars(select(Invoice.customer_id)).one()
        pauses.resume(
            b, pauses.running(b, customer_id=customer, on=b.today(desk.at)) or 0, by=MARIE, at=desk.at
        )
    assert desk.why()[0] == "due"


def test_of_a_direct_debit_rejected_is_the_banks_word(desk: Desk) -> None:
    desk.says("", means="Prélèvement", day=0)
    assert desk.why()[0] == "direct_debit"
    desk.says("Rejeté", means="Prélèvement")
    desk.says("Rejeté", means="Prélèvement", day=0)
    assert desk.rows(Rejection) == 1
    assert desk.why()[0] in {"not_due", "lapsed"}  # seven days from the day of the file
    desk.says("Rejeté", means="Virement", day=0)  # no direct debit any more: the platform's word
    assert desk.why()[0] == "refused"


def test_of_a_direct_debit_unpaid_is_asked_about_once_past_its_days(desk: Desk) -> None:
    desk.at = datetime(2026, 11, 6, 8, tzinfo=UTC)
    desk.says("Impayé", means="LCR", day=3)

    def kinds() -> list[str]:
        with read_books(desk.database, desk.company) as b:
            return [str(task.kind) for task in tasks.open_tasks(b)]

    assert kinds() == []
    desk.says("Impayé", means="LCR")  # Monday 9: five open days after the 2nd, the word unchanged
    desk.says("Impayé", means="LCR")
    assert kinds() == ["debit_unpaid"]


def test_what_a_file_gives_up_is_owed_again_when_its_word_goes_and_a_hand_over_never(desk: Desk) -> None:
    for word, reason in (("Annulée", "withdrawn"), ("Passée en perte", "written_off")):
        desk.says(word)
        assert desk.why()[0] == reason
        desk.says("À payer", day=0)
        assert desk.why()[0] == "resuming"
    desk.says("Remise à l'huissier")
    desk.says("À payer", day=0)
    assert desk.why()[0] == "handed_over"


def test_what_a_person_gave_up_anew_stays_so(desk: Desk) -> None:
    desk.says("Annulée")
    with open_books(desk.database, desk.company) as b:
        ending.reopen(b, desk.id, by=MARIE, at=desk.at)
        ending.withdraw(b, desk.id, by=MARIE, at=desk.at + timedelta(hours=1))
    desk.at += timedelta(days=1)
    desk.says("À payer", day=0)
    assert desk.why()[0] == "withdrawn"


@pytest.mark.parametrize(
    ("word", "means", "noted"),
    [
        ("Rejetée", "Virement", "refused"),
        ("Rejetée", "Prélèvement", "rejected"),
        ("En litige", "", "disputed"),
        ("Irrécouvrable", "", "lost"),
        ("Contentieux", "", "collection"),
        ("Annulée", "", "withdrawn"),
        ("Ne pas relancer", "", "paused"),
        ("Virement émis", "", "payment_left"),
    ],
)
def test_the_report_counts_what_words_bring_about_on_known_invoices(
    desk: Desk, word: str, means: str, noted: str
) -> None:
    assert desk.says("À payer", means=means).noted == []
    [remark] = desk.says(word, means=means).noted
    assert (remark.kind, remark.count, remark.values) == (noted, 1, ["F-1"])
    assert desk.says(word, means=means).noted == []  # repeated it does nothing
    told = sentence(f"import.noted.{noted}", count=1, numbers="F-1")
    assert told.startswith("– 1\u00a0")


def test_the_report_does_not_count_what_a_person_had_seen_to(desk: Desk) -> None:
    desk.says("À payer", day=0)
    with open_books(desk.database, desk.company) as b:
        ending.write_off(b, desk.id, by=MARIE, at=desk.at)
    assert desk.says("Irrécouvrable").noted == []


def test_what_must_be_asked_is_a_question_and_nothing_noted(desk: Desk) -> None:
    report = desk.says("Promesse")
    assert report.noted == []
    assert [asked.kind for asked in report.questions] == ["file_word"]
