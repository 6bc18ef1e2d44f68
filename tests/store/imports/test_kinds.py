"""What people see: what a file leaves open about its customers is asked once, and said."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from receivables.codes.customers import CustomerKind
from receivables.company import Company
from store.books import open_books, read_books
from store.customers import kinds
from store.db.engine import Database
from store.db.tables import Customer, JournalLine
from store.imports.apply import bring_in
from store.imports.report import ImportReport
from store.tasks import acts as tasks
from store.undo import undo
from tests.builders import MARIE
from tests.refusals import refused
from tests.store.imports.test_bring_in import AT

FIRM, TOWN, OTHER = "732829320", "21350012300017", "552100554"


class Desk:
    """Files brought in day after day."""

    def __init__(self, database: Database, company: Company, folder: Path) -> None:
        self.database, self.company, self.folder = database, company, folder
        self.days = iter(range(100))

    def bring(self, *rows: str, **options: Any) -> ImportReport:
        """Bring in rows « client;siren;kind;policy », an invoice each."""
        path = self.folder / "f.csv"
        lines = [f"{row};F-{number};12/11/2026;100,00" for number, row in enumerate(rows)]
        path.write_text(
            "\n".join(["Client;SIREN;Type client;Scénario;N° facture;Échéance;Montant TTC", *lines, ""]),
            encoding="utf-8",
        )
        at = AT + timedelta(days=next(self.days))
        return bring_in(self.database, self.company, path, at=at, **options)

    def kinds(self) -> dict[str, CustomerKind | None]:
        """Return what each customer is."""
        with read_books(self.database, self.company) as b:
            return dict(b.session.execute(select(Customer.name, Customer.kind)).all())

    def open_questions(self) -> list[int]:
        """Return the tasks that ask."""
        with read_books(self.database, self.company) as b:
            return [task.id for task in tasks.open_tasks(b)]


@pytest.fixture
def desk(database: Database, company: Company, tmp_path: Path) -> Desk:
    return Desk(database, company, tmp_path)


def test_a_siren_that_begins_with_1_or_2_is_a_public_bodys_and_any_other_is_asked_about(desk: Desk) -> None:
    report = desk.bring(f"Commune;{TOWN};;", f"Garage;{FIRM};;", "Mme Petit;;;", f"Roy;{OTHER};particulier;")
    assert desk.kinds() == {"Commune": "public", "Garage": None, "Mme Petit": None, "Roy": "consumer"}
    assert [(asked.kind, asked.count, asked.values) for asked in report.questions] == [
        ("kind_asked", 1, ("Garage",))
    ]
    assert len(desk.open_questions()) == 1


def test_it_is_asked_once_and_the_answer_holds_for_the_files_that_follow(desk: Desk) -> None:
    desk.bring(f"Garage;{FIRM};;")
    again = desk.bring(f"Garage;{FIRM};;", f"Hôtel;{OTHER};;")
    assert len(desk.open_questions()) == 1
    assert again.questions[0].values == ("Garage", "Hôtel")
    with open_books(desk.database, desk.company) as b:
        done = kinds.say(b, desk.open_questions()[0], business=True, by=MARIE, at=AT)
        assert done.customers == 2
    assert desk.kinds() == {"Garage": "business", "Hôtel": "business"}
    assert desk.open_questions() == []
    later = desk.bring("Garage;;;", "Atelier;418166096;;")
    assert (later.questions, desk.kinds()["Atelier"]) == ([], "business")


def test_no_leaves_them_unknown_and_is_not_asked_again(desk: Desk) -> None:
    desk.bring(f"Syndic Bel Air;{FIRM};;")
    with open_books(desk.database, desk.company) as b:
        kinds.say(b, desk.open_questions()[0], business=False, by=MARIE, at=AT)
    assert desk.bring(f"Syndic Bel Air;{FIRM};;", f"Hôtel;{OTHER};;").questions == []
    assert set(desk.kinds().values()) == {None}
    assert desk.open_questions() == []


def test_an_answer_is_taken_back_and_given_again(desk: Desk) -> None:
    desk.bring(f"Garage;{FIRM};;")
    question = desk.open_questions()[0]
    with open_books(desk.database, desk.company) as b:
        done = kinds.say(b, question, business=True, by=MARIE, at=AT)
    with open_books(desk.database, desk.company) as b, refused(Exception, match="déjà répondu"):
        kinds.say(b, question, business=False, by=MARIE, at=AT)
    with open_books(desk.database, desk.company) as b:
        undo(b, done.entry_id, by=MARIE, at=AT)
    assert desk.kinds() == {"Garage": None}
    assert desk.open_questions() == [question]
    assert desk.bring(f"Garage;{FIRM};;").questions[0].kind == "kind_asked"


@pytest.mark.parametrize(("flag", "kind"), [(True, "business"), (False, None)])
def test_whoever_brings_the_file_in_may_say_so(desk: Desk, flag: bool, kind: str | None) -> None:
    report = desk.bring(f"Garage;{FIRM};;", businesses=flag)
    assert (report.questions, desk.kinds(), desk.open_questions()) == ([], {"Garage": kind}, [])


def test_a_dry_run_asks_nobody(desk: Desk) -> None:
    assert desk.bring(f"Garage;{FIRM};;", dry_run=True).questions[0].values == ("Garage",)
    assert (desk.kinds(), desk.open_questions()) == ({}, [])


def test_public_bodies_and_consumers_on_the_companys_own_schedule_are_named(desk: Desk) -> None:
    rows = (
        f"Commune;{TOWN};;",
        "Mme Petit;;particulier;",
        f"Région;{TOWN[:9]};;public",
        f"Garage;{FIRM};pro;",
    )
    report = desk.bring(*rows)
    told = {each.kind: each.values for each in report.warnings if each.kind.startswith("own_schedule")}
    assert told == {"own_schedule_public": ["Commune"], "own_schedule_consumer": ["Mme Petit"]}
    with read_books(desk.database, desk.company) as b:
        assert [(one.customer, one.kind) for one in kinds.on_own_schedule(b)] == [
            ("Commune", "public"),
            ("Mme Petit", "consumer"),
        ]


def test_what_was_said_leaves_one_line_in_the_journal(desk: Desk) -> None:
    desk.bring(f"Garage;{FIRM};;", f"Hôtel;{OTHER};;", businesses=True)
    with read_books(desk.database, desk.company) as b:
        lines = b.session.scalars(select(JournalLine).where(JournalLine.act == "kinds.said")).all()
        assert [(line.by, len(line.data["customer_ids"])) for line in lines] == [("import", 2)]
