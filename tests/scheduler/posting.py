"""What the post room's tests share: planned messages, a mail server over a real socket, a clock to set."""

import base64
import contextlib
import email
import email.policy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from scheduler.delivery import Senders
from scheduler.email.sender import by_mail
from scheduler.email.smtp import SmtpTransport
from store.books import Books
from store.db.tables import Customer, Invoice, Recipient, Reminder, ReminderItem
from tests import builders

MORNING = datetime(2026, 4, 8, 6, 30, tzinfo=UTC)
"""08:30 in Paris, on a Wednesday."""
NOON = datetime(2026, 4, 8, 10, 0, tzinfo=UTC)


@dataclass
class SetClock:
    """A clock that a test sets: `clock()` is now."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def later(self, **step: float) -> datetime:
        self.at += timedelta(**step)
        return self.at


def planned(
    b: Books,
    customer: Customer,
    invoices: Sequence[Invoice],
    *,
    step: str = "ferme",
    day: date | None = None,
    at: datetime = MORNING,
    origin: str = "clock",
    joined: Sequence[Invoice] = (),
    **columns: Any,
) -> Reminder:
    """Plan a message about the invoices, as the morning's plan does."""
    day = day or b.today(at)
    found = b.company.policy_for(customer.policy).step(step)
    assert found is not None
    row = Reminder(
        company_id=b.company_id,
        customer_id=customer.id,
        day=day,
        channel="email",
        plan_key=f"{customer.id}:{day.isoformat()}:email" if origin == "clock" else None,
        origin=origin,
        by="horloge" if origin == "clock" else "U0MARIE",
        step=step,
        corrective=not found.preventive,
        policy=b.company.policy_for(customer.policy).key,
        state="planned",
        planned_at=at,
        planned_for=at,
        due_at=at,
        **columns,
    )
    b.session.add(row)
    b.session.flush()
    for invoice in invoices:
        b.session.add(
            ReminderItem(
                company_id=b.company_id,
                reminder_id=row.id,
                invoice_id=invoice.id,
                step=step,
                day=found.day,
                slot=invoice.due_date + timedelta(days=found.day),
                corrective=not found.preventive,
                joined=invoice in joined,
                outstanding=invoice.outstanding,
                currency=invoice.currency,
            )
        )
    b.session.flush()
    return row


def delivered(
    b: Books,
    row: Reminder,
    addresses: Sequence[str],
    state: str = "accepted",
    *,
    words: str = "250 queued",
) -> None:
    """Write down that a message was handed over for these addresses."""
    b.session.flush()
    b.session.add_all(
        Recipient(
            company_id=b.company_id,
            reminder_id=row.id,
            address=address,
            state=state,
            words=words,
            attempts=1,
            tried_at=row.sent_at,
        )
        for address in addresses
    )


@dataclass
class Mailbox:
    """A mail server that keeps what it takes, and refuses what it is told to."""

    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    refuse_recipient: dict[str, str] = field(default_factory=dict)
    refuse_all: str = ""
    """The answer to every recipient; empty: take them."""
    refuse_sender: str = ""
    tried: int = 0
    """How many envelopes were begun."""
    refuse_data: list[str] = field(default_factory=list)
    """Answers to the next messages, in turn; empty: take them."""
    hang_up: int = 0
    """How many messages to take and then say nothing about."""
    connections: int = 0
    pipelining: bool = False
    opens: Callable[[str, str], bool] | None = None
    """Whether a token opens a user's mailbox."""
    shown: list[str] = field(default_factory=list)
    """The tokens that were shown."""
    _read: list[EmailMessage] = field(default_factory=list)
    _open: list[SMTP] = field(default_factory=list)

    def close_idle(self) -> None:
        """Close the open connections, as a server does with idle ones."""
        for server in self._open:
            assert server.loop is not None
            assert server.transport is not None
            server.loop.call_soon_threadsafe(server.transport.close)

    async def handle_EHLO(  # noqa: N802 - the server calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        self._open.append(server)
        return [*responses[:-1], "250-PIPELINING", *responses[-1:]] if self.pipelining else responses

    async def handle_MAIL(  # noqa: N802 - the server calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried += 1
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_all:
            return self.refuse_all.replace("{}", address)
        if address in self.refuse_recipient:
            return self.refuse_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - same
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.hang_up:
            self.hang_up -= 1
            self.taken.append(envelope)
            assert server.transport is not None
            server.transport.close()
            return "250 nobody hears this"
        if self.refuse_data:
            return self.refuse_data.pop(0)
        self.taken.append(envelope)
        return "250 queued"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - same
        """Let in by token; refused, say why first, and wait for the empty line that answers it."""
        shown = re.fullmatch(rb"user=(.*?)\x01auth=Bearer (.*?)\x01\x01", base64.b64decode(args[1]))
        assert shown
        assert self.opens
        user, token = (part.decode() for part in shown.groups())
        self.shown.append(token)
        if self.opens(user, token):
            return AuthResult(success=True)
        assert await server.challenge_auth('{"status":"401","schemes":"bearer"}') == b""
        return AuthResult(success=False, handled=False)

    @property
    def mails(self) -> list[EmailMessage]:
        """The messages, as a mail program reads them; each is read once, since aiosmtpd looks here too."""
        self._read += [parsed(envelope.content) for envelope in self.taken[len(self._read) :]]
        return list(self._read)

    def transport(self, **settings: Any) -> SmtpTransport:
        return SmtpTransport("127.0.0.1", self.port, timeout=5, **settings)

    def senders(self) -> Senders:
        return by_mail(self.transport(), builders.KEYS)


def parsed(content: bytes | str | None) -> EmailMessage:
    """Return a message as a mail program reads it, and insist that it is faultless."""
    assert isinstance(content, bytes)
    message = email.message_from_bytes(content, policy=email.policy.default)
    for part in message.walk():
        assert not part.defects, part.defects
        for name, value in part.items():
            assert not value.defects, (name, value.defects)
    return message


class _Server(Controller):
    """Listens on whatever port is free."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextlib.contextmanager
def mail_server(**settings: Any) -> Iterator[Mailbox]:
    """Run a mail server on loopback."""
    settings.setdefault("auth_exclude_mechanism", ["XOAUTH2"])
    mailbox = Mailbox()
    controller = _Server(mailbox, hostname="127.0.0.1", port=0, **settings)
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


@contextlib.contextmanager
def token_mail_server(opens: Callable[[str, str], bool], **settings: Any) -> Iterator[Mailbox]:
    """Run a mail server that lets in by token, and by no password."""
    alone = {"auth_exclude_mechanism": ["PLAIN", "LOGIN"], "auth_require_tls": False, **settings}
    with mail_server(**alone) as mailbox:
        mailbox.opens = opens
        yield mailbox
