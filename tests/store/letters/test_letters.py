"""Letters in the books: what their page is drawn from, and what may be done with them when."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from receivables.errors import Refused
from store.accounts.rows import messages
from store.approvals import escalations
from store.books import Books
from store.db.tables import Customer, Invoice, Letter
from store.health.check import check
from store.letters import acts as letters
from store.letters import pages as letter_pages
from store.letters import sheet as letter_sheet
from store.letters.acts import Page
from store.payments import acts as payments
from store.penalties import acts as penalty_decisions
from store.promises import acts as promises
from store.tasks import acts as tasks
from tests.builders import MARIE, PAUL, at, contact, customer, invoice
from tests.refusals import refused

DAY = date(2026, 5, 18)
NOW = at(DAY)
ADDRESS = "5 avenue de la Gare\n35000 Rennes"


@pytest.fixture
def late(books: Books) -> Invoice:
    """An invoice due on 1 April 2026, of a customer whose address is known."""
    return invoice(books, customer(books, postal_address=ADDRESS), "FAC-1", due=date(2026, 4, 1))


def opened(b: Books, *items: Invoice) -> int:
    """Open the task of a formal notice about these invoices."""
    ids = [item.id for item in items]
    task = tasks.open_task(
        b, kind="letter", customer_id=items[0].customer_id, invoice_ids=ids, step="mise_en_demeure", at=NOW
    )
    return task.id


def prepared(b: Books, task_id: int, when: datetime = NOW, **more: Any) -> letter_pages.LetterFacts:
    sheet = letter_sheet.of_task(b, task_id, at=when)
    return letters.prepare(b, sheet, Page(b"%PDF", {"n": 1}), at=when, by="horloge", **more)


def test_what_a_business_owes(books: Books, late: Invoice) -> None:
    """Penalties from 2 April at 12.15 %, 47 days: 18.77 €; and 40 €."""
    [item] = letter_sheet.of_task(books, opened(books, late), at=NOW).items
    assert (item.claimed, item.interest, item.indemnity) == (
        Decimal("1200.00"),
        Decimal("18.77"),
        Decimal(40),
    )


@pytest.mark.parametrize(
    ("kind", "siren", "template", "interest", "indemnity"),
    [
        ("business", None, "formal_notice", "18.77", "40.00"),
        (None, "732829320", "formal_notice", "0.00", "0.00"),
        (None, "213500123", "public_notice", "15.68", "40.00"),
        (None, None, "formal_notice", "0.00", "0.00"),
        ("consumer", None, "consumer_notice", "0.00", "0.00"),
        ("consumer", "732829320", "consumer_notice", "0.00", "0.00"),
        ("public", None, "public_notice", "15.68", "40.00"),
    ],
)
def test_by_kind_of_customer(
    books: Books,
    late: Invoice,
    kind: str | None,
    siren: str | None,
    template: str,
    interest: str,
    indemnity: str,
) -> None:
    """All on the policy `standard`, which knows of businesses only."""
    books.session.execute(update(Customer).values(kind=kind, siren=siren))
    books.session.expire_all()
    sheet = letter_sheet.of_task(books, opened(books, late), at=NOW)
    [item] = sheet.items
    assert (sheet.template, item.interest, item.indemnity) == (
        template,
        Decimal(interest),
        Decimal(indemnity),
    )


def test_a_half_year_without_rate_has_no_figure(books: Books, late: Invoice) -> None:
    """2026-S2 is to be confirmed: nothing is carried forward."""
    later = at(date(2026, 7, 20))
    sheet = letter_sheet.of_task(books, opened(books, late), at=later)
    assert [item.interest for item in sheet.items] == [None]
    [asked] = sheet.asked
    assert (asked.interest, asked.total) == (None, Decimal("1240.00"))


def test_what_was_waived_is_not_asked_for(books: Books, late: Invoice) -> None:
    """A person gave the penalties up: another mark, and no figure."""
    task_id = opened(books, late)
    before = letter_sheet.of_task(books, task_id, at=NOW)
    penalty_decisions.waive(books, late.id, reason="geste commercial", by=MARIE, at=NOW)
    after = letter_sheet.of_task(books, task_id, at=NOW)
    assert [(i.interest, i.indemnity, i.bears) for i in after.items] == [(Decimal(0), Decimal(0), False)]
    assert before.mark != after.mark


@pytest.mark.parametrize(
    ("of_customer", "of_contact", "written"),
    [(None, None, "fr"), ("en", None, "en"), ("fr", "en-GB", "en"), ("de", None, "en")],
)
def test_in_which_language(
    books: Books, of_customer: str | None, of_contact: str | None, written: str
) -> None:
    """The billing contact's, else the customer's, else French; another one is English."""
    row = customer(books, postal_address=ADDRESS, language=of_customer, email=None)
    contact(books, row, "a@client.example", role="billing", language=of_contact)
    late = invoice(books, row)
    assert letter_sheet.of_task(books, opened(books, late), at=NOW).language == written


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        (None, ()),
        ("  ", ()),
        ("5 avenue de la Gare, 35000 Rennes", ("5 avenue de la Gare", "35000 Rennes")),
        ("Bât. A, escalier 2\n35000 Rennes", ("Bât. A, escalier 2", "35000 Rennes")),
        ("5 avenue de la Gare; 35000 Rennes", ("5 avenue de la Gare", "35000 Rennes")),
    ],
)
def test_lines_of_an_address(typed: str | None, lines: tuple[str, ...]) -> None:
    """However they were separated; a comma within a line stays."""
    assert letter_sheet.address_lines(typed) == lines


def test_promised_or_paid_is_left_out(books: Books, late: Invoice) -> None:
    """Held invoices are named with their reason; nothing left, nothing can be prepared."""
    task_id = opened(books, late)
    promises.make(books, late.id, amount=None, date=date(2026, 5, 29), by=MARIE, at=NOW)
    sheet = letter_sheet.of_task(books, task_id, at=NOW)
    assert (sheet.items, sheet.held, sheet.missing) == ((), (("FAC-1", "promised"),), ("items",))
    with refused(Refused):
        letters.prepare(books, sheet, Page(b"%PDF", {}), at=NOW, by="horloge")


def test_prepared_twice_is_one_letter(books: Books, late: Invoice) -> None:
    """Two clocks at once: the second finds the first one's page."""
    task_id = opened(books, late)
    first, second = prepared(books, task_id), prepared(books, task_id)
    assert (first.id, first.entry_id is None, second.entry_id) == (second.id, False, None)


