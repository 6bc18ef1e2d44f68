"""Settings of the mail accounts that are opened by tokens: `SMTP_OAUTH…` and `IMAP_OAUTH…`."""

import ipaddress
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import SecretStr

from receivables.codes.mail_access import Grant, Provider, Way
from receivables.errors import SettingsError
from relance import settings_values as values
from scheduler.mail_access.account import MailAccount, ServiceKey, merged

_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")
_SCHEMES = {Way.SMTP: ("smtp", "smtps"), Way.IMAP: ("imap", "imaps")}
_UNUSED = {
    (Provider.MICROSOFT, False): ("service_account",),
    (Provider.GOOGLE, False): ("tenant",),
    (Provider.GOOGLE, True): ("tenant", "client_id", "client_secret", "refresh_token"),
}
"""By provider and whether a service account asks: what would be set in vain."""
_PARTS = ("client_id", "client_secret", "tenant", "refresh_token", "service_account", "url")


@dataclass(frozen=True)
class _Told:
    """What is said of one way."""

    way: Way
    environment: Mapping[str, object]

    def name(self, part: str = "") -> str:
        """Return the name of a variable."""
        return f"{self.way}_oauth{'_' if part else ''}{part}".upper()

    def part(self, part: str = "") -> str:
        """Return what a variable says, "" when it is not set."""
        found = self.environment[self.name(part).lower()]
        return found.get_secret_value() if isinstance(found, SecretStr) else str(found)

    def wrong(self, part: str, expected: str) -> SettingsError:
        """Return the refusal of a variable that says what it should not."""
        return SettingsError("settings.variable", name=self.name(part), expected=values.Unfit(expected))

    def needed(self, part: str) -> str:
        """Return what a variable says. Raises SettingsError when it is not set."""
        found = self.part(part)
        if not found:
            raise SettingsError("settings.oauth_missing", name=self.name(part), oauth=self.name())
        return found


def accounts(told: Mapping[str, object], urls: dict[Way, str], *, secret: bool) -> dict[Way, MailAccount]:
    """Return the accounts that are opened by tokens, by what is opened.

    `told`: the variables by their names in lower case; `secret`: whether `RELANCE_SECRET` is given.

    Raises SettingsError.
    """
    found = list(_accounts(told, urls))
    if found and not secret:
        names = [_Told(way, told).name() for account in found for way in account.ways]
        raise SettingsError("settings.oauth_secret", names=names)
    return merged(found)


def _accounts(told: Mapping[str, object], urls: dict[Way, str]) -> Iterator[MailAccount]:
    for way in Way:
        one = _Told(way, told)
        if one.part():
            yield replace(_account(one), user=_user(one, urls[way]))
        elif any(one.part(part) for part in _PARTS):
            raise SettingsError("settings.oauth_missing", name=one.name(), oauth=f"{one.name()}_…")


def _account(told: _Told) -> MailAccount:
    if told.part() not in set(Provider):
        raise told.wrong("", "settings.expected.oauth")
    provider = Provider(told.part())
    service = told.part("service_account")
    for part in _UNUSED[provider, bool(service) and provider is Provider.GOOGLE]:
        if told.part(part):
            raise SettingsError("settings.oauth_unused", name=told.name(part), provider=provider)
    common = MailAccount(provider, Grant.CONSENT, "", (told.way,), url=_url(told))
    if service:
        return replace(common, grant=Grant.SERVICE_ACCOUNT, service=_service(told, service))
    made = replace(common, client_id=told.needed("client_id"), refresh_token=told.part("refresh_token"))
    return _of_microsoft(told, made) if provider is Provider.MICROSOFT else _of_google(told, made)


def _of_microsoft(told: _Told, account: MailAccount) -> MailAccount:
    """By secret the application acts for itself, unless a person's consent is given with it."""
    tenant, secret = told.needed("tenant"), told.part("client_secret")
    if not _TENANT.fullmatch(tenant):
        raise told.wrong("tenant", "settings.expected.tenant")
    grant = Grant.CLIENT if secret and not account.refresh_token else Grant.CONSENT
    return replace(account, grant=grant, tenant=tenant, client_secret=secret)


def _of_google(told: _Told, account: MailAccount) -> MailAccount:
    return replace(account, client_secret=told.needed("client_secret"))


def _service(told: _Told, text: str) -> ServiceKey:
    """Read the key of a service account: the JSON that Google gives, or the path of the file with it."""
    try:
        key = json.loads(text if text.lstrip().startswith("{") else Path(text).read_text(encoding="utf-8"))
        loaded = load_pem_private_key(key["private_key"].encode(), password=None)
        email = str(key["client_email"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm):
        raise told.wrong("service_account", "settings.expected.service_account") from None
    if not isinstance(loaded, RSAPrivateKey):
        raise told.wrong("service_account", "settings.expected.service_account")
    return ServiceKey(email, loaded)


def _url(told: _Told) -> str:
    """Return where tokens are asked for: over TLS, or on this machine."""
    url = told.part("url").rstrip("/")
    try:
        parts = urlsplit(url)
        fit = not url or _safe(parts)
    except ValueError:
        fit = False
    if not fit:
        raise told.wrong("url", "settings.expected.oauth_url")
    return url


def _safe(parts: SplitResult) -> bool:
    whole = bool(parts.hostname) and parts.username is None and not (parts.query or parts.fragment)
    return (
        whole and parts.port != 0 and (parts.scheme == "https" or (parts.scheme == "http" and _here(parts)))
    )


def _here(parts: SplitResult) -> bool:
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _user(told: _Told, url: str) -> str:
    """Return the mailbox that the address of the mail server names, which has no password."""
    try:
        parts = urlsplit(url)
        user, fit = unquote(parts.username or ""), parts.scheme in _SCHEMES[told.way]
    except ValueError:
        user, fit = "", False
    if not fit or not user or parts.password or not (user.isascii() and user.isprintable()):
        facts = {"name": f"{told.way}_url".upper(), "oauth": told.name(), "scheme": _SCHEMES[told.way][1]}
        raise SettingsError("settings.oauth_mailbox", **facts)
    return user
