"""Months of statements of account and thanks, over real SMTP, on both databases."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from receivables.company import Company, Mode
from receivables.errors import Refused
from scheduler.email.sender import by_mail
from scheduler.jobs import tick
from store import pauses, undo
from store.books import open_books, read_books
from store.courtesies import statements
from store.db.engine import Database
from store.db.tables import Customer, Invoice, JournalLine, Reminder, StepDone
from store.payments import acts as payments
from tests import builders
from tests.refusals import refused
from tests.scheduler.posting import Mailbox, mail_server

LEA = "Léa Brun <compta@client.example>"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what one kind of database shows as well as the other."""


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as server:
        yield server


@pytest.fixture
def monthly(company: Company) -> Company:
    """A company whose customers get a statement each month."""
    return replace(company, statements="monthly")


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def works(database: Database, company: Company, mailbox: Mailbox, *days: date) -> list[str]:
    """Let the clock strike in the window of each day; return « day, recipient, subject » of what left."""
    before = len(mailbox.mails)
    told = []
    for day in days:
        tick(database, company, mailbox.senders(), at=at(day))
        told += [f"{day:%d/%m} {mail['To']} {plain(mail['Subject'])}" for mail in mailbox.mails[before:]]
        before = len(mailbox.mails)
    return told


def plain(text: str) -> str:
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


def march(database: Database, company: Company, *, due: date = date(2026, 4, 20), **columns: Any) -> int:
    """A customer invoiced on 16 March; return the invoice."""
    with open_books(database, company) as b:
        customer = builders.customer(b, "Garage Martin", contact_name="Léa Brun", **columns)
        return builders.invoice(b, customer, "FAC-7", amount="940.00", due=due, issued=date(2026, 3, 16)).id


def rows(database: Database, company: Company, kind: str) -> list[tuple[Any, ...]]:
    with read_books(database, company) as b:
        found = select(Reminder.day, Reminder.state, Reminder.error).where(Reminder.kind == kind)
        return [tuple(row) for row in b.session.execute(found.order_by(Reminder.id))]


def test_a_statement_leaves_on_the_first_open_day_with_its_pdf(
    database: Database, monthly: Company, mailbox: Mailbox
) -> None:
    march(database, monthly)
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2)]
    assert works(database, monthly, mailbox, *days) == [
        f"01/04 {LEA} Atelier Durand SAS – relevé de compte au 1er avril 2026 (Garage Martin)"
    ]
    [mail] = mailbox.mails
    [attached] = list(mail.iter_attachments())
    assert attached.get_filename() == "releve-2026-04-01.pdf"
    assert attached.get_content_type() == "application/pdf"
    text = plain(PdfReader(io.BytesIO(attached.get_content())).pages[0].extract_text())
    for words in ("Relevé de compte au 1er avril 2026", "Garage Martin", "FAC-7", "940,00 €", "Non échu"):
        assert words in text, words
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Rien n’est encore échu" in " ".join(plain(body.get_content()).split())
    assert mail["In-Reply-To"] is None
    assert rows(database, monthly, "statement") == [(date(2026, 4, 1), "sent", None)]
    with read_books(database, monthly) as b:
        assert b.session.scalars(select(StepDone)).all() == []
        assert b.session.scalars(select(Customer.thread_id)).one() is None
        [line] = b.session.scalars(select(JournalLine).where(JournalLine.act == "reminder.sent"))
        assert (line.data["step"], line.data["invoices"]) == ("releve", [])


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 5, 1), date(2026, 5, 4)),  # 1 May is closed, then a week-end
        (date(2026, 8, 1), date(2026, 8, 3)),  # a Saturday
        (date(2027, 1, 1), date(2027, 1, 4)),
    ],
)
@on_sqlite
def test_the_day_is_the_first_open_one_of_the_month(
    database: Database, monthly: Company, mailbox: Mailbox, day: date, first: date
) -> None:
    march(database, replace(monthly), due=date(2027, 6, 1))
    days = [date(day.year, day.month, number) for number in range(1, 8)]
    assert [told[:5] for told in works(database, monthly, mailbox, *days)] == [f"{first:%d/%m}"]


