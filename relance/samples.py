"""The sample company of `relance.example.toml`: what is its own may never reach a customer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr

from message_templates import refusals
from message_templates.catalogue import TEAM
from receivables.company import Company, Mode
from receivables.errors import SettingsError
from receivables.text import fold
from scheduler.delivery import Down, Result, Sender
from scheduler.email.sender import EmailSender
from store.post_room.claims import Ready

SAMPLES: Mapping[str, str] = {
    "siren": "732829320",
    "address": "12 rue des Lilas, 44000 Nantes",
    "iban": "FR7630006000011234567890189",
    "reply_to": "compta@durand.example",
}
"""Keys whose value in the example is that of nobody, and the value."""
SAMPLE_DOMAIN = "@durand.example"
ADDRESSES = ("email_from", "reply_to", "bounce_to")
"""Keys of addresses: with one at the example's domain, what a customer answers comes to nobody."""
REACHING = frozenset({Mode.LIVE, Mode.MANUAL})
"""Modes in which customers are written to."""
_FOLDER = "file:"


def standing(company: Company) -> list[str]:
    """Return the keys of a company that still hold the example's value."""
    values = [key for key, sample in SAMPLES.items() if fold(getattr(company, key)) == fold(sample)]
    addresses = [key for key in ADDRESSES if _address(getattr(company, key)).endswith(SAMPLE_DOMAIN)]
    return values + addresses


def _address(line: str) -> str:
    return parseaddr(line)[1].lower()


def real_server(smtp_url: str) -> bool:
    """Whether mails go to a server: a folder of files may hold whatever is tried out."""
    return bool(smtp_url) and not smtp_url.startswith(_FOLDER)


def refuse(companies: Iterable[Company], smtp_url: str) -> None:
    """Refuse to begin while a customer could read the example's values. Raises SettingsError."""
    for company in companies if real_server(smtp_url) else ():
        error = _refusal(company)
        if error is not None:
            raise error


def _refusal(company: Company) -> SettingsError | None:
    keys = standing(company) if company.mode in REACHING else []
    where = f"company.{company.key}"
    return (
        SettingsError("settings.sample_values", where=where, keys=keys, mode=company.mode) if keys else None
    )


@dataclass(frozen=True, slots=True)
class GuardedSender(EmailSender):
    """Sends mails by a real server, but those of a company that still shows the example's values."""

    def send(self, company: Company, message: Ready) -> Result:
        """Hand the mail over, unless it would show a customer what is nobody's."""
        error = _refusal(company)
        if error is not None:
            return Down(refusals.sentence(error, TEAM))
        return EmailSender.send(self, company, message)


def guarded(sender: Sender, smtp_url: str) -> Sender:
    """Return a sender that looks at each company before it hands a mail to a real server."""
    if isinstance(sender, EmailSender) and real_server(smtp_url):
        return GuardedSender(sender.transport, sender.keys)
    return sender
