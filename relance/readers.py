"""Who may read figures and troubles: whoever shows `METRICS_TOKEN`, and without one this machine alone."""

import hmac
from ipaddress import IPv6Address, ip_address

from flask import Request

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")
"""What proxies say of those they speak for: through one on this machine, the whole world comes from here."""


def may_read(asked: Request, token: str) -> bool:
    """Whether the one who asks may read more than whether all is well."""
    if token:
        shown = asked.headers.get("Authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())
    return _is_here(asked.remote_addr or "") and not any(name in asked.headers for name in FORWARDED)


def _is_here(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback
