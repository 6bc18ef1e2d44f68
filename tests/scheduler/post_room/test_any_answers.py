"""Whatever a server says to each recipient: no one gets a message twice, and no one is forgotten."""

import threading
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from receivables.company import Company
from scheduler.post_room.outbox import send_due
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Contact, Recipient, Reminder, ReminderItem, StepDone
from tests import builders
from tests.scheduler.post_room.test_copies import to_both
from tests.scheduler.posting import NOON, Mailbox, SetClock, planned

TAKEN, LATER, DEAD, OURS = "", "450 4.2.1 later", "550 5.1.1 no such user", "550 5.7.1 blocked"


@dataclass(frozen=True)
class Round:
    """What the server says once: to each recipient, then to the text; and how long it is to the next time."""

    recipients: tuple[str, str, str]
    text: str
    hangs_up: bool
    minutes: int


rounds = st.lists(
    st.builds(
        Round,
        recipients=st.tuples(*(st.sampled_from([TAKEN, TAKEN, LATER, LATER, DEAD, OURS]) for _ in range(3))),
        text=st.sampled_from(["", "", "", "", "451 4.3.0 later", "554 5.6.0 no"]),
        hangs_up=st.sampled_from([False, False, False, False, False, True]),
        minutes=st.sampled_from([5, 15, 60, 240, 24 * 60]),
    ),
    min_size=1,
    max_size=8,
)
roles = st.lists(st.sampled_from(["billing", "manager"]), min_size=1, max_size=3)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(script=rounds, who=roles)
def test_nobody_twice_nobody_forgotten_and_done_when_who_is_named_has_it(
    database: Database, company: Company, mailbox: Mailbox, script: list[Round], who: list[str]
) -> None:
    company, clock = to_both(company), SetClock(NOON)
    with open_books(database, company) as b:
        customer = builders.customer(b, f"Client {len(mailbox.taken)} {mailbox.tried}", email=None)
        addresses = [f"{one}-{customer.id}@client.example" for one in range(len(who))]
        for role, address in zip(who, addresses, strict=True):
            builders.contact(b, customer, address, role=role)
        reminder_id = planned(
            b, customer, [builders.invoice(b, customer, f"FAC-{customer.id}", due=date(2026, 4, 1))]
        ).id
    for each in [*script, *[Round((TAKEN, TAKEN, TAKEN), "", hangs_up=False, minutes=240)] * 12]:
        said = zip(addresses, each.recipients, strict=False)
        mailbox.refuse_recipient = {address: words for address, words in said if words}
        mailbox.refuse_data = [each.text] if each.text else []
        mailbox.hang_up = int(each.hangs_up and not each.text)
        send_due(database, company, mailbox.senders(), now=clock)
        judge(database, mailbox, reminder_id)
        clock.later(minutes=each.minutes)
    mailbox.refuse_data, mailbox.hang_up = [], 0
    nobody_is_forgotten(database, reminder_id)


def judge(database: Database, mailbox: Mailbox, reminder_id: int) -> None:
    """Compare what the books say with what arrived."""
    with database.write() as session:
        message = session.get_one(Reminder, reminder_id)
        copies = session.scalars(select(Recipient).where(Recipient.reminder_id == reminder_id)).all()
        contacts = session.scalars(select(Contact).where(Contact.customer_id == message.customer_id)).all()
        items = select(ReminderItem.invoice_id).where(ReminderItem.reminder_id == reminder_id)
        done = session.scalars(select(StepDone).where(StepDone.invoice_id.in_(items))).all()
        message_state, states = str(message.state), {copy.address: str(copy.state) for copy in copies}
        living = {str(row.email) for row in contacts if row.role != "manager" and row.bounced_at is None}
    got = {address: sum(address in mail.rcpt_tos for mail in mailbox.taken) for address in states}
    assert max(got.values()) <= 1, (states, got)
    for address, state in states.items():
        assert (got[address] == 1) == (state in {"accepted", "unknown"}), (states, got)
    named = living.intersection(states) or set(states)
    has_it = any(states[address] == "accepted" for address in named)
    assert bool(done) == (message_state == "sent")
    assert not done or has_it, (message_state, states)
    if has_it and "unknown" not in states.values():
        assert message_state == "sent", (message_state, states)


def nobody_is_forgotten(database: Database, reminder_id: int) -> None:
    """What waits still, days later, waits for the next plan or for a person."""
    with database.write() as session:
        message_state = str(session.get_one(Reminder, reminder_id).state)
        states = session.scalars(select(Recipient.state).where(Recipient.reminder_id == reminder_id)).all()
    waits = {"waiting", "put_off", "sending"}.intersection(states)
    assert not waits or message_state in {"planned", "uncertain", "failed"}, (message_state, states)


def test_two_clocks_give_each_copy_out_once(database: Database, company: Company, mailbox: Mailbox) -> None:
    late = [f"b{one}@client.example" for one in range(20)]
    with open_books(database, company) as b:
        for one, address in enumerate(late):
            customer = builders.customer(b, f"Client {one}", email=f"a{one}@client.example")
            builders.contact(b, customer, address)
            planned(b, customer, [builders.invoice(b, customer, f"FAC-{one}", due=date(2026, 4, 1))])
    mailbox.refuse_recipient = dict.fromkeys(late, LATER)
    assert send_due(database, company, mailbox.senders(), now=lambda: NOON).sent == 20
    mailbox.refuse_recipient.clear()
    after = NOON + timedelta(minutes=5)

    def strike() -> None:
        send_due(database, company, mailbox.senders(), now=lambda: after)

    threads = [threading.Thread(target=strike) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read_books(database, company) as b:
        assert set(b.session.scalars(select(Recipient.state))) == {"accepted"}
        assert set(b.session.scalars(select(Recipient.attempts).where(Recipient.address.in_(late)))) == {2}
    assert len(mailbox.taken) == 40
    assert sorted(address for mail in mailbox.taken[20:] for address in mail.rcpt_tos) == sorted(late)
