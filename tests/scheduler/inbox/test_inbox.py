"""The mailbox, over a real IMAP server: what is taken in, for whom, once, whatever happens on the way."""

import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from receivables.company import Company
from receivables.errors import SettingsError
from scheduler import tags
from scheduler.inbox import reading as inboxes
from scheduler.inbox.imap import MOST_BYTES, FetchedMails, MailboxAddress, Position, address_of
from scheduler.inbox.reading import Inbox, InboxReport, read_inbox
from store import undo
from store.accounts import facts as accounts
from store.books import Books, open_books, read_books
from store.db.engine import Database
from store.db.tables import (
    Announcement,
    Contact,
    Customer,
    Incoming,
    JournalLine,
    Mailbox,
    Recipient,
    Reminder,
    StepDone,
)
from store.replies import acts as incoming
from store.tasks import acts as tasks
from tests import builders
from tests.imap_server import ImapServer, imap_server
from tests.refusals import refused
from tests.scheduler import mails
from tests.scheduler.inbox import readers
from tests.scheduler.posting import delivered, planned

NOW = datetime(2026, 4, 9, 8, 0, tzinfo=UTC)
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what does not depend on the kind of database."""
NOBODY_LISTENS = "imap://someone:secret@127.0.0.1:1/INBOX"


@pytest.fixture(scope="module")
def imap() -> Iterator[ImapServer]:
    with imap_server("Relances") as server:
        yield server


@pytest.fixture
def company(company: Company) -> Company:
    return replace(company, bounce_to="rebonds@durand.example")


@pytest.fixture
def box(imap: ImapServer, company: Company) -> Inbox:
    imap.rebuild()
    return inboxes.inbox(address_of(imap.url), {company.key: company}, builders.KEYS)


def sent(
    b: Books,
    customer: Customer,
    *addresses: str,
    sandbox: bool = False,
    number: str | None = None,
    day: int = 1,
) -> EmailMessage:
    """A reminder that left to a customer, so many days ago; return it as the customer has it."""
    item = builders.invoice(b, customer, number or f"FAC-{customer.id}", due=NOW.date() - timedelta(days=8))
    row = planned(b, customer, [item], at=NOW - timedelta(days=day))
    row.state, row.sent_at, row.sandbox = "sent", NOW - timedelta(days=1), sandbox
    to = list(addresses) or ["compta@client.example"]
    delivered(b, row, to)
    row.message_id = f"<relance-{row.id}-00aa11bb22cc33dd@durand.example>"
    b.session.add(
        StepDone(
            company_id=b.company_id, invoice_id=item.id, step="ferme", day=7, done_on=b.today(NOW),
            how="sent", reminder_id=row.id, by="horloge",
        )
    )  # fmt: skip
    b.session.flush()
    mail = EmailMessage()
    mail["Message-ID"], mail["Subject"] = row.message_id, "Votre facture"
    mail["From"], mail["To"] = "compta@durand.example", ", ".join(to)
    mail.set_content("Sauf erreur de notre part, votre facture reste à payer.")
    return mail


def rows(database: Database, company: Company) -> list[Incoming]:
    """Return the mails taken in, in order."""
    with read_books(database, company) as b:
        found = list(b.session.query(Incoming).filter_by(company_id=b.company_id).order_by(Incoming.id))
        b.session.expunge_all()
        return found


def holds(database: Database, company: Company, name: str = "Garage Martin") -> bool:
    """Whether a reply holds the customer's reminders."""
    with read_books(database, company) as b:
        row = b.session.query(Customer).filter_by(name=name).one()
        account = accounts.account(b, row.id, today=NOW.date(), now=NOW)
        assert account is not None
        return account.reply_unread


def acts(database: Database, company: Company) -> list[str]:
    with read_books(database, company) as b:
        return [line.act for line in b.session.query(JournalLine).order_by(JournalLine.id)]


# --- whose it is ------------------------------------------------------------------------------------------


