"""How tokens are asked for on each ground, and what the provider's answer means."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from receivables.codes.mail_access import AccessTrouble, Grant
from scheduler.mail_access.account import MailAccount
from scheduler.mail_access.token_server import TokenAnswer, TokenServerAway, post

LIFE = timedelta(hours=1)
"""How long a token lives when the provider does not say."""
_ERROR = re.compile(r"[a-z_]{1,40}")
_MICROSOFT_CODE = re.compile(r"AADSTS\d{4,8}")
_SECRET_CODES = frozenset({"AADSTS7000215", "AADSTS7000222", "AADSTS700027"})
"""Microsoft: wrong secret, expired secret, wrong signature."""
_CONSENT_CODES = frozenset({"AADSTS65001", "AADSTS65004", "AADSTS70000", "AADSTS500011"})
"""Microsoft: not consented to, declined, scope unknown to the grant, no such resource in the tenant."""
_TROUBLES: Mapping[str, AccessTrouble] = {
    "invalid_grant": AccessTrouble.WITHDRAWN,
    "interaction_required": AccessTrouble.WITHDRAWN,
    "invalid_client": AccessTrouble.SECRET,
    "unauthorized_client": AccessTrouble.NOT_ALLOWED,
    "invalid_scope": AccessTrouble.NOT_ALLOWED,
    "access_denied": AccessTrouble.NOT_ALLOWED,
    "consent_required": AccessTrouble.NOT_ALLOWED,
    "admin_policy_enforced": AccessTrouble.NOT_ALLOWED,
}


class Denied(Exception):
    """The provider gives no tokens. `words`: its codes alone, which repeat nothing of ours."""

    def __init__(self, trouble: AccessTrouble, words: str) -> None:
        super().__init__(words)
        self.trouble, self.words = trouble, words


@dataclass(frozen=True, slots=True)
class GivenTokens:
    """Tokens that were given. They never show."""

    access_token: str = field(repr=False)
    renew_at: datetime
    """When three quarters of its life are over: what goes wrong then is told before it matters."""
    until: datetime
    refresh_token: str = field(default="", repr=False)
    """"" when the provider gave no other than the one that it was shown."""
    ends_at: datetime | None = None
    """When the refresh token ends, where the provider says so."""


def renew(account: MailAccount, refresh_token: str, *, at: datetime) -> GivenTokens:
    """Ask for new tokens at the aware instant `at`. Raises Denied, TokenServerAway."""
    return granted(post(account.token_url, _form(account, refresh_token, at)), account, at=at)


def _form(account: MailAccount, refresh_token: str, at: datetime) -> dict[str, str]:
    scope = " ".join(account.scopes)
    if account.grant is Grant.SERVICE_ACCOUNT:
        return {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": assertion(account, at),
        }
    if account.grant is Grant.CLIENT:
        return {"grant_type": "client_credentials", "scope": scope, **client(account)}
    return {"grant_type": "refresh_token", "refresh_token": refresh_token, "scope": scope, **client(account)}


def client(account: MailAccount) -> dict[str, str]:
    """Return what the application shows of itself."""
    secret = {"client_secret": account.client_secret} if account.client_secret else {}
    return {"client_id": account.client_id, **secret}


def assertion(account: MailAccount, at: datetime) -> str:
    """Return what a service account signs (RFC 7523, RS256): that it asks in the name of the mailbox."""
    assert account.service is not None  # noqa: S101 - the settings gave one with the grant
    claims = {
        "iss": account.service.email,
        "sub": account.user,
        "scope": " ".join(account.scopes),
        "aud": account.token_url,
        "iat": int(at.timestamp()),
        "exp": int((at + LIFE).timestamp()),
    }
    signed = b".".join(_part(each) for each in ({"alg": "RS256", "typ": "JWT"}, claims))
    return b".".join((signed, _base64(account.service.key.sign(signed, PKCS1v15(), SHA256())))).decode()


def _part(told: Mapping[str, object]) -> bytes:
    return _base64(json.dumps(told, separators=(",", ":")).encode())


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def granted(answer: TokenAnswer, account: MailAccount, *, at: datetime) -> GivenTokens:
    """Return the tokens of an answer to a request made at `at`. Raises Denied, TokenServerAway."""
    if not answer.ok:
        raise denied(answer, account)
    token = answer.text("access_token")
    if not token or not token.isascii() or answer.text("token_type").lower() != "bearer":
        raise TokenServerAway("mail_access.token_server_away", kind="no bearer token")
    seconds = answer.seconds("expires_in")
    life = timedelta(seconds=seconds) if seconds else LIFE
    ends = answer.seconds("refresh_token_expires_in")
    return GivenTokens(
        token,
        at + life * 3 / 4,
        at + life,
        answer.text("refresh_token"),
        at + timedelta(seconds=ends) if ends else None,
    )


def denied(answer: TokenAnswer, account: MailAccount) -> Denied:
    """Return what a refusal of the provider means."""
    error = _ERROR.match(answer.text("error"))
    code = _MICROSOFT_CODE.search(answer.text("error_description"))
    told = [found[0] for found in (error, code) if found]
    return Denied(_trouble(told, account), " ".join(told))


def _trouble(told: list[str], account: MailAccount) -> AccessTrouble:
    by_person = account.grant is Grant.CONSENT
    if "invalid_client" in told and by_person and not account.client_secret:
        return AccessTrouble.PUBLIC_CLIENT
    if _SECRET_CODES.intersection(told):
        return AccessTrouble.SECRET
    if _CONSENT_CODES.intersection(told):
        return AccessTrouble.NOT_ALLOWED
    trouble = _TROUBLES.get(told[0] if told else "", AccessTrouble.UNKNOWN)
    return AccessTrouble.SECRET if trouble is AccessTrouble.WITHDRAWN and not by_person else trouble
