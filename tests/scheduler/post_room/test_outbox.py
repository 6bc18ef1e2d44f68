"""The post room against a real mail server, on both databases: what leaves, what does not, and why."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from receivables.codes.messages import Origin
from receivables.codes.reasons import Obstacle
from receivables.company import Company, Mode
from scheduler import tags
from scheduler.email.sender import by_mail
from scheduler.post_room.outbox import SendReport, send_due
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import (
    Announcement,
    Contact,
    Customer,
    Invoice,
    JournalLine,
    Reminder,
    ReminderItem,
    Run,
    StepDone,
    Task,
)
from store.disputes import acts as disputes
from store.payments import acts as payments
from store.post_room import claims
from store.reminders import acts as reminders
from store.reminders import copies
from tests import builders
from tests.scheduler.posting import NOON, Mailbox, SetClock, mail_server, planned

ADDRESS = "compta@client.example"


def one_reminder(database: Database, company: Company, **columns: Any) -> int:
    """Plan one message about FAC-123, late since the 1st, at step `ferme`."""
    with open_books(database, company) as b:
        customer = builders.customer(b, "Garage Martin", contact_name="Léa Brun", owner_name="Sophie Martin")
        invoice = builders.invoice(b, customer, "FAC-123", due=date(2026, 4, 1))
        return planned(b, customer, [invoice], **columns).id


def two_items(database: Database, company: Company) -> tuple[int, int, int]:
    """Plan one message about two invoices; return its id and theirs."""
    with open_books(database, company) as b:
        customer = builders.customer(b)
        first = builders.invoice(b, customer, "FAC-1", due=date(2026, 4, 1))
        second = builders.invoice(b, customer, "FAC-2", due=date(2026, 4, 1), amount="300.00")
        return planned(b, customer, [first, second]).id, first.id, second.id


def row(database: Database, company: Company, reminder_id: int) -> Row[Any]:
    """Return the reminder as the database has it."""
    with read_books(database, company) as b:
        return b.session.execute(select(Reminder.__table__).where(Reminder.id == reminder_id)).one()


def column(database: Database, company: Company, what: Any) -> list[Any]:
    with read_books(database, company) as b:
        return list(b.session.scalars(select(what)))


def test_a_planned_reminder_leaves_once_and_is_recorded(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = one_reminder(database, company)
    report = send_due(database, company, mailbox.senders(), now=clock)
    assert report == SendReport(sent=1)
    [mail] = mailbox.mails
    sent = row(database, company, reminder_id)
    assert (sent.state, sent.sent_at, sent.server_answer) == ("sent", NOON, "250 queued")
    assert mail["Message-ID"] == sent.message_id
    assert mail["Date"].datetime == NOON
    assert mailbox.taken[0].rcpt_tos == [ADDRESS]
    with read_books(database, company) as b:
        [copy] = copies.of(b, [sent.id])[sent.id]
        assert (copy.address, copy.state, copy.words) == (ADDRESS, "accepted", "250 queued")
        assert (copy.attempts, copy.tried_at, copy.next_at) == (1, NOON, None)
        [done] = b.session.scalars(select(StepDone))
        assert (done.step, done.day, done.how) == ("ferme", 7, "sent")
        assert done.done_on == done.slot == date(2026, 4, 8)
        assert b.session.scalars(select(Customer.thread_id)).one() == sent.message_id
        [line] = b.session.scalars(select(JournalLine))
        assert (line.act, line.by, line.data["reminder_id"]) == ("reminder.sent", "horloge", reminder_id)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport()
    assert len(mailbox.taken) == 1


def test_the_mail_shows_what_is_owed_to_whom_and_from_whom(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    company = replace(company, bounce_to="rebonds@durand.example")
    reminder_id = one_reminder(database, company)
    send_due(database, company, mailbox.senders(), now=clock)
    [mail] = mailbox.mails
    assert (
        mailbox.taken[0].mail_from
        == f"rebonds+{tags.tag(builders.KEYS, company, reminder_id)}@durand.example"
    )
    assert str(mail["From"]) == "Comptabilité Durand <compta@durand.example>"
    assert str(mail["To"]) == f"Léa Brun <{ADDRESS}>"
    assert mail["Reply-To"] == "compta@durand.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",))
    html = mail.get_body(("html",))
    assert text is not None
    assert html is not None
    for part in (text, html):
        assert "FAC-123" in part.get_content()
        assert "1\u202f200,00\u00a0€" in part.get_content()
        assert "Sophie Martin" in part.get_content()
    [picture] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert f"cid:{picture['Content-ID'].strip('<>')}" in html.get_content()


def test_reminders_of_one_customer_form_one_thread(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    one_reminder(database, company)
    send_due(database, company, mailbox.senders(), now=clock)
    for days, step in ((8, "renforcee"), (9, "renforcee")):
        clock.later(days=days)
        with open_books(database, company) as b:
            customer, invoice = (
                b.session.scalars(select(Customer)).one(),
                b.session.scalars(select(Invoice)).one(),
            )
            row = planned(b, customer, [invoice], step=step, at=clock.at, origin="hand")
            b.session.execute(
                update(ReminderItem).where(ReminderItem.reminder_id == row.id).values(round=days)
            )
        send_due(database, company, mailbox.senders(), now=clock)
    first, second, third = mailbox.mails
    plain = str.maketrans({"\u00a0": " ", "\u202f": " "})
    assert first["In-Reply-To"] is None
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert third["In-Reply-To"] == second["Message-ID"]
    assert third["References"].split() == [first["Message-ID"], second["Message-ID"]]
    assert str(first["Subject"]).translate(plain) == "Rappel : facture FAC-123 échue le 1er avril, 1 200,00 €"
    assert (
        str(second["Subject"]).translate(plain)
        == "Facture échue à régler : FAC-123, 1 200,00 € (Garage Martin)"
    )
    assert third["Subject"] == second["Subject"]


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        (datetime(2026, 4, 8, 7, 59, tzinfo=UTC), 0),  # 09:59 in Paris
        (datetime(2026, 4, 8, 8, 0, tzinfo=UTC), 1),
        (datetime(2026, 4, 8, 15, 29, tzinfo=UTC), 1),
        (datetime(2026, 4, 8, 15, 30, tzinfo=UTC), 0),  # 17:30
    ],
)
def test_the_clock_sends_inside_the_window_only(
    database: Database, company: Company, mailbox: Mailbox, at: datetime, leaves: int
) -> None:
    one_reminder(database, company)
    assert send_due(database, company, mailbox.senders(), now=lambda: at).sent == leaves


def test_nothing_leaves_on_a_closed_day_but_what_a_person_sends(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    clock.at = datetime(2026, 4, 6, 10, tzinfo=UTC)  # Easter Monday
    one_reminder(database, company, at=clock.at)
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 0
    with open_books(database, company) as b:
        b.session.execute(update(Reminder).values(origin="hand"))
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 1


@pytest.mark.parametrize(("mode", "by_clock", "by_hand"), [("draft", 0, 0), ("manual", 0, 1), ("live", 1, 1)])
def test_the_mode_says_what_may_leave(
    database: Database,
    company: Company,
    mailbox: Mailbox,
    clock: SetClock,
    mode: str,
    by_clock: int,
    by_hand: int,
) -> None:
    company = replace(company, mode=Mode(mode))
    one_reminder(database, company)
    assert send_due(database, company, mailbox.senders(), now=clock).sent == by_clock
    with open_books(database, company) as b:
        customer = b.session.scalars(select(Customer)).one()
        other = builders.invoice(b, customer, "FAC-9", due=date(2026, 4, 1))
        planned(b, customer, [other], origin="hand")
    assert send_due(database, company, mailbox.senders(), now=clock).sent == by_hand


def test_the_sandbox_sends_to_one_address_with_a_banner_and_keeps_its_own_marks(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    company = replace(company, mode=Mode.SANDBOX)
    one_reminder(database, company, sandbox=True)
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 1
    assert mailbox.taken[0].rcpt_tos == ["essai@durand.example"]
    body = mailbox.mails[0].get_body(("plain",))
    assert body is not None
    assert ADDRESS in body.get_content()
    assert column(database, company, StepDone.sandbox) == [True]
    assert column(database, company, Customer.thread_id) == [None]


def test_a_morning_that_waits_for_a_go_sends_nothing_until_it_comes(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    one_reminder(database, company)
    with open_books(database, company) as b:
        run = Run(company_id=b.company_id, job="plan", period="2026-04-08", at=NOON, data={}, needs_go=True)
        b.session.add(run)
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 0
    with open_books(database, company) as b:
        b.session.execute(update(Run).values(go_at=NOON, go_by="U0PAUL"))
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 1


def test_what_was_paid_since_the_plan_drops_out_and_the_rest_leaves(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id, first, _ = two_items(database, company)
    with open_books(database, company) as b:
        payments.record(
            b, first, amount=None, received_on=date(2026, 4, 8), means="transfer", by="U0MARIE", at=NOON
        )
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 1
    body = mailbox.mails[0].get_body(("plain",))
    assert body is not None
    assert "FAC-2" in body.get_content()
    assert "FAC-1" not in body.get_content()
    assert column(database, company, StepDone.step) == ["ferme"]
    assert row(database, company, reminder_id).state == "sent"


def test_a_part_paid_since_the_plan_leaves_with_the_fresh_amount(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    one_reminder(database, company)
    with open_books(database, company) as b:
        invoice = b.session.scalars(select(Invoice.id)).one()
        payments.record(
            b,
            invoice,
            amount=Decimal("200.00"),
            received_on=date(2026, 4, 8),
            means="transfer",
            by="U0MARIE",
            at=NOON,
        )
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 1
    body = mailbox.mails[0].get_body(("plain",))
    assert body is not None
    assert "1\u202f000,00\u00a0€ (sur 1\u202f200,00\u00a0€" in body.get_content()
    assert "200,00\u00a0€ déjà" in body.get_content()
    assert "n’est réglée qu’en partie" in body.get_content()


def test_a_dispute_opened_since_the_plan_cancels_the_message(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = one_reminder(database, company)
    with open_books(database, company) as b:
        invoice = b.session.scalars(select(Invoice.id)).one()
        disputes.open_dispute(b, invoice, kind="other", note=None, by="U0MARIE", at=NOON)
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 0
    assert row(database, company, reminder_id).state == "cancelled"


def test_what_changed_behind_the_acts_is_seen_at_the_last_look(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = one_reminder(database, company)
    with open_books(database, company) as b:
        b.session.execute(update(Invoice).values(outstanding=Decimal(0)))
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(cancelled=1)
    assert row(database, company, reminder_id).state == "cancelled"
    assert mailbox.taken == []


def test_a_change_between_last_look_and_claim_is_caught_by_the_claim(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    one_reminder(database, company)
    transport = mailbox.transport()
    ready, paid = transport.ready, threading.Event()

    def pay_then_ready() -> Any:
        """The last thing done before the claim: here a payment comes in."""
        if not paid.is_set():
            paid.set()
            with open_books(database, company) as b:
                invoice = b.session.scalars(select(Invoice.id)).one()
                payments.record(
                    b,
                    invoice,
                    amount=Decimal("200.00"),
                    received_on=date(2026, 4, 8),
                    means=None,
                    by="U0MARIE",
                    at=NOON,
                )
        return ready()

    transport.ready = pay_then_ready  # type: ignore[method-assign]
    assert send_due(database, company, by_mail(transport, builders.KEYS), now=clock).sent == 1
    body = mailbox.mails[0].get_body(("plain",))
    assert body is not None
    assert "1\u202f000,00\u00a0€" in body.get_content()


def test_only_joined_items_left_is_no_message(database: Database, company: Company) -> None:
    with open_books(database, company) as b:
        customer = builders.customer(b)
        own = builders.invoice(b, customer, "FAC-1", due=date(2026, 4, 1))
        joined = builders.invoice(b, customer, "FAC-2", due=date(2026, 4, 3))
        planned(b, customer, [own, joined], joined=[joined])
        assert reminders.call_off(b, [own.id], reason="disputed", at=NOON) == 1
        assert b.session.scalars(select(Reminder.state)).all() == ["cancelled"]


def test_a_full_mailbox_is_tried_again_later_with_the_same_message_id(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = one_reminder(database, company)
    mailbox.refuse_data.append("452 4.2.2 mailbox full")
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(postponed=1)
    waiting = row(database, company, reminder_id)
    assert (waiting.state, waiting.attempts) == ("planned", 1)
    assert "mailbox full" in waiting.error
    assert column(database, company, StepDone.step) == []
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport()
    clock.later(minutes=5)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert mailbox.mails[0]["Message-ID"] == waiting.message_id
    assert row(database, company, reminder_id).attempts == 2


def test_a_refused_address_fails_for_good_and_somebody_must_find_another(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = one_reminder(database, company)
    mailbox.refuse_recipient[ADDRESS] = "550 5.1.1 no such user"
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(failed=1)
    assert row(database, company, reminder_id).state == "failed"
    assert column(database, company, Contact.bounced_at) == [NOON]
    assert column(database, company, Task.kind) == ["no_address"]
    assert column(database, company, Announcement.kind) == ["sends_failed"]  # the task is in the list
    assert column(database, company, StepDone.step) == []


def test_a_refused_text_fails_without_blaming_the_address(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    one_reminder(database, company)
    mailbox.refuse_data.append("554 5.7.1 policy")
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(failed=1)
    assert column(database, company, Contact.bounced_at) == [None]
    assert column(database, company, Announcement.kind) == ["sends_failed"]


def test_with_the_server_away_nothing_is_marked_sent_and_all_stays_planned(
    database: Database, company: Company, clock: SetClock
) -> None:
    reminder_id = one_reminder(database, company)
    with mail_server() as gone:
        pass
    report = send_due(database, company, gone.senders(), now=clock)
    assert report.sent == 0
    assert report.down is not None
    waiting = row(database, company, reminder_id)
    assert (waiting.state, waiting.attempts, waiting.message_id) == ("planned", 0, None)
    assert column(database, company, Announcement.kind) == ["sends_failed"]
    send_due(database, company, gone.senders(), now=clock)
    assert len(column(database, company, Announcement.key)) == 1


def test_no_answer_after_the_text_is_a_question_for_a_person(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = one_reminder(database, company)
    mailbox.hang_up = 1
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(uncertain=1)
    assert row(database, company, reminder_id).state == "uncertain"
    assert column(database, company, Task.kind) == ["uncertain"]
    clock.later(days=1)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport()
    assert len(mailbox.taken) == 1


def test_a_customer_without_address_fails_and_stops_no_other(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    with open_books(database, company) as b:
        mute = builders.customer(b, "Sans Adresse", email=None)
        planned(b, mute, [builders.invoice(b, mute, "FAC-1", due=date(2026, 4, 1))])
        accent = builders.customer(b, "Accent", email="rené@client.example")
        planned(b, accent, [builders.invoice(b, accent, "FAC-2", due=date(2026, 4, 1))])
    one_reminder(database, company)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1, failed=2)
    assert column(database, company, Task.kind) == ["no_address", "no_address"]
    assert column(database, company, Announcement.kind) == []  # both tasks are in the list
    assert set(column(database, company, Contact.bounce_reason)) == {"accents", None}


def test_of_two_addresses_the_good_one_gets_the_mail_and_the_other_is_written_to_no_more(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    with open_books(database, company) as b:
        both = builders.customer(b, "Deux Adresses", email="rené@client.example")
        builders.contact(b, both, "ok@client.example")
        planned(b, both, [builders.invoice(b, both, "FAC-1", due=date(2026, 4, 1))])
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert mailbox.mails[0]["To"] == "ok@client.example"
    assert set(column(database, company, Contact.bounce_reason)) == {"accents", None}
    assert column(database, company, Task.kind) == []


def test_every_mail_of_the_run_goes_to_the_good_address(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    with open_books(database, company) as b:
        both = builders.customer(b, "Deux Adresses", email="rené@client.example")
        builders.contact(b, both, "ok@client.example")
        late, coming = (builders.invoice(b, both, f"FAC-{day}", due=date(2026, 4, day)) for day in (1, 13))
        planned(b, both, [late])
        planned(b, both, [coming], step="amicale", origin=Origin.HAND)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=2)
    assert [mail["To"] for mail in mailbox.mails] == ["ok@client.example"] * 2


def test_what_was_never_tried_is_over_with_its_day(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = one_reminder(database, company)
    clock.later(days=1)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(cancelled=1)
    assert row(database, company, reminder_id).error == Obstacle.DAY_OVER


def test_asked_to_stop_the_run_ends_between_two_mails(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    with open_books(database, company) as b:
        for number in range(3):
            customer = builders.customer(b, f"Client {number}")
            planned(b, customer, [builders.invoice(b, customer, f"FAC-{number}", due=date(2026, 4, 1))])
    stop = threading.Event()
    transport = mailbox.transport()
    send = transport.send

    def send_then_stop(letter: Any) -> Any:
        result = send(letter)
        stop.set()
        return result

    transport.send = send_then_stop  # type: ignore[method-assign]
    assert send_due(database, company, by_mail(transport, builders.KEYS), now=clock, stop=stop) == SendReport(
        sent=1
    )
    assert sorted(column(database, company, Reminder.state)) == ["planned", "planned", "sent"]


def test_one_connection_serves_many_mails(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    with open_books(database, company) as b:
        for number in range(5):
            customer = builders.customer(b, f"Client {number}")
            planned(b, customer, [builders.invoice(b, customer, f"FAC-{number}", due=date(2026, 4, 1))])
    assert send_due(database, company, mailbox.senders(), now=clock).sent == 5
    assert mailbox.connections == 1


def test_the_lease_outlives_every_smtp_timeout() -> None:
    from scheduler.email.smtp import TIMEOUT_SECONDS

    assert claims.LEASE.total_seconds() > 10 * TIMEOUT_SECONDS
