"""A mail account that is opened by tokens: whose they are, on what ground they are given, where to ask."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from receivables.codes.mail_access import Grant, Provider, Way

EXCHANGE = "https://outlook.office365.com/"
GMAIL = "https://mail.google.com/"
OFFLINE = "offline_access"
"""What Microsoft wants to be asked for, to give a refresh token."""
_CONSENTED = {Way.SMTP: f"{EXCHANGE}SMTP.Send", Way.IMAP: f"{EXCHANGE}IMAP.AccessAsUser.All"}
_MICROSOFT = "https://login.microsoftonline.com"
_GOOGLE_TOKENS = "https://oauth2.googleapis.com"
_GOOGLE_PEOPLE = "https://accounts.google.com"


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A service account of Google's: who it is, and the key that it signs with."""

    email: str
    key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailAccount:
    """What the settings say of one account. Secrets never show in its `repr`."""

    provider: Provider
    grant: Grant
    user: str
    """The mailbox, as the mail server knows it."""
    ways: tuple[Way, ...]
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    tenant: str = ""
    """Microsoft's name for the organisation."""
    refresh_token: str = field(default="", repr=False)
    """The consent that the settings give; "": the one that `relance mail authorize` keeps."""
    service: ServiceKey | None = None
    url: str = ""
    """Where tokens are asked for; "": at the provider's own address."""

    @property
    def name(self) -> str:
        """A name that is the same as long as the account is, and tells nothing of it.

        An application that acts for itself is another one with a new secret: it is asked with at once.
        """
        service = self.service.email if self.service else ""
        parts = (self.provider, self.grant, self.url, self.tenant, self.client_id, service, self.user.lower())
        own = self.client_secret if self.grant is Grant.CLIENT else self.refresh_token
        return hashlib.sha256("\n".join((*parts, own)).encode()).hexdigest()[:32]

    def door(self, way: Way) -> str:
        """Return the name of the account at one mail server, which may refuse what the other takes."""
        return f"{self.name}:{way}"

    @property
    def scopes(self) -> tuple[str, ...]:
        """What is asked for."""
        if self.provider is Provider.GOOGLE:
            return (GMAIL,)
        if self.grant is Grant.CLIENT:
            return (f"{EXCHANGE}.default",)
        return (*(_CONSENTED[way] for way in self.ways), OFFLINE)

    @property
    def token_url(self) -> str:
        """Where tokens are asked for."""
        if self.provider is Provider.MICROSOFT:
            return f"{self._tenant_url}/token"
        return f"{self.url or _GOOGLE_TOKENS}/token"

    @property
    def consent_url(self) -> str:
        """Where a person agrees in a browser."""
        if self.provider is Provider.MICROSOFT:
            return f"{self._tenant_url}/authorize"
        return f"{self.url or _GOOGLE_PEOPLE}/o/oauth2/v2/auth"

    @property
    def device_url(self) -> str:
        """Where a code for another device is asked for."""
        return f"{self._tenant_url}/devicecode"

    @property
    def _tenant_url(self) -> str:
        return f"{self.url or _MICROSOFT}/{self.tenant}/oauth2/v2.0"


def merged(accounts: Iterable[MailAccount]) -> dict[Way, MailAccount]:
    """Return the account of each way; one that serves two ways asks once for both."""
    found: dict[str, MailAccount] = {}
    for account in accounts:
        known = found.get(account.name)
        found[account.name] = replace(account, ways=(*known.ways, *account.ways)) if known else account
    return {way: account for account in found.values() for way in account.ways}
