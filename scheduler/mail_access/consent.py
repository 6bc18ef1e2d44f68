"""Having a person agree, once: in a browser on this machine, or by a code typed on any other."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from receivables.errors import RelanceError
from scheduler.mail_access.account import MailAccount
from scheduler.mail_access.grants import GivenTokens, client, denied, granted
from scheduler.mail_access.token_server import TokenAnswer, TokenServerAway, post

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
SLOWER_SECONDS = 5.0
"""By how much to slow down when told to (RFC 8628)."""
LONGEST_SECONDS = 900.0


class NoConsent(RelanceError):
    """The person did not agree, or not in time."""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person types, and where."""

    user_code: str
    where: str
    device_code: str
    seconds: float
    interval: float


def ask_for_code(account: MailAccount) -> DeviceCode:
    """Ask for a code that a person types elsewhere. Raises Denied, TokenServerAway."""
    form = {"client_id": account.client_id, "scope": " ".join(account.scopes)}
    answer = post(account.device_url, form)
    if not answer.ok:
        raise denied(answer, account)
    told = [answer.text(key) for key in ("user_code", "verification_uri", "device_code")]
    if not all(told):
        raise TokenServerAway("mail_access.token_server_away", kind="no device code")
    seconds = min(answer.seconds("expires_in") or LONGEST_SECONDS, LONGEST_SECONDS)
    return DeviceCode(told[0], told[1], told[2], seconds, answer.seconds("interval") or SLOWER_SECONDS)


def wait_for_code(
    account: MailAccount, code: DeviceCode, *, wait: Callable[[float], None] = time.sleep
) -> GivenTokens:
    """Ask again and again until the person has typed the code. Raises NoConsent, Denied, TokenServerAway."""
    form = {"grant_type": DEVICE_CODE, "device_code": code.device_code, **client(account)}
    interval, waited = code.interval, 0.0
    while waited < code.seconds:
        wait(interval)
        waited += interval
        try:
            answer = post(account.token_url, form)
        except TokenServerAway:
            continue  # one answer lost is not the end of it
        if answer.ok:
            return lasting(answer, account)
        match answer.text("error"):
            case "authorization_pending":
                pass
            case "slow_down":
                interval += SLOWER_SECONDS
            case "authorization_declined" | "access_denied":
                raise NoConsent("mail_access.declined")
            case "expired_token":
                break
            case _:
                raise denied(answer, account)
    raise NoConsent("mail_access.too_late")


def exchange(account: MailAccount, code: str, *, verifier: str, back_to: str) -> GivenTokens:
    """Give the code of a browser for tokens. Raises NoConsent, Denied, TokenServerAway."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back_to,
        "code_verifier": verifier,
        **client(account),
    }
    return lasting(post(account.token_url, form), account)


def lasting(answer: TokenAnswer, account: MailAccount) -> GivenTokens:
    """Return tokens that can be renewed. Raises NoConsent when there is nothing to renew them with."""
    tokens = granted(answer, account, at=datetime.now(UTC))
    if not tokens.refresh_token:
        raise NoConsent("mail_access.no_refresh_token")
    return tokens
