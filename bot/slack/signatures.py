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
    stamp, signature = headers.get(STAMP, ""), headers.get(SIGNATURE, "")
    if not _SECONDS.fullmatch(stamp) or abs(now - int(stamp)) > MAY_BE_OLD:
        return False
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return hmac.compare_digest(f"v0={digest.hexdigest()}".encode(), signature.encode())
