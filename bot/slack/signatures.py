"""Whether Slack signed a request, now: looked at on its bytes, before anything reads them."""

import hashlib
import hmac
import re
from collections.abc import Mapping

STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
MAY_BE_OLD = 300
"""Seconds; a request that somebody kept is worth nothing later."""
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


def signed_now(body: bytes, headers: Mapping[str, str], secret: str, now: float) -> bool:
    """Whether these bytes carry Slack's signature, made within five minutes of `now` (Unix seconds)."""
    old = age(headers, now)
    return old is not None and abs(old) <= MAY_BE_OLD and signed(body, headers, secret)


def age(headers: Mapping[str, str], now: float) -> float | None:
    """Return how old a request says that it is, in seconds; None when it says nothing that can be read."""
    stamp = headers.get(STAMP, "")
    return now - int(stamp) if _SECONDS.fullmatch(stamp) else None


def signed(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """Whether these bytes carry Slack's signature, whenever it was made."""
    stamp, signature = headers.get(STAMP, ""), headers.get(SIGNATURE, "")
    if not _SECONDS.fullmatch(stamp):
        return False
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return hmac.compare_digest(f"v0={digest.hexdigest()}".encode(), signature.encode())
