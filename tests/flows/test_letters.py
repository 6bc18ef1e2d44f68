"""A letter on paper from its task to its deposit: what the clock prepares, what people see, what follows."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any

import pypdf
import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from bot.announcements.announcer import post_waiting
from bot.letters.card import APPROVE, DEPOSIT, PDF
from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from scheduler.email.sender import by_mail
from scheduler.email.smtp import SmtpTransport
from scheduler.jobs import tick
from store.books import Books, open_books, read_books
from store.calls import acts as calls
from store.db.engine import Database
from store.db.tables import Invoice, JournalLine, Letter, StepDone
from store.disputes import acts as disputes
from store.letters import pages as letter_pages
from store.payments import acts as payments
from store.tasks import acts as tasks
from tests import builders
from tests.bot.conftest import Clock, Office, open_office, plain, sqlite_books
from tests.builders import MARIE, PAUL
from tests.flows.office import NO_TLS
from tests.scheduler.posting import Mailbox, mail_server

__all__ = ["sqlite_books"]


def day(text: str) -> date:
    return date(2026, int(text[3:]), int(text[:2]))


@dataclass
class Desk:
    """The bot, the clock and a mail server around one customer who does not pay."""

    office: Office
    mailbox: Mailbox

    def strikes(self, *days: str, clock: str = "10:05") -> None:
        for text in days:
            self.office.clock.at = self.office.company.instant(day(text), hour.fromisoformat(clock))
            tick(
                self.office.database,
                self.office.company,
                by_mail(
                    SmtpTransport("127.0.0.1", self.mailbox.port, timeout=5, context=NO_TLS), builders.KEYS
                ),
                at=self.office.clock.at,
                announce=self.announce,
            )

    def announce(self) -> int:
        client = WebClient(token=self.office.slack.token, base_url=self.office.slack.url)
        companies = {self.office.company.key: self.office.company}
        return post_waiting(self.office.database, companies, client, now=self.office.clock)

    def look(self) -> Any:
        return read_books(self.office.database, self.office.company)

    def books(self) -> Any:
        return open_books(self.office.database, self.office.company)

    def letters(self) -> list[Letter]:
        with self.look() as b:
            found = list(b.session.scalars(select(Letter).order_by(Letter.id)))
            for one in found:
                b.session.expunge(one)
        return found

    def shown(self) -> list[dict[str, Any]]:
        """The messages about letters, as they stand now."""
        words = ("Mise en demeure*", "Lettre de rappel*")
        return [m for m in self.office.slack.messages() if any(word in m["text"] for word in words)]

    def task_page(self, user: str = MARIE) -> Any:
        """Have somebody open the one open task of the morning's list."""
        lists = [m for m in self.office.slack.messages() if m["text"].startswith("Tâches ouvertes")]
        self.office.clicks(lists[-1], "task_open", user=user)
        return self.office.person(user).view

    def board(self) -> str:
        """What the morning's list of tasks says, as it stands now."""
        lists = [m for m in self.office.slack.messages() if m["text"].startswith("Tâches ouvertes")]
        return plain(str(lists[-1]["blocks"]))

    def text(self, place: int = -1) -> str:
        return plain(self.shown()[place]["text"])

    def tasks(self) -> list[str]:
        with self.look() as b:
            return [f"{task.opened_on:%d/%m} {task.step}" for task in tasks.open_tasks(b)]

    def acts(self) -> list[str]:
        with self.look() as b:
            return [a for a in b.session.scalars(select(JournalLine.act)) if a.startswith("letter.")]

    def clicks(self, action: str, user: str = PAUL, place: int = -1) -> Any:
        return self.office.clicks(self.shown()[place], action, user=user)