def test_never_two_messages_a_day_the_statement_waits_for_a_free_one(
    database: Database, monthly: Company, mailbox: Mailbox
) -> None:
    march(database, monthly, due=date(2026, 4, 1))  # the pre-reminder of the day leaves on 1 April
    told = works(database, monthly, mailbox, date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 3))
    assert [line[:5] for line in told] == ["01/04", "02/04"]
    assert "Facture FAC-7 à régler aujourd’hui : 940,00 €" in told[0]
    assert "relevé de compte au 2 avril 2026" in told[1]


@on_sqlite
def test_the_reminder_of_the_day_after_a_statement_is_not_spaced_by_it(
    database: Database, monthly: Company, mailbox: Mailbox
) -> None:
    march(database, monthly, due=date(2026, 3, 26))  # J+7 is 2 April
    told = works(database, monthly, mailbox, date(2026, 3, 26), date(2026, 4, 1), date(2026, 4, 2))
    assert [line[:5] for line in told] == ["26/03", "01/04", "02/04"]
    assert "relevé" in told[1]
    assert "relevé" not in told[2]


def test_a_statement_nobody_takes_today_leaves_on_the_next_open_day_once(
    database: Database, monthly: Company, mailbox: Mailbox
) -> None:
    march(database, monthly)
    mailbox.refuse_data = ["451 later"] * 4
    assert works(database, monthly, mailbox, date(2026, 4, 1)) == []
    told = works(database, monthly, mailbox, date(2026, 4, 2), date(2026, 4, 3))
    assert len(told) <= 1  # the server still says later on the 2nd
    mailbox.refuse_data = []
    told += works(database, monthly, mailbox, date(2026, 4, 7), date(2026, 4, 8))
    assert len(told) == 1
    assert [state for _, state, _ in rows(database, monthly, "statement")] == ["sent"]


def test_several_clocks_and_ticks_make_one_statement_a_month(
    database: Database, monthly: Company, mailbox: Mailbox
) -> None:
    march(database, monthly, due=date(2026, 7, 20))
    april = [date(2026, 4, number) for number in range(1, 13)]
    for _ in range(2):
        works(database, monthly, mailbox, *april)
    assert len(mailbox.mails) == 1
    told = works(database, monthly, mailbox, date(2026, 5, 4))
    assert "relevé de compte au 4 mai 2026" in told[0]


def test_clocks_that_strike_together_make_one(database: Database, monthly: Company, mailbox: Mailbox) -> None:
    march(database, monthly)
    first = at(date(2026, 4, 1))
    with ThreadPoolExecutor(3) as clocks:
        runs = [clocks.submit(tick, database, monthly, mailbox.senders(), at=first) for _ in range(3)]
        assert sum(run.result().sent for run in runs) == 1
    assert len(mailbox.mails) == 1


