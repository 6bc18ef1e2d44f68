"""Consent in a browser that comes back to this machine (RFC 8252), with PKCE (RFC 7636) and a state."""

import base64
import contextlib
import hashlib
import hmac
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlencode, urlsplit

from message_templates.catalogue import TEAM, tell
from receivables.codes.mail_access import Provider
from scheduler.mail_access.account import MailAccount
from scheduler.mail_access.consent import NoConsent

HERE = "127.0.0.1"
LONGEST_REQUEST = 8_192
SILENT_SECONDS = 2.0
"""How long a browser may take to ask: they also open connections that they never use."""


@dataclass(frozen=True)
class Loopback:
    """One consent under way: what the browser is sent with, and where it comes back."""

    account: MailAccount
    port: int
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    @property
    def back_to(self) -> str:
        """Where the browser comes back: as each provider lets any port of this machine be named."""
        host = "localhost" if self.account.provider is Provider.MICROSOFT else HERE
        return f"http://{host}:{self.port}"

    @property
    def url(self) -> str:
        """The page on which the person agrees."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "client_id": self.account.client_id,
            "response_type": "code",
            "redirect_uri": self.back_to,
            "scope": " ".join(self.account.scopes),
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "login_hint": self.account.user,
        }
        lasting = {"access_type": "offline"} if self.account.provider is Provider.GOOGLE else {}
        return f"{self.account.consent_url}?{urlencode({**asked, 'prompt': 'consent', **lasting})}"


def listen(port: int) -> socket.socket:
    """Return a socket of this machine alone; 0: any port that is free. Raises OSError."""
    return socket.create_server((HERE, port))


def wait_for_browser(server: socket.socket, consent: Loopback, *, seconds: float) -> str:
    """Return the code that the browser brings back. Raises NoConsent when it brings none in time.

    What does not bear our state is turned away: any page of the browser could send it here.
    """
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        server.settimeout(left)
        try:
            connection, _ = server.accept()
        except TimeoutError:
            break
        with connection:
            told = _read(connection)
            if told is None or not hmac.compare_digest(
                told.get("state", "").encode(), consent.state.encode()
            ):
                _answer(connection, HTTPStatus.BAD_REQUEST, "not_ours")
                continue
            agreed = bool(told.get("code"))
            _answer(connection, HTTPStatus.OK, "agreed" if agreed else "declined")
        if not agreed:
            raise NoConsent("mail_access.declined")
        return told["code"]
    raise NoConsent("mail_access.too_late")


def _read(connection: socket.socket) -> Mapping[str, str] | None:
    """Return what a browser brings in its address; None for anything else."""
    connection.settimeout(SILENT_SECONDS)
    asked = b""
    try:
        while b"\r\n\r\n" not in asked and len(asked) < LONGEST_REQUEST:
            piece = connection.recv(LONGEST_REQUEST)
            if not piece:
                break
            asked += piece
    except OSError:
        return None
    words = asked.split(b"\r\n", 1)[0].decode("ascii", "replace").split(" ")
    if len(words) != 3 or words[0] != "GET":
        return None
    try:
        told = parse_qs(urlsplit(words[1]).query, max_num_fields=20)
    except ValueError:
        return None
    return {key: found[0] for key, found in told.items()}


def _answer(connection: socket.socket, status: HTTPStatus, key: str) -> None:
    page = f"<!doctype html><meta charset=utf-8><title>Relance</title><p>{tell(f'consent.{key}', TEAM)}</p>"
    body = page.encode()
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/html; charset=utf-8\r\n"
    head += f"Content-Length: {len(body)}\r\nConnection: close\r\nReferrer-Policy: no-referrer\r\n\r\n"
    with contextlib.suppress(OSError):  # the browser is gone; what it brought is here
        connection.sendall(head.encode() + body)