def words(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return plain(" ".join(" ".join(page.extract_text() for page in reader.pages).split()))


@pytest.fixture
def desk(sqlite_books: Database, company: Company) -> Iterator[Desk]:
    """The desk on SQLite, for what does not depend on the kind of database."""
    yield from open_desk(sqlite_books, company)


@pytest.fixture
def both(database: Database, company: Company) -> Iterator[Desk]:
    """The desk on both databases."""
    yield from open_desk(database, company)


def open_desk(database: Database, company: Company) -> Iterator[Desk]:
    roles = {"finance": (MARIE,), "responsable": (PAUL, "U0SOPHIE"), "commercial": ("U0LEA",)}
    with SlackStandin() as slack, mail_server() as mailbox:
        for office in open_office(database, replace(company, roles=roles), slack, Clock()):
            yield Desk(office, mailbox)


def late_customer(
    b: Books,
    *,
    address: str | None = "5 avenue de la Gare\n35000 Rennes",
    name: str = "Garage Martin",
    number: str = "FAC-1",
    **more: Any,
) -> int:
    """An invoice of 1,200 €, due on 1 April 2026; all e-mails of the ladder have left, the call is made."""
    row = builders.customer(b, name, postal_address=address, owner=MARIE, **more)
    invoice = builders.invoice(b, row, number, due=day("01/04"), learnt_at=builders.at(day("02/03")))
    for step, after, on in (("ferme", 7, "08/04"), ("renforcee", 15, "16/04"), ("appel", 30, "01/05")):
        b.session.add(
            StepDone(
                company_id=b.company_id, invoice_id=invoice.id, step=step, day=after, slot=day(on),
                done_on=day(on), how="sent", by="horloge",
            )
        )  # fmt: skip
    return invoice.id


def test_from_the_first_day_late_to_the_hand_over(both: Desk) -> None:
    """By the clock: task and letter at J+45, approved, deposited late; what follows moves with it."""
    desk = both
    with desk.books() as b:
        row = builders.customer(
            b, "Garage Martin", postal_address="5 avenue de la Gare\n35000 Rennes", owner=MARIE
        )
        invoice = builders.invoice(b, row, "FAC-1", due=day("01/04"), learnt_at=builders.at(day("02/03")))
        invoice_id = invoice.id
    desk.strikes("08/04", "16/04", "04/05")
    with desk.books() as b:
        calls.log(b, invoice_id, outcome="reached", by=MARIE, at=builders.at(day("04/05"), 13))
    desk.strikes("15/05")
    assert desk.letters() == []
    desk.strikes("18/05")
    assert desk.tasks() == ["18/05 mise_en_demeure"]
    [letter] = desk.letters()
    assert (letter.state, letter.day, letter.template) == ("prepared", day("18/05"), "formal_notice")
    assert hashlib.sha256(letter.pdf).hexdigest() == letter.sha256
    said = words(letter.pdf)
    assert "Malgré nos relances du 8 avril 2026 et du 16 avril 2026" in said
    assert "mettons en demeure" in said
    assert "dans un délai de 8 jours" in said
    assert "Garage Martin" in desk.text()
    assert "À relire et à approuver" in desk.text()
    files = {one["name"]: one["content"] for one in desk.office.slack.files}
    assert files[f"mise-en-demeure-{letter.id}.pdf"] == letter.pdf
    assert files[f"mise-en-demeure-{letter.id}.png"].startswith(b"\x89PNG")

    desk.clicks(APPROVE)
    assert desk.letters()[0].state == "approved"
    assert "Approuvée par Paul Durand le 18/05/2026" in desk.text()
    desk.strikes("20/05")
    assert desk.letters()[0].state == "approved"
    desk.clicks(DEPOSIT, user=MARIE)
    seen = desk.office.sends({"on": "2026-05-20", "tracking": "1A 123 456 7890 1"}, user=MARIE)
    assert "a noté le dépôt" in seen.public
    assert "1A 123 456 7890 1" in seen.public
    desk.announce()
    assert "Déposée le 20/05/2026, suivi 1A 123 456 7890 1" in desk.text()
    assert desk.tasks() == []
    with desk.look() as b:
        done = b.session.scalars(select(StepDone).where(StepDone.step == "mise_en_demeure")).one()
        assert done.done_on == day("20/05")
    assert desk.acts() == ["letter.prepared", "letter.approved", "letter.deposited"]

    desk.strikes("01/06", "03/06")
    assert desk.tasks() == []  # fifteen days after the deposit, not after the slot
    desk.strikes("04/06")
    assert desk.tasks() == ["04/06 remise"]


def test_a_payment_in_between_makes_the_letter_void(both: Desk) -> None:
    """A part comes in: the page is void, another is shown, and only that one can be approved."""
    desk = both
    with desk.books() as b:
        invoice_id = late_customer(b)
    desk.strikes("18/05")
    with desk.books() as b:
        at = desk.office.clock.at + timedelta(hours=1)
        payments.record(
            b, invoice_id, amount=builders.Decimal(200), received_on=day("18/05"), by=MARIE, at=at
        )
    seen = desk.clicks(APPROVE)
    assert "caduque" in seen.private
    assert desk.letters()[0].state == "void"
    desk.announce()
    assert "Caduque" in desk.text(0)
    assert "les sommes" in desk.text(0)
    first, second = desk.letters()
    assert (first.void_reason, second.state) == ("changed", "prepared")
    assert "1 200,00 € 1 000,00 €" in words(second.pdf)
    desk.clicks(APPROVE)
    assert desk.letters()[1].state == "approved"


def test_paid_in_full_nothing_is_left_to_deposit(desk: Desk) -> None:
    """The task lapses with the invoice, and the approved letter with it."""
    with desk.books() as b:
        invoice_id = late_customer(b)
    desk.strikes("18/05")
    desk.clicks(APPROVE)
    with desk.books() as b:
        payments.record(
            b, invoice_id, amount=None, received_on=day("19/05"), by=MARIE, at=builders.at(day("19/05"), 7)
        )
    desk.strikes("19/05")
    [letter] = desk.letters()
    assert (letter.state, letter.void_reason) == ("void", "closed")
    assert "Caduque" in desk.text()


def test_deposited_before_the_payment_was_known(desk: Desk) -> None:
    """The letter had gone to the post when the money came: its deposit can still be told."""
    with desk.books() as b:
        invoice_id = late_customer(b)
    desk.strikes("18/05")
    desk.clicks(APPROVE)
    with desk.books() as b:
        half = builders.Decimal(600)
        payments.record(
            b, invoice_id, amount=half, received_on=day("19/05"), by=MARIE, at=builders.at(day("19/05"), 7)
        )
    desk.strikes("19/05")
    assert [letter.state for letter in desk.letters()] == ["void", "prepared"]
    desk.clicks(DEPOSIT, user=MARIE, place=0)
    desk.office.sends({"on": "2026-05-18", "tracking": "1A"}, user=MARIE)
    assert [letter.state for letter in desk.letters()] == ["deposited", "void"]
    assert desk.tasks() == []


def test_without_an_address_the_task_says_what_is_missing(desk: Desk) -> None:
    """No page, but what lacks and where to give it; once given, the page comes."""
    with desk.books() as b:
        late_customer(b, address=None)
    desk.strikes("18/05")
    assert desk.letters() == []
    page = desk.task_page()
    assert "Ajouter l’adresse" in str(page["blocks"])
    seen = desk.office.clicks(page, "task_letter")
    assert "L’adresse postale du client manque" in seen.private
    with desk.books() as b:
        row = b.session.scalars(select(builders.Customer)).one()
        row.postal_address = "5 avenue de la Gare, 35000 Rennes"
    desk.strikes("18/05", clock="10:20")
    assert [letter.state for letter in desk.letters()] == ["prepared"]
    page = desk.task_page()
    assert "Ajouter l’adresse" not in str(page["blocks"])
    assert "À relire et à approuver" in desk.office.clicks(page, "task_letter").private


def test_who_may_approve(desk: Desk) -> None:
    """A responsable approves; finance may not; nor who had the letter taken out of its turn."""
    with desk.books() as b:
        late_customer(b)
    desk.strikes("18/05")
    assert "responsable" in desk.clicks(APPROVE, user=MARIE).private
    assert desk.letters()[0].state == "prepared"


def test_who_may_approve_a_letter_is_called_until_it_is_approved(desk: Desk) -> None:
    with desk.books() as b:
        late_customer(b)
    desk.strikes("18/05")
    assert "· à relire et à approuver : <@U0PAUL>, <@U0SOPHIE>_" in desk.board()
    desk.clicks(APPROVE)
    desk.announce()
    assert "· approuvée, à imprimer et à déposer_" in desk.board()
    assert "<@U0PAUL>" not in desk.board()


def test_the_message_of_approvals_counts_the_letters_that_wait(desk: Desk) -> None:
    desk.office.company = replace(desk.office.company, approval_above=builders.Decimal(5000))
    with desk.books() as b:
        late_customer(b)
        builders.invoice(b, builders.customer(b, "Bois du Nord"), "FAC-2", amount="9000.00", due=day("11/05"))
    desk.strikes("18/05", clock="08:35")

    def approvals() -> str:
        (found,) = [m for m in desk.office.slack.messages() if "*Accords du" in str(m.get("blocks"))]
        return plain(str(found["blocks"]))

    assert "courrier attend aussi un accord : il s’approuve depuis la liste des tâches." in approvals()
    desk.clicks(APPROVE)
    desk.announce()
    assert "courrier" not in approvals()


def test_several_letters_of_a_morning_are_shown_on_demand_and_bury_no_thread(desk: Desk) -> None:
    with desk.books() as b:
        for name in ("Garage Martin", "Bois du Nord", "Hôtel de la Plage"):
            late_customer(b, name=name, number=f"FAC-{name[0]}")
    desk.strikes("18/05")
    assert [letter.state for letter in desk.letters()] == ["prepared"] * 3
    assert (desk.shown(), desk.office.slack.files[1:]) == ([], [])
    assert desk.board().count("à relire et à approuver : <@U0PAUL>, <@U0SOPHIE>") == 3
    page = desk.task_page(PAUL)
    shown = desk.office.clicks(page, "task_letter", user=PAUL).whispers[-1]
    desk.office.clicks(shown, PDF, user=PAUL)
    assert [one["name"].rpartition(".")[2] for one in desk.office.slack.files][-2:] == ["pdf", "png"]
    desk.office.clicks(shown, APPROVE, user=PAUL)
    assert sorted(letter.state for letter in desk.letters()) == ["approved", "prepared", "prepared"]


def test_a_letter_of_yesterday_is_dated_anew_before_it_is_approved(desk: Desk) -> None:
    """Nobody approves an old date and a deadline already begun: today's page is shown first."""
    with desk.books() as b:
        late_customer(b)
    desk.strikes("18/05", "20/05")
    assert len(desk.letters()) == 1
    assert "sa date était passée" in desk.clicks(APPROVE).private
    desk.announce()
    first, second = desk.letters()
    assert (first.state, first.void_reason, second.state, second.day) == (
        "void", "redated", "prepared", day("20/05"),
    )  # fmt: skip
    desk.clicks(APPROVE)
    assert desk.letters()[1].state == "approved"


def test_approved_and_forgotten_it_is_prepared_anew(desk: Desk) -> None:
    """After five days its deadline would mislead: another page must be approved."""
    with desk.books() as b:
        late_customer(b)
    desk.strikes("18/05")
    desk.clicks(APPROVE)
    desk.strikes("22/05")
    assert [letter.state for letter in desk.letters()] == ["approved"]
    desk.strikes("26/05")
    assert [(letter.state, letter.void_reason) for letter in desk.letters()] == [
        ("void", "old"),
        ("prepared", None),
    ]


def test_an_act_taken_back(desk: Desk) -> None:
    """Deposit, then approval, each undone: the ladder is where it was, and so is the letter."""
    with desk.books() as b:
        late_customer(b)
    desk.strikes("18/05")
    approved = desk.clicks(APPROVE)
    desk.clicks(DEPOSIT, user=MARIE)
    deposited = desk.office.sends({"on": "2026-05-18", "tracking": "1A"}, user=MARIE)
    told = desk.office.clicks(approved.messages[-1], "undo_responsable", user=PAUL)
    assert "Annulez d’abord le dépôt de la lettre" in told.private
    desk.office.clicks(deposited.messages[-1], "undo_finance", user=MARIE)
    assert (desk.letters()[0].state, desk.tasks()) == ("approved", ["18/05 mise_en_demeure"])
    with desk.look() as b:
        live = select(StepDone).where(StepDone.step == "mise_en_demeure", StepDone.undone_at.is_(None))
        assert b.session.scalars(live).all() == []
    desk.office.clicks(approved.messages[-1], "undo_responsable", user=PAUL)
    assert desk.letters()[0].state == "prepared"


def test_the_deposit_day_is_checked(desk: Desk) -> None:
    """Not tomorrow, not before the approval, not without the number of a registered letter."""
    with desk.books() as b:
        late_customer(b)
    desk.strikes("18/05")
    desk.clicks(APPROVE)
    for fields, said in (
        ({"on": "2026-05-19", "tracking": "1A"}, "futur"),
        ({"on": "2026-05-15", "tracking": "1A"}, "n’est approuvée que depuis le 18/05/2026"),
        ({"on": "2026-05-18", "tracking": ""}, "numéro de suivi"),
    ):
        desk.clicks(DEPOSIT, user=MARIE)
        answer = desk.office.sends(fields, user=MARIE).answer
        assert said in plain(str(answer.data)), answer.data
        assert desk.letters()[0].state == "approved"


def test_a_simple_letter_by_hand(desk: Desk) -> None:
    """Somebody asks for it, somebody else approves it; from its deposit on it counts for spacing."""
    with desk.books() as b:
        late_customer(b)
    desk.office.clock.at = builders.at(day("06/05"))
    seen = desk.office.types("/relances lettre FAC-1", user=PAUL)
    assert "a préparé une lettre de rappel pour Garage Martin" in seen.public
    desk.announce()
    [letter] = desk.letters()
    assert "Pour mémoire, tout retard" in words(letter.pdf)
    assert "demeure" not in words(letter.pdf)
    assert "quatre yeux" in desk.clicks(APPROVE, user=PAUL).private
    desk.clicks(APPROVE, user="U0SOPHIE")
    desk.clicks(DEPOSIT, user=MARIE)
    desk.office.sends({"on": "2026-05-06", "tracking": ""}, user=MARIE)
    with desk.look() as b:
        [facts] = letter_pages.of_customer(b, letter.customer_id)
        assert (facts.state, facts.deposited_on, facts.task_id) == ("deposited", day("06/05"), None)
        assert b.session.scalars(select(Invoice.look_on)).one() is None


def test_a_broken_template_stops_nothing_else(desk: Desk, tmp_path: Path) -> None:
    """Changed while the clock runs, a text of the company's own is told as a task; other mails leave."""
    (tmp_path / "letter").mkdir()
    (tmp_path / "letter" / "formal_notice.typ").write_text("#nope", encoding="utf-8")
    desk.office.company = replace(desk.office.company, templates=str(tmp_path))
    with desk.books() as b:
        late_customer(b)
        other = builders.customer(b, "Imprimerie Blanc", email="blanc@client.example")
        builders.invoice(b, other, "FAC-2", due=day("11/05"), learnt_at=builders.at(day("11/04")))
    desk.strikes("18/05", "18/05")
    assert desk.letters() == []
    assert [m["To"] for m in desk.mailbox.mails] == ["blanc@client.example"]
    assert any("Lettre à envoyer" in str(m["blocks"]) for m in desk.office.slack.messages())


def test_what_is_disputed_is_left_out_and_has_its_own_turn_later(desk: Desk) -> None:
    """Two invoices, one disputed once the letter stands: a new page without it; its step stays to be done."""
    with desk.books() as b:
        first = late_customer(b)
        customer = b.session.scalars(select(builders.Customer)).one()
        second = builders.invoice(b, customer, "FAC-2", due=day("01/04"), learnt_at=builders.at(day("02/03")))
        done = b.session.scalars(select(StepDone).where(StepDone.invoice_id == first)).all()
        for row in done:
            b.session.add(
                StepDone(
                    company_id=row.company_id, invoice_id=second.id, step=row.step, day=row.day,
                    slot=row.slot, done_on=row.done_on, how=row.how, by=row.by,
                )
            )  # fmt: skip
        second_id = second.id
    desk.strikes("18/05")
    assert "FAC-1 et FAC-2" in desk.text()
    with desk.books() as b:
        disputes.open_dispute(b, second_id, kind="quality", by=MARIE, at=builders.at(day("18/05"), 11))
    desk.strikes("18/05", clock="14:00")
    assert [letter.state for letter in desk.letters()] == ["void", "prepared"]
    assert "Laissées de côté : FAC-2 (en litige)" in desk.text()
    assert "FAC-2" not in words(desk.letters()[1].pdf)
    desk.clicks(APPROVE)
    desk.clicks(DEPOSIT, user=MARIE)
    desk.office.sends({"on": "2026-05-18", "tracking": "1A"}, user=MARIE)
    with desk.look() as b:
        notices = select(StepDone.invoice_id).where(StepDone.step == "mise_en_demeure")
        assert list(b.session.scalars(notices)) == [first]