def test_who_asked_does_not_approve(books: Books, late: Invoice) -> None:
    """Whoever escalated to the letter asked for it; anybody else may approve."""
    late.prior_reminders = 2
    books.session.flush()
    done = escalations.send_now(books, late.id, by=PAUL, at=NOW, confirmed=True)
    assert done.step_key == "appel"
    tasks.close(books, done.task_id or 0, outcome="done", by=MARIE, at=NOW)
    done = escalations.send_now(books, late.id, by=PAUL, at=NOW, confirmed=True)
    assert letter_pages.asker(books, done.task_id or 0) == PAUL
    letter = prepared(books, done.task_id or 0, asked_by=PAUL)
    with refused(Refused, match="quatre yeux"):
        letters.approve(books, letter.id, by=PAUL, at=NOW)
    assert letters.approve(books, letter.id, by=MARIE, at=NOW).state == "approved"


@pytest.mark.parametrize("what", ["name", "address", "amount", "task", "kind"])
def test_what_overtakes_a_letter(books: Books, late: Invoice, what: str) -> None:
    """Approved or not, it can be neither approved nor deposited once something in it has changed."""
    task_id = opened(books, late)
    letter = prepared(books, task_id)
    row = books.session.get_one(Customer, late.customer_id)
    if what == "name":
        row.name = "Garage Martin et Fils"
    elif what == "address":
        row.postal_address = "6 avenue de la Gare\n35000 Rennes"
    elif what == "kind":
        row.kind = "consumer"
    elif what == "amount":
        payments.record(books, late.id, amount=Decimal(1), received_on=DAY, by=MARIE, at=NOW)
    else:
        tasks.close(books, task_id, outcome="skipped", reason="inutile", by=MARIE, at=NOW)
    books.session.flush()
    assert letters.fate(books, letter_pages.row(books, letter.id), at=NOW) is not None
    with refused(Refused, match="caduque"):
        letters.approve(books, letter.id, by=MARIE, at=NOW)


def test_a_deposit_counts_for_spacing_from_its_day(books: Books, late: Invoice) -> None:
    """Not from the day on which somebody wrote it down, nor from the approval."""
    letter = prepared(books, opened(books, late))
    letters.approve(books, letter.id, by=MARIE, at=NOW)
    told = letters.deposit(
        books, letter.id, on=date(2026, 5, 19), tracking="1A", by=MARIE, at=at(date(2026, 5, 22))
    )
    assert (told.state, told.deposited_on, told.tracking) == ("deposited", date(2026, 5, 19), "1A")
    past = messages(books, [late.customer_id], date(2026, 5, 25))[late.customer_id]
    assert [(each.on, each.corrective) for each in past] == [(date(2026, 5, 19), True)]


def test_not_deposited_before_it_is_approved(books: Books, late: Invoice) -> None:
    """Nor twice."""
    letter = prepared(books, opened(books, late))
    with refused(Refused, match="pas approuvée"):
        letters.deposit(books, letter.id, on=DAY, tracking="1A", by=MARIE, at=NOW)
    letters.approve(books, letter.id, by=MARIE, at=NOW)
    letters.deposit(books, letter.id, on=DAY, tracking="1A", by=MARIE, at=NOW)
    with refused(Refused, match="déjà déposée"):
        letters.deposit(books, letter.id, on=DAY, tracking="1A", by=MARIE, at=NOW)


def test_a_page_that_was_touched_is_found(books: Books, late: Invoice) -> None:
    """The check reads each page again."""
    letter = prepared(books, opened(books, late))
    assert check(books) == []
    books.session.execute(update(Letter).values(pdf=b"%PDF!"))
    books.session.expire_all()
    assert [(fault.kind, fault.what) for fault in check(books)] == [("letter_altered", str(letter.id))]
