"""A fate for each recipient: who has the message is left alone, who lacks it is tried again, no one twice."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.digest import mail_card
from correspondence.case_file.make import make
from receivables.codes.disputes import DisputeKind
from receivables.company import Company
from receivables.errors import Refused
from scheduler import preview
from scheduler.email.sender import by_mail
from scheduler.post_room.outbox import SendReport, send_due
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement, Contact, Customer, Invoice, JournalLine, Reminder, StepDone, Task
from store.disputes import acts as disputes
from store.morning import cards
from store.payments import acts as payments
from store.post_room import uncertain
from store.reminders import copies
from store.reminders.listing import outbox
from store.replies.sender import by_id
from tests import builders
from tests.refusals import refused
from tests.scheduler.posting import Mailbox, SetClock, planned

A, B, C = "a@client.example", "b@client.example", "c@client.example"
LATER = "450 4.2.1 try again later"
DEAD = "550 5.1.1 no such user"
OURS = "550 5.7.1 blocked by our list"


def two(
    database: Database,
    company: Company,
    a: str = "billing",
    b_: str = "billing",
    *,
    invoices: int = 1,
    **more: Any,
) -> int:
    """Plan a message to two contacts of these roles; the step is sent to both."""
    with open_books(database, company) as b:
        customer = builders.customer(b, "Garage Martin", email=None)
        builders.contact(b, customer, A, role=a)
        builders.contact(b, customer, B, role=b_)
        due = [
            builders.invoice(b, customer, f"FAC-{123 + one}", due=date(2026, 4, 1)) for one in range(invoices)
        ]
        return planned(b, customer, due, **more).id


def to_both(company: Company) -> Company:
    """The same company, whose steps are sent to billing and manager."""
    policy = company.policies["standard"]
    steps = tuple(replace(step, to="both") for step in policy.steps)
    return replace(company, policies={**company.policies, "standard": replace(policy, steps=steps)})


def fates(database: Database, company: Company) -> dict[str, str]:
    with read_books(database, company) as b:
        ids = list(b.session.scalars(select(Reminder.id)))
        return {copy.address: str(copy.state) for each in copies.of(b, ids).values() for copy in each}


def copy_of(database: Database, company: Company, address: str) -> copies.Copy:
    with read_books(database, company) as b:
        [known] = copies.of(b, list(b.session.scalars(select(Reminder.id)))).values()
        return next(copy for copy in known if copy.address == address)


def state(database: Database, company: Company) -> str:
    with read_books(database, company) as b:
        return str(b.session.scalars(select(Reminder.state)).one())


def done(database: Database, company: Company) -> list[date]:
    with read_books(database, company) as b:
        return list(b.session.scalars(select(StepDone.done_on)))


def got(mailbox: Mailbox, address: str) -> list[bytes]:
    """Return what an address was given."""
    return [bytes(mail.content or b"") for mail in mailbox.taken if address in mail.rcpt_tos]


def column(database: Database, company: Company, what: Any) -> list[Any]:
    with read_books(database, company) as b:
        return list(b.session.scalars(select(what)))


@pytest.mark.parametrize("pipelining", [True, False])
def test_who_has_it_is_left_alone_and_who_lacks_it_gets_the_very_same_message(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock, *, pipelining: bool
) -> None:
    mailbox.pipelining = pipelining
    two(database, company)
    mailbox.refuse_recipient = {B: LATER}
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert (state(database, company), fates(database, company)) == ("sent", {A: "accepted", B: "put_off"})
    assert done(database, company) == [date(2026, 4, 8)]
    waits = copy_of(database, company, B)
    assert (waits.words, waits.attempts, waits.tried_at) == (LATER, 1, clock.at)
    mailbox.refuse_recipient.clear()
    clock.later(minutes=4)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport()
    assert waits.next_at == clock.later(minutes=1)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport()
    assert fates(database, company) == {A: "accepted", B: "accepted"}
    assert got(mailbox, A) == got(mailbox, B) == [mailbox.taken[0].content]
    assert [mail.rcpt_tos for mail in mailbox.taken] == [[A], [B]]
    assert done(database, company) == [date(2026, 4, 8)]
    clock.later(days=1)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport()
    assert len(mailbox.taken) == 2


def test_put_off_again_and_again_it_is_given_up_after_the_next_open_day_and_told_once(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    two(database, company)
    mailbox.refuse_recipient = {B: LATER}
    tried: list[datetime] = []
    for _ in range(3 * 24 * 12):
        before = mailbox.tried
        send_due(database, company, mailbox.senders(), now=clock)
        tried += [clock.at] * (mailbox.tried - before)
        clock.later(minutes=5)
    local = [company.zone and each.astimezone(company.zone) for each in tried]
    assert [f"{each:%d %H:%M}" for each in local] == [
        "08 12:00", "08 12:05", "08 12:20", "08 13:05", "08 15:20", "09 10:00", "09 14:00",
    ]  # fmt: skip
    assert (state(database, company), fates(database, company)) == ("sent", {A: "accepted", B: "refused"})
    assert copy_of(database, company, B).words == LATER
    assert len(got(mailbox, A)) == 1
    [told] = column(database, company, Announcement.data)
    assert told == {"copies": column(database, company, Reminder.id)}
    assert column(database, company, Contact.bounced_at) == [None, None]
    assert column(database, company, Task.id) == []


def test_an_address_that_is_no_more_is_marked_and_told(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = two(database, company)
    mailbox.refuse_recipient = {B: DEAD}
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert fates(database, company) == {A: "accepted", B: "refused"}
    assert column(database, company, Contact.bounce_reason) == [None, DEAD]
    assert column(database, company, Announcement.data) == [{"copies": [reminder_id]}]
    clock.later(days=1)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport()


def test_a_refusal_of_policy_kills_no_address_and_is_tried_again(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = two(database, company)
    mailbox.refuse_recipient = {B: OURS}
    for minutes in (0, 5, 15, 45):
        clock.later(minutes=minutes)
        send_due(database, company, mailbox.senders(), now=clock)
    assert fates(database, company) == {A: "accepted", B: "put_off"}
    assert column(database, company, Contact.bounced_at) == [None, None]
    assert column(database, company, Announcement.data) == [{"copies": [reminder_id]}]
    mailbox.refuse_recipient.clear()
    clock.later(hours=3)
    send_due(database, company, mailbox.senders(), now=clock)
    assert fates(database, company) == {A: "accepted", B: "accepted"}


def test_the_step_is_done_once_a_billing_contact_has_it(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    company = to_both(company)
    two(database, company, "manager", "billing")
    mailbox.refuse_recipient = {B: LATER}
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(postponed=1)
    assert (state(database, company), done(database, company)) == ("retrying", [])
    assert fates(database, company) == {A: "accepted", B: "put_off"}
    mailbox.refuse_recipient.clear()
    clock.later(days=1)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert (state(database, company), done(database, company)) == ("sent", [date(2026, 4, 9)])
    assert got(mailbox, A) == got(mailbox, B) == [mailbox.taken[0].content]
    assert fates(database, company) == {A: "accepted", B: "accepted"}


def test_a_manager_put_off_keeps_no_step_from_being_done(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    company = to_both(company)
    two(database, company, "billing", "manager")
    mailbox.refuse_recipient = {B: LATER}
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert fates(database, company) == {A: "accepted", B: "put_off"}


def test_with_no_billing_address_left_who_has_it_is_enough(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    company = to_both(company)
    two(database, company, "manager", "billing")
    mailbox.refuse_recipient = {B: DEAD}
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert (state(database, company), fates(database, company)) == ("sent", {A: "accepted", B: "refused"})


@pytest.mark.parametrize("words", [LATER, OURS])
def test_a_billing_contact_that_never_takes_it_leaves_the_step_to_a_person(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock, words: str
) -> None:
    company = to_both(company)
    two(database, company, "manager", "billing")
    mailbox.refuse_recipient = {B: words}
    for _ in range(60):
        send_due(database, company, mailbox.senders(), now=clock)
        clock.later(hours=1)
    assert (state(database, company), fates(database, company)) == ("sent", {A: "accepted", B: "refused"})
    assert done(database, company) == []
    assert column(database, company, Task.kind) == ["send_refused"]
    assert len(got(mailbox, A)) == 1


def pay(database: Database, company: Company, at: datetime) -> None:
    with open_books(database, company) as b:
        invoice_id = b.session.scalars(select(Invoice.id)).one()
        payments.record(b, invoice_id, amount=None, received_on=b.today(at), by="U0MARIE", at=at)


def dispute(database: Database, company: Company, at: datetime) -> None:
    with open_books(database, company) as b:
        invoice_id = b.session.scalars(select(Invoice.id)).one()
        disputes.open_dispute(b, invoice_id, kind=DisputeKind.OTHER, by="U0MARIE", at=at)


@pytest.mark.parametrize("what", [pay, dispute])
@pytest.mark.parametrize("roles", [("billing", "billing"), ("manager", "billing")])
def test_what_changed_in_between_calls_the_copy_off_and_no_other(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock, what: Any, roles: Sequence[str]
) -> None:
    company = to_both(company)
    two(database, company, *roles)
    mailbox.refuse_recipient = {B: LATER}
    send_due(database, company, mailbox.senders(), now=clock)
    what(database, company, clock.later(minutes=2))
    mailbox.refuse_recipient.clear()
    clock.later(minutes=10)
    send_due(database, company, mailbox.senders(), now=clock)
    assert fates(database, company) == {A: "accepted", B: "called_off"}
    assert len(mailbox.taken) == 1
    assert state(database, company) == "sent"
    assert len(done(database, company)) == int(roles[0] == "billing")
    with read_books(database, company) as b:
        assert b.session.query(JournalLine).filter_by(act="reminder.sent").count() == 1


def test_who_has_a_message_that_was_called_off_elsewhere_is_not_written_to_again_before_the_gap(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    """One of two invoices is paid before the billing contact had the mail: the manager has it already."""
    company = to_both(company)
    two(database, company, "manager", "billing", invoices=2)
    mailbox.refuse_recipient = {B: LATER}
    send_due(database, company, mailbox.senders(), now=clock)
    with open_books(database, company) as b:
        first = b.session.scalars(select(Invoice.id).order_by(Invoice.id)).first()
        assert first is not None
        payments.record(
            b, first, amount=None, received_on=b.today(clock.at), by="U0MARIE", at=clock.later(minutes=2)
        )
    mailbox.refuse_recipient.clear()
    clock.later(minutes=10)
    send_due(database, company, mailbox.senders(), now=clock)
    assert state(database, company) == "sent"
    left_on = clock.at.date()
    with read_books(database, company) as b:
        tomorrow = left_on + timedelta(days=1)
        why = preview.why(b, "FAC-124", on=tomorrow, now=clock.at + timedelta(days=1))
    assert why["on"] is None or date.fromisoformat(str(why["on"])) >= left_on + timedelta(days=5)
    assert date.fromisoformat(str(why["next"]["on"])) >= left_on + timedelta(days=5)


def test_what_each_got_is_told_everywhere(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = two(database, company)
    mailbox.refuse_recipient = {B: LATER}
    send_due(database, company, mailbox.senders(), now=clock)
    with read_books(database, company) as b:
        [row] = outbox(b)
        assert [(one["address"], one["state"], one["words"]) for one in row["recipients"]] == [
            (A, "accepted", "250 queued"),
            (B, "put_off", LATER),
        ]
        why = preview.why(b, "FAC-123", on=b.today(clock.at), now=clock.at)
        assert why["retrying"] == [B]
        assert B in why["detail"]
        deck = cards.deck(b, date(2026, 4, 8), [reminder_id], now=clock.at)
        said = plain(" ".join(mail_card.states(company, deck, deck.cards[0], over=False)))
        assert f"{B} : nouvel essai prévu le 08/04/2026 à 12 h 05 – « {LATER} »" in said
        made = make(b, b.session.scalars(select(Customer.id)).one(), at=clock.at)
        page = plain(zipfile.ZipFile(io.BytesIO(made.data)).read("e-mails/liste.html").decode())
        assert f"{A} : accepté par le serveur le 08/04/2026 à 12 h 00 – « 250 queued »" in page
        assert f"{B} : nouvel essai prévu" in page
        names = zipfile.ZipFile(io.BytesIO(made.data)).namelist()
        assert any(name.endswith(f"-{reminder_id}.eml") for name in names)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


class Killed(BaseException):
    """Stands for SIGKILL: nothing below runs any handler of ours."""


def test_killed_while_a_copy_is_handed_over_that_copy_alone_is_of_unknown_fate(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = two(database, company)
    mailbox.refuse_recipient = {B: LATER}
    send_due(database, company, mailbox.senders(), now=clock)
    transport = mailbox.transport()

    def die(letter: object) -> None:
        raise Killed

    transport.send = die  # type: ignore[assignment]
    clock.later(minutes=5)
    with pytest.raises(Killed):
        send_due(database, company, by_mail(transport, builders.KEYS), now=clock)
    assert fates(database, company) == {A: "accepted", B: "sending"}
    clock.later(minutes=16)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(uncertain=1)
    assert (state(database, company), fates(database, company)) == ("sent", {A: "accepted", B: "unknown"})
    assert column(database, company, Task.kind) == ["uncertain"]
    assert "uncertain" in column(database, company, Announcement.kind)
    mailbox.refuse_recipient.clear()
    with open_books(database, company) as b:
        uncertain.resend(b, reminder_id, by="U0MARIE", at=clock.at)
    send_due(database, company, mailbox.senders(), now=clock)
    assert [mail.rcpt_tos for mail in mailbox.taken] == [[A], [B]]
    assert fates(database, company) == {A: "accepted", B: "accepted"}
    with open_books(database, company) as b, refused(Refused, match="déjà connu"):
        uncertain.consider_sent(b, reminder_id, by="U0MARIE", at=clock.at)


def test_killed_while_the_billing_copy_is_handed_over_the_message_waits_for_a_person(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    company = to_both(company)
    reminder_id = two(database, company, "manager", "billing")
    mailbox.refuse_recipient = {B: LATER}
    send_due(database, company, mailbox.senders(), now=clock)
    mailbox.refuse_recipient, mailbox.hang_up = {}, 1
    clock.later(minutes=5)
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(uncertain=1)
    assert (state(database, company), fates(database, company)) == (
        "uncertain",
        {A: "accepted", B: "unknown"},
    )
    assert done(database, company) == []
    with open_books(database, company) as b:
        uncertain.resend(b, reminder_id, by="U0MARIE", at=clock.later(hours=1))
    assert (state(database, company), fates(database, company)) == (
        "retrying",
        {A: "accepted", B: "put_off"},
    )
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(sent=1)
    assert (state(database, company), done(database, company)) == ("sent", [date(2026, 4, 8)])
    assert [mail.rcpt_tos for mail in mailbox.taken] == [[A], [B], [B]]


def test_a_report_about_who_never_got_it_is_not_believed(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = two(database, company)
    mailbox.refuse_recipient = {B: LATER}
    send_due(database, company, mailbox.senders(), now=clock)
    with read_books(database, company) as b:
        answered = by_id(b, reminder_id)
    assert answered is not None
    assert answered.to == (A,)


def test_a_connection_lost_after_the_text_leaves_those_refused_before_their_own_fate(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    reminder_id = two(database, company)
    with open_books(database, company) as b:
        builders.contact(b, b.session.scalars(select(Customer)).one(), C)
    mailbox.refuse_recipient, mailbox.hang_up = {B: LATER, C: DEAD}, 1
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(uncertain=1)
    assert state(database, company) == "uncertain"
    assert fates(database, company) == {A: "unknown", B: "put_off", C: "refused"}
    assert column(database, company, Contact.bounce_reason) == [None, None, DEAD]
    with open_books(database, company) as b:
        uncertain.consider_sent(b, reminder_id, by="U0MARIE", at=clock.later(minutes=30))
    mailbox.refuse_recipient.clear()
    send_due(database, company, mailbox.senders(), now=clock)
    assert (state(database, company), len(got(mailbox, A))) == ("sent", 1)
    assert fates(database, company) == {A: "accepted", B: "accepted", C: "refused"}


def test_a_text_refused_after_some_addresses_were_marks_the_dead_and_waits_for_a_person(
    database: Database, company: Company, mailbox: Mailbox, clock: SetClock
) -> None:
    two(database, company)
    mailbox.refuse_recipient, mailbox.refuse_data = {B: DEAD}, ["554 5.6.0 not this text"]
    assert send_due(database, company, mailbox.senders(), now=clock) == SendReport(failed=1)
    assert fates(database, company) == {A: "refused", B: "refused"}
    assert copy_of(database, company, A).words == "554 5.6.0 not this text"
    assert column(database, company, Contact.bounce_reason) == [None, DEAD]
    assert column(database, company, Task.kind) == ["send_refused"]
