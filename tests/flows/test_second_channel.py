"""A written channel that we do not ship: one row, its texts, one sender, and the rest of the house as ever.

It writes a file named after the contact's number, in the words of a folder of its own. Nothing of the rules,
the plan, the writer or the post room knows it.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from bot.tasks import call_sheet
from correspondence import shown
from correspondence.editing import editing
from correspondence.piece import Mail
from correspondence.specimen import specimen_mail
from message_templates.sources.templates import forget
from message_templates.step_names import find_step
from receivables.codes.channels import CHANNELS, Channel, Reach
from receivables.company import Company, Mode
from receivables.errors import SettingsError
from receivables.policy import parse_policy
from receivables.schedule.decisions import Decision
from relance.texts import check_texts
from scheduler import preview
from scheduler.delivery import Down, Result, Sealed, Senders, Sent
from scheduler.email.sender import by_mail
from scheduler.jobs import TickReport, tick
from scheduler.plan import make_plan
from store.accounts import facts as accounts
from store.books import open_books, read_books
from store.calls import sheet as sheets
from store.db.engine import Database
from store.db.tables import Customer, Reminder, StepDone
from store.imports.apply import bring_in
from store.morning import edits
from store.post_room.claims import Ready
from store.reminders import copies
from store.reminders.recipients import reached
from store.reminders.rows import DueReminder
from tests import builders
from tests.flows.year.post import Post
from tests.refusals import refused

SLATE = Channel("slate", Reach.PHONE, "slate_texts")
WORDS = {
    "words.txt": "{% block opening %}\nDurand : la facture {{ first.number }} de {{ first.left }} est échue "
    "depuis le {{ first.due }}, dites-nous quand nous l’aurons.\n{% endblock %}",
    "words.en.txt": "{% block opening %}Durand: invoice {{ first.number }} is overdue.{% endblock %}",
}
OPENING = "Durand : la facture FAC-G de 1\u202f200,00\u00a0€ est échue depuis le "
POLICY = {
    "step": [
        {"key": "relance", "day": 7, "channel": "slate", "template": "soft"},
        {"key": "ferme", "day": 14, "channel": "email", "template": "firm"},
    ]
}
WEDNESDAY = date(2026, 4, 8)
NUMBER = "0600000001"


@dataclass
class SlateSender:
    """Writes each message to a file of its own."""

    folder: Path
    away: bool = False
    closed: list[bool] = field(default_factory=list)

    def ready(self) -> Down | None:
        return Down("no slate") if self.away else None

    def seal(self, company: Company, reminder: DueReminder, mail: Mail, *, at: datetime) -> Sealed:
        return Sealed(f"slate-{reminder.id}", mail.to, mail.text.encode())

    def send(self, company: Company, message: Ready) -> Result:
        (number,) = message.to
        (self.folder / f"{number}.txt").write_bytes(message.raw)
        return Sent("written")

    def try_out(self, company: Company, mail: Mail, to: str, *, at: datetime) -> Result:
        return Sent("shown")

    def close(self) -> None:
        self.closed.append(True)


@pytest.fixture
def slate(tmp_path: Path) -> SlateSender:
    folder = tmp_path / "ardoises"
    folder.mkdir()
    return SlateSender(folder)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """The company's own texts: the channel's words for its one step."""
    folder = tmp_path / "textes"
    (folder / SLATE.texts / "soft").mkdir(parents=True)
    for name, words in WORDS.items():
        (folder / SLATE.texts / "soft" / name).write_text(words, encoding="utf-8")
    forget()
    return folder


@pytest.fixture
def writing(company: Company, texts: Path) -> Company:
    channels = {**CHANNELS, SLATE.key: SLATE}
    policy = parse_policy("ardoise", POLICY, channels)
    mail = parse_policy("courriel", {"step": [{**POLICY["step"][0], "channel": "email"}]})
    return replace(
        company,
        channels=channels,
        policies={each.key: each for each in (policy, mail)},
        policy=policy.key,
        templates=str(texts),
    )


def late(
    database: Database, company: Company, *, name: str = "Garage Martin", phone: str | None = NUMBER
) -> int:
    """An invoice due on 1 April, of a customer with an address and perhaps a number."""
    with open_books(database, company) as b:
        customer = builders.customer(b, name, email=None)
        builders.contact(b, customer, f"{name[:3].lower()}@client.example", phone=phone)
        return builders.invoice(b, customer, f"FAC-{name[0]}").id


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def senders(slate: SlateSender, post: Post) -> Senders:
    return {**by_mail(post, builders.KEYS), SLATE.key: slate}


def slate_of(slate: SlateSender) -> str:
    """What stands on the one file."""
    return (slate.folder / f"{NUMBER}.txt").read_text(encoding="utf-8")


def strike(database: Database, company: Company, slate: SlateSender, post: Post, day: date) -> TickReport:
    return tick(database, company, senders(slate, post), at=at(day))


def rows(database: Database, company: Company) -> list[Row[Any]]:
    with read_books(database, company) as b:
        return list(b.session.execute(select(Reminder.__table__).order_by(Reminder.id)))


def test_a_step_on_it_is_planned_sent_to_its_file_and_recorded(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    post = Post()
    report = strike(database, writing, slate, post, WEDNESDAY)
    assert (report.planned, report.sent, post.taken) == (1, 1, [])
    [row] = rows(database, writing)
    assert (row.channel, row.state, row.message_id) == ("slate", "sent", f"slate-{row.id}")
    assert slate_of(slate).startswith(OPENING)
    with read_books(database, writing) as b:
        assert b.session.scalars(select(StepDone.step)).all() == ["relance"]
        [copy] = copies.of(b, [row.id])[row.id]
        assert (copy.address, copy.state) == (NUMBER, "accepted")
    assert slate.closed == [True]


def test_what_is_shown_before_and_after_is_the_text_of_the_file(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    with open_books(database, writing) as b:
        make_plan(b, at=at(WEDNESDAY, 6))
    [row] = rows(database, writing)
    with read_books(database, writing) as b:
        before = shown.shown_mail(b, row.id, now=at(WEDNESDAY))
    strike(database, writing, slate, Post(), WEDNESDAY)
    with read_books(database, writing) as b:
        after = shown.shown_mail(b, row.id, now=at(WEDNESDAY))
    text = slate_of(slate)
    assert before.mail is not None
    assert after.mail is not None
    assert before.mail.text == after.mail.text == text
    assert before.mail.to == after.mail.to == (NUMBER,)


def test_it_says_its_own_words_alone_and_nothing_that_mails_say(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    strike(database, writing, slate, Post(), WEDNESDAY)
    [line] = slate_of(slate).splitlines()
    assert line.startswith(OPENING)
    assert line.endswith("dites-nous quand nous l’aurons.")
    assert "oubli" not in line
    assert "IBAN" not in line


def test_a_person_changes_its_words_and_not_those_of_mails(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    with open_books(database, writing) as b:
        make_plan(b, at=at(WEDNESDAY, 6))
    [row] = rows(database, writing)
    with read_books(database, writing) as b:
        form = editing(b, row.id, now=at(WEDNESDAY))
    assert form is not None
    assert form.text == form.own_text
    assert form.text.startswith(OPENING)
    with open_books(database, writing) as b:
        edits.edit(
            b, row.id, subject=None, text="Un mot à nous.", about=form.mark, by="U0LEA", at=at(WEDNESDAY)
        )
    strike(database, writing, slate, Post(), WEDNESDAY)
    assert slate_of(slate) == "Un mot à nous.\n"


def test_its_texts_are_tried_at_start(writing: Company, texts: Path) -> None:
    check_texts([writing])
    words = texts / SLATE.texts / "soft" / "words.en.txt"
    words.write_text("{% block opening %}{{ first.numbr }}{% endblock %}", encoding="utf-8")
    with refused(SettingsError, match=r"words\.en\.txt.*number"):
        check_texts([writing])


def test_a_step_on_it_wants_a_text_in_its_folder(writing: Company) -> None:
    steps = [{**POLICY["step"][0], "template": "firm"}]
    policy = parse_policy("ardoise", {"step": steps}, writing.channels)
    with refused(SettingsError, match=r"policy\.ardoise\.step\[1\]\.template.*slate_texts/firm"):
        check_texts([replace(writing, policies={policy.key: policy})])


def test_its_step_is_found_by_the_name_of_its_text_and_shown_as_it_would_be_written(
    database: Database, writing: Company, texts: Path
) -> None:
    late(database, writing)
    only_mail = replace(writing, policies={"courriel": writing.policies["courriel"]}, policy="courriel")
    folder = texts / SLATE.texts / "ardoise_seule"
    folder.mkdir()
    (folder / "words.txt").write_text("{% block opening %}Une ardoise.{% endblock %}", encoding="utf-8")
    step = find_step(only_mail, only_mail.policies["courriel"], "ardoise seule")
    with read_books(database, only_mail) as b:
        [customer_id] = b.session.scalars(select(Customer.id)).all()
        specimen = specimen_mail(b, customer_id, step, now=at(WEDNESDAY))
    assert (step.channel, specimen.mail.text, specimen.mail.html) == (SLATE, "Une ardoise.\n", "")


def test_who_has_no_number_is_held_for_an_address_and_the_next_step_goes_by_mail(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    invoice_id = late(database, writing, phone=None)
    assert strike(database, writing, slate, Post(), WEDNESDAY).planned == 0
    with read_books(database, writing) as b:
        held: Decision = accounts.why(b, invoice_id, on=WEDNESDAY, now=at(WEDNESDAY))
    assert held.reason == "no_address"
    assert list(slate.folder.iterdir()) == []


def test_the_number_that_a_file_brought_is_the_one_written_to(
    database: Database, writing: Company, slate: SlateSender, tmp_path: Path
) -> None:
    path = tmp_path / "factures.csv"
    lines = (
        "Client;Facture;Montant TTC;Date;Échéance;E-mail;Téléphone\n"
        "Garage Martin;FAC-1;100;02/03/2026;01/04/2026;{};{}\n"
    )
    for email in ("a@client.example", ""):
        path.write_text(lines.format(email, NUMBER), encoding="utf-8")
        bring_in(database, writing, path, at=at(WEDNESDAY))
        with read_books(database, writing) as b:
            [(customer_id, kept)] = b.session.execute(select(Customer.id, Customer.phone)).all()
            [number] = reached(b, [customer_id], Reach.PHONE)
            sheet = sheets.of_invoices(b, customer_id, [], WEDNESDAY)
        assert number.address == NUMBER == kept
        assert [person.phone for person in sheet.people] == [NUMBER]
    assert strike(database, writing, slate, Post(), WEDNESDAY).planned == 1
    assert "100,00" in slate_of(slate)


def test_the_next_step_by_mail_leaves_by_mail(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    post = Post()
    strike(database, writing, slate, post, WEDNESDAY)
    strike(database, writing, slate, post, date(2026, 4, 15))
    assert [row.channel for row in rows(database, writing)] == ["slate", "email"]
    [mail] = post.taken
    assert mail.recipients == ("gar@client.example",)
    assert b"References" not in mail.content
    assert "Subject: Re" not in mail.content.decode("ascii")


def test_after_a_mail_it_answers_none(database: Database, writing: Company, slate: SlateSender) -> None:
    late(database, writing)
    first, second = POLICY["step"]
    turned = parse_policy(
        "ardoise",
        {"step": [{**first, "channel": "email"}, {**second, "channel": "slate", "template": "soft"}]},
        writing.channels,
    )
    company = replace(writing, policies={turned.key: turned})
    post = Post()
    strike(database, company, slate, post, WEDNESDAY)
    with open_books(database, company) as b:
        make_plan(b, at=at(date(2026, 4, 15), 6))
    with read_books(database, company) as b:
        mail = shown.shown_mail(b, rows(database, company)[1].id, now=at(date(2026, 4, 15))).mail
    assert len(post.taken) == 1
    assert mail is not None
    assert (mail.channel, mail.answers) == (SLATE, ())
    assert not mail.subject.startswith("Re")


def test_who_rings_afterwards_reads_by_which_way_each_was_said(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    invoice_id, later = late(database, writing), date(2026, 4, 15)
    strike(database, writing, slate, Post(), WEDNESDAY)
    strike(database, writing, slate, Post(), later)
    with read_books(database, writing) as b:
        [customer_id] = b.session.scalars(select(Customer.id)).all()
        sheet = sheets.of_invoices(b, customer_id, [invoice_id], later)
    told = " ".join("\n".join(call_sheet.lines(writing, sheet)).split())
    assert "15/04 : e-mail « relance ferme » • 08/04 : slate « relance »" in told


def test_a_mail_server_away_keeps_no_slate_back(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    late(database, writing, name="Studio Nord")
    with open_books(database, writing) as b:
        b.session.scalars(select(Customer).where(Customer.name == "Studio Nord")).one().policy = "courriel"
    report = strike(database, writing, slate, Post(away=True), WEDNESDAY)
    assert report.down == "away"
    assert sorted((row.channel, row.state) for row in rows(database, writing)) == [
        ("email", "planned"),
        ("slate", "sent"),
    ]


def test_in_sandbox_all_goes_by_mail_to_the_one_address(
    database: Database, writing: Company, slate: SlateSender
) -> None:
    late(database, writing)
    trying, post = replace(writing, mode=Mode.SANDBOX, sandbox_to="essai@durand.example"), Post()
    assert strike(database, trying, slate, post, WEDNESDAY).sent == 1
    [mail] = post.taken
    read = message_from_bytes(mail.content, policy=default)
    assert (mail.recipients, read.get_content_type()) == (("essai@durand.example",), "text/plain")
    assert NUMBER in read.get_content()
    assert OPENING in read.get_content()
    assert list(slate.folder.iterdir()) == []


def test_the_plan_of_a_day_names_the_channel_and_the_number(database: Database, writing: Company) -> None:
    late(database, writing)
    with read_books(database, writing) as b:
        told = preview.preview(b, on=WEDNESDAY, now=at(WEDNESDAY, 5))
    assert [(each["channel"], each["to"]) for each in told["messages"]] == [("slate", [NUMBER])]
