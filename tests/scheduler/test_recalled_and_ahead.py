"""A reminder recalls what was written before and says by when to pay and what follows: over real books."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from email.message import EmailMessage

from sqlalchemy import select, update

from correspondence import specimen
from receivables.company import Company
from scheduler.post_room.outbox import send_due
from store.books import open_books, read_books
from store.customers.search import find
from store.db.engine import Database
from store.db.tables import Customer, Invoice, ReminderItem
from tests import builders
from tests.scheduler.posting import Mailbox, SetClock, planned

FIRST, SECOND = datetime(2026, 4, 8, 10, tzinfo=UTC), datetime(2026, 4, 16, 10, tzinfo=UTC)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def written(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock, dues: Sequence[date]
) -> tuple[str, str]:
    """Send the firm mail on 8 April and the strong one on the 16th, and return their texts."""
    with open_books(database, company) as b:
        customer = builders.customer(b, "Garage Martin", email="compta@client.example")
        invoices = [builders.invoice(b, customer, f"FAC-{rank}", due=due) for rank, due in enumerate(dues, 1)]
        clock.at = FIRST
        planned(b, customer, invoices[:1], step="ferme", at=FIRST)
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 1
    clock.at = SECOND
    with open_books(database, company) as b:
        customer = b.session.scalars(select(Customer)).one()
        items = list(b.session.scalars(select(Invoice).order_by(Invoice.id)))
        row = planned(b, customer, items, step="renforcee", at=SECOND)
        b.session.execute(update(ReminderItem).where(ReminderItem.reminder_id == row.id).values(round=2))
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 1
    first, second = mailbox.mails
    return text_of(first), text_of(second)


def test_each_mail_says_by_when_and_the_second_recalls_the_first(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    first, second = written(database, company, mailbox, clock, [date(2026, 4, 1)])
    assert "€, d’ici au mercredi 15 avril ou, si" in first
    assert "Nous vous avons écrit" not in first
    assert "nous vous appellerons" not in first
    assert "Nous vous avons écrit le 8 avril ; à ce jour, notre facture FAC-1" in second
    # the call is on Monday 4 May
    assert "€, au plus tard le jeudi 30 avril." in second
    assert "Sans nouvelles de votre part d’ici là, nous vous appellerons." in second


def test_of_several_invoices_it_says_that_it_wrote_and_not_about_which(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    _, second = written(database, company, mailbox, clock, [date(2026, 4, 1), date(2026, 4, 9)])
    assert (
        "Nous vous avons écrit le 8 avril ; à ce jour, les 2 factures ci-dessous restent impayées." in second
    )


def test_the_specimen_says_the_same_day_as_what_leaves(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    first, _ = written(database, company, mailbox, clock, [date(2026, 4, 1)])
    step = company.policy_for(None).step("renforcee")
    assert step is not None
    with read_books(database, company) as b:
        mail = specimen.specimen_mail(b, find(b, "Garage Martin").id, step, now=SECOND).mail
    assert "Nous vous avons écrit le 8 avril" in " ".join(mail.text.split())
    assert "d’ici au mercredi 15 avril" in first