def test_a_reply_finds_its_customer_by_thread_then_by_address(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        martin = builders.customer(b, "Garage Martin")
        builders.customer(b, "Boulangerie Roy", email="roy@pain.example")
        mail = sent(b, martin)
    elsewhere = "Un collègue <autre@ailleurs.example>"
    imap.deliver(mails.reply(mail, "Nous réglerons vendredi.", at=NOW, sender=elsewhere), at=NOW)
    imap.deliver(mails.reply(None, "Déjà payé le 2/4.", at=NOW, sender="ROY@pain.example"), at=NOW)
    imap.deliver(mails.reply(None, "Qui êtes-vous ?", at=NOW, sender=elsewhere, Subject="?"), at=NOW)
    report = read_inbox(database, box, at=NOW)
    assert (report.replies, report.to_file) == (3, 0)  # the colleague is known by the mail filed before
    by_thread, by_address, known = rows(database, company)
    assert by_thread.text == "Nous réglerons vendredi."
    assert by_thread.proposal is not None
    assert (by_thread.proposal["kind"], by_thread.proposal["date"]) == ("promise", "2026-04-10")
    assert by_thread.customer_id == known.customer_id != by_address.customer_id
    assert holds(database, company)
    assert holds(database, company, "Boulangerie Roy")


def test_unknown_and_shared_addresses_wait_to_be_filed(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        for name in ("Garage Martin", "Garage Martin Fils"):
            builders.customer(b, name, email="cabinet@comptable.example")
    for sender in ("cabinet@comptable.example", "inconnu@ailleurs.example"):
        imap.deliver(mails.reply(None, "Bonjour", at=NOW, sender=sender), at=NOW)
    assert read_inbox(database, box, at=NOW).to_file == 2
    assert [row.state for row in rows(database, company)] == ["to_file", "to_file"]
    assert not holds(database, company)
    assert acts(database, company) == ["mail.to_file", "mail.to_file"]
    with read_books(database, company) as b:  # advertisements are not said one by one
        told = [line.data["incoming_id"] for line in b.session.query(Announcement)]
    assert told == [rows(database, company)[0].id]


@pytest.mark.parametrize(
    ("number", "subject", "holding"),
    [
        ("F-8", "TR: vos factures F-8", True),
        ("F-8", "re : f-8", True),
        ("F8", "Notre facture F8 de mars", True),
        ("F8", "Vol F8 pour Nantes", False),
        ("142", "Facture n° 142", True),
        ("142", "factures 141, 142 et 150", True),
        ("142", "FACT. 142", True),
        ("142", "142 offres pour vous", False),
        ("142", "commande 142", False),
        ("2026", "Nos voeux pour 2026", False),
        ("2026", "la facture 2026", True),
        ("FAC-2026-0142", "litige FAC 2026 0142", True),
        ("FAC-2026-0142", "litige fac2026-0142", True),
        ("FAC-142", "FAC 142 et devis", True),
        ("FAC-142", "Votre fac 14 2", False),
        ("8", "facture n°8", True),
        ("8", "les 8 jours", False),
        ("20260142", "Invoice #20260142", True),
        ("20260142", "tel 20260142", False),
    ],
)
def test_a_mail_of_a_stranger_holds_the_customer_whose_invoice_it_surely_names(
    database: Database,
    company: Company,
    box: Inbox,
    imap: ImapServer,
    number: str,
    subject: str,
    holding: bool,
) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b, "Garage Martin"), number)
        builders.invoice(b, builders.customer(b, "Boulangerie Roy"), "ZZZ-999")
    imap.deliver(mails.reply(None, "Bonjour", at=NOW, sender="x@y.example", Subject=subject), at=NOW)
    assert read_inbox(database, box, at=NOW).to_file == 1
    assert holds(database, company) is holding
    assert not holds(database, company, "Boulangerie Roy")


