"""The sender of e-mails: Message-ID, sender of bounces and bytes around a finished mail, and its way out."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from correspondence.addresses import bare, bare_address
from correspondence.piece import Mail
from message_templates.pieces.mail import QR_CID
from receivables.codes.channels import EMAIL
from receivables.company import Company
from receivables.signing import Keys
from scheduler import tags
from scheduler.delivery import Down, Result, Sealed, Senders
from scheduler.email.mime import MimeMessage, Picture, build
from scheduler.email.transport import Envelope, Transport
from store.post_room.claims import Ready
from store.reminders.rows import DueReminder


@dataclass(frozen=True, slots=True)
class EmailSender:
    """Sends mails by one transport."""

    transport: Transport
    keys: Keys

    def ready(self) -> Down | None:
        """Connect if need be."""
        return self.transport.ready()

    def seal(self, company: Company, reminder: DueReminder, mail: Mail, *, at: datetime) -> Sealed:
        """Return the mail in bytes, under its Message-ID. Raises BadAddress."""
        identity = tags.message_id(self.keys, company, reminder, _domain(company.email_from))
        return Sealed(identity, bare(mail.to), _bytes(company, mail, identity, at.astimezone(company.zone)))

    def send(self, company: Company, message: Ready) -> Result:
        """Hand the mail over in its envelope."""
        return self.transport.send(envelope(self.keys, company, message))

    def try_out(self, company: Company, mail: Mail, to: str, *, at: datetime) -> Result:
        """Hand the mail over to `to` alone, outside any thread. Raises BadAddress."""
        mark = hashlib.blake2s(f"{company.key}/{to}/{at.isoformat()}".encode(), digest_size=8).hexdigest()
        identity = f"<trial-{mark}@{_domain(company.email_from)}>"
        raw = _bytes(company, replace(mail, to=(to,), answers=()), identity, at.astimezone(company.zone))
        sender = bare_address(company.email_from)
        return self.transport.send(Envelope(sender, (bare_address(to),), raw, f"trial-{mark}", at))

    def close(self) -> None:
        """End the connection."""
        self.transport.close()


def by_mail(transport: Transport, keys: Keys) -> Senders:
    """Return the senders of a company that writes by e-mail only."""
    return {EMAIL.key: EmailSender(transport, keys)}


def _bytes(company: Company, mail: Mail, identity: str, local: datetime) -> bytes:
    return build(
        MimeMessage(
            sender=company.email_from,
            to=mail.to,
            subject=mail.subject,
            text=mail.text,
            html=mail.html or None,
            date=local,
            message_id=identity,
            reply_to=company.reply_to,
            parents=mail.answers,
            picture=Picture(QR_CID, mail.qr) if mail.qr else None,
            attachments=mail.attachments,
        )
    )


def envelope(keys: Keys, company: Company, found: Ready) -> Envelope:
    """Return what is handed to the transport."""
    sender = envelope_sender(keys, company, found.reminder.id)
    return Envelope(sender, found.to, found.raw, f"{found.reminder.id:08d}", found.at)


@lru_cache(maxsize=64)
def _domain(address: str) -> str:
    return bare_address(address).rpartition("@")[2]


@lru_cache(maxsize=64)
def _bounce_parts(address: str) -> tuple[str, str]:
    local, _, domain = bare_address(address).rpartition("@")
    return local, domain


def envelope_sender(keys: Keys, company: Company, reminder_id: int) -> str:
    """Return where bounces go: `bounce_to` with the reminder's signed tag (VERP), else the sender."""
    if not company.bounce_to:
        return bare_address(company.email_from)
    local, domain = _bounce_parts(company.bounce_to)
    return f"{local}+{tags.tag(keys, company, reminder_id)}@{domain}"
