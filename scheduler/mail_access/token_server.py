"""Asking the provider: one form is posted, one JSON object is answered. Nothing of either is ever logged."""

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from receivables.errors import RelanceError

TIMEOUT_SECONDS = 20.0
LARGEST_ANSWER = 100_000
_BUSY = frozenset({"temporarily_unavailable", "server_error"})
"""What a refusal says that is none (RFC 6749): the provider is busy, or has a trouble of its own."""


class TokenServerAway(RelanceError):
    """The provider gave no answer that can be understood: to be asked again later."""


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What the provider answered. `told` holds tokens, and so never shows."""

    ok: bool
    told: Mapping[str, Any] = field(repr=False)

    def text(self, key: str) -> str:
        """Return a text of the answer, "" when it has none."""
        found = self.told.get(key)
        return found if isinstance(found, str) else ""

    def seconds(self, key: str) -> float | None:
        """Return a length of time of the answer, in seconds; None when it tells none."""
        found = self.told.get(key)
        try:
            seconds = float(found) if isinstance(found, str | int | float) else None
        except ValueError:
            return None
        return seconds if seconds is not None and 0 < seconds < 1e9 else None


def _opener() -> OpenerDirector:
    """Return what asks, by HTTP alone, and goes nowhere else when told to: secrets are for one server."""
    opener = OpenerDirector()
    tls = HTTPSHandler(context=ssl.create_default_context())
    for handler in (ProxyHandler(), HTTPHandler(), tls, HTTPErrorProcessor(), HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    return opener


def post(url: str, fields: Mapping[str, str], *, timeout: float = TIMEOUT_SECONDS) -> TokenAnswer:
    """Post a form and return the answer, a refusal too. Raises TokenServerAway."""
    asked = Request(url, urlencode(fields).encode(), {"Accept": "application/json"})  # noqa: S310 - checked
    until = time.monotonic() + timeout
    try:
        with _opener().open(asked, timeout=timeout) as answer:
            return TokenAnswer(ok=True, told=_read(answer, until))
    except HTTPError as error:
        with error:
            return _refusal(error, until)
    except (OSError, HTTPException) as error:
        raise _away(_kind(error)) from None  # what they say may repeat what was asked


def _refusal(error: HTTPError, until: float) -> TokenAnswer:
    if error.code not in {400, 401, 403}:
        raise _away(f"HTTP {error.code}")
    try:
        answer = TokenAnswer(ok=False, told=_read(error, until))
    except (OSError, HTTPException) as trouble:
        raise _away(_kind(trouble)) from None
    if (said := answer.text("error")) in _BUSY:
        raise _away(said)
    return answer


def _read(answer: Any, until: float) -> Mapping[str, Any]:
    """Read a JSON object that comes whole and in time."""
    body = b""
    while piece := answer.read1(LARGEST_ANSWER):
        body += piece
        if len(body) > LARGEST_ANSWER or time.monotonic() > until:
            raise _away("too long")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise _away("not JSON") from None
    if not isinstance(told, dict):
        raise _away("not JSON")
    return told


def _kind(error: Exception) -> str:
    """Name the trouble by its kind: a certificate that is refused, a name unknown, silence."""
    cause = getattr(error, "reason", error)
    return type(cause if isinstance(cause, BaseException) else error).__name__


def _away(kind: str) -> TokenServerAway:
    return TokenServerAway("mail_access.token_server_away", kind=kind)
