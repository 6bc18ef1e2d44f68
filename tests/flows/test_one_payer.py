"""Customers with one payer: one message a day to one address, over real SMTP, on both databases (rule 4)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from receivables.codes.replies import IncomingKind, IncomingState
from receivables.company import Company
from receivables.errors import Refused
from scheduler.jobs import tick
from store import pauses, undo
from store.accounts import facts as accounts
from store.approvals import escalations
from store.books import Books, open_books, read_books
from store.courtesies import statements
from store.credits import acts as credits_
from store.customers import acts as customer_file
from store.db.engine import Database
from store.db.tables import Customer, Incoming, Invoice, Reminder
from tests import builders
from tests.builders import MARIE
from tests.refusals import refused
from tests.scheduler.posting import Mailbox, mail_server

DUE = date(2026, 4, 1)
FIRM = date(2026, 4, 8)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as server:
        yield server


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def branches(b: Books, *, amount: str = "100.00", due: date = DUE) -> dict[str, Customer]:
    """A head office that pays for two branches; each of the three owes an invoice."""
    head = builders.customer(b, "Siège", email="siege@groupe.example")
    rows = {"Siège": head}
    for name in ("Nord", "Sud"):
        rows[name] = builders.customer(
            b, f"Agence {name}", email=f"{name.lower()}@groupe.example", payer_id=head.id
        )
    for number, row in enumerate(rows.values(), 1):
        builders.invoice(b, row, f"FAC-{number}", amount=amount, due=due, issued=date(2026, 3, 10))
    return rows


def strikes(database: Database, company: Company, mailbox: Mailbox, *days: date) -> list[str]:
    """Let the clock strike in the window of each day; return « day address: invoices » of what left."""
    before, told = len(mailbox.mails), []
    for day in days:
        tick(database, company, mailbox.senders(), at=at(day))
        for envelope, mail in zip(mailbox.taken[before:], mailbox.mails[before:], strict=True):
            numbers = sorted(set(re.findall(r"FAC-\d", body(mail))))
            told.append(f"{day:%d/%m} {' '.join(envelope.rcpt_tos)}: {' '.join(numbers)}")
        before = len(mailbox.mails)
    return told


def body(mail: object) -> str:
    part = mail.get_body(("plain",))  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", part.get_content())


def reason(database: Database, company: Company, number: str, on: date) -> str:
    with read_books(database, company) as b:
        invoice_id = b.session.scalars(select(Invoice.id).where(Invoice.number == number)).one()
        return accounts.why(b, invoice_id, on=on, now=at(on, 6)).reason.value


def test_one_message_goes_to_the_payer_and_names_whose_each_invoice_is(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        branches(b)
    assert strikes(database, company, mailbox, FIRM) == ["08/04 siege@groupe.example: FAC-1 FAC-2 FAC-3"]
    text = body(mailbox.mails[0])
    assert "FAC-1, Siège du 10/03/2026 : 100,00 €" in text
    assert "FAC-2, Agence Nord du 10/03/2026 : 100,00 €" in text
    assert "300,00 €" in text
    with read_books(database, company) as b:
        assert len(b.session.scalars(select(Reminder)).all()) == 1


def test_a_customer_alone_is_named_in_no_line(database: Database, company: Company, mailbox: Mailbox) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b, "Martin"), "FAC-1", due=DUE)
    strikes(database, company, mailbox, FIRM)
    assert "FAC-1, Martin" not in body(mailbox.mails[0])


def test_what_is_noted_on_one_holds_that_one_alone(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        rows = branches(b)
        pauses.pause(b, customer_id=rows["Nord"].id, until=None, reason=None, by=MARIE, at=at(DUE))
        customer_file.change(b, rows["Sud"].id, {"insolvent_on": DUE}, by=MARIE, at=at(DUE))
    assert reason(database, company, "FAC-2", FIRM) == "paused"
    assert reason(database, company, "FAC-3", FIRM) == "insolvency"
    assert reason(database, company, "FAC-1", FIRM) == "due"
    assert strikes(database, company, mailbox, FIRM) == ["08/04 siege@groupe.example: FAC-1"]


def test_what_is_noted_on_the_payer_does_not_hold_the_others(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        rows = branches(b)
        pauses.pause(b, customer_id=rows["Siège"].id, until=None, reason=None, by=MARIE, at=at(DUE))
    assert strikes(database, company, mailbox, FIRM) == ["08/04 siege@groupe.example: FAC-2 FAC-3"]


def test_a_pause_of_one_takes_its_invoice_out_of_what_is_planned(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        rows = branches(b)
    tick(database, company, mailbox.senders(), at=at(FIRM, 7))
    with open_books(database, company) as b:
        pauses.pause(b, customer_id=rows["Nord"].id, until=None, reason=None, by=MARIE, at=at(FIRM, 8))
    assert strikes(database, company, mailbox, FIRM) == ["08/04 siege@groupe.example: FAC-1 FAC-3"]


def test_the_minimum_is_of_all_together(database: Database, company: Company, mailbox: Mailbox) -> None:
    with_minimum = replace(company, minimum_amount=Decimal(250))
    with open_books(database, with_minimum) as b:
        branches(b)
    assert len(strikes(database, with_minimum, mailbox, FIRM)) == 1


def test_the_credit_of_one_is_set_against_what_all_owe(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        rows = branches(b)
        credits_.add_credit_note(
            b,
            rows["Sud"].id,
            number="AV-1",
            amount=Decimal(300),
            currency="EUR",
            issue_date=DUE,
            by=MARIE,
            at=at(DUE),
        )
    assert strikes(database, company, mailbox, FIRM) == []
    assert reason(database, company, "FAC-2", FIRM) == "credit"


def test_spacing_is_between_messages_to_one_payer(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        rows = branches(b)
        builders.invoice(b, rows["Sud"], "FAC-9", due=date(2026, 4, 2), issued=date(2026, 4, 1))
    sent = strikes(database, company, mailbox, FIRM, date(2026, 4, 9), date(2026, 4, 10))
    assert sent == ["08/04 siege@groupe.example: FAC-1 FAC-2 FAC-3 FAC-9"]


def test_one_statement_tells_the_account_of_all(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    monthly = replace(company, statements="monthly")
    with open_books(database, monthly) as b:
        rows = branches(b, due=date(2026, 4, 20))
        nord = rows["Nord"].id
    first = date(2026, 4, 1)
    assert strikes(database, monthly, mailbox, first) == ["01/04 siege@groupe.example: FAC-1 FAC-2 FAC-3"]
    text = body(mailbox.mails[0])
    assert "FAC-3, Agence Sud" in text
    assert "300,00 €" in text
    with read_books(database, monthly) as b:
        shown = statements.show(b, nord, now=at(first))
        assert (shown.customer, shown.to) == ("Siège", ("siege@groupe.example",))


def test_an_escalation_writes_to_the_payer(database: Database, company: Company, mailbox: Mailbox) -> None:
    with open_books(database, company) as b:
        branches(b)
        invoice_id = b.session.scalars(select(Invoice.id).where(Invoice.number == "FAC-2")).one()
        sent = escalations.send_now(b, invoice_id, by=MARIE, at=at(date(2026, 4, 3)), confirmed=True)
    assert sent.to == ("siege@groupe.example",)
    assert strikes(database, company, mailbox, date(2026, 4, 3)) == ["03/04 siege@groupe.example: FAC-2"]


def test_a_reply_to_the_message_holds_those_whose_invoices_it_carried(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        rows = branches(b)
        builders.invoice(b, rows["Siège"], "FAC-8", due=date(2026, 5, 1), issued=date(2026, 4, 9))
        pauses.pause(b, customer_id=rows["Sud"].id, until=date(2026, 4, 9), reason=None, by=MARIE, at=at(DUE))
    strikes(database, company, mailbox, FIRM)
    with open_books(database, company) as b:
        mail = b.session.scalars(select(Reminder)).one()
        b.session.add(
            Incoming(
                company_id=b.company_id,
                key="<1@groupe.example>",
                received_at=at(FIRM, 15),
                taken_at=at(FIRM, 15),
                kind=IncomingKind.REPLY,
                sender="siege@groupe.example",
                subject="Re: relance",
                text="Bonjour",
                customer_id=mail.customer_id,
                reminder_id=mail.id,
                state=IncomingState.UNREAD,
            )
        )
    late = date(2026, 4, 20)
    assert [reason(database, company, f"FAC-{n}", late) for n in (1, 2, 3)] == [
        "reply_unread",
        "reply_unread",
        "due",
    ]


def test_a_person_says_who_pays_and_takes_it_back(
    database: Database, company: Company, mailbox: Mailbox
) -> None:
    with open_books(database, company) as b:
        head = builders.customer(b, "Siège", email="siege@groupe.example").id
        nord = builders.customer(b, "Agence Nord", email="nord@groupe.example")
        builders.invoice(b, nord, "FAC-2", due=DUE)
        key = nord.id
    tick(database, company, mailbox.senders(), at=at(FIRM, 7))
    with open_books(database, company) as b:
        done = customer_file.change(b, key, {"payer_id": head}, by=MARIE, at=at(FIRM, 8))
        assert done is not None
        assert done.called_off == 1
    assert strikes(database, company, mailbox, FIRM, date(2026, 4, 9)) == [
        "09/04 siege@groupe.example: FAC-2"
    ]
    with open_books(database, company) as b:
        undo.undo(b, done.entry_id, by=MARIE, at=at(date(2026, 4, 10)))
    assert strikes(database, company, mailbox, date(2026, 4, 17)) == ["17/04 nord@groupe.example: FAC-2"]


def test_payers_that_cannot_be_are_refused(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        rows = branches(b)
        other = builders.customer(b, "Autre")
        for key, payer, code in (
            (other.id, other.id, "customers.own_payer"),
            (other.id, rows["Nord"].id, "customers.payer_has_one"),
            (rows["Siège"].id, other.id, "customers.pays_for_others"),
            (other.id, 987654, "customers.absent"),
        ):
            with refused(Refused) as caught:
                customer_file.change(b, key, {"payer_id": payer}, by=MARIE, at=at(DUE))
            assert str(caught.value) == code