def test_a_known_customer_who_names_the_invoice_of_another_holds_both(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Garage Martin", email="compta@groupe.example")
        builders.invoice(b, builders.customer(b, "Boulangerie Roy"), "FAC-88")
    mail = mails.reply(None, "Merci d'annuler la facture FAC-88.", at=NOW, sender="compta@groupe.example")
    imap.deliver(mail, at=NOW)
    assert read_inbox(database, box, at=NOW).replies == 1
    assert holds(database, company)
    assert holds(database, company, "Boulangerie Roy")


def test_a_mail_that_names_invoices_of_several_customers_holds_none_of_them(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        builders.invoice(b, builders.customer(b, "Garage Martin"), "FAC-87")
        builders.invoice(b, builders.customer(b, "Boulangerie Roy"), "FAC-88")
    imap.deliver(mails.reply(None, "FAC-87 et FAC-88", at=NOW, sender="x@y.example"), at=NOW)
    assert read_inbox(database, box, at=NOW).to_file == 1
    assert not holds(database, company)


def test_a_reply_without_thread_is_known_by_the_address_written_to(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        sent(b, builders.customer(b, "Garage Martin"))
        reminder_id = b.session.query(Reminder).one().id
    to = f"rebonds+{tags.tag(builders.KEYS, company, reminder_id)}@durand.example"
    imap.deliver(mails.reply(None, "Bonjour", at=NOW, sender="x@y.example", To=to), at=NOW)
    assert read_inbox(database, box, at=NOW).replies == 1
    assert rows(database, company)[0].reminder_id == reminder_id


@ON_SQLITE
@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Return_Path": "<>"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"Subject": "Réponse automatique : Votre facture"},
        {"Subject": "=?utf-8?q?R=C3=A9ponse_automatique?= : absent"},
        {"Subject": "Out of office: your invoice"},
    ],
)
def test_what_machines_answer_is_kept_and_holds_nothing(
    database: Database, company: Company, box: Inbox, imap: ImapServer, headers: dict[str, Any]
) -> None:
    with open_books(database, company) as b:
        mail = sent(b, builders.customer(b, "Garage Martin"))
    imap.deliver(mails.reply(mail, "Absent, nous paierons vendredi.", at=NOW, **headers), at=NOW)
    assert read_inbox(database, box, at=NOW).automatic == 1
    assert not holds(database, company)
    assert rows(database, company)[0].state == "ignored"
    with read_books(database, company) as b:
        assert b.session.query(Announcement).count() == 0


def test_a_person_may_say_that_the_mail_is_no_automatic_one(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        mail = sent(b, builders.customer(b, "Garage Martin"))
    imap.deliver(mails.reply(mail, "Bonjour", at=NOW, Auto_Submitted="no", Precedence="list"), at=NOW)
    assert read_inbox(database, box, at=NOW).replies == 1


def test_several_companies_share_the_mailbox(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    other = replace(company, key="leroy", name="Leroy", reply_to="compta@leroy.example", bounce_to="")
    other = replace(other, email_from="compta@leroy.example")
    box = replace(box, companies={company.key: company, other.key: other})
    with open_books(database, other) as b:
        mail = sent(b, builders.customer(b, "Client de Leroy", email="a@client.example"))
        builders.customer(b, "Autre de Leroy", email="b@client.example")
    imap.deliver(mails.reply(mail, "Par le fil", at=NOW), at=NOW)
    imap.deliver(mails.reply(None, "Par le destinataire", at=NOW, To="compta@leroy.example"), at=NOW)
    imap.deliver(mails.reply(None, "Par l'expéditeur", at=NOW, sender="b@client.example", To="x@y.z"), at=NOW)
    imap.deliver(mails.reply(None, "De personne", at=NOW, sender="c@client.example", To="x@y.z"), at=NOW)
    read_inbox(database, box, at=NOW)
    assert [row.text for row in rows(database, other)] == [
        "Par le fil", "Par le destinataire", "Par l'expéditeur",
    ]  # fmt: skip
    assert [row.text for row in rows(database, company)] == ["De personne"]
    assert read_inbox(database, box, at=NOW).taken == 0


# --- once, and never lost ---------------------------------------------------------------------------------


def test_each_mail_is_taken_in_once_and_marks_of_reading_do_not_matter(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Garage Martin")
    imap.deliver(mails.reply(None, "Un", at=NOW), at=NOW)
    assert read_inbox(database, box, at=NOW).taken == 1
    imap.deliver(mails.reply(None, "Deux", at=NOW), at=NOW)
    with imap.client() as other:  # somebody reads the mail elsewhere, and flags it
        other.folder.set("Relances")
        for mail in other.fetch(mark_seen=True):
            other.flag(mail.uid or "", "\\Flagged", value=True)
    assert read_inbox(database, box, at=NOW).taken == 1
    assert read_inbox(database, box, at=NOW).taken == 0
    assert [row.text for row in rows(database, company)] == ["Un", "Deux"]


def test_a_folder_made_anew_is_read_again_without_doubles(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Garage Martin")
    one = mails.reply(None, "Un", at=NOW)
    nameless = mails.reply(None, "Sans nom", at=NOW).replace(b"Message-ID:", b"X-Was:")
    for raw in (one, nameless):
        imap.deliver(raw, at=NOW)
    assert read_inbox(database, box, at=NOW).taken == 2
    before = imap.uid_validity()
    imap.rebuild()
    assert imap.uid_validity() != before
    for raw in (one, nameless, mails.reply(None, "Deux", at=NOW)):
        imap.deliver(raw, at=NOW)
    assert read_inbox(database, box, at=NOW + timedelta(days=1)).taken == 1
    assert [row.text for row in rows(database, company)] == ["Un", "Sans nom", "Deux"]


def test_two_mails_under_one_message_id_are_both_kept(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Garage Martin")
    for text in ("Un", "Deux", "Un"):
        imap.deliver(mails.reply(None, text, at=NOW, Message_ID="<same@client.example>"), at=NOW)
    assert read_inbox(database, box, at=NOW).taken == 2
    assert [row.text for row in rows(database, company)] == ["Un", "Deux"]


def test_the_first_look_goes_back_a_week_and_no_further(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    for days in (400, 3):
        at = NOW - timedelta(days=days)
        imap.deliver(mails.reply(None, f"il y a {days} jours", at=at), at=at)
    read_inbox(database, box, at=NOW)
    assert [row.text for row in rows(database, company)] == ["il y a 3 jours"]


class Killed(BaseException):
    """What ends a process: nothing catches it."""


def test_killed_between_two_mails_nothing_is_lost_nor_doubled(
    database: Database, company: Company, box: Inbox, imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Garage Martin")
    for text in ("Un", "Deux", "Trois"):
        imap.deliver(mails.reply(None, text, at=NOW), at=NOW)
    real, count = incoming.take_in, 0

    def dying(*args: Any, **more: Any) -> int | None:
        nonlocal count
        count += 1
        done = real(*args, **more)
        if count == 2:
            raise Killed  # the second mail is written, and not committed
        return done

    with monkeypatch.context() as patch:
        patch.setattr(incoming, "take_in", dying)
        with pytest.raises(Killed):
            read_inbox(database, box, at=NOW)
    assert [row.text for row in rows(database, company)] == ["Un"]
    assert read_inbox(database, box, at=NOW).taken == 2
    assert [row.text for row in rows(database, company)] == ["Un", "Deux", "Trois"]
    assert acts(database, company).count("reply.received") == 3


def test_two_clocks_that_read_at_once_take_each_mail_in_once(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Garage Martin")
    for rank in range(5):
        imap.deliver(mails.reply(None, f"Mail {rank}", at=NOW), at=NOW)
    boxes = [replace(box, turn=threading.Lock()) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda one: read_inbox(database, one, at=NOW), boxes))
    assert [report.down for report in reports] == [None] * 3
    assert sum(report.taken for report in reports) == 5
    assert sorted(row.text for row in rows(database, company)) == [f"Mail {rank}" for rank in range(5)]
    assert acts(database, company) == ["reply.received"] * 5


def test_a_mail_that_cannot_be_understood_is_kept_for_a_person(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        builders.customer(b, "Garage Martin")
    for text in ("poison", "Deux"):
        imap.deliver(mails.reply(None, text, at=NOW), at=NOW)
    report = read_inbox(database, replace(box, reader=readers.reader), at=NOW)
    assert (report.to_file, report.replies) == (1, 1)
    bad, good = rows(database, company)
    assert (bad.state, bad.text, b"poison" in (bad.raw or b"")) == ("to_file", "", True)
    assert good.text == "Deux"


@ON_SQLITE
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00garbage without any header",
        b"From: \xe9t\xe9@client.example\r\nSubject: =?utf-8?q?\xff?=\r\n\r\nnous r\xe9glerons vendredi",
        b"From: a@b.c\r\nContent-Type: text/plain; charset=martian\r\n\r\nbonjour",
        b"From: =?undefined?q?a?= <a@b.c>\r\nContent-Type: text/plain; charset=undefined\r\n\r\nbonjour",
        b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nbon",
        b"From: a@b.c\r\nDate: Mon, 99 Foo 20266 99:99\r\nReferences: "
        + b"<a@b> " * 3_000
        + b"\r\n\r\nbonjour",
        b"From: a@b.c\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!",
        b"From: a@b.c\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n",
        b"From: <script>@b.c\r\nSubject: a\x00b\r\n\r\na\x00b\x1b[31m",
    ],
)
def test_whatever_a_mail_looks_like_it_is_taken_in(
    database: Database, company: Company, box: Inbox, imap: ImapServer, raw: bytes
) -> None:
    if raw:
        imap.deliver(raw, at=NOW)
    imap.deliver(mails.reply(None, "Le suivant", at=NOW), at=NOW)
    read_inbox(database, box, at=NOW)
    found = rows(database, company)
    assert found[-1].text == "Le suivant"
    assert len(found) == (2 if raw else 1)
    assert all("\x00" not in row.text + row.subject for row in found)


@ON_SQLITE
def test_a_huge_mail_is_read_from_its_beginning_only(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "compta@client.example", "<huge@client.example>"
    mail.set_content("Bonjour, nous réglerons vendredi.")
    mail.add_attachment(b"x" * 3_000_000, maintype="application", subtype="pdf", filename="preuve.pdf")
    imap.deliver(bytes(mail), at=NOW)
    read_inbox(database, box, at=NOW)
    [row] = rows(database, company)
    assert row.text == "Bonjour, nous réglerons vendredi."
    assert row.proposal is not None
    assert row.proposal["attachments"] == ["preuve.pdf"]
    assert row.raw is not None
    assert len(row.raw) <= MOST_BYTES


def test_a_mailbox_out_of_reach_loses_nothing_and_is_told_once_a_day(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    read_inbox(database, box, at=NOW)
    down = inboxes.inbox(address_of(NOBODY_LISTENS), {company.key: company}, builders.KEYS)
    down = replace(down, folder=box.folder)
    imap.deliver(mails.reply(None, "Un", at=NOW), at=NOW)
    for minutes in (10, 130, 140):
        report = read_inbox(database, down, at=NOW + timedelta(minutes=minutes))
        assert report.down is not None
        assert "secret" not in report.down
        with read_books(database, company) as b:
            told = b.session.query(Announcement).filter_by(kind="mailbox_down").count()
            assert told == (0 if minutes == 10 else 1)
    assert read_inbox(database, box, at=NOW + timedelta(hours=3)).taken == 1


@ON_SQLITE
def test_a_certificate_that_is_not_believed_is_told_in_words(
    database: Database, company: Company, box: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    def look(position: Position | None, at: datetime) -> Iterator[FetchedMails]:
        unbelieved = ssl.SSLCertVerificationError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired")
        unbelieved.verify_code = 10
        raise unbelieved
        yield

    report = read_inbox(database, replace(box, look=look), at=NOW)
    assert report.down is not None
    assert "le certificat du serveur a expiré" in report.down
    assert "SSL:" not in report.down
    assert [row.kind for row in caplog.records] == ["SSLCertVerificationError 10"]  # type: ignore[attr-defined]
    with read_books(database, company) as b:
        [told] = b.session.query(Announcement).filter_by(kind="mailbox_down")
        assert told.data["why"] == report.down


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "why"),
    [({"password": "wrong"}, "mot de passe"), ({"folder": "Nulle part"}, "Nulle part")],
)
def test_a_mailbox_that_refuses_us_names_the_setting(
    database: Database, company: Company, imap: ImapServer, change: dict[str, str], why: str
) -> None:
    address = replace(address_of(imap.url), **change)  # type: ignore[arg-type]  # fields by name
    report = read_inbox(database, inboxes.inbox(address, {company.key: company}, builders.KEYS), at=NOW)
    assert report.down is not None
    assert "IMAP_URL" in report.down
    assert why in report.down


@pytest.mark.parametrize(
    "url",
    ["imap://127.0.0.1", "imap://:x@h", "imaps://u:p@h:port/", "http://u:p@h", "imap://u:p@/INBOX"],
)
def test_an_address_of_a_mailbox_that_cannot_be_is_refused(url: str) -> None:
    with refused(SettingsError, match="IMAP_URL"):
        address_of(url)


def test_an_address_of_a_mailbox_is_read_with_its_odd_signs() -> None:
    found = address_of("imaps://marie%40durand.fr:a%2Fb%3A@mail.durand.fr/Relances/Clients")
    assert found == MailboxAddress("mail.durand.fr", 993, "marie@durand.fr", "a/b:", "Relances/Clients", True)
    assert "a/b" not in repr(found)
    assert address_of("imap://m:p@h").folder == "INBOX"


# --- bounces ----------------------------------------------------------------------------------------------


def bounced(database: Database, company: Company) -> dict[str, str | None]:
    """Return the addresses that bounced, with the reason."""
    with read_books(database, company) as b:
        found = b.session.query(Contact).filter(Contact.bounced_at.is_not(None))
        return {str(row.email): row.bounce_reason for row in found}


def test_a_permanent_refusal_stops_the_address_and_asks_for_another(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        mail = sent(b, builders.customer(b, "Garage Martin", owner=builders.PAUL))
    imap.deliver(mails.delivery_report(mail, at=NOW), at=NOW)
    assert read_inbox(database, box, at=NOW).bounces == 1
    assert bounced(database, company) == {"compta@client.example": "5.1.1 smtp; 550 5.1.1 User unknown"}
    with read_books(database, company) as b:
        [task] = tasks.open_tasks(b, kind="no_address")
        assert (task.owner, task.numbers) == (builders.PAUL, (f"FAC-{task.customer_id}",))
        assert b.session.query(StepDone).one().undone_at is not None
        assert b.session.query(Reminder).one().state == "failed"
        [copy] = b.session.query(Recipient)
        assert (copy.state, copy.words) == ("refused", "5.1.1 smtp; 550 5.1.1 User unknown")
    assert acts(database, company) == ["task.opened", "address.bounced"]
    imap.deliver(mails.delivery_report(mail, at=NOW), at=NOW)
    read_inbox(database, box, at=NOW)
    with read_books(database, company) as b:
        assert len(tasks.open_tasks(b)) == 1


def test_each_mail_that_had_left_to_a_dead_address_completes_nothing(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        customer = builders.customer(b, "Garage Martin")
        first, second = sent(b, customer), sent(b, customer, number="FAC-8", day=6)
    for mail in (first, second):
        imap.deliver(mails.delivery_report(mail, at=NOW), at=NOW)
    read_inbox(database, box, at=NOW)
    with read_books(database, company) as b:
        assert [row.state for row in b.session.query(Reminder)] == ["failed", "failed"]
        assert all(row.undone_at is not None for row in b.session.query(StepDone))
        assert len(tasks.open_tasks(b)) == 1


def test_a_bounce_taken_back_leaves_all_as_it_was(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        mail = sent(b, builders.customer(b, "Garage Martin"))
    imap.deliver(mails.delivery_report(mail, at=NOW), at=NOW)
    read_inbox(database, box, at=NOW)
    with open_books(database, company) as b:
        line = b.session.query(JournalLine).filter_by(act="address.bounced").one()
        undo.undo(b, line.id, by=builders.MARIE, at=NOW)
    assert bounced(database, company) == {}
    with read_books(database, company) as b:
        assert b.session.query(StepDone).one().undone_at is None
        assert b.session.query(Reminder).one().state == "sent"
        assert b.session.query(Recipient).one().state == "accepted"
        assert not tasks.open_tasks(b)


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"action": "delayed", "status": "4.4.1", "words": "smtp; 451 4.4.1 timeout"}, 0),
        ({"status": "4.2.2", "words": "smtp; 452 4.2.2 mailbox full"}, 0),
        ({"action": "delivered", "status": "2.0.0", "words": "smtp; 250 ok"}, 0),
        ({"status": "5.7.1", "words": "smtp; 550 5.7.1 blocked by policy"}, 1),
        ({"status": "5.0.0", "words": "smtp; 550 5.7.26 unauthenticated mail"}, 1),
    ],
)
def test_what_is_no_dead_address_is_journaled_and_stops_nothing(
    database: Database, company: Company, box: Inbox, imap: ImapServer, change: dict[str, Any], told: int
) -> None:
    with open_books(database, company) as b:
        mail = sent(b, builders.customer(b, "Garage Martin"))
    imap.deliver(mails.delivery_report(mail, at=NOW, **change), at=NOW)
    assert read_inbox(database, box, at=NOW).bounces == 1
    assert bounced(database, company) == {}
    assert acts(database, company) == ["mail.bounce"]
    with read_books(database, company) as b:
        assert b.session.query(Announcement).filter_by(kind="bounce_policy").count() == told
        assert b.session.query(Reminder).one().state == "sent"
        assert b.session.query(Recipient).one().state == ("refused" if told else "accepted")


def test_one_of_two_addresses_dies_and_the_reminder_stays_done(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        martin = builders.customer(b, "Garage Martin")
        builders.contact(b, martin, "chef@client.example", role="manager")
        mail = sent(b, martin, "compta@client.example", "chef@client.example")
    imap.deliver(mails.delivery_report(mail, at=NOW, address="CHEF@client.example"), at=NOW)
    read_inbox(database, box, at=NOW)
    assert list(bounced(database, company)) == ["chef@client.example"]
    with read_books(database, company) as b:
        assert b.session.query(Reminder).one().state == "sent"
        assert [row.state for row in b.session.query(Recipient)] == ["accepted", "refused"]


@ON_SQLITE
@pytest.mark.parametrize("by_verp", [True, False])
def test_a_report_that_returns_nothing_is_known_by_where_it_was_sent(
    database: Database, company: Company, box: Inbox, imap: ImapServer, *, by_verp: bool
) -> None:
    with open_books(database, company) as b:
        mail = sent(b, builders.customer(b, "Garage Martin"))
        reminder_id = b.session.query(Reminder).one().id
    tag = tags.tag(builders.KEYS, company, reminder_id)
    to = f"rebonds+{tag}@durand.example" if by_verp else "compta@durand.example"
    imap.deliver(mails.delivery_report(mail, at=NOW, to=to, with_headers=False), at=NOW)
    read_inbox(database, box, at=NOW)
    [row] = rows(database, company)
    if by_verp:
        assert list(bounced(database, company)) == ["compta@client.example"]
    else:  # anybody could have written it: a person says
        assert (row.state, bounced(database, company)) == ("to_file", {})


@ON_SQLITE
def test_a_report_without_form_is_read_at_the_address_of_its_reminder(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        sent(b, builders.customer(b, "Garage Martin"))
        tag = tags.tag(builders.KEYS, company, b.session.query(Reminder).one().id)
    report = EmailMessage()
    report["From"], report["To"] = "MAILER-DAEMON@mx.example", f"rebonds+{tag}@durand.example"
    report["Return-Path"], report["Subject"] = "<>", "Votre facture est payée"
    report.set_content(
        "I'm afraid I wasn't able to deliver.\n<compta@client.example>: 550 5.1.1 No such user"
    )
    imap.deliver(bytes(report), at=NOW)
    read_inbox(database, box, at=NOW)
    assert list(bounced(database, company)) == ["compta@client.example"]


@ON_SQLITE
def test_a_bounce_of_the_sandbox_stops_nobody(
    database: Database, company: Company, box: Inbox, imap: ImapServer
) -> None:
    with open_books(database, company) as b:
        mail = sent(b, builders.customer(b, "Garage Martin"), "essai@durand.example", sandbox=True)
    imap.deliver(mails.delivery_report(mail, at=NOW), at=NOW)
    read_inbox(database, box, at=NOW)
    assert bounced(database, company) == {}


def test_nothing_new_is_a_quiet_look(database: Database, company: Company, box: Inbox) -> None:
    assert read_inbox(database, box, at=NOW) == InboxReport()
    with read_books(database, company) as b:
        assert b.session.query(Mailbox).one().last_uid == 0