@on_sqlite
def test_who_gets_one_is_the_companys_word_unless_the_customers_own(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        for name, wish in (("Un", None), ("Deux", "monthly"), ("Trois", "off")):
            customer = builders.customer(b, name, email=f"{name.lower()}@client.example", statement=wish)
            builders.invoice(b, customer, f"F-{name}", due=date(2026, 6, 1), issued=date(2026, 3, 16))
    first = date(2026, 4, 1)
    assert [each.split()[1] for each in works(database, company, mailbox, first)] == ["deux@client.example"]
    told = works(database, replace(company, statements="monthly"), mailbox, date(2026, 5, 4))
    assert [each.split()[1] for each in told] == ["un@client.example", "deux@client.example"]


@on_sqlite
def test_a_pause_keeps_it_back_until_it_ends_within_the_month(
    database: Database, monthly: Company, mailbox: Mailbox
) -> None:
    invoice_id = march(database, monthly)
    with open_books(database, monthly) as b:
        customer_id = b.session.get_one(Invoice, invoice_id).customer_id
        pauses.pause(
            b,
            customer_id=customer_id,
            until=date(2026, 4, 9),
            reason=None,
            by=builders.MARIE,
            at=at(date(2026, 3, 30)),
        )
    days = [date(2026, 4, number) for number in (1, 2, 3, 7, 8, 9, 10)]
    assert [told[:5] for told in works(database, monthly, mailbox, *days)] == ["09/04"]


@pytest.mark.parametrize("trouble", ["insolvent", "handed_over", "no_address", "unread"])
@on_sqlite
def test_some_customers_never_get_one_by_themselves(
    database: Database, monthly: Company, mailbox: Mailbox, trouble: str
) -> None:
    invoice_id = march(database, monthly, email=None if trouble == "no_address" else "compta@client.example")
    with open_books(database, monthly) as b:
        invoice = b.session.get_one(Invoice, invoice_id)
        customer = b.session.get_one(Customer, invoice.customer_id)
        if trouble == "insolvent":
            customer.insolvent_on = date(2026, 3, 1)
        if trouble == "handed_over":
            invoice.handed_over_at = at(date(2026, 3, 20))
        if trouble == "unread":
            _unread(b, customer)
    assert works(database, monthly, mailbox, *[date(2026, 4, number) for number in range(1, 15)]) == []


def _unread(b: Any, customer: Customer) -> None:
    from store.db.tables import Incoming

    b.session.add(
        Incoming(
            company_id=b.company_id, key="<a@b>", received_at=at(date(2026, 3, 30)),
            taken_at=at(date(2026, 3, 30)), kind="reply", sender="compta@client.example", subject="Re",
            text="Bonjour", customer_id=customer.id, state="unread",
        )
    )  # fmt: skip


@pytest.mark.parametrize("mode", [Mode.DRAFT, Mode.MANUAL])
@on_sqlite
def test_in_draft_and_by_hand_nothing_leaves_and_nothing_is_made_up_for(
    database: Database, monthly: Company, mailbox: Mailbox, mode: Mode
) -> None:
    march(database, monthly)
    april = [date(2026, 4, 1), date(2026, 4, 2)]
    assert works(database, replace(monthly, mode=mode), mailbox, *april) == []
    assert works(database, monthly, mailbox, date(2026, 4, 3)) == []
    assert rows(database, monthly, "statement")[0][1] == "cancelled"


@on_sqlite
def test_in_sandbox_it_goes_to_the_trial_address_under_a_banner(
    database: Database, monthly: Company, mailbox: Mailbox
) -> None:
    march(database, monthly)
    told = works(database, replace(monthly, mode=Mode.SANDBOX), mailbox, date(2026, 4, 1))
    assert len(told) == 1
    assert mailbox.taken[0].rcpt_tos == ["essai@durand.example"]
    body = mailbox.mails[0].get_body(("plain",))
    assert body is not None
    assert "compta@client.example" in body.get_content()
    [attached] = list(mailbox.mails[0].iter_attachments())
    assert "Document d’essai" in PdfReader(io.BytesIO(attached.get_content())).pages[0].extract_text()


def test_too_many_wait_for_a_go_and_leave_once_it_is_given(
    database: Database, monthly: Company, mailbox: Mailbox
) -> None:
    from store.reminders import day_plans

    company = replace(monthly, max_messages=2)
    with open_books(database, company) as b:
        for number in range(3):
            customer = builders.customer(b, f"Client {number}", email=f"c{number}@client.example")
            builders.invoice(b, customer, f"F-{number}", due=date(2026, 6, 1), issued=date(2026, 3, 16))
    first = date(2026, 4, 1)
    assert works(database, company, mailbox, first) == []
    with open_books(database, company) as b:
        day_plans.give_go(b, first, by=builders.PAUL, at=at(first))
    assert len(works(database, company, mailbox, first)) == 3


def test_a_person_asks_for_one_and_may_call_it_off_until_it_leaves(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    invoice_id = march(database, company)
    day = date(2026, 4, 9)
    with open_books(database, company) as b:
        customer_id = b.session.get_one(Invoice, invoice_id).customer_id
        asked = statements.ask(b, customer_id, by=builders.MARIE, at=at(day, 5))
        assert asked.to == ("compta@client.example",)
        with refused(Refused):
            statements.ask(b, customer_id, by=builders.MARIE, at=at(day, 5))
        undo.undo(b, asked.entry_id, by=builders.MARIE, at=at(day, 5))
        again = statements.ask(b, customer_id, by=builders.MARIE, at=at(day, 5))
    tick(database, company, mailbox.senders(), at=at(day, 5))  # before the window: a person asked
    assert len(mailbox.mails) == 1
    with open_books(database, company) as b, refused(Refused):
        undo.undo(b, again.entry_id, by=builders.MARIE, at=at(day, 6))


def test_a_payment_between_writing_and_claiming_is_in_the_statement_that_leaves(
    database: Database, monthly: Company, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice_id = march(database, monthly)
    first = date(2026, 4, 1)
    transport = mailbox.transport()
    ready = transport.ready

    def paid_meanwhile() -> Any:
        """Somebody notes a payment while the post room knocks at the server's door."""
        with open_books(database, monthly) as b:
            invoice = b.session.get_one(Invoice, invoice_id)
            if invoice.outstanding == invoice.amount:
                builders.payment(b, invoice, "40.00", received_on=first)
        return ready()

    monkeypatch.setattr(transport, "ready", paid_meanwhile)
    tick(database, monthly, by_mail(transport, builders.KEYS), at=at(first))
    [mail] = mailbox.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert "900,00 €" in plain(body.get_content())


# --- thanks ----------------------------------------------------------------------------------------------


@pytest.fixture
def grateful(company: Company) -> Company:
    return replace(company, thank_you=True)


def reminded(database: Database, company: Company, mailbox: Mailbox) -> int:
    """An invoice due on 1 April, of which the customer was reminded on that day."""
    invoice_id = march(database, company, due=date(2026, 4, 1))
    assert len(works(database, company, mailbox, date(2026, 4, 1))) == 1
    return invoice_id


def pay(database: Database, company: Company, invoice_id: int, day: date) -> payments.PaymentOutcome:
    with open_books(database, company) as b:
        return builders.payment(b, b.session.get_one(Invoice, invoice_id), received_on=day, at_hour=13)


def test_thanks_leave_the_next_open_day_once(database: Database, grateful: Company, mailbox: Mailbox) -> None:
    invoice_id = reminded(database, grateful, mailbox)
    pay(database, grateful, invoice_id, date(2026, 4, 3))  # a Friday; Monday is Easter
    days = [date(2026, 4, number) for number in (3, 4, 5, 6, 7, 8, 9)]
    told = works(database, grateful, mailbox, *days)
    assert told == [f"07/04 {LEA} Règlement bien reçu, merci : facture FAC-7 soldée (Garage Martin)"]
    body = mailbox.mails[-1].get_body(("plain",))
    assert body is not None
    assert "la facture FAC-7 (940,00 €) est soldée. Merci !" in " ".join(plain(body.get_content()).split())
    assert "IBAN" not in body.get_content()


@on_sqlite
def test_no_thanks_unless_the_company_wants_them_nor_without_a_reminder(
    database: Database, grateful: Company, mailbox: Mailbox
) -> None:
    invoice_id = march(database, grateful)
    pay(database, grateful, invoice_id, date(2026, 4, 2))
    assert works(database, grateful, mailbox, date(2026, 4, 2), date(2026, 4, 3)) == []


def test_a_payment_undone_before_they_leave_calls_them_off(
    database: Database, grateful: Company, mailbox: Mailbox
) -> None:
    invoice_id = reminded(database, grateful, mailbox)
    paid = pay(database, grateful, invoice_id, date(2026, 4, 2))
    tick(database, grateful, mailbox.senders(), at=datetime(2026, 4, 3, 6, 40, tzinfo=UTC))  # planned
    assert rows(database, grateful, "thanks") == [(date(2026, 4, 3), "planned", None)]
    with open_books(database, grateful) as b:
        undo.undo(b, paid.entry_id, by=builders.MARIE, at=datetime(2026, 4, 3, 7, 0, tzinfo=UTC))
    assert works(database, grateful, mailbox, date(2026, 4, 3)) == []
    assert rows(database, grateful, "thanks") == [(date(2026, 4, 3), "cancelled", "payment_undone")]


@on_sqlite
def test_one_mail_thanks_for_all_that_was_settled_that_day(
    database: Database, grateful: Company, mailbox: Mailbox
) -> None:
    with open_books(database, grateful) as b:
        customer = builders.customer(b)
        ids = [
            builders.invoice(b, customer, f"F-{rank}", due=date(2026, 4, 1), amount="100.00").id
            for rank in range(2)
        ]
    works(database, grateful, mailbox, date(2026, 4, 1))
    for invoice_id in ids:
        pay(database, grateful, invoice_id, date(2026, 4, 2))
    assert len(works(database, grateful, mailbox, date(2026, 4, 3), date(2026, 4, 7))) == 1
    body = mailbox.mails[-1].get_body(("plain",))
    assert body is not None
    assert "les 2 factures suivantes sont soldées" in " ".join(plain(body.get_content()).split())
