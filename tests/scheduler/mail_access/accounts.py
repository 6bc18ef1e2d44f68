"""Accounts at the provider of the tests, and a clock that tells the time of tokens."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from receivables.codes.mail_access import Grant, Provider, Way
from scheduler.mail_access.account import MailAccount, ServiceKey
from scheduler.mail_access.tokens import Tokens
from store.db.engine import Database
from store.mail_access.sealing import Seal
from tests.token_server import CLIENT, KEY, SECRET, SERVICE_EMAIL, TENANT, USER, TokenServer

BOTH = (Way.SMTP, Way.IMAP)
SEAL = Seal(["a secret of the tests"])


@dataclass
class TokenTime:
    """The true time, which goes on by itself and can be put on."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def later(self, **step: float) -> None:
        self.ahead += timedelta(**step)


def by_secret(provider: TokenServer, **facts: Any) -> MailAccount:
    return MailAccount(
        Provider.MICROSOFT,
        Grant.CLIENT,
        USER,
        BOTH,
        **{"client_id": CLIENT, "client_secret": SECRET, "tenant": TENANT, "url": provider.url, **facts},
    )


def by_consent(provider: TokenServer, **facts: Any) -> MailAccount:
    """A person's consent at Microsoft, by a public application."""
    provider.secret = ""
    told = {"client_id": CLIENT, "tenant": TENANT, "url": provider.url, **facts}
    return MailAccount(Provider.MICROSOFT, Grant.CONSENT, USER, BOTH, **told)


def of_google(provider: TokenServer, **facts: Any) -> MailAccount:
    told = {"client_id": CLIENT, "client_secret": SECRET, "url": provider.url, **facts}
    return MailAccount(Provider.GOOGLE, Grant.CONSENT, USER, BOTH, **told)


def by_service(provider: TokenServer, **facts: Any) -> MailAccount:
    key = ServiceKey(SERVICE_EMAIL, KEY)
    return MailAccount(
        Provider.GOOGLE, Grant.SERVICE_ACCOUNT, USER, BOTH, **{"service": key, "url": provider.url, **facts}
    )


def tokens(
    account: MailAccount, database: Database, now: TokenTime, way: Way = Way.SMTP, seal: Seal = SEAL
) -> Tokens:
    return Tokens(account, way, database, seal, now=now, wait=lambda _: None)
