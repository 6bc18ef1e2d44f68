"""In whose language and form a mail leaves, on both databases, over a real mail server."""

from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import select

from correspondence import specimen
from receivables.company import Company
from receivables.policy import parse_policy
from scheduler.post_room.outbox import send_due
from store.books import open_books, read_books
from store.customers.search import find
from store.db.engine import Database
from store.db.tables import Reminder
from tests import builders
from tests.scheduler.posting import NOON, Mailbox, SetClock, planned

ENGLISH = "remains unpaid to date"
VOUS, TU = "Peut-être vous a-t-elle échappé", "Elle t’a peut-être échappé"


def plan(
    database: Database,
    company: Company,
    contacts: tuple[str | None, ...],
    name: str = "Garage Martin",
    **columns: Any,
) -> None:
    """Plan one firm reminder to a customer whose contacts read these languages."""
    with open_books(database, company) as b:
        customer = builders.customer(b, name, email=None, **columns)
        for number, language in enumerate(contacts):
            builders.contact(b, customer, f"a{number}@client.example", name="Léa Brun", language=language)
        planned(b, customer, [builders.invoice(b, customer, f"FAC-{customer.id}", due=date(2026, 4, 1))])


def text_of(mail: EmailMessage) -> str:
    """Return the text of a mail on one line."""
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


READERS: tuple[tuple[tuple[str | None, ...], dict[str, str], str], ...] = (
    ((None,), {}, VOUS),
    ((None,), {"language": "en"}, ENGLISH),
    (("fr",), {"language": "en"}, VOUS),
    (("en",), {}, ENGLISH),
    (("en", "fr"), {"language": "en"}, ENGLISH),
    (("en", "fr"), {}, VOUS),
    ((None,), {"language": "de"}, ENGLISH),
    ((None,), {"address_form": "tu"}, TU),
    ((None,), {"address_form": "tu", "language": "en"}, ENGLISH),
)
"""Languages of the contacts, the customer's own columns, and what they read."""


def test_the_contacts_language_goes_before_the_customers(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    for number, (contacts, columns, _) in enumerate(READERS):
        plan(database, company, contacts, f"Client {number}", **columns)
    assert send_due(database, company, mailbox.senders(), now=clock).sent == len(READERS)
    for mail, (_, _, words) in zip(mailbox.mails, READERS, strict=True):
        assert words in text_of(mail)


def test_the_specimen_of_a_customer_says_what_then_leaves(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    plan(database, company, ("fr",), address_form="tu")
    with read_books(database, company) as b:
        step = company.policy_for(None).step("ferme")
        assert step is not None
        shown = specimen.specimen_mail(b, find(b, "Garage Martin").id, step, now=NOON).mail
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 1
    assert " ".join(shown.text.split()) == text_of(mailbox.mails[0])
    assert mailbox.mails[0]["Subject"] == shown.subject


def test_a_text_in_french_only_never_leaves_for_who_reads_english(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock, tmp_path: Path
) -> None:
    words = tmp_path / "email" / "ultime" / "words.txt"
    words.parent.mkdir(parents=True)
    words.write_text("{% block opening %}Dernier mot.{% endblock %}", encoding="utf-8")
    steps = [{"key": "ferme", "day": 7, "channel": "email", "template": "ultime"}]
    own = replace(
        company, templates=str(tmp_path), policies={company.policy: parse_policy("p", {"step": steps})}
    )
    plan(database, own, ("en",))
    assert send_due(database, own, mailbox.senders(), now=clock).failed == 1
    assert not mailbox.mails
    with read_books(database, own) as b:
        error = b.session.scalars(select(Reminder.error)).one()
    assert error is not None
    assert "ajoutez ultime/words.en.txt" in error
